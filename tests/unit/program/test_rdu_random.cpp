// SPDX-License-Identifier: Apache-2.0
// Random unit graphs: what validate() takes, what their bytes hold, and that they are of all kinds.
#include <gtest/gtest.h>

#include <algorithm>

#include "program/rdu_random.hpp"
#include "program/rdu_stop.hpp"

namespace weft::program::rdu {
namespace {

TEST(RduRandom, GraphsAreOfAllKindsAndTheirRunsEnd) {
  int deadlocks = 0;
  int faults = 0;
  int loops = 0;
  std::uint64_t firings = 0;
  constexpr int graphs = 300;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    const random::Case c = random::graph(seed);
    ASSERT_NO_THROW(validate(c.program)) << seed;
    const oracle::Result result = oracle::run(c.program, c.timing, c.arrays, 200'000);
    if (result.fault) {
      ++faults;
      EXPECT_NE(describe(c.program, *result.fault), "");
      continue;
    }
    for (const oracle::Tally& tally : result.tallies) firings += tally.firings;
    if (result.waits.empty()) continue;
    ++deadlocks;
    if (!loop_of(c.program, result.waits).empty()) ++loops;
  }
  EXPECT_GT(deadlocks, graphs / 20);
  EXPECT_LT(deadlocks, graphs - graphs / 6);
  EXPECT_GT(loops, 2);
  EXPECT_GT(faults, 2);
  EXPECT_LT(faults, graphs / 10);
  EXPECT_GT(firings, 50U * graphs);
  RecordProperty("deadlocks", deadlocks);
  RecordProperty("faults", faults);
}

TEST(RduRandom, BytesHoldTheWholeGraph) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Program program = random::graph(seed).program;
    EXPECT_EQ(serialize(deserialize(serialize(program))), serialize(program));
    EXPECT_EQ(content(deserialize(serialize(program))), content(program));
  }
}

}  // namespace
}  // namespace weft::program::rdu
