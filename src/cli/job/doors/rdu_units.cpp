// SPDX-License-Identifier: Apache-2.0
// See rdu_units.hpp.
#include "cli/job/doors/rdu_units.hpp"

#include <cstdint>
#include <map>

#include "base/counted.hpp"
#include "program/rdu_timing_only.hpp"

namespace weft::cli {

std::string describe_units(const program::rdu::Program& program,
                           const program::rdu::Timing& timing) {
  using program::rdu::Unit;
  std::map<Unit::Kind, std::uint64_t> units;
  for (const Unit& unit : program.units) ++units[unit.kind];
  std::string text = counted(program.contexts.size(), "context") + ", " +
                     counted(program.channels.size(), "channel") + "\nunits";
  for (const auto& [kind, count] : units) {
    text += " " + std::string(program::rdu::name_of(kind)) + " " + std::to_string(count);
  }
  text += " (a chip has compute " + std::to_string(timing.compute_units) + " memory " +
          std::to_string(timing.memory_units) + " address " + std::to_string(timing.address_units) +
          ")";
  std::uint64_t words = 0;
  for (const program::rdu::Memory& memory : program.memories) {
    words += std::uint64_t{memory.words} * memory.buffers;
  }
  return text + "\nmemory words " + std::to_string(words);
}

std::string describe_network(const program::rdu::Program& program,
                             const program::rdu::NetworkUse& use) {
  std::string text;
  for (const std::string& line : program::rdu::describe(program, use)) text += "\nnetwork " + line;
  return text;
}

bool is_timing_only(topology::Table& table) {
  return table.choice_or("mode", {"data", "timing"}, "data") == "timing";
}

std::string leave_values_out(program::rdu::Program& program, const program::rdu::Timing& timing) {
  program::rdu::TimingOnly only = program::rdu::timing_only(program, timing);
  program = std::move(only.program);
  std::string text = "\nwithout data: of " + counted(only.nodes, "value") + " " +
                     std::to_string(only.nodes_kept) + " decide when something happens";
  if (only.arrays_read > 0) {
    text += ", and words of " + counted(only.arrays_read, "array") + " with them";
  }
  return text;
}

}  // namespace weft::cli
