// SPDX-License-Identifier: Apache-2.0
// A profile taken while a session lives: the same on any number of ranks, and what the result adds
// up to.
#include <gtest/gtest.h>

#include <numeric>

#include "support/toy_job.hpp"

namespace weft::test {
namespace {

TEST(Profile, IsTheWholeMachinesOnAnyNumberOfRanks) {
  std::optional<engine::Profile> first;
  for (const int ranks : rank_counts()) {
    engine::Profile before;
    engine::Profile after;
    ToyJob job;
    job.host = [&](engine::Session& session) {
      before = session.profile();
      session.wait(session.submit(launch("run", {3, 1})));
      after = session.profile();
    };
    const auto ending = run_on(ranks, job);
    if (!ending) continue;
    ASSERT_TRUE(ending->result) << ending->error;
    if (!world().is_root()) continue;
    ASSERT_FALSE(after.counters.empty());
    EXPECT_NE(before.counters[0].values, after.counters[0].values);
    for (const CounterArray& counter : after.counters) {
      if (!counter.channels.empty()) continue;
      EXPECT_EQ(counter.values.size(), job.region.tiles());
      EXPECT_EQ(std::accumulate(counter.values.begin(), counter.values.end(), std::uint64_t{0}),
                ending->result->counters.at(counter.name));
    }
    if (!first) first = after;
    for (std::size_t c = 0; c < after.counters.size(); ++c) {
      EXPECT_EQ(after.counters[c].values, first->counters[c].values) << after.counters[c].name;
    }
  }
}

TEST(Profile, WantsCommandsStarted) {
  ToyJob job;
  job.host = [](engine::Session& session) {
    session.submit(launch("run", {3, 1}));
    session.profile();
  };
  const auto ending = run_on(world().size(), job);
  ASSERT_TRUE(ending->category);
  EXPECT_EQ(*ending->category, Category::input);
}

}  // namespace
}  // namespace weft::test
