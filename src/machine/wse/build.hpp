// SPDX-License-Identifier: Apache-2.0
// From a program to the state of a slice at reset.
#pragma once

#include <cstdint>

#include "fabric/parameters.hpp"
#include "fabric/ramp.hpp"
#include "fabric/route.hpp"
#include "machine/machine.hpp"
#include "machine/wse/state.hpp"
#include "program/wse.hpp"

namespace weft::machine::wse {

/// Tile of the region, row-major, of tile `local` of the slice.
inline std::uint32_t global_tile(const Slice& slice, std::uint32_t local) {
  const std::uint32_t y = slice.tiles.y0 + local / slice.tiles.width;
  return y * slice.region.width + slice.tiles.x0 + local % slice.tiles.width;
}

/// Where a slice lies, in the fabric's words.
inline fabric::Extent extent_of(const Slice& slice) {
  fabric::Extent extent{slice.region, slice.tiles, {}};
  for (const Neighbour& neighbour : slice.neighbours) extent.neighbours.push_back(neighbour.tiles);
  return extent;
}

/// Bytes that make_state() allocates.
std::uint64_t state_bytes(const form::Program& program, const Decoded& decoded,
                          const Constants& constants, const Slice& slice);
/// SRAM with its initial content, registers, descriptors, task states; tiles with something to do
/// wake in cycle 0. Category::limit when memory runs out.
State make_state(const form::Program& program, const Decoded& decoded, const Constants& constants,
                 const Slice& slice);
/// The slice's routes and host ports in the fabric's form.
fabric::RouteTable make_routes(const form::Program& program, const Slice& slice);
/// Queue bindings at reset.
void bind_queues(const form::Program& program, const Slice& slice, const fabric::Ramp& ramp);

}  // namespace weft::machine::wse
