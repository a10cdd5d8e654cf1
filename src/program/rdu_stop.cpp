// SPDX-License-Identifier: Apache-2.0
// Faults and waits of a unit graph, in words.
#include "program/rdu_stop.hpp"

#include <tuple>

#include "base/wait_loop.hpp"

namespace weft::program::rdu {

std::uint32_t actor_of(const Program& program, const End& end) {
  if (end.context != none) return end.context;
  const auto contexts = static_cast<std::uint32_t>(program.contexts.size());
  if (end.transfer != none) return contexts + end.transfer;
  return contexts + static_cast<std::uint32_t>(program.transfers.size()) + end.flow;
}

std::uint32_t awaited_by(const Program& program, std::span<const Ends> ends, const Wait& wait) {
  const Ends& at = ends[wait.channel];
  return actor_of(program, wait.for_room ? at.consumer : at.producer);
}

bool is_before(const Fault& a, const Fault& b) {
  return std::tuple(a.cycle, a.tile, a.code, a.context, a.transfer) <
         std::tuple(b.cycle, b.tile, b.code, b.context, b.transfer);
}

std::string describe(const Program& program, const Fault& fault) {
  const End who{fault.context, fault.transfer, 0};
  const bool is_context = fault.context != none;
  const std::uint32_t line =
      is_context ? program.contexts[fault.context].line : program.transfers[fault.transfer].line;
  const std::string unit = program.units[unit_of(program, who)].name;
  std::string what;
  switch (fault.code) {
    case FaultCode::zero_step:
      what = "counter '" + program.contexts[fault.context].counters[fault.thing].name +
             "' is to step by 0";
      break;
    case FaultCode::beyond_memory: {
      const Memory& memory = program.memories[fault.thing];
      what = "word " + std::to_string(fault.value) + " is beyond memory '" + memory.name + "' of " +
             std::to_string(memory.words);
      break;
    }
    case FaultCode::unaligned_dram:
      what = std::to_string(fault.value) + ", an address or size in DRAM, is no multiple of 4";
      break;
    case FaultCode::beyond_table: {
      const std::string rows = std::to_string(program.transfers[fault.transfer].table.rows);
      what = "row " + std::to_string(fault.value) + " is not in the table of " + rows +
             " rows: numbers are -" + rows + " to " +
             std::to_string(program.transfers[fault.transfer].table.rows - 1);
      break;
    }
    default:
      what = "byte " + std::to_string(fault.value) + " is beyond the arrays of the DRAM";
      break;
  }
  return place_of(program, line,
                  "cycle " + std::to_string(fault.cycle) + ", unit '" + unit + "', " +
                      name_of(program, who) + ": " + what);
}

std::string describe(const Program& program, const Wait& wait) {
  const Channel& channel = program.channels[wait.channel];
  const Ends ends = ends_of(program)[wait.channel];
  const std::string fill =
      " (" + std::to_string(wait.fill) + " of " + std::to_string(channel.capacity) + ") ";
  if (wait.for_room) {
    return name_of(program, wait.who) + " waits for room on channel '" + channel.name + "'" + fill +
           "to " + name_of(program, ends.consumer);
  }
  return name_of(program, wait.who) + " waits for a token on channel '" + channel.name + "'" +
         fill + "from " + name_of(program, ends.producer);
}

std::vector<Wait> loop_of(const Program& program, const std::vector<Wait>& waits) {
  const std::vector<Ends> ends = ends_of(program);
  std::vector<WaitEdge> edges;
  for (const Wait& wait : waits) {
    edges.push_back({actor_of(program, wait.who), awaited_by(program, ends, wait)});
  }
  std::vector<Wait> loop;
  for (const std::size_t place : first_loop(edges)) loop.push_back(waits[place]);
  return loop;
}

std::string describe_loop(const Program& program, const std::vector<Wait>& loop) {
  std::string out;
  for (const Wait& wait : loop) out += (out.empty() ? "" : "\n") + describe(program, wait);
  return out;
}

}  // namespace weft::program::rdu
