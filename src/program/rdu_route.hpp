// SPDX-License-Identifier: Apache-2.0
// Static routes: which links of the mesh a channel has to itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_place.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// A link from a switch to its neighbour: 4 * (y * (columns + 1) + x) + direction.
enum class Direction : std::uint8_t { east, west, north, south };  ///< north: y + 1
inline constexpr std::uint32_t directions = 4;

/// "from switch (3, 4) east".
std::string name_of_link(std::uint32_t link, const NetworkTiming& network);
/// The switch at the other end, by number; none where the mesh ends.
std::uint32_t switch_behind(std::uint32_t link, const NetworkTiming& network);

/// The link from the one switch to the other, its neighbour.
std::uint32_t link_between(std::uint32_t a, std::uint32_t b, const NetworkTiming& network);

/// A channel between two things that touch switches.
struct Net {
  std::uint32_t channel = none;
  Channel::Kind kind = Channel::Kind::word;
  Touched from;
  Touched to;
  std::uint64_t tokens = 1;         ///< about how many go along it
  std::vector<std::uint32_t> path;  ///< switches, by number; empty: no route
};

/// Links between switches that channels of the kind may have, each way.
std::uint32_t links_of(Channel::Kind kind, const NetworkTiming& network);

/// Links that more nets want than there are.
struct ShortLink {
  Channel::Kind kind = Channel::Kind::word;
  std::uint32_t link = 0;
  std::vector<std::uint32_t> nets;
};

/// Finds a path for each net, as short as the others let it be: paths over full links are sought
/// anew while what is full gets dearer. Empty where every net has its links; else what is short in
/// the last attempt. Kinds don't share links.
std::vector<ShortLink> route_nets(std::vector<Net>& nets, const NetworkTiming& network);

/// Takes routes away, of the nets with the fewest tokens first, until no link is short.
void leave_out(std::vector<Net>& nets, const NetworkTiming& network);

}  // namespace weft::program::rdu
