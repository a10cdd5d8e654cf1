// SPDX-License-Identifier: Apache-2.0
// Rows of named cells as a picture, with words beside, below and inside, and a legend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/image.hpp"
#include "analysis/timeline_parts.hpp"

namespace weft::analysis {

/// Rows from `row` on, up to the next group, that belong together.
struct CellGroup {
  std::size_t row = 0;
  std::string name;
};

/// What is to be drawn. Cells are [row][column].
struct CellPicture {
  std::string title;
  std::string subtitle;
  int cell_width = 1;  ///< pixels
  int cell_height = 1;
  std::vector<std::string> rows;     ///< a name a row; those without room are left out
  std::vector<CellGroup> groups;     ///< left of the names, with a line between; empty: none
  std::vector<std::string> columns;  ///< names, written upwards; empty: cycles
  std::vector<std::string> notes;    ///< right of the rows, as many; empty: none
  std::string notes_title;           ///< above them
  std::uint64_t begin = 0;           ///< of the first column, where columns are cycles
  std::uint64_t end = 0;             ///< behind the last one
  std::vector<Color> cells;
  std::vector<std::string> words;  ///< in the cells, and on into their neighbours; empty: none
  bool gaps = false;               ///< a white line between cells
  std::vector<LegendEntry> legend;
};

Image draw(const CellPicture& picture);

/// Pixels a row for so many rows: with room for a name each, as long as that keeps them on a page.
int cell_height_for(std::size_t rows);

}  // namespace weft::analysis
