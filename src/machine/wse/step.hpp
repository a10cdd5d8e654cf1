// SPDX-License-Identifier: Apache-2.0
// One cycle of a list of tiles.
#pragma once

#include "fabric/ramp.hpp"
#include "machine/wse/state.hpp"

namespace weft::machine::wse {

/// Rows that one kernel launch made: tile i of the list has rows[i * rows_per_tile ...].
struct RowBuffer {
  Array<Row> rows;
  Array<std::uint32_t> used;
};

/// Tiles in one launch.
inline constexpr std::uint32_t block_tiles = 512;

/// Runs cycle `cycle` of tiles list[0 .. count), count <= block_tiles: spans, FIFOs, main threads.
void step_tiles(const State& state, const fabric::Ramp& ramp, Cycle cycle,
                const std::uint32_t* list, std::uint32_t count, const RowBuffer& buffer);

}  // namespace weft::machine::wse
