// SPDX-License-Identifier: Apache-2.0
// Runs of receives that begin before the last of their vectors is sent: where they must be cut.
#include <algorithm>
#include <map>

#include "program/tsp_check_parts.hpp"

namespace weft::program::tsp::checks {
namespace {

/// First elements of the tasks of sends and receives, ascending, by instruction.
using Starts = std::map<std::uint32_t, std::vector<std::uint32_t>>;

Starts starts_of(const Schedule& schedule, const CheckedSchedule& checked) {
  Starts out;
  for (const Task& task : checked.tasks) {
    const Opcode opcode = schedule.instructions[task.instruction].opcode;
    if (opcode != Opcode::send && opcode != Opcode::receive) continue;
    out[task.instruction].push_back(task.first);
  }
  for (auto& [instruction, starts] : out) std::sort(starts.begin(), starts.end());
  return out;
}

std::uint32_t start_of(const std::vector<std::uint32_t>& starts, std::uint32_t element) {
  return *(std::upper_bound(starts.begin(), starts.end(), element) - 1);
}

}  // namespace

std::map<std::uint32_t, std::vector<ForcedCut>> late_receives(const Program& program,
                                                              const Timing& timing,
                                                              const Checked& checked) {
  std::vector<Starts> starts;
  for (std::size_t s = 0; s < program.schedules.size(); ++s) {
    starts.push_back(starts_of(program.schedules[s], checked.schedules[s]));
  }
  std::map<std::uint32_t, std::vector<ForcedCut>> out;
  for (const Crossing& one : checked.crossings) {
    const std::uint32_t from = program.schedule_of_chip[one.from_chip];
    const std::uint32_t to = program.schedule_of_chip[one.to_chip];
    const std::vector<std::uint32_t>& sends = starts[from].at(one.send);
    const std::vector<std::uint32_t>& receives = starts[to].at(one.receive);
    const Instruction& send = program.schedules[from].instructions[one.send];
    const Instruction& receive = program.schedules[to].instructions[one.receive];
    // What a task sends of a crossing is there a link's latency after the first of it was sent; a
    // task takes all its vectors when it begins.
    for (std::uint32_t k = 0; k < one.count;) {
      const std::uint32_t taken = start_of(receives, one.receive_element + k);
      const bool late = dispatch_cycle(send, one.send_element + k) + timing.link_least_cycles >
                        dispatch_cycle(receive, taken);
      if (late) out[to].push_back({one.receive, one.receive_element + k});
      const auto next = std::upper_bound(sends.begin(), sends.end(), one.send_element + k);
      k = next == sends.end() ? one.count : *next - one.send_element;
    }
  }
  return out;
}

}  // namespace weft::program::tsp::checks
