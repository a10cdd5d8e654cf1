// SPDX-License-Identifier: Apache-2.0
// What a run says when it is over.
#include "cli/job/job_summary.hpp"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "cli/job/changed_constants.hpp"
#include "cli/job/job_rests_on.hpp"
#include "hosts/summary.hpp"
#include "machine/machine.hpp"
#include "numerics/half.hpp"

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

/// Element `i` of an array of T.
template <class T>
T element_of(const trace::Tensor& tensor, std::uint64_t i) {
  T value{};
  std::memcpy(&value, tensor.bytes.data() + i * sizeof value, sizeof value);
  return value;
}

std::string element_text(const trace::Tensor& tensor, std::uint64_t i) {
  constexpr int digits = 6;
  using trace::ElementType;
  switch (tensor.type) {
    case ElementType::i8:
      return std::to_string(element_of<std::int8_t>(tensor, i));
    case ElementType::i16:
      return std::to_string(element_of<std::int16_t>(tensor, i));
    case ElementType::i32:
      return std::to_string(element_of<std::int32_t>(tensor, i));
    case ElementType::i64:
      return std::to_string(element_of<std::int64_t>(tensor, i));
    case ElementType::u8:
      return std::to_string(element_of<std::uint8_t>(tensor, i));
    case ElementType::u16:
      return std::to_string(element_of<std::uint16_t>(tensor, i));
    case ElementType::u32:
      return std::to_string(element_of<std::uint32_t>(tensor, i));
    case ElementType::u64:
      return std::to_string(element_of<std::uint64_t>(tensor, i));
    case ElementType::f16:
      return general(double{numerics::float_from_half(element_of<numerics::Half>(tensor, i))},
                     digits);
    case ElementType::f32:
      return general(double{element_of<float>(tensor, i)}, digits);
    case ElementType::f64:
      return general(element_of<double>(tensor, i), digits);
  }
  return "?";
}

/// The first elements of a result, as people read them.
std::string first_elements(const trace::Tensor& tensor) {
  constexpr std::uint64_t shown = 12;
  std::string out;
  for (std::uint64_t i = 0; i < std::min(shown, tensor.elements()); ++i) {
    out += " " + element_text(tensor, i);
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

/// When each command that is done was on the machine, in the job's order.
nlohmann::ordered_json commands_of(const RunFacts& run) {
  auto out = nlohmann::ordered_json::array();
  for (std::size_t index = 0; index < run.outcome.command_times.size(); ++index) {
    const JobCommand& command = run.job.commands[index];
    const CommandTime& time = run.outcome.command_times[index];
    out.push_back({{"name", command.name},
                   {"verb", name_of(command.verb)},
                   {"begin", time.begin},
                   {"end", time.end},
                   {"cycles", time.end - time.begin},
                   {"items", time.items}});
  }
  return out;
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
  auto out = nlohmann::ordered_json::parse(hosts::summary_json(result, run.topology, run.job.name));
  out["commands"] = commands_of(run);
  out["constants"] = json_of(changed_constants(run.job, run.topology));
  for (const CheckResult& check : checks) {
    out["checks"].push_back({{"name", check.name},
                             {"passed", check.passed},
                             {"value", check.value},
                             {"expected", check.expected}});
  }
  return out;
}

}  // namespace weft::cli
