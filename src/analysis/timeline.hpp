// SPDX-License-Identifier: Apache-2.0
// Supersteps as a picture: how long their phases are, and what tiles do meanwhile.
#pragma once

#include <string>

#include "analysis/image.hpp"
#include "analysis/tile_time.hpp"

namespace weft::analysis {

/// What the picture says about its machine.
struct TimelineText {
  std::string machine;
  std::uint64_t clock_hz = 0;  ///< 0: no microseconds
};

/// Above: a bar a superstep, its compute, sync, exchange and host cycles stacked; where there are
/// more supersteps than room, means of as many as fall on a column. A host part that would leave
/// the others no height is torn off, its cycles told. Below: the machine's phases by cycle and,
/// with `tiles`, every tile's. Where a box holds several phases its height is shared among them; of
/// one pixel the longest has all.
Image draw_timeline(const Bsp& bsp, const TileTime* tiles, const TimelineText& text);

/// Width of the panels in pixels: what TileTime::columns should be.
inline constexpr int timeline_pixels = 1120;
/// Height of the tile panel: what TileTime::rows should be at most.
inline constexpr int timeline_tile_pixels = 420;

/// What `weft trace timeline` does: reads `range` of the trace, `tiles` of it (count 0: all).
Image draw_timeline(const trace::Reader& reader, const Bsp& bsp, const TileRange& tiles);

}  // namespace weft::analysis
