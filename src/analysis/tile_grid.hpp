// SPDX-License-Identifier: Apache-2.0
// Boxes of tiles and cycles, in which what tiles did is summed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/export.hpp"

namespace weft::analysis {

/// Tiles [first, first + count).
struct TileRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  bool holds(std::uint32_t tile) const { return tile >= first && tile - first < count; }
};

/// A range of tiles cut into rows, a range of cycles cut into columns, as evenly as can be.
struct TileGrid {
  CycleRange range;
  TileRange tiles;
  int columns = 0;
  int rows = 0;

  /// At most `columns` x `rows` boxes, fewer where a box would be less than a cycle or a tile.
  static TileGrid of(const CycleRange& range, const TileRange& tiles, int columns, int rows);

  std::size_t boxes() const {
    return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  }
  std::size_t box(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(column);
  }
  Cycle column_begin(int column) const;
  std::uint32_t row_begin(int row) const;
  std::uint32_t tiles_of_row(int row) const { return row_begin(row + 1) - row_begin(row); }
  Cycle cycles_of_column(int column) const {
    return column_begin(column + 1) - column_begin(column);
  }
};

/// Where things lie in a grid.
class GridPlaces {
 public:
  explicit GridPlaces(const TileGrid& grid);

  int row_of(std::uint32_t tile) const { return row_of_[tile - first_]; }

  /// each(column, cycles) for the columns that [begin, end) touches.
  template <typename Each>
  void split(Cycle begin, Cycle end, const Each& each) const {
    begin = std::max(begin, begins_.front());
    end = std::min(end, begins_.back());
    if (begin >= end) return;
    const auto first = std::upper_bound(begins_.begin(), begins_.end(), begin) - 1;
    for (auto c = static_cast<std::size_t>(first - begins_.begin());
         c + 1 < begins_.size() && begins_[c] < end; ++c) {
      each(static_cast<int>(c), std::min(end, begins_[c + 1]) - std::max(begin, begins_[c]));
    }
  }

 private:
  std::uint32_t first_;
  std::vector<Cycle> begins_;
  std::vector<int> row_of_;
};

}  // namespace weft::analysis
