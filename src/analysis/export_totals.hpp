// SPDX-License-Identifier: Apache-2.0
// A tile's time, by what it went into, as text for other programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "analysis/tile_grid.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// Writes "tile,x,y,kind,id,name,rows,cycles" and a line for each tile, kind and id of a stream:
/// how many rows touch the range, and how many of its cycles they take. A row that lasts no cycle
/// counts where it stands. Returns the lines. Category::input as for rows.
std::uint64_t export_totals(const trace::Reader& reader, const std::string& stream,
                            const CycleRange& range, const TileRange& tiles, std::ostream& out);

}  // namespace weft::analysis
