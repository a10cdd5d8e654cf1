// SPDX-License-Identifier: Apache-2.0
// A session's result as JSON, in the words that jobs use.
#include "hosts/summary.hpp"

#include <nlohmann/json.hpp>

#include "base/output_file.hpp"
#include "machine/machine.hpp"

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
    const bool choice = constant->origin == topology::Origin::assumed ||
                        constant->origin == topology::Origin::fitted;
    if (choice) out["assumed"].push_back(constant->key);
    out["rests_on"].push_back({{"key", constant->key},
                               {"value", constant->value_text()},
                               {"unit", constant->unit},
                               {"origin", name_of(constant->origin)}});
  }
}

}  // namespace

void write_summary(const std::string& path, const engine::Result& result,
                   const topology::Topology& topology, const std::string& job) {
  Json out;
  out["job"] = job;
  out["machine"] = topology.name();
  out["cycles"] = result.cycles;
  out["emulated_seconds"] = topology.seconds(result.cycles);
  out["wall_seconds"] = result.wall_seconds;
  out["ranks"] = result.ranks;
  out["tiles"] = result.tiles;
  out["active_tile_cycles"] = machine::sum_of(result.counters, "tile_busy");
  out["vector_cycles"] = machine::sum_of(result.counters, "vector_cycles");
  out["scalar_cycles"] = machine::sum_of(result.counters, "scalar_cycles");
  for (const std::string& name : machine::family(topology.family()).words(result.counters).keys) {
    add_counter(out, result, name);
  }
  out["stalls"] = channels_of(result, "stalls.");
  out["counters"] = channels_of(result, "");
  out["trace_hash"] = result.trace_hash;
  add_constants(out, topology);
  out["checks"] = Json::array();
  OutputFile file(path);
  file.stream() << out.dump(2) << '\n';
  file.commit();
}

}  // namespace weft::hosts
