// SPDX-License-Identifier: Apache-2.0
// What a run says when it is over.
#include "cli/job/job_summary.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "cli/job/job_rests_on.hpp"
#include "machine/machine.hpp"

namespace weft::cli {

using engine::Result;

namespace {

/// 1234567 -> "1.23 M".
std::string magnitude(double value) {
  for (const auto& [unit, name] : {std::pair{1e9, " G"}, {1e6, " M"}, {1e3, " k"}}) {
    if (value >= unit) return fixed(value / unit, 2) + name;
  }
  return general(value, 4);
}

std::string seconds(double value) {
  if (value < 1e-3) return general(value * 1e6, 4) + " us";
  if (value < 1.0) return general(value * 1e3, 4) + " ms";
  return general(value, 4) + " s";
}

std::uint64_t counter(const Result& result, const std::string& name) {
  return machine::sum_of(result.counters, name);
}

/// Counters of the form "stalls.<reason>".
std::vector<std::pair<std::string, std::uint64_t>> stalls(const Result& result) {
  const std::string prefix = "stalls.";
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const auto& [name, value] : result.counters) {
    if (name.starts_with(prefix)) out.emplace_back(name.substr(prefix.size()), value);
  }
  return out;
}

std::string line(const std::string& label, const std::string& text) {
  return "  " + label + std::string(label.size() < 16 ? 16 - label.size() : 1, ' ') + text + "\n";
}

std::string stream_lines(const RunFacts& run) {
  std::string out;
  for (const JobCommand& command : run.job.commands) {
    if (command.verb != Verb::stream) continue;
    const auto found = run.outcome.times.find(command.name);
    if (found == run.outcome.times.end()) continue;
    const CommandTime& time = found->second;
    const double cycles = static_cast<double>(time.end - time.begin);
    const double rate =
        cycles > 0.0 ? static_cast<double>(time.items *
                                           static_cast<std::uint64_t>(run.topology.clock_hz())) /
                           cycles
                     : 0.0;
    out += line(command.name, counted(time.items, "item") + " in " +
                                  counted(time.end - time.begin, "cycle") + ", " + magnitude(rate) +
                                  " items per emulated second");
  }
  return out;
}

/// The first elements of a result, as people read them; nothing for types that no one prints.
std::string first_elements(const trace::Tensor& tensor) {
  constexpr std::uint64_t shown = 12;
  std::string out;
  for (std::uint64_t i = 0; i < std::min(shown, tensor.elements()); ++i) {
    if (tensor.type == trace::ElementType::f32) {
      float value = 0;
      std::memcpy(&value, tensor.bytes.data() + i * sizeof value, sizeof value);
      out += " " + general(static_cast<double>(value), 6);
    } else if (tensor.type == trace::ElementType::u32) {
      std::uint32_t value = 0;
      std::memcpy(&value, tensor.bytes.data() + i * sizeof value, sizeof value);
      out += " " + std::to_string(value);
    }
  }
  return out.empty() ? out : ":" + out + (tensor.elements() > shown ? " ..." : "");
}

std::string result_lines(const RunFacts& run) {
  std::string out;
  for (const auto& [name, tensor] : run.outcome.results) {
    out += line("result " + name, describe(*tensor) + first_elements(*tensor));
  }
  return out;
}

std::string memory_text(const Result& result) {
  constexpr double mebibyte = 1024.0 * 1024.0;
  return fixed(static_cast<double>(result.memory_peak_bytes) / mebibyte, 0) +
         " MiB at most on a node, " +
         fixed(static_cast<double>(result.memory_forecast_bytes) / mebibyte, 0) + " MiB foretold";
}

machine::CounterWords words_of(const RunFacts& run, const Result& result) {
  return machine::family(run.topology.family()).words(result.counters);
}

/// Counter "name.channel" becomes a member of object "name".
void add_counter(nlohmann::ordered_json& out, const Result& result, const std::string& name) {
  const std::size_t dot = name.find('.');
  auto& value =
      dot == std::string::npos ? out[name] : out[name.substr(0, dot)][name.substr(dot + 1)];
  value = counter(result, name);
}

}  // namespace

std::string summary_text(const RunFacts& run, const Result& result,
                         const std::vector<CheckResult>& checks) {
  std::string out = run.job.name + " on " + run.topology.name() + ", " + std::to_string(run.width) +
                    " x " + std::to_string(run.height) + " tiles, " + std::to_string(result.ranks) +
                    (result.ranks == 1 ? " rank\n" : " ranks\n");
  out +=
      line("stopped", engine::name_of(result.stop) + " at cycle " + std::to_string(result.cycles) +
                          ", " + seconds(run.topology.seconds(result.cycles)) + " emulated");
  const double active =
      result.wall_seconds > 0.0
          ? static_cast<double>(counter(result, "tile_busy")) / result.wall_seconds
          : 0.0;
  out += line("wall time", fixed(result.wall_seconds, 2) + " s, " + magnitude(active) +
                               " active tile-cycles per second");
  out += line("memory", memory_text(result));
  for (const auto& said : words_of(run, result).lines) out += line(said.label, said.text);
  for (const engine::Remark& remark : result.remarks) out += line("note", remark.text);
  out += stream_lines(run);
  out += result_lines(run);
  for (const CheckResult& check : checks) {
    out += line(check.passed ? "check held" : "CHECK FAILED", check.name + ": " + check.text);
  }
  out += line("rests on", rests_on_counts(run.topology));
  for (const std::string& row : rests_on_choices(run.topology)) out += line("", row);
  out += line("trace hash", result.trace_hash);
  out.pop_back();
  return out;
}

nlohmann::ordered_json summary_json(const RunFacts& run, const Result& result,
                                    const std::vector<CheckResult>& checks) {
  nlohmann::ordered_json out;
  out["job"] = run.job.name;
  out["machine"] = run.topology.name();
  out["cycles"] = result.cycles;
  out["emulated_seconds"] = run.topology.seconds(result.cycles);
  out["wall_seconds"] = result.wall_seconds;
  out["ranks"] = result.ranks;
  out["tiles"] = result.tiles;
  out["memory_peak_bytes"] = result.memory_peak_bytes;
  out["memory_forecast_bytes"] = result.memory_forecast_bytes;
  out["cut_records"] = result.cut_records;
  out["cut_payload_bytes"] = result.cut_payload_bytes;
  out["active_tile_cycles"] = counter(result, "tile_busy");
  out["vector_cycles"] = counter(result, "vector_cycles");
  out["scalar_cycles"] = counter(result, "scalar_cycles");
  for (const std::string& name : words_of(run, result).keys) add_counter(out, result, name);
  out["stalls"] = nlohmann::ordered_json::object();
  for (const auto& [reason, cycles] : stalls(result)) out["stalls"][reason] = cycles;
  out["remarks"] = nlohmann::ordered_json::array();
  for (const engine::Remark& remark : result.remarks) {
    out["remarks"].push_back(
        {{"what", remark.what}, {"count", remark.count}, {"text", remark.text}});
  }
  out["trace_hash"] = result.trace_hash;
  out["assumed"] = nlohmann::ordered_json::array();
  out["rests_on"] = nlohmann::ordered_json::array();
  for (const topology::Constant* constant : run.topology.rests_on()) {
    if (is_choice(*constant)) out["assumed"].push_back(constant->key);
    out["rests_on"].push_back({{"key", constant->key},
                               {"value", constant->value_text()},
                               {"unit", constant->unit},
                               {"origin", name_of(constant->origin)}});
  }
  out["checks"] = nlohmann::ordered_json::array();
  for (const CheckResult& check : checks) {
    out["checks"].push_back({{"name", check.name},
                             {"passed", check.passed},
                             {"value", check.value},
                             {"expected", check.expected}});
  }
  return out;
}

}  // namespace weft::cli
