// SPDX-License-Identifier: Apache-2.0
// Where the units of a graph lie on a chip: compute and memory units on a checkerboard, address
// units at its sides, the host above it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

// Places are (x, y): x from 1 to columns and y from 0 to rows - 1 on the checkerboard, where
// x + y is odd for compute units; x = 0 and x = columns + 1 are the sides, each with room for as
// many address units a row as the chip has. Switches stand at corners, (0, 0) to (columns, rows).

/// The switches that something touches: a rectangle of them, both ends included.
struct Touched {
  std::uint32_t x0 = 0;
  std::uint32_t x1 = 0;
  std::uint32_t y0 = 0;
  std::uint32_t y1 = 0;
};

/// Switches on the shortest way from the one to the other: 1 where they touch the same.
std::uint32_t switches_between(const Touched& a, const Touched& b);

/// What has a place: a unit, or the port of a transfer whose addresses no address unit makes.
struct Placed {
  Unit::Kind kind = Unit::Kind::compute;
  std::uint32_t unit = none;
  std::uint32_t transfer = none;
  std::uint32_t x = none;  ///< of the host: none, it touches all switches of the last row
  std::uint32_t y = none;
};

struct Placement {
  std::vector<Placed> things;
  std::vector<std::uint32_t> of_unit;      ///< [unit]: its thing; none of a DRAM
  std::vector<std::uint32_t> of_transfer;  ///< [transfer]: where its data enter and leave the chip

  std::uint32_t thing_of(const Program& program, const End& end) const;
};

Touched touched_by(const Placed& placed, const NetworkTiming& network);

/// Places that the graph gives are kept; the others are found one by one, each where its channels
/// are shortest, and then changed and swapped as long as that makes the sum of all channels'
/// switches less. Category::input where there are too few places, or a given one is taken or of
/// another kind.
Placement place_units(const Program& program, const Timing& timing);

}  // namespace weft::program::rdu
