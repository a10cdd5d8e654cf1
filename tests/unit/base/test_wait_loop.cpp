// SPDX-License-Identifier: Apache-2.0
// Loops among things that wait for each other.
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "base/wait_loop.hpp"

namespace weft {
namespace {

using Places = std::vector<std::size_t>;

TEST(WaitLoop, NobodyAndChainsMakeNone) {
  EXPECT_EQ(first_loop({}), Places{});
  const std::vector<WaitEdge> chain = {{1, 2}, {2, 3}, {3, 9}};
  EXPECT_EQ(first_loop(chain), Places{});
}

TEST(WaitLoop, BeginsWithTheLeastAndLeavesOutWhoWaitsForIt) {
  const std::vector<WaitEdge> edges = {{0, 7}, {5, 3}, {7, 5}, {3, 7}, {9, 9}};
  EXPECT_EQ(first_loop(edges), (Places{3, 2, 1}));
}

TEST(WaitLoop, OfSeveralTheOneWithTheLeastNumber) {
  const std::vector<WaitEdge> edges = {{1, 8}, {8, 6}, {6, 8}, {2, 4}, {4, 2}};
  EXPECT_EQ(first_loop(edges), (Places{3, 4}));
}

TEST(WaitLoop, NobodyIsLookedAtToWhomNoStartLeads) {
  const std::vector<WaitEdge> edges = {{1, 2, false}, {2, 1, false}, {5, 4, true}, {4, 5, false}};
  EXPECT_EQ(first_loop(edges), (Places{3, 2}));
}

TEST(WaitLoop, OrderDoesNotMatterAndTheFirstEdgeOfOneCounts) {
  const std::vector<WaitEdge> edges = {{4, 2}, {2, 4}, {2, 2}};
  EXPECT_EQ(first_loop(edges), (Places{1, 0}));
}

}  // namespace
}  // namespace weft
