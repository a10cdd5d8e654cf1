// SPDX-License-Identifier: Apache-2.0
// Integer identities shared by every room: cycles, tiles, links.
#pragma once

#include <cstdint>
#include <limits>

namespace weft {

/// A count of clock cycles of the machine, or a point in emulated time (cycle 0 is reset).
using Cycle = std::uint64_t;

/// "No such cycle": later than every cycle a run can reach.
inline constexpr Cycle never = std::numeric_limits<Cycle>::max();

/// Tile of the emulated region, row-major: index = y * region width + x. The same on any rank
/// count.
enum class TileId : std::uint32_t {};

/// Directed link, numbered by its source: index = tile index * ports per tile + source port.
enum class LinkId : std::uint32_t {};

constexpr std::uint32_t index(TileId tile) { return static_cast<std::uint32_t>(tile); }
constexpr std::uint32_t index(LinkId link) { return static_cast<std::uint32_t>(link); }

}  // namespace weft
