// SPDX-License-Identifier: Apache-2.0
// Random graphs: the same tokens in the same cycles as in the oracle, the same waits, on any
// slices.
#include <gtest/gtest.h>

#include "cut_run.hpp"
#include "program/rdu_random.hpp"
#include "program/rdu_timing_only.hpp"

namespace weft::test {
namespace {

void compare(std::uint64_t first, std::uint64_t count) {
  constexpr int all_ranks[] = {1, 2, 3, 4, 7};
  std::uint64_t crossed = 0;
  std::uint64_t iterations = 0;
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
    iterations += many.iterations.size();
    if (seed % 50 != 3) continue;
    const RduRun again = run_slices(c.program, c.timing, c.arrays, ranks, 1 + seed % 17, true);
    ASSERT_EQ(difference(again, expected), "") << "seed " << seed << " saved and loaded";
  }
  EXPECT_GT(crossed, 10 * count);
  EXPECT_GT(iterations, count);
}

RduRun without_values(RduRun run) {
  for (EventRow& row : run.tokens) row.argument = 0;
  run.arrays.clear();
  return run;
}

/// Graphs without the values that decide nothing: beside the oracle of all of it.
void compare_timing(std::uint64_t first, std::uint64_t count) {
  std::uint64_t nodes = 0;
  std::uint64_t kept = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const program::rdu::random::Case c = program::rdu::random::graph(seed);
    const RduRun expected = without_values(run_oracle(c.program, c.timing, c.arrays));
    if (!expected.error.empty()) continue;
    const program::rdu::TimingOnly only = program::rdu::timing_only(c.program, c.timing);
    validate(only.program);
    nodes += only.nodes;
    kept += only.nodes_kept;
    const int ranks = 1 + static_cast<int>(seed % 3);
    const RduRun ours = without_values(run_slices(only.program, c.timing, c.arrays, ranks, never));
    ASSERT_EQ(difference(ours, expected), "") << "seed " << seed << " on " << ranks;
  }
  EXPECT_LT(kept, nodes * 9 / 10) << "nothing was left out";
  EXPECT_GT(kept, nodes / 10) << "these graphs have data that decide";
}

TEST(RduAgainstOracle, AHundredGraphs) { compare(1000, 100); }
TEST(RduAgainstOracle, DISABLED_TenThousandGraphs) { compare(2000, 10000); }
TEST(RduAgainstOracle, FiftyGraphsWithoutValues) { compare_timing(3000, 50); }
TEST(RduAgainstOracle, DISABLED_TenThousandGraphsWithoutValues) { compare_timing(4000, 10000); }

}  // namespace
}  // namespace weft::test
