// SPDX-License-Identifier: Apache-2.0
// A unit graph on the network of a chip: units get places, channels get routes, and from those the
// cycles and the room that they have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/rdu.hpp"
#include "program/rdu_route.hpp"
#include "program/rdu_timing.hpp"

namespace weft::program::rdu {

/// How one channel goes.
struct Route {
  enum class Kind : std::uint8_t { own, fixed, shared };
  /// own: between ends at one place, as without a network; fixed: over static links; shared: over
  /// the dynamic mesh.
  Kind kind = Kind::own;
  std::uint32_t switches = 0;  ///< that it passes
};

/// What a run's report says of the network.
struct NetworkUse {
  std::vector<Route> routes;  ///< [channel]; empty where the network is ideal
  std::uint32_t fixed = 0;    ///< channels
  std::uint32_t shared = 0;
  std::uint64_t switches = 0;  ///< of all channels
  std::uint32_t longest = 0;   ///< switches of one channel
  std::uint32_t longest_channel = none;
  std::uint32_t links_used = 0;  ///< static ones between switches that any channel has
  std::uint32_t links = 0;       ///< of all
  std::uint32_t busiest_used = 0;
  std::uint32_t busiest_of = 0;
  std::uint32_t most_sharing = 0;  ///< channels over one link of the dynamic mesh
  std::string most_shared;         ///< "from switch (3, 4) east"
  std::string busiest;  ///< static: "bit links from switch (3, 4) east"; empty: none is used
};

struct Networked {
  Program placed;   ///< as it was, with places: what a text of it says
  Program program;  ///< what runs
  NetworkUse use;
};

/// With an ideal network the graph stays as it is.
///
/// Static: a channel over h switches takes h * hop_cycles more and holds h * hop_depth tokens more;
/// those in the producer's pipe lie in the pipe's own registers. That is what h registers of
/// hop_depth tokens, each with credits of its own, come to, where hop_depth >= 2 * hop_cycles: a
/// token a cycle passes.
///
/// Dynamic: a channel becomes a flow (rdu.hpp); channels keep their numbers, those that leave the
/// mesh are behind all others, and so is the mesh's unit. Hybrid: static for all that get links,
/// and of those that don't, the ones with the fewest tokens go over the dynamic mesh.
///
/// Category::input where places or links run out, saying which, how many, and the largest users;
/// unsupported for graphs of several chips or sections.
Networked lay_network(const Program& program, const Timing& timing);

/// Lines of a report, without an end of line at the last.
std::vector<std::string> describe(const Program& program, const NetworkUse& use);

}  // namespace weft::program::rdu
