// SPDX-License-Identifier: Apache-2.0
// From a family's relation to slices, with the relation's rules held.
#include <string>

#include "machine/machine.hpp"

namespace weft::machine {

namespace {

/// What is wrong with neighbour `b` of slice `a`, or nothing.
std::string wrong_with(const Relation& relation, std::span<const Rectangle> slices, std::size_t a,
                       const Neighbour& b) {
  if (b.slice >= slices.size() || slices[b.slice].empty()) return "holds no tiles";
  if (b.slice == a) return "is the slice itself";
  if (b.tiles != slices[b.slice]) return "has other tiles";
  if (b.latency_cycles == 0) return "is without latency";
  const auto& back = relation[b.slice];
  const bool mutual = std::any_of(back.begin(), back.end(),
                                  [&](const Neighbour& other) { return other.slice == a; });
  return mutual ? "" : "does not know it";
}

void check(const Family& family, const Relation& relation, std::span<const Rectangle> slices) {
  const std::string who = "machine: family '" + family.name + "': ";
  if (relation.size() != slices.size())
    fail(Category::internal, who + "not all slices are related");
  for (std::size_t a = 0; a < slices.size(); ++a) {
    const auto& list = relation[a];
    for (std::size_t n = 0; n < list.size(); ++n) {
      std::string wrong = wrong_with(relation, slices, a, list[n]);
      if (n > 0 && list[n].slice <= list[n - 1].slice) wrong = "is out of order";
      if (wrong.empty() && !slices[a].empty()) continue;
      fail(Category::internal, who + "neighbour " + std::to_string(list[n].slice) + " of slice " +
                                   std::to_string(a) + " " + wrong);
    }
  }
}

}  // namespace

std::vector<Slice> make_slices(const Family& family, const topology::Topology& topology,
                               std::span<const std::byte> program, const Rectangle& region,
                               std::span<const Rectangle> tiles) {
  Relation relation = family.relation(topology, program, region, tiles);
  check(family, relation, tiles);
  std::vector<Slice> slices;
  for (std::size_t s = 0; s < tiles.size(); ++s) {
    slices.push_back({region, tiles[s], std::move(relation[s])});
  }
  return slices;
}

}  // namespace weft::machine
