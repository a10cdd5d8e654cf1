// SPDX-License-Identifier: Apache-2.0
// A counter of machines whose chips are rows of named tiles.
#pragma once

#include <string>

#include "analysis/image.hpp"
#include "analysis/tile_layout.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// A line a channel and chip, a column a tile, by its name: of shape.columns there are grid.width.
/// Lines of zeros are left out where there are several channels.
Image draw_lines(const trace::CounterGrid& grid, const std::string& subtitle,
                 const TileShape& shape);

}  // namespace weft::analysis
