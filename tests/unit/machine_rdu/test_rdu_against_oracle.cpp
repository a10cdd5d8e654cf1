// SPDX-License-Identifier: Apache-2.0
// Random graphs: the same tokens in the same cycles as in the oracle, the same waits, on any
// slices.
#include <gtest/gtest.h>

#include "cut_run.hpp"
#include "program/rdu_random.hpp"

namespace weft::test {
namespace {

void compare(std::uint64_t first, std::uint64_t count) {
  constexpr int all_ranks[] = {1, 2, 3, 4, 7};
  std::uint64_t crossed = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const program::rdu::random::Case c = program::rdu::random::graph(seed);
    const RduRun expected = run_oracle(c.program, c.timing, c.arrays);
    const int ranks = all_ranks[1 + seed % 4];
    const Cycle window = seed % 3 == 0 ? 1 + seed % 17 : never;
    const RduRun one = run_slices(c.program, c.timing, c.arrays, 1, window);
    ASSERT_EQ(difference(one, expected), "") << "seed " << seed << " on one rank";
    const RduRun many = run_slices(c.program, c.timing, c.arrays, ranks, window);
    ASSERT_EQ(difference(many, expected), "") << "seed " << seed << " on " << ranks;
    crossed += many.records;
    if (seed % 50 != 3) continue;
    const RduRun again = run_slices(c.program, c.timing, c.arrays, ranks, 1 + seed % 17, true);
    ASSERT_EQ(difference(again, expected), "") << "seed " << seed << " saved and loaded";
  }
  EXPECT_GT(crossed, 10 * count);
}

TEST(RduAgainstOracle, AHundredGraphs) { compare(1000, 100); }
TEST(RduAgainstOracle, DISABLED_TenThousandGraphs) { compare(2000, 10000); }

}  // namespace
}  // namespace weft::test
