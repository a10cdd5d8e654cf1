// SPDX-License-Identifier: Apache-2.0
// Layers that are run are shared out among ranks.
#include <gtest/gtest.h>

#include <vector>

#include "cli/advise/emulate.hpp"

namespace {

using weft::cli::advising::shared_out;

TEST(SharedOut, TheLargestFirstToWhoHasLeast) {
  EXPECT_EQ(shared_out({1, 5, 2, 4}, 2), (std::vector<int>{0, 0, 1, 1}));
  EXPECT_EQ(shared_out({3, 3, 3}, 3), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(shared_out({3, 1, 2}, 1), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(shared_out({1}, 4), (std::vector<int>{0}));
  EXPECT_TRUE(shared_out({}, 2).empty());
}

}  // namespace
