// SPDX-License-Identifier: Apache-2.0
// Rows of named cells as a picture, with words beside and below and a legend.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/image.hpp"
#include "analysis/timeline_parts.hpp"

namespace weft::analysis {

/// What is to be drawn. Cells are [row][column].
struct CellPicture {
  std::string title;
  std::string subtitle;
  int cell_width = 1;  ///< pixels
  int cell_height = 1;
  std::vector<std::string> rows;     ///< a name a row; empty ones are left out
  std::vector<std::string> columns;  ///< likewise, written downwards; empty: cycles
  std::uint64_t begin = 0;           ///< of the first column, where columns are cycles
  std::uint64_t end = 0;             ///< behind the last one
  std::vector<Color> cells;
  std::vector<LegendEntry> legend;
};

Image draw(const CellPicture& picture);

}  // namespace weft::analysis
