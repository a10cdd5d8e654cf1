// SPDX-License-Identifier: Apache-2.0
// Even cuts in whole numbers.
#include "analysis/tile_grid.hpp"

namespace weft::analysis {

TileGrid TileGrid::of(const CycleRange& range, const TileRange& tiles, int columns, int rows) {
  TileGrid grid;
  grid.range = range;
  grid.tiles = tiles;
  grid.columns =
      static_cast<int>(std::min<Cycle>(static_cast<Cycle>(columns), range.end - range.begin));
  grid.rows = static_cast<int>(std::min<std::uint64_t>(static_cast<unsigned>(rows), tiles.count));
  return grid;
}

Cycle TileGrid::column_begin(int column) const {
  __extension__ using Wide = unsigned __int128;
  return range.begin +
         static_cast<Cycle>(Wide{range.end - range.begin} * static_cast<unsigned>(column) /
                            static_cast<unsigned>(columns));
}

std::uint32_t TileGrid::row_begin(int row) const {
  return tiles.first +
         static_cast<std::uint32_t>(std::uint64_t{tiles.count} * static_cast<unsigned>(row) /
                                    static_cast<unsigned>(rows));
}

GridPlaces::GridPlaces(const TileGrid& grid) : first_(grid.tiles.first) {
  for (int c = 0; c <= grid.columns; ++c) begins_.push_back(grid.column_begin(c));
  row_of_.reserve(grid.tiles.count);
  for (int r = 0; r < grid.rows; ++r) row_of_.insert(row_of_.end(), grid.tiles_of_row(r), r);
}

}  // namespace weft::analysis
