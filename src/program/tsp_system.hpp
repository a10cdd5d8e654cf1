// SPDX-License-Identifier: Apache-2.0
// Many TSP chips: which link of which chip is joined to which, and the ways between chips.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "program/tsp_cable.hpp"

namespace weft::topology {
class Topology;
}

namespace weft::program::tsp {

inline constexpr std::uint32_t chips_a_node = 8;
inline constexpr std::uint32_t local_links = 7;   ///< of a chip in a node, to each of the others
inline constexpr std::uint32_t global_links = 4;  ///< of a chip, to other nodes

/// A system as ISCA 2022 builds it: chips of a node joined all to all, nodes of a group all to all,
/// groups all to all. Chip numbers count through nodes, nodes through groups.
struct System {
  std::uint32_t chips = 1;          ///< 1, or nodes * chips_a_node
  std::uint32_t nodes_a_group = 1;  ///< a group is the dragonfly's 33 nodes, or a rack's 9
  std::uint32_t groups = 1;
  std::uint32_t cables_a_node_pair = 1;  ///< inside a group
};

/// From the constants system.*; Category::input where a node's 32 global links do not suffice.
System read_system(const topology::Topology& topology);
/// Every cable once, a < b, by (a, link of a).
std::vector<Cable> cables_of(const System& system);

/// Where a chip's links lead: [link number].
struct Far {
  std::uint32_t chip = 0;
  std::uint32_t link = 0;
};
class Wiring {
 public:
  Wiring(std::uint32_t chips, const std::vector<Cable>& cables);
  /// The other end; nothing where no cable is.
  std::optional<Far> far(std::uint32_t chip, std::uint32_t link) const;
  /// Links from one chip to another, ascending.
  std::vector<std::uint32_t> between(std::uint32_t from, std::uint32_t to) const;
  std::uint32_t chips() const { return static_cast<std::uint32_t>(ends_.size() / links_a_chip); }
  /// Hops from a chip to every other; never reached: `none`.
  std::vector<std::uint32_t> hops_from(std::uint32_t chip) const;

 private:
  std::vector<Far> ends_;  ///< [chip][link]
};

/// Greatest number of hops between two chips, from `chips` of them (all where it is empty).
std::uint32_t diameter(const Wiring& wiring, const std::vector<std::uint32_t>& from = {});

}  // namespace weft::program::tsp
