// SPDX-License-Identifier: Apache-2.0
// What each tile of a bulk-synchronous machine does over time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/bsp.hpp"
#include "analysis/tile_grid.hpp"

namespace weft::analysis {

/// Phases of a tile, and what it does without a row of its own.
enum class TilePhase : std::uint8_t { compute, copy, exchange, sync, host, idle };
inline constexpr std::size_t tile_phases = 6;
std::string_view name_of(TilePhase phase);

/// What tiles do over time, in boxes of (tiles, cycles): tile-cycles in each phase. Cells are
/// [row][column][TilePhase].
struct TileTime : TileGrid {
  std::vector<std::uint64_t> cells;

  std::uint64_t at(int row, int column, TilePhase phase) const;
  std::uint64_t& at(int row, int column, TilePhase phase);
};

/// Whether the trace keeps what read_tile_time() needs.
bool keeps_tile_time(const trace::Reader& reader);

/// From streams "phases" and "supersteps". A tile waits for the sync while the machine computes and
/// synchronises and the tile does nothing of its own; the machine's exchanges are all tiles', as in
/// counter "exchange_cycles". Idle is what no phase and no command of the host covers. At most
/// `columns` x `rows` boxes, fewer where a box would be less than a cycle or a tile.
/// Category::input as above.
TileTime read_tile_time(const trace::Reader& reader, const Bsp& bsp, const TileRange& tiles,
                        int columns, int rows);

}  // namespace weft::analysis
