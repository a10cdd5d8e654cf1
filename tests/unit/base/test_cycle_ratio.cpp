// SPDX-License-Identifier: Apache-2.0
// The greatest ratio of cycles to tokens, against loops that can be counted and all loops of small
// random graphs.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

#include "base/cycle_ratio.hpp"
#include "base/error.hpp"

namespace weft {
namespace {

using Edges = std::vector<RatioEdge>;

TEST(CycleRatio, NothingWithoutALoop) {
  EXPECT_TRUE(greatest_cycle_ratio(0, {}).edges.empty());
  EXPECT_TRUE(greatest_cycle_ratio(3, Edges{{0, 1, 5, 0}, {1, 2, 5, 1}}).edges.empty());
}

TEST(CycleRatio, TheSlowerOfTwoLoopsWithItsEdges) {
  // 0 -> 1 -> 0: 12 cycles, 2 tokens; 1 -> 2 -> 1: 7 cycles, 1 token.
  const Edges edges = {{0, 1, 10, 0}, {1, 0, 2, 2}, {1, 2, 3, 0}, {2, 1, 4, 1}};
  const CycleRatio loop = greatest_cycle_ratio(3, edges);
  EXPECT_EQ(loop.cycles, 7);
  EXPECT_EQ(loop.tokens, 1);
  ASSERT_EQ(loop.edges.size(), 2U);
  EXPECT_EQ(edges[loop.edges[0]].to, edges[loop.edges[1]].from);
  EXPECT_EQ(edges[loop.edges[1]].to, edges[loop.edges[0]].from);
}

TEST(CycleRatio, ALoopWithoutTokensIsRefused) {
  const Edges edges = {{0, 1, 1, 0}, {1, 0, 1, 0}};
  EXPECT_THROW(greatest_cycle_ratio(2, edges), Error);
}

/// The greatest of all simple loops, each followed from its least node.
CycleRatio by_all_loops(std::uint32_t nodes, const Edges& edges) {
  CycleRatio best;
  best.tokens = 1;
  std::vector<bool> used(nodes, false);
  std::function<void(std::uint32_t, std::uint32_t, std::int64_t, std::int64_t)> walk =
      [&](std::uint32_t start, std::uint32_t at, std::int64_t cycles, std::int64_t tokens) {
        used[at] = true;
        for (const RatioEdge& edge : edges) {
          if (edge.from != at || edge.to < start) continue;
          const std::int64_t c = cycles + edge.cycles;
          const std::int64_t t = tokens + edge.tokens;
          if (edge.to == start && c * best.tokens > best.cycles * t) {
            best.cycles = c;
            best.tokens = t;
          }
          if (!used[edge.to]) walk(start, edge.to, c, t);
        }
        used[at] = false;
      };
  for (std::uint32_t n = 0; n < nodes; ++n) walk(n, n, 0, 0);
  return best;
}

TEST(CycleRatio, IsThatOfAllLoopsOfRandomGraphs) {
  std::mt19937 random(7);
  const auto below = [&random](std::uint32_t end) {
    return static_cast<std::uint32_t>(random() % end);
  };
  int loops = 0;
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t nodes = 2 + below(6);
    Edges edges;
    for (std::uint32_t e = 0; e < 3 * nodes; ++e) {
      const std::uint32_t from = below(nodes);
      const std::uint32_t to = below(nodes);
      const std::int64_t tokens = from < to ? std::int64_t{below(2)} : 1 + std::int64_t{below(3)};
      edges.push_back({from, to, std::int64_t{below(30)}, tokens});
    }
    const CycleRatio expected = by_all_loops(nodes, edges);
    const CycleRatio found = greatest_cycle_ratio(nodes, edges);
    ASSERT_EQ(found.cycles * expected.tokens, expected.cycles * found.tokens) << round;
    std::int64_t cycles = 0;
    std::int64_t tokens = 0;
    for (const std::size_t e : found.edges) {
      cycles += edges[e].cycles;
      tokens += edges[e].tokens;
    }
    if (found.edges.empty()) continue;
    ++loops;
    ASSERT_EQ(cycles, found.cycles);
    ASSERT_EQ(tokens, found.tokens);
  }
  EXPECT_GT(loops, 200);
}

}  // namespace
}  // namespace weft
