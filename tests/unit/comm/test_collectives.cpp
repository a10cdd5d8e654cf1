// SPDX-License-Identifier: Apache-2.0
// Collectives against what each rank can compute by itself, on any number of ranks.
#include <gtest/gtest.h>

#include <cstdint>

#include "base/error.hpp"
#include "support/world.hpp"

namespace weft {
namespace {

using comm::Bytes;

/// `rank`'s buffer of `size` bytes, different for every rank.
Bytes pattern(int rank, std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>((static_cast<std::size_t>(rank) * 31 + i * 7) & 0xff);
  }
  return bytes;
}

TEST(Collectives, BroadcastCarriesRootsBytesAndSize) {
  const auto& world = test::world();
  for (int root = 0; root < world.size(); ++root) {
    Bytes bytes = pattern(world.rank(), static_cast<std::size_t>(100 + world.rank()));
    world.broadcast(bytes, root);
    EXPECT_EQ(bytes, pattern(root, static_cast<std::size_t>(100 + root)));
  }
  EXPECT_EQ(world.broadcast_value(world.rank() + 40), 40);
}

TEST(Collectives, GatherThenScatterGivesBackWhatEachGave) {
  const auto& world = test::world();
  const int root = world.size() - 1;
  const Bytes mine = pattern(world.rank(), static_cast<std::size_t>(world.rank()) * 5000);
  const std::vector<Bytes> all = world.gather(mine, root);
  if (world.rank() == root) {
    ASSERT_EQ(all.size(), static_cast<std::size_t>(world.size()));
    EXPECT_EQ(all[0], pattern(0, 0));
    EXPECT_EQ(all.back(), mine);
  } else {
    EXPECT_TRUE(all.empty());
  }
  EXPECT_EQ(world.scatter(all, root), mine);
}

TEST(Collectives, ReductionsAgreeOnEveryRank) {
  const auto& world = test::world();
  const auto rank = static_cast<std::uint64_t>(world.rank());
  const auto size = static_cast<std::uint64_t>(world.size());
  constexpr std::uint64_t big = std::uint64_t{1} << 63;
  EXPECT_EQ(world.min(big + rank), big);
  EXPECT_EQ(world.max(big + rank), big + size - 1);
  // To signed reductions the greatest is less than all others.
  constexpr std::uint64_t greatest = ~std::uint64_t{0};
  const std::uint64_t mine = rank == 0 ? greatest : rank;
  EXPECT_EQ(world.min(mine), size == 1 ? greatest : 1);
  EXPECT_EQ(world.max(mine), greatest);
  EXPECT_EQ(world.sum(rank + 1), size * (size + 1) / 2);
  EXPECT_EQ(world.exclusive_sum(rank + 1), rank * (rank + 1) / 2);
  std::vector<std::uint64_t> values{rank, size - rank, 7};
  world.max(values);
  EXPECT_EQ(values, (std::vector<std::uint64_t>{size - 1, size, 7}));
  EXPECT_EQ(world.all_gather(rank * 3).back(), (size - 1) * 3);
}

TEST(Collectives, SplitGroupsByColorAndOrdersByKey) {
  const auto& world = test::world();
  const auto reversed = world.split(0, -world.rank());
  EXPECT_EQ(reversed.size(), world.size());
  EXPECT_EQ(reversed.rank(), world.size() - 1 - world.rank());
  const auto alone = world.split(world.rank(), 0);
  EXPECT_EQ(alone.size(), 1);
  EXPECT_THROW((void)world.split(-1, 0), Error);
}

TEST(Collectives, NodeInfoCountsTheRanksOfThisMachine) {
  const auto& world = test::world();
  const comm::NodeInfo node = world.node();
  EXPECT_EQ(node.nodes, 1);
  EXPECT_EQ(node.node, 0);
  EXPECT_EQ(node.size, world.size());
  EXPECT_EQ(node.rank, world.rank());
}

}  // namespace
}  // namespace weft
