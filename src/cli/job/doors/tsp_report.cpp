// SPDX-License-Identifier: Apache-2.0
// What `weft check` says about a TSP schedule: all of its timing.
#include <algorithm>
#include <array>
#include <vector>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "cli/job/doors/tsp.hpp"

namespace weft::cli {

using program::tsp::Checked;
using program::tsp::Instruction;
using program::tsp::MxmQueue;
using program::tsp::Opcode;
using program::tsp::Program;
using program::tsp::Queue;
using program::tsp::Schedule;
using program::tsp::Timing;
using program::tsp::Unit;

namespace {

/// What a queue dispatches, over all runs of a schedule.
struct QueueUse {
  std::uint64_t instructions = 0;
  Cycle first = never;
  Cycle last = 0;
};
using QueueUses = std::array<QueueUse, program::tsp::queues>;

QueueUses uses_of(const Schedule& schedule) {
  QueueUses uses;
  for (const Instruction& one : schedule.instructions) {
    QueueUse& use = uses.at(one.queue);
    use.instructions += one.count;
    use.first = std::min(use.first, one.cycle);
    use.last = std::max(use.last, one.last_cycle());
  }
  return uses;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}
std::string right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

/// Outputs with the cycle from which each stands in memory.
std::string outputs_text(const Program& program, const Timing& timing) {
  std::string out;
  for (const auto& [index, cycle] : output_times(program, timing)) {
    const program::tsp::Tensor& tensor = program.tensors[index];
    const std::string when =
        cycle == 0 ? "written by nothing" : "in memory at cycle " + grouped(cycle);
    out += "  " + padded(tensor.name, 16) + when + "\n";
  }
  return out.empty() ? out : "outputs\n" + out;
}

std::string queues_text(const QueueUses& uses, Cycle cycles) {
  std::string out = "queues, instructions, first and last dispatch, share of all cycles\n";
  constexpr std::size_t most = 24;
  std::vector<std::uint32_t> used;
  for (std::uint32_t queue = 0; queue < uses.size(); ++queue) {
    if (uses[queue].instructions != 0) used.push_back(queue);
  }
  std::stable_sort(used.begin(), used.end(), [&](std::uint32_t a, std::uint32_t b) {
    return uses[a].instructions > uses[b].instructions;
  });
  for (std::size_t i = 0; i < std::min(most, used.size()); ++i) {
    const QueueUse& use = uses[used[i]];
    out += "  " + padded(name_of(program::tsp::queue_of(used[i])), 20) +
           right(grouped(use.instructions), 12) + right(grouped(use.first), 12) +
           right(grouped(use.last), 12) + right(percent(use.instructions, cycles) + " %", 9) + "\n";
  }
  if (used.size() > most) out += "  and " + std::to_string(used.size() - most) + " more\n";
  return out;
}

/// Multiplications that each MXM plane does, as a share of what it could.
std::string planes_text(const Schedule& schedule, Cycle cycles) {
  std::array<std::uint64_t, 4> passes{};
  for (const Instruction& one : schedule.instructions) {
    if (one.opcode != Opcode::activate) continue;
    const Queue queue = program::tsp::queue_of(one.queue);
    const bool east = queue.hemisphere == program::tsp::Hemisphere::east;
    passes.at((east ? 2U : 0U) + queue.index) += one.count;
    const bool both = one.type == numerics::VectorType::f16;
    if (both) passes.at((east ? 2U : 0U) + 1U) += one.count;
  }
  std::string out;
  constexpr std::array<const char*, 4> names = {"mxm.w0", "mxm.w1", "mxm.e0", "mxm.e1"};
  for (std::size_t plane = 0; plane < passes.size(); ++plane) {
    if (passes.at(plane) == 0) continue;
    out += "  " + padded(names.at(plane), 20) + right(grouped(passes.at(plane)), 12) + " passes" +
           right(percent(passes.at(plane), cycles) + " %", 9) + "\n";
  }
  return out.empty() ? out : "planes, passes, share of all cycles\n" + out;
}

std::string schedule_text(const Program& program, const Checked& checked, std::uint32_t index) {
  const Schedule& schedule = program.schedules[index];
  const Cycle cycles = checked.schedules[index].cycles;
  const QueueUses uses = uses_of(schedule);
  std::uint64_t instructions = 0;
  std::uint32_t used = 0;
  for (const QueueUse& use : uses) {
    instructions += use.instructions;
    used += use.instructions != 0 ? 1 : 0;
  }
  std::uint64_t chips = 0;
  for (const std::uint32_t of_chip : program.schedule_of_chip) chips += of_chip == index ? 1U : 0U;
  std::string out;
  if (program.schedules.size() > 1) {
    out += "schedule " + std::to_string(index) + ", of " + grouped(chips, "chip") + ", " +
           grouped(cycles, "cycle") + "\n";
  }
  out += grouped(schedule.instructions.size(), "run") + " of " +
         grouped(instructions, "instruction") + " in " + std::to_string(used) + " of " +
         counted(program::tsp::queues, "queue") + "\n";
  return out + planes_text(schedule, cycles) + queues_text(uses, cycles);
}

}  // namespace

std::string describe_tsp(const Program& program, const Checked& checked, const Timing& timing,
                         std::uint64_t clock_hz) {
  std::string out = grouped(checked.cycles, "cycle") + ", " +
                    microseconds(checked.cycles, clock_hz) + " us" +
                    (program.timing_only ? ", timing only" : "") + "\n";
  out += outputs_text(program, timing);
  constexpr std::uint32_t most = 4;
  const auto schedules = static_cast<std::uint32_t>(program.schedules.size());
  for (std::uint32_t i = 0; i < std::min(most, schedules); ++i) {
    out += schedule_text(program, checked, i);
  }
  if (schedules > most) out += "and " + counted(schedules - most, "more schedule") + "\n";
  out.pop_back();
  return out;
}

std::string describe_operations(const std::vector<program::tsp::ScheduledOperation>& operations,
                                Cycle cycles, std::optional<std::uint64_t> published_cycles) {
  std::string out = "operations, first dispatch, last result, cycles more, at least, products\n";
  constexpr std::size_t most = 200;
  Cycle before = 0;
  Cycle least = 0;
  const bool chips = std::any_of(operations.begin(), operations.end(),
                                 [](const auto& one) { return one.chip != 0; });
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const program::tsp::ScheduledOperation& one = operations[i];
    least += one.bound_cycles;
    const Cycle more = one.last_cycle > before ? one.last_cycle - before : 0;
    before = std::max(before, one.last_cycle);
    if (i >= most) continue;
    out += "  " + padded(one.name, 20) + right(grouped(one.first_cycle), 10) +
           right(grouped(one.last_cycle), 10) + right(grouped(more), 8) +
           right(grouped(one.bound_cycles), 8) + right(grouped(one.products), 14) +
           (chips ? "  chip " + std::to_string(one.chip) : "") + "\n";
  }
  if (operations.size() > most) {
    out += "  and " + std::to_string(operations.size() - most) + " more\n";
  }
  out += "  " + padded("all", 20) + right(grouped(cycles), 28) + right(grouped(least), 8);
  if (published_cycles) {
    const double share = static_cast<double>(cycles) / static_cast<double>(*published_cycles);
    out += "\n  " + padded("published", 20) + right(grouped(*published_cycles), 28) + ", " +
           fixed(100 * share, 1) + " % of it here";
  }
  return out;
}

}  // namespace weft::cli
