// SPDX-License-Identifier: Apache-2.0
// What one rank holds of a machine, and which other slices it exchanges records with.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/geometry.hpp"
#include "base/ids.hpp"

namespace weft::machine {

/// A slice that another one exchanges records with.
struct Neighbour {
  std::size_t slice = 0;  ///< its place among all slices
  Rectangle tiles;
  /// What left there in cycle c does something here in cycle c + latency_cycles at the earliest.
  /// At least 1; `never` where nothing comes from there.
  Cycle latency_cycles = 1;
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

/// The part of the machine that one rank holds; make_slices() (machine.hpp) builds all of a cut.
struct Slice {
  Rectangle region;                   ///< the whole emulated region, (0, 0) based
  Rectangle tiles;                    ///< this rank's part of it
  std::vector<Neighbour> neighbours;  ///< by place; "neighbour n" is an index here
};

/// Who exchanges records with whom: of every slice its neighbours, by place. Symmetric, for each
/// window brings one message each way; a slice is not its own neighbour, and an empty one has none.
using Relation = std::vector<std::vector<Neighbour>>;

/// A link by which something may get from one tile to another (region indices).
struct TileLink {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Cycle latency_cycles = 1;
};

/// Every two slices that hold tiles and for which `related` says so.
template <typename Related>
Relation pairs_where(std::span<const Rectangle> slices, Cycle latency_cycles,
                     const Related& related) {
  std::vector<std::size_t> holders;
  for (std::size_t s = 0; s < slices.size(); ++s) {
    if (!slices[s].empty()) holders.push_back(s);
  }
  Relation relation(slices.size());
  for (const std::size_t a : holders) {
    for (const std::size_t b : holders) {
      if (a == b || !related(slices[a], slices[b])) continue;
      relation[a].push_back({b, slices[b], latency_cycles});
    }
  }
  return relation;
}

/// All that hold tiles, each with every other.
inline Relation all_pairs(std::span<const Rectangle> slices, Cycle latency_cycles) {
  return pairs_where(slices, latency_cycles,
                     [](const Rectangle&, const Rectangle&) { return true; });
}

/// Those of a mesh: its slices meet at edges, and corners exchange nothing.
inline Relation edge_sharers(std::span<const Rectangle> slices, Cycle latency_cycles) {
  return pairs_where(slices, latency_cycles, shares_edge);
}

/// Slices that any links join, wherever they lie; of several links the fastest counts.
/// Category::internal for a link that leaves the region.
inline Relation along_links(const Rectangle& region, std::span<const Rectangle> slices,
                            std::span<const TileLink> links) {
  std::vector<std::size_t> owner(region.tiles(), slices.size());
  for (std::size_t s = 0; s < slices.size(); ++s) {
    for (std::uint32_t y = slices[s].y0; y < slices[s].y1(); ++y) {
      const std::size_t first = std::size_t{y} * region.width + slices[s].x0;
      std::fill_n(owner.begin() + static_cast<std::ptrdiff_t>(first), slices[s].width, s);
    }
  }
  std::map<std::pair<std::size_t, std::size_t>, Cycle> least;  // (to, from)
  for (const TileLink& link : links) {
    if (link.from >= owner.size() || link.to >= owner.size()) {
      fail(Category::internal, "machine: a link leaves the region");
    }
    const std::size_t from = owner[link.from];
    const std::size_t to = owner[link.to];
    if (from == to) continue;
    Cycle& known = least.try_emplace({to, from}, never).first->second;
    known = std::min(known, link.latency_cycles);
    least.try_emplace({from, to}, never);
  }
  Relation relation(slices.size());
  for (const auto& [ends, latency] : least) {
    relation[ends.first].push_back({ends.second, slices[ends.second], latency});
  }
  return relation;
}

}  // namespace weft::machine
