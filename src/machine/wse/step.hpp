// SPDX-License-Identifier: Apache-2.0
// One cycle of a list of tiles.
#pragma once

#include "fabric/ramp.hpp"
#include "machine/wse/state.hpp"

namespace weft::machine::wse {

/// Rows that one kernel launch made: tile i of the list has used[i].rows of them from
/// rows[i * row_stride], and used[i].words from rows[i * row_stride + rows_per_tile].
struct RowBuffer {
  Array<Row> rows;
  Array<RowCounts> used;
};
inline constexpr std::uint32_t row_stride = rows_per_tile + words_per_tile;

/// Tiles in one launch.
inline constexpr std::uint32_t block_tiles = 512;

/// Runs cycle `cycle` of tiles list[0 .. count), count <= block_tiles: spans, FIFOs, main threads.
void step_tiles(const State& state, const fabric::Ramp& ramp, Cycle cycle,
                const std::uint32_t* list, std::uint32_t count, const RowBuffer& buffer);

}  // namespace weft::machine::wse
