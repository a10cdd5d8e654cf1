// SPDX-License-Identifier: Apache-2.0
// An RDU's constants: read from its topology, and held against a graph.
#include "program/rdu_timing.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_shape.hpp"
#include "topology/topology.hpp"

namespace weft::program::rdu {

namespace {

std::uint32_t number(const topology::Topology& topology, const char* key, std::int64_t least = 0) {
  return static_cast<std::uint32_t>(topology.integer(key, least, delay_most));
}

void check_units(const Program& program, Unit::Kind kind, std::uint32_t most) {
  std::vector<std::uint32_t> counts(program.chips(), 0);
  for (const Unit& unit : program.units) {
    if (unit.kind == kind) ++counts[unit.chip];
  }
  for (std::uint32_t chip = 0; chip < counts.size(); ++chip) {
    if (counts[chip] <= most) continue;
    const std::string kinds = std::string(name_of(kind)) + " units";
    fail(Category::input,
         place_of(program, 0,
                  "chip " + std::to_string(chip) + " has " + std::to_string(most) + " " + kinds +
                      ", " + std::to_string(counts[chip]) + " are asked for"));
  }
}

void check_words(const Program& program, std::uint32_t most) {
  std::map<std::uint32_t, std::uint64_t> used;
  for (const Memory& memory : program.memories) {
    if (program.units[memory.unit].kind != Unit::Kind::memory) continue;
    used[memory.unit] += std::uint64_t{memory.words} * memory.buffers;
  }
  for (const auto& [unit, words] : used) {
    if (words <= most) continue;
    std::vector<std::pair<std::uint64_t, std::string>> users;
    for (const Memory& memory : program.memories) {
      if (memory.unit != unit) continue;
      users.emplace_back(std::uint64_t{memory.words} * memory.buffers, memory.name);
    }
    std::sort(users.rbegin(), users.rend());
    std::string largest;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, users.size()); ++i) {
      largest += (i == 0 ? " '" : ", '") + users[i].second + "' " + std::to_string(users[i].first);
    }
    const Unit& of = program.units[unit];
    fail(Category::input,
         place_of(program, of.line,
                  "unit '" + of.name + "' has " + std::to_string(most) + " words, " +
                      std::to_string(words) + " are asked for; the largest users:" + largest));
  }
}

}  // namespace

std::uint32_t Timing::stages_of(const Context& context) const {
  if (context.stages != none) return context.stages;
  return computes(context) ? compute_stages : move_stages;
}

Timing read_timing(const topology::Topology& t) {
  Timing out;
  out.compute_stages = number(t, "context.compute_stages");
  out.move_stages = number(t, "context.move_stages");
  out.vector_depth = number(t, "context.vector_depth", 1);
  out.word_depth = number(t, "context.word_depth", 1);
  out.compute_units = number(t, "chip.compute_units");
  out.memory_units = number(t, "chip.memory_units");
  out.address_units = number(t, "chip.address_units");
  out.memory_words = number(t, "memory.words");
  out.dram.channels = number(t, "dram.channels", 1);
  out.dram.burst_cycles = number(t, "dram.burst_cycles", 1);
  out.dram.latency_cycles = number(t, "dram.latency_cycles", 1);
  out.dram.row_bytes = number(t, "dram.row_bytes", burst_bytes);
  out.dram.banks = number(t, "dram.banks", 1);
  out.dram.row_cycles = number(t, "dram.row_cycles");
  out.dram.outstanding = number(t, "dram.outstanding", 1);
  return out;
}

void check_fit(const Program& program, const Timing& timing) {
  check_units(program, Unit::Kind::compute, timing.compute_units);
  check_units(program, Unit::Kind::memory, timing.memory_units);
  check_units(program, Unit::Kind::address, timing.address_units);
  check_words(program, timing.memory_words);
}

}  // namespace weft::program::rdu
