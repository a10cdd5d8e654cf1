// SPDX-License-Identifier: Apache-2.0
// A result as JSON, the same for jobs and for host programs.
#include "hosts/summary.hpp"

#include <nlohmann/json.hpp>

#include "base/output_file.hpp"
#include "machine/machine.hpp"
#include "topology/choice.hpp"

namespace weft::hosts {

namespace {

using Json = nlohmann::ordered_json;

/// Counter "name.channel" becomes a member of object "name".
void add_counter(Json& out, const engine::Result& result, const std::string& name) {
  const std::size_t dot = name.find('.');
  Json& value =
      dot == std::string::npos ? out[name] : out[name.substr(0, dot)][name.substr(dot + 1)];
  value = machine::sum_of(result.counters, name);
}

/// The counters whose names begin so, by the rest of their names.
Json channels_of(const engine::Result& result, const std::string& prefix) {
  Json out = Json::object();
  for (const auto& [name, value] : result.counters) {
    if (name.starts_with(prefix)) out[name.substr(prefix.size())] = value;
  }
  return out;
}

void add_constants(Json& out, const topology::Topology& topology) {
  out["assumed"] = Json::array();
  out["rests_on"] = Json::array();
  for (const topology::Constant* constant : topology.rests_on()) {
    if (is_choice(*constant)) out["assumed"].push_back(constant->key);
    out["rests_on"].push_back({{"key", constant->key},
                               {"value", constant->value_text()},
                               {"unit", constant->unit},
                               {"origin", name_of(constant->origin)}});
  }
}

Json remarks_of(const engine::Result& result) {
  Json out = Json::array();
  for (const engine::Remark& remark : result.remarks) {
    out.push_back({{"what", remark.what}, {"count", remark.count}, {"text", remark.text}});
  }
  return out;
}

}  // namespace

std::string summary_json(const engine::Result& result, const topology::Topology& topology,
                         const std::string& job) {
  Json out;
  out["job"] = job;
  out["machine"] = topology.name();
  out["stop"] = engine::name_of(result.stop);
  out["cycles"] = result.cycles;
  out["emulated_seconds"] = topology.seconds(result.cycles);
  out["wall_seconds"] = result.wall_seconds;
  out["ranks"] = result.ranks;
  out["tiles"] = result.tiles;
  out["memory_peak_bytes"] = result.memory_peak_bytes;
  out["memory_forecast_bytes"] = result.memory_forecast_bytes;
  out["cut_records"] = result.cut_records;
  out["cut_payload_bytes"] = result.cut_payload_bytes;
  out["active_tile_cycles"] = machine::sum_of(result.counters, "tile_busy");
  out["vector_cycles"] = machine::sum_of(result.counters, "vector_cycles");
  out["scalar_cycles"] = machine::sum_of(result.counters, "scalar_cycles");
  for (const std::string& name : machine::family(topology.family()).words(result.counters).keys) {
    add_counter(out, result, name);
  }
  out["stalls"] = channels_of(result, "stalls.");
  out["counters"] = channels_of(result, "");
  out["remarks"] = remarks_of(result);
  out["trace_hash"] = result.trace_hash;
  add_constants(out, topology);
  out["checks"] = Json::array();
  // Names come from files, which may have bytes that are no text.
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

void write_summary(const std::string& path, const engine::Result& result,
                   const topology::Topology& topology, const std::string& job) {
  OutputFile file(path);
  file.stream() << summary_json(result, topology, job) << '\n';
  file.commit();
}

}  // namespace weft::hosts
