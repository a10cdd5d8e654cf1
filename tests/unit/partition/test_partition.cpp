// SPDX-License-Identifier: Apache-2.0
// Every tile has one owner, slices border as a grid, and what does not fit is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "partition/partition.hpp"

namespace weft::partition {
namespace {

std::vector<int> owners(const Partition& p) {
  std::vector<int> owner(p.region.tiles(), -1);
  for (int rank = 0; rank < p.ranks(); ++rank) {
    const Rectangle& s = p.slices[static_cast<std::size_t>(rank)];
    for (std::uint32_t y = s.y0; y < s.y1(); ++y) {
      for (std::uint32_t x = s.x0; x < s.x1(); ++x) {
        int& slot = owner[std::size_t{y} * p.region.width + x];
        EXPECT_EQ(slot, -1) << "tile owned twice";
        slot = rank;
      }
    }
  }
  return owner;
}

TEST(Partition, EveryTileHasOneOwnerForAnyRankCount) {
  for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
    for (int ranks = 1; ranks <= 40; ++ranks) {
      const Partition p = cut_region({0, 0, 5, 7}, {}, ranks, cut);
      const auto owner = owners(p);
      EXPECT_EQ(std::count(owner.begin(), owner.end(), -1), 0) << ranks;
      // Slices with tiles come first.
      EXPECT_TRUE(std::is_partitioned(p.slices.begin(), p.slices.end(),
                                      [](const Rectangle& r) { return !r.empty(); }));
    }
  }
}

TEST(Partition, AFewRanksShareWholeChips) {
  const Partition p = cut_region({0, 0, 10, 7}, {}, 3, Cut::chips);
  EXPECT_EQ(p.slices, (std::vector<Rectangle>{{0, 0, 10, 2}, {0, 2, 10, 2}, {0, 4, 10, 3}}));
  // The first chip has as much to do as the other three.
  const std::vector<std::uint64_t> weights{6, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(cut_region({0, 0, 2, 4}, weights, 2, Cut::chips).slices[0], (Rectangle{0, 0, 2, 1}));
}

TEST(Partition, ManyRanksShareAChipEach) {
  // 8 ranks for 3 chips: 3, 3 and 2.
  const Partition p = cut_region({0, 0, 12, 3}, {}, 8, Cut::chips);
  EXPECT_EQ(p.slices, (std::vector<Rectangle>{{0, 0, 4, 1},
                                              {4, 0, 4, 1},
                                              {8, 0, 4, 1},
                                              {0, 1, 4, 1},
                                              {4, 1, 4, 1},
                                              {8, 1, 4, 1},
                                              {0, 2, 6, 1},
                                              {6, 2, 6, 1}}));
  const std::string text =
      describe(p, std::vector<std::vector<int>>(8), [](int) { return std::uint64_t{1} << 20U; });
  EXPECT_NE(text.find("cut chips 2 or 3 a row"), std::string::npos) << text;
  EXPECT_NE(text.find("x 6..11, y 2..2"), std::string::npos) << text;

  // A chip's own weights say where it is cut.
  const std::vector<std::uint64_t> weights{3, 1, 1, 1, 1, 1, 1, 3};
  const Partition weighted = cut_region({0, 0, 4, 2}, weights, 4, Cut::chips);
  EXPECT_EQ(weighted.slices,
            (std::vector<Rectangle>{{0, 0, 1, 1}, {1, 0, 3, 1}, {0, 1, 3, 1}, {3, 1, 1, 1}}));
  // No chip has more ranks than tiles.
  EXPECT_EQ(cut_region({0, 0, 2, 2}, {}, 9, Cut::chips).holders(), 4);
}

TEST(Partition, GridIsNearSquare) {
  const Partition four = cut_region({0, 0, 100, 100}, {}, 4, Cut::rectangles);
  EXPECT_EQ(four.grid_width, 2U);
  EXPECT_EQ(four.grid_height, 2U);
  const Partition six = cut_region({0, 0, 300, 200}, {}, 6, Cut::rectangles);
  EXPECT_EQ(six.grid_width, 3U);
  EXPECT_EQ(six.grid_height, 2U);
  const Partition strips = cut_region({0, 0, 100, 100}, {}, 4, Cut::blocks);
  EXPECT_EQ(strips.grid_width, 1U);
  EXPECT_EQ(strips.grid_height, 4U);
}

TEST(Partition, MoreRanksThanTilesLeavesTheLastEmpty) {
  const Partition p = cut_region({0, 0, 2, 1}, {}, 5, Cut::rectangles);
  EXPECT_EQ(p.slices[0].tiles(), 1U);
  EXPECT_EQ(p.slices[1].tiles(), 1U);
  for (std::size_t r = 2; r < 5; ++r) EXPECT_TRUE(p.slices[r].empty());
  EXPECT_EQ(p.holders(), 2);
}

TEST(Partition, WeightsMoveTheLines) {
  // Four columns; the first is as heavy as the other three together.
  const std::vector<std::uint64_t> weights{3, 1, 1, 1, 3, 1, 1, 1};
  const Partition p = cut_region({0, 0, 4, 2}, weights, 2, Cut::rectangles);
  EXPECT_EQ(p.slices[0], (Rectangle{0, 0, 1, 2}));
  EXPECT_EQ(p.slices[1], (Rectangle{1, 0, 3, 2}));
}

TEST(Partition, RefusesWhatMakesNoSense) {
  EXPECT_THROW(cut_region({0, 0, 0, 3}, {}, 2, Cut::blocks), Error);
  EXPECT_THROW(cut_region({0, 0, 3, 3}, {}, 0, Cut::blocks), Error);
  const std::vector<std::uint64_t> weights{1, 2};
  EXPECT_THROW(cut_region({0, 0, 3, 3}, weights, 2, Cut::blocks), Error);
  EXPECT_THROW(cut_from_name("squares"), Error);
  for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
    EXPECT_EQ(cut_from_name(cut_name(cut)), cut);
  }
}

TEST(Partition, MemoryIsRefusedByNode) {
  const Partition p = cut_region({0, 0, 8, 8}, {}, 4, Cut::rectangles);
  const auto bytes = [&](int rank) {
    return p.slices[static_cast<std::size_t>(rank)].tiles() * 1024;
  };
  const std::vector<int> one_node{0, 0, 0, 0};
  const std::vector<int> two_nodes{0, 0, 1, 1};
  EXPECT_NO_THROW(require_memory(p, bytes, one_node, 64 * 1024));
  EXPECT_NO_THROW(require_memory(p, bytes, two_nodes, 32 * 1024));
  try {
    require_memory(p, bytes, one_node, 64 * 1024 - 1);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
    EXPECT_NE(std::string(error.what()).find("node 0"), std::string::npos);
  }
}

TEST(Partition, DescribesWhoOwnsWhat) {
  const Partition p = cut_region({0, 0, 8, 8}, {}, 4, Cut::rectangles);
  const std::vector<std::vector<int>> neighbours{{1, 3}, {0}, {}, {0}};
  const std::string text = describe(p, neighbours, [](int) { return std::uint64_t{1} << 20U; });
  EXPECT_NE(text.find("cut rectangles 2 x 2"), std::string::npos) << text;
  EXPECT_NE(text.find("x 4..7, y 0..3"), std::string::npos) << text;
  EXPECT_NE(text.find("1.0 MiB  1 3          x 0..3"), std::string::npos) << text;
  EXPECT_NE(text.find("1.0 MiB  -            x 0..3, y 4..7"), std::string::npos) << text;
  const std::vector<std::vector<int>> many{{1, 2, 4, 5, 6, 7, 9}, {}, {}, {}};
  const std::string listed = describe(p, many, [](int) { return std::uint64_t{1} << 20U; });
  EXPECT_NE(listed.find("  1 2 4..7 9   x 0..3"), std::string::npos) << listed;
  EXPECT_NE(text.find("2 pairs of neighbours, 4.0 MiB in all"), std::string::npos) << text;
}

}  // namespace
}  // namespace weft::partition
