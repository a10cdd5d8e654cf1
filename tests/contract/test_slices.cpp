// SPDX-License-Identifier: Apache-2.0
// Who exchanges records with whom: the relations that machines are built from, on every cut, and
// those that break the rules.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "machine/machine.hpp"
#include "partition/partition.hpp"
#include "topology/topology.hpp"

namespace weft::test {
namespace {

using machine::Neighbour;
using machine::Relation;
using machine::TileLink;
using partition::Cut;

constexpr Rectangle region{0, 0, 6, 8};

std::vector<TileLink> mesh_links() {
  std::vector<TileLink> links;
  for (std::uint32_t y = 0; y < 8; ++y) {
    for (std::uint32_t x = 0; x < 6; ++x) {
      const std::uint32_t t = y * 6 + x;
      if (x + 1 < 6) links.insert(links.end(), {{t, t + 1, 3}, {t + 1, t, 3}});
      if (y + 1 < 8) links.insert(links.end(), {{t, t + 6, 3}, {t + 6, t, 3}});
    }
  }
  return links;
}

void on_every_cut(const std::function<void(const std::vector<Rectangle>&)>& body) {
  for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
    for (const int ranks : {1, 2, 3, 4, 6, 7, 12, 50}) {
      SCOPED_TRACE(partition::cut_name(cut) + " " + std::to_string(ranks));
      body(partition::cut_region(region, {}, ranks, cut).slices);
    }
  }
}

TEST(Slices, EdgesAreWhereTheLinksOfAMeshCross) {
  on_every_cut([](const std::vector<Rectangle>& slices) {
    EXPECT_EQ(machine::edge_sharers(slices, 3), machine::along_links(region, slices, mesh_links()));
  });
}

TEST(Slices, AllPairsLeaveOutOnlyThoseWithoutTiles) {
  on_every_cut([](const std::vector<Rectangle>& slices) {
    std::size_t holders = 0;
    for (const Rectangle& slice : slices) holders += slice.empty() ? 0U : 1U;
    const Relation relation = machine::all_pairs(slices, 5);
    for (std::size_t s = 0; s < slices.size(); ++s) {
      EXPECT_EQ(relation[s].size(), slices[s].empty() ? 0 : holders - 1);
      for (const Neighbour& n : relation[s]) EXPECT_EQ(n.latency_cycles, 5U);
    }
  });
}

TEST(Slices, TheFastestOfSeveralLinksCounts) {
  const std::vector<Rectangle> rows{{0, 0, 6, 2}, {0, 2, 6, 2}, {0, 4, 6, 4}};
  // Rows of 6 tiles: slice 0 to 2 and back, inside slice 1, and from 2 to 1 one way.
  const std::vector<TileLink> links{{0, 30, 9}, {5, 47, 4}, {24, 1, 6}, {12, 13, 1}, {40, 20, 2}};
  const Relation relation = machine::along_links(region, rows, links);
  EXPECT_EQ(
      relation,
      (Relation{{{2, rows[2], 6}}, {{2, rows[2], 2}}, {{0, rows[0], 4}, {1, rows[1], never}}}));
  EXPECT_THROW(machine::along_links(region, rows, std::vector<TileLink>{{0, 48, 1}}), Error);
}

/// What make_slices() says to a family that relates three slices so.
std::string refusal(const Relation& relation) {
  static Relation given;
  given = relation;
  machine::Family family;
  family.name = "made up";
  family.relation = [](const topology::Topology&, std::span<const std::byte>, const Rectangle&,
                       std::span<const Rectangle>) { return given; };
  const topology::Topology topology = topology::load_topology("toy");
  const std::vector<Rectangle> tiles{{0, 0, 6, 2}, {0, 2, 6, 6}, {}};
  try {
    const auto slices = machine::make_slices(family, topology, {}, region, tiles);
    EXPECT_EQ(slices.size(), 3U);
    EXPECT_EQ(slices.at(1).region, region);
    EXPECT_EQ(slices.at(1).tiles, tiles[1]);
    EXPECT_EQ(slices.at(1).neighbours, relation[1]);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::internal);
    return error.what();
  }
}

TEST(Slices, ARelationThatBreaksTheRulesIsRefused) {
  const Neighbour upper{0, {0, 0, 6, 2}, 1};
  const Neighbour lower{1, {0, 2, 6, 6}, never};
  EXPECT_EQ(refusal({{lower}, {upper}, {}}), "");
  EXPECT_EQ(refusal({{}, {}, {}}), "");
  const std::string who = "machine: family 'made up': ";
  EXPECT_EQ(refusal({{lower}, {upper}}), who + "not all slices are related");
  EXPECT_EQ(refusal({{lower}, {}, {}}), who + "neighbour 1 of slice 0 does not know it");
  EXPECT_EQ(refusal({{upper}, {}, {}}), who + "neighbour 0 of slice 0 is the slice itself");
  EXPECT_EQ(refusal({{{2, {}, 1}}, {}, {}}), who + "neighbour 2 of slice 0 holds no tiles");
  EXPECT_EQ(refusal({{{3, {}, 1}}, {}, {}}), who + "neighbour 3 of slice 0 holds no tiles");
  EXPECT_EQ(refusal({{lower}, {upper, upper}, {}}), who + "neighbour 0 of slice 1 is out of order");
  EXPECT_EQ(refusal({{{1, upper.tiles, 1}}, {upper}, {}}),
            who + "neighbour 1 of slice 0 has other tiles");
  EXPECT_EQ(refusal({{{1, lower.tiles, 0}}, {upper}, {}}),
            who + "neighbour 1 of slice 0 is without latency");
}

}  // namespace
}  // namespace weft::test
