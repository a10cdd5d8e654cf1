// SPDX-License-Identifier: Apache-2.0
// How busy tiles were over time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/tile_layout.hpp"
#include "analysis/tile_time.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// Shares of busy cycles in boxes of (tiles, time).
struct BusyTime {
  std::uint32_t width = 0;           ///< of the region
  std::vector<std::uint32_t> tiles;  ///< first tile of each row, and one behind the last
  std::vector<Cycle> cycles;         ///< first cycle of each column, and one behind the last
  std::vector<double> shares;        ///< [row][column]
  std::string source;                ///< what it is made from, in words

  std::size_t rows() const { return tiles.size() - 1; }
  std::size_t columns() const { return cycles.size() - 1; }
  double at(std::size_t row, std::size_t column) const { return shares[row * columns() + column]; }
};

/// From rows of stream "phases" where the trace keeps them, else from the bins of the timeline's
/// "tile_busy". At most `rows` x `columns` boxes. `chosen` of no tile: all. Category::input where
/// the trace has neither.
BusyTime read_busy_time(const trace::Reader& reader, const TileRange& chosen, std::size_t rows,
                        std::size_t columns);

/// A line a row: tenths of the time in which the mean tile of a box was busy, . for none.
std::string describe(const BusyTime& busy, const TileLayout& layout);
/// "tile,begin,end,busy", a line a box.
std::string csv_of(const BusyTime& busy);

}  // namespace weft::analysis
