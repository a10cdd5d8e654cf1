// SPDX-License-Identifier: Apache-2.0
// Tile mappings in any order of calls; mapping views; types and names in a graph.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/graph.hpp"

namespace weft::frontends::poplar {
namespace {

TEST(TileMapping, LaterCallsReplaceEarlierOnes) {
  TileMapping mapping;
  EXPECT_EQ(mapping.tile_of(0), unmapped);
  mapping.set(0, 10, 1);
  mapping.set(4, 6, 2);
  mapping.set(12, 14, 3);
  const std::vector<TileInterval> expected{{0, 4, 1}, {4, 6, 2}, {6, 10, 1}, {12, 14, 3}};
  EXPECT_EQ(mapping.intervals(), expected);
  EXPECT_EQ(mapping.tile_of(5), 2U);
  EXPECT_EQ(mapping.tile_of(11), unmapped);
  EXPECT_FALSE(mapping.complete(14));
  mapping.set(4, 12, 1);
  EXPECT_TRUE(mapping.complete(14));
  EXPECT_FALSE(mapping.complete(15));
  EXPECT_EQ(mapping.intervals(3, 13), (std::vector<TileInterval>{{3, 12, 1}, {12, 13, 3}}));
}

TEST(TileMapping, NeighboursOnOneTileAreOneInterval) {
  TileMapping mapping;
  mapping.set(0, 5, 4);
  mapping.set(5, 9, 4);
  mapping.set(20, 30, 4);
  mapping.set(9, 20, 4);
  EXPECT_EQ(mapping.intervals(), (std::vector<TileInterval>{{0, 30, 4}}));
}

TEST(TileMapping, RandomCallsMatchAnArray) {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    TileMapping mapping;
    std::vector<std::uint32_t> tiles(50, unmapped);
    for (int call = 0; call < 20; ++call) {
      const std::uint64_t begin = random() % 50;
      const std::uint64_t end = begin + random() % (51 - begin);
      const std::uint32_t tile =
          random() % 5 == 0 ? unmapped : static_cast<std::uint32_t>(random() % 3);
      mapping.set(begin, end, tile);
      std::fill(tiles.begin() + static_cast<std::int64_t>(begin),
                tiles.begin() + static_cast<std::int64_t>(end), tile);
      if (random() % 4 != 0) continue;
      for (std::uint64_t e = 0; e < 50; ++e) ASSERT_EQ(mapping.tile_of(e), tiles[e]);
    }
    for (std::uint64_t e = 0; e < 50; ++e) ASSERT_EQ(mapping.tile_of(e), tiles[e]);
  }
}

Variable variable(const std::string& name, ElementType type, Shape shape) {
  Variable made;
  made.name = name;
  made.type = type;
  made.elements = 1;
  for (const std::uint64_t length : shape) made.elements *= length;
  made.shape = std::move(shape);
  return made;
}

TEST(GraphModel, MapsViews) {
  GraphModel graph;
  graph.variables.push_back(variable("m", ElementType::single, {3, 4}));
  const View all = View::of(0, {3, 4});
  graph.map(all, 0);
  graph.map(all.index(1, 1), 5);
  graph.map(all.index(2).reverse(0).slice(0, 2, 0), 6);
  std::vector<std::uint32_t> tiles;
  for (std::uint64_t e = 0; e < 12; ++e) tiles.push_back(graph.variables[0].mapping.tile_of(e));
  EXPECT_EQ(tiles, (std::vector<std::uint32_t>{0, 5, 0, 0, 0, 5, 0, 0, 0, 5, 6, 6}));
}

TEST(GraphModel, TypesOfViews) {
  GraphModel graph;
  graph.variables.push_back(variable("a", ElementType::single, {4}));
  graph.variables.push_back(variable("b", ElementType::half, {4}));
  const View a = View::of(0, {4});
  const View b = View::of(1, {4});
  EXPECT_EQ(graph.type_of(b), ElementType::half);
  EXPECT_EQ(graph.type_of(b.slice(1, 1)), ElementType::half);
  EXPECT_THROW(graph.type_of(View::concat(std::vector<View>{a, b}, 0)), Error);
  EXPECT_THROW(graph.type_of(View()), Error);
}

}  // namespace
}  // namespace weft::frontends::poplar
