// SPDX-License-Identifier: Apache-2.0
// A counter as a picture of the machine.
#pragma once

#include <string>

#include "analysis/image.hpp"
#include "analysis/tile_layout.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// One panel for each channel, all on one linear scale from 0 to the largest value, with title,
/// scale bar and tile coordinates. A tile is a square of whole pixels: large ones for small
/// machines, at least one. Chips are drawn as blocks, with the numbers of their tiles, or where
/// tiles have names as lines of them (line_picture.hpp).
Image draw_heatmap(const trace::CounterGrid& grid, const std::string& subtitle,
                   const TileShape& shape = {});

/// The numbers behind the picture: "x,y,value" or "x,y,west,east,...", a line a tile.
std::string heatmap_csv(const trace::CounterGrid& grid);

}  // namespace weft::analysis
