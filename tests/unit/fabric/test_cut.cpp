// SPDX-License-Identifier: Apache-2.0
// A mesh cut into slices, or stopped and taken up again, does what the whole does.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "engine_run.hpp"
#include "fabric/queued.hpp"
#include "random_scenario.hpp"

namespace weft::fabric::test {
namespace {

/// `columns` x `rows` slices as equal as can be; fewer where the mesh is smaller.
std::vector<Rectangle> grid(const Scenario& scenario, std::uint32_t columns, std::uint32_t rows) {
  columns = std::min(columns, scenario.width);
  rows = std::min(rows, scenario.height);
  std::vector<Rectangle> slices;
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t c = 0; c < columns; ++c) {
      const std::uint32_t x0 = scenario.width * c / columns;
      const std::uint32_t x1 = scenario.width * (c + 1) / columns;
      const std::uint32_t y0 = scenario.height * r / rows;
      const std::uint32_t y1 = scenario.height * (r + 1) / rows;
      slices.push_back({x0, y0, x1 - x0, y1 - y0});
    }
  }
  return slices;
}

void expect_same(const EngineOutcome& whole, const EngineOutcome& other, std::uint64_t seed) {
  EXPECT_EQ(whole.outcome.events, other.outcome.events) << "seed " << seed;
  EXPECT_EQ(whole.outcome.refusal, other.outcome.refusal) << "seed " << seed;
  EXPECT_EQ(whole.last_activity, other.last_activity) << "seed " << seed;
  if (whole.outcome.refusal.cycle != never) return;
  EXPECT_EQ(whole.outcome.hops, other.outcome.hops) << "seed " << seed;
  EXPECT_EQ(whole.outcome.departures, other.outcome.departures) << "seed " << seed;
  EXPECT_EQ(whole.link_wavelets, other.link_wavelets) << "seed " << seed;
}

TEST(FabricCut, SlicesAreTheWhole) {
  constexpr std::array<std::array<std::uint32_t, 2>, 5> cuts{
      {{2, 1}, {1, 2}, {3, 1}, {2, 2}, {4, 1}}};
  std::uint64_t cut_records = 0;
  std::uint64_t lookahead = 0;
  for (std::uint64_t seed = 0; seed < 160 && !HasFailure(); ++seed) {
    const Scenario scenario = random_scenario(seed);
    const EngineOutcome whole = run_engine(scenario);
    EXPECT_EQ(whole.cut_records, 0U);
    RunOptions options;
    options.slices = grid(scenario, cuts[seed % 5][0], cuts[seed % 5][1]);
    options.check_bounds = true;
    const EngineOutcome cut = run_engine(scenario, options);
    expect_same(whole, cut, seed);
    cut_records += cut.cut_records;
    lookahead += cut.lookahead_cycles;
  }
  EXPECT_GT(cut_records, 2000U);
  EXPECT_GT(lookahead, 1000U);
}

TEST(FabricCut, SavedAndLoadedIsNeverStopped) {
  for (std::uint64_t seed = 2000; seed < 2080 && !HasFailure(); ++seed) {
    const Scenario scenario = random_scenario(seed);
    RunOptions options;
    options.save_at = 5 + seed % 40;
    if (seed % 2 == 1) options.slices = grid(scenario, 2, 1);
    expect_same(run_engine(scenario), run_engine(scenario, options), seed);
  }
}

TEST(FabricCut, LoadRefusesAnotherShapeAndBrokenBytes) {
  const auto make = [](std::uint32_t width) {
    RouteTable routes;
    routes.sets.resize(1);
    routes.set_of_tile.assign(width, 0);
    const Rectangle all{0, 0, width, 1};
    return QueuedFabric(Parameters{}, Extent{all, all, {}}, routes);
  };
  QueuedFabric small = make(70);
  QueuedFabric large = make(80);
  std::vector<std::byte> state = small.save();
  EXPECT_THROW(large.load(state), Error);
  EXPECT_NO_THROW(small.load(state));
  state.pop_back();
  EXPECT_THROW(small.load(state), Error);
  state.resize(state.size() + 2);
  EXPECT_THROW(small.load(state), Error);
}

TEST(FabricCut, BoundOfAFarWordIsItsDistance) {
  // One word starts at the east end of a slice of 20 columns and goes west over the cut.
  const Rectangle region{0, 0, 40, 1};
  const Rectangle tiles{20, 0, 20, 1};
  ColorRoute source;
  source.color = 1;
  source.positions[0] = {bit(Port::ramp), bit(Port::west)};
  ColorRoute through = source;
  through.positions[0] = {bit(Port::east), bit(Port::west)};
  RouteTable routes;
  routes.sets = {{through}, {source}};
  routes.set_of_tile.assign(20, 0);
  routes.set_of_tile[19] = 1;
  QueuedFabric fabric(Parameters{}, Extent{region, tiles, {{0, 0, 20, 1}}}, routes);
  const std::vector<Cycle> nothing_comes{never};
  EXPECT_EQ(fabric.departure_bound(0, 0, nothing_comes), never);
  EXPECT_EQ(fabric.departure_bound(0, 0, std::vector<Cycle>{7}), 8U);
  StreamPost post;
  post.tile = 19;
  post.output_queue = 0;
  post.color = 1;
  post.count = 1;
  fabric.ramp().post(post);
  EXPECT_EQ(fabric.next_activity(0), 0U);
  std::vector<CutRecord> left;
  for (Cycle now = 0; left.empty(); ++now) {
    ASSERT_LT(now, 100U);
    const Cycle bound = fabric.departure_bound(0, now, nothing_comes);
    // It steps in cycle 0, is in its router in cycle 3 and leaves the slice in cycle 3 + 19.
    EXPECT_LE(bound, 22U);
    EXPECT_GE(bound, now < 4 ? now + 19 : 22U) << now;
    fabric.step_streams(now);
    if (now == 0) fabric.ramp().provide(19, 0, 42);
    fabric.move(now);
    fabric.take_departures(0, left);
  }
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0], (CutRecord{22, LinkId{20 * 5}, 0, 1, 42}));
}

}  // namespace
}  // namespace weft::fabric::test
