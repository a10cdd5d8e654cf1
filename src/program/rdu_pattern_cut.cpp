// SPDX-License-Identifier: Apache-2.0
// Where a section is cut that a chip has no room for.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "program/rdu_pattern_sections.hpp"

namespace weft::program::rdu {

namespace {

/// Of a chip: compute, memory and address units.
using UnitCounts = std::array<std::uint64_t, 3>;

std::size_t kind_number(Unit::Kind kind) {
  constexpr std::array kinds = {Unit::Kind::compute, Unit::Kind::memory, Unit::Kind::address};
  return static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
}

using ChipCounts = std::map<std::uint32_t, UnitCounts>;

void count_unit(ChipCounts& counts, const Unit& unit) {
  const std::size_t kind = kind_number(unit.kind);
  if (kind < 3) ++counts[unit.chip][kind];
}

bool has_room(const ChipCounts& counts, const Timing& timing) {
  const UnitCounts most = {timing.compute_units, timing.memory_units, timing.address_units};
  return std::all_of(counts.begin(), counts.end(), [&](const auto& chip) {
    for (std::size_t kind = 0; kind < most.size(); ++kind) {
      if (chip.second[kind] > most[kind]) return false;
    }
    return true;
  });
}

}  // namespace

std::uint32_t find_cut(const Program& program, const Timing& timing,
                       const std::vector<PatternUnits>& units) {
  ChipCounts always;
  std::map<std::uint32_t, ChipCounts> all;                           // by section
  std::map<std::uint32_t, std::map<std::uint32_t, ChipCounts>> own;  // by section, pattern
  for (const Unit& unit : program.units) {
    if (unit.section == none) count_unit(always, unit);
  }
  for (const PatternUnits& some : units) {
    for (std::uint32_t u = some.first; u < some.first + some.count; ++u) {
      const Unit& unit = program.units[u];
      if (all.count(unit.section) == 0) all[unit.section] = always;
      count_unit(all[unit.section], unit);
      count_unit(own[unit.section][some.pattern], unit);
    }
  }
  for (const auto& [section, counts] : all) {
    if (has_room(counts, timing) || own[section].size() < 2) continue;
    ChipCounts before = always;
    std::uint32_t last = none;
    for (const auto& [pattern, mine] : own[section]) {
      for (const auto& [chip, more] : mine) {
        for (std::size_t kind = 0; kind < more.size(); ++kind) before[chip][kind] += more[kind];
      }
      if (last != none && (!has_room(before, timing) || pattern == own[section].rbegin()->first)) {
        return pattern;
      }
      last = pattern;
    }
  }
  return none;
}

}  // namespace weft::program::rdu
