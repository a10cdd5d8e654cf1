// SPDX-License-Identifier: Apache-2.0
// Which section a pattern stands in, and where one that a chip has no room for is cut.
#pragma once

#include <cstdint>
#include <vector>

#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// [pattern]: whether a section begins with it that nobody asked for.
using Cuts = std::vector<bool>;

/// [pattern]: its section's number; none of inputs.
std::vector<std::uint32_t> sections_of(const Patterns& patterns, bool fused, const Cuts& cuts);

/// Units of a graph that a pattern has: where they begin, and how many.
struct PatternUnits {
  std::uint32_t pattern = none;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// The pattern to begin another section with, where a section has more units than a chip and more
/// patterns than one: as many stay before it as the chip has room for. `none` where all fit, or
/// where no cut would help.
std::uint32_t find_cut(const Program& program, const Timing& timing,
                       const std::vector<PatternUnits>& units);

}  // namespace weft::program::rdu
