// SPDX-License-Identifier: Apache-2.0
// Which tile a run waited for, and what that tile does more of than the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/tile_layout.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

struct BusyTile {
  std::uint32_t tile = 0;
  std::uint64_t busy_cycles = 0;
};

/// What the busiest tile spent cycles on, beside the mean of all tiles of the region.
struct TileShare {
  std::string what;          ///< a counter, or "tasks data '8'": stream, kind and name of rows
  bool is_work = false;      ///< of rows, else of a counter
  std::uint64_t cycles = 0;  ///< or `unit`, of a counter of the busiest tile's that counts no time
  double mean = 0;
  std::string unit = "cycle";
};

struct Bottleneck {
  std::uint64_t tiles = 0;
  std::uint32_t width = 0;  ///< of the region
  Cycle run_cycles = 0;
  std::string unit_name;  ///< of the first of `busiest`, where tiles are units with names
  double mean_busy_cycles = 0;
  std::vector<BusyTile> busiest;  ///< the first one is the bottleneck; the lower number of equals
  std::vector<TileShare> shares;  ///< of it: its rows, then its counters; most cycles first
};

/// From counter "tile_busy", counters in cycles and rows: of stretches of time at level `runs`, of
/// what contexts waited for from `phases` on. Where the busiest tile has none of these, from what
/// else it counted. At most `top` tiles. Category::input where no tile was busy.
Bottleneck read_bottleneck(const trace::Reader& reader, std::size_t top);

/// Tables, and a sentence that says which tile and why.
std::string describe(const Bottleneck& bottleneck, const TileLayout& layout, std::size_t top);

}  // namespace weft::analysis
