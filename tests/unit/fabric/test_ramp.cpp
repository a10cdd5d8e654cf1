// SPDX-License-Identifier: Apache-2.0
// What a tile sees of its ramp: posts, refusals, waits, bindings, priorities, host ports.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fabric/queued.hpp"

namespace weft::fabric {
namespace {

ColorRoute route(std::uint8_t color, std::uint8_t receive, std::uint8_t transmit) {
  ColorRoute r;
  r.color = color;
  r.positions[0] = {receive, transmit};
  return r;
}

/// One tile that sends to itself on colors 0 to 3; the host may send on 10 and gets color 11.
class OneTile : public testing::Test {
 protected:
  OneTile() {
    for (std::uint8_t c = 0; c < 4; ++c) {
      routes_.push_back(route(c, bit(Port::ramp), bit(Port::ramp)));
    }
    make();
  }

  void make() {
    const Rectangle all{0, 0, 1, 1};
    RouteTable table;
    table.sets = {routes_};
    table.set_of_tile = {0};
    table.host_in = {1U << 10U};
    table.host_out = {1U << 11U};
    fabric_ = std::make_unique<QueuedFabric>(parameters_, Extent{all, all, {}}, table);
    now_ = 0;
  }

  StreamPost send(std::uint8_t slot, std::uint8_t color, std::uint32_t count,
                  std::uint8_t queue = 2) const {
    StreamPost post;
    post.slot = slot;
    post.output_queue = queue;
    post.color = color;
    post.count = count;
    return post;
  }

  StreamPost receive(std::uint8_t slot, std::uint8_t queue, std::uint32_t count) const {
    StreamPost post;
    post.slot = slot;
    post.input_queue[0] = queue;
    post.count = count;
    return post;
  }

  /// Runs cycles up to `end`; (cycle, slot) of every step. `act` is the tile's own part.
  std::vector<std::array<Cycle, 2>> run(Cycle end, const std::function<void(Cycle)>& act = {}) {
    std::vector<std::array<Cycle, 2>> steps;
    for (; now_ < end; ++now_) {
      fabric_->step_streams(now_);
      if (ramp().span_count(0) != 0) {
        const Span span = ramp().span(0, 0);
        steps.push_back({now_, span.slot});
        ramp().provide(0, span.slot, 100 + span.first_step);
      }
      if (act) act(now_);
      fabric_->move(now_);
    }
    return steps;
  }

  Cycle own_ramp_cycles(std::uint8_t queue, std::uint32_t words);
  Ramp ramp() const { return fabric_->ramp(); }

  Parameters parameters_;
  std::vector<ColorRoute> routes_;
  std::unique_ptr<QueuedFabric> fabric_;
  Cycle now_ = 0;
};

using Steps = std::vector<std::array<Cycle, 2>>;

TEST_F(OneTile, PostsAreRefusedWithACode) {
  const auto code = [this](const std::vector<StreamPost>& posts) {
    make();
    for (const StreamPost& post : posts) ramp().post(post);
    const auto fault = fabric_->fault();
    return fault ? fault->code : FabricError::none;
  };
  EXPECT_EQ(code({send(0, 0, 1), send(1, 1, 1, 3)}), FabricError::none);
  EXPECT_EQ(code({send(0, 0, 1), send(0, 1, 1, 3)}), FabricError::slot_busy);
  EXPECT_EQ(code({send(0, 0, 1), send(1, 1, 1)}), FabricError::queue_busy);
  EXPECT_EQ(code({receive(0, 1, 1), receive(1, 1, 1)}), FabricError::queue_busy);
  EXPECT_EQ(code({send(0, 0, 0)}), FabricError::bad_post);
  EXPECT_EQ(code({send(0, 0, 1, 7)}), FabricError::bad_post);  // WSE-2 has six output queues
  StreamPost post = send(0, 0, 1);
  post.latency_cycles = 0;
  EXPECT_EQ(code({post}), FabricError::bad_post);
}

TEST_F(OneTile, RefusalsReadWell) {
  ramp().post(send(0, 9, 1));
  run(10);
  ASSERT_TRUE(fabric_->fault());
  EXPECT_EQ(fabric_->describe(*fabric_->fault()),
            "tile (0, 0), cycle 1: a wavelet of color 9 came from the ramp, and the color has no "
            "route here");
}

TEST_F(OneTile, EqualPrioritiesTakeTurnsAfterTheLastWinner) {
  for (std::uint8_t slot = 0; slot < 3; ++slot)
    ramp().post(send(slot, slot, 2, static_cast<std::uint8_t>(slot + 1U)));
  EXPECT_EQ(run(8), (Steps{{0, 0}, {1, 1}, {2, 2}, {3, 0}, {4, 1}, {5, 2}}));
}

TEST_F(OneTile, HigherLevelFirstAndBelowMainWaits) {
  StreamPost low = send(0, 0, 2, 1);
  low.priority = StreamPriority::below_main;
  StreamPost high = send(1, 1, 2, 2);
  high.level = 2;
  ramp().post(low);
  ramp().post(high);
  ramp().post(send(2, 2, 2, 3));
  ramp().set_main_issue(0, 7);
  EXPECT_EQ(run(12), (Steps{{0, 1}, {1, 1}, {2, 2}, {3, 2}, {7, 0}, {8, 0}}));
  // Slot 2 lost cycles 0 and 1, slot 0 the cycles 0 to 6.
  EXPECT_EQ(ramp().stalled_cycles(0, StreamWait::issue), 9U);
}

TEST_F(OneTile, IntervalAndReadyAreLeastTimesAndCatchUp) {
  StreamPost post = send(0, 0, 4);
  post.ready = 3;
  post.interval_cycles = 3;
  ramp().post(post);
  StreamPost rival = send(1, 1, 3, 3);
  rival.level = 2;
  rival.ready = 6;
  ramp().post(rival);
  // Steps are due in 3, 6, 9 and 12; the rival holds the issue slot in 6, 7 and 8.
  EXPECT_EQ(run(20), (Steps{{3, 0}, {6, 1}, {7, 1}, {8, 1}, {9, 0}, {10, 0}, {12, 0}}));
}

TEST_F(OneTile, WaitsAreCountedToTheCycle) {
  ramp().bind(0, 0, 0);
  ramp().post(receive(4, 0, 1));
  StreamPost post = send(0, 0, 1);
  post.ready = 20;
  ramp().post(post);
  run(10);
  EXPECT_EQ(ramp().wait(0, 4), StreamWait::starved);
  EXPECT_EQ(ramp().wait(0, 0), StreamWait::ready);
  // Steps in 20; through the router (1 + 2) and down the ramp (2): received in 25.
  EXPECT_EQ(run(40), (Steps{{20, 0}, {25, 4}}));
  EXPECT_EQ(ramp().stalled_cycles(0, StreamWait::starved), 25U);
  EXPECT_EQ(ramp().stalled_cycles(0, StreamWait::ready), 20U);
  EXPECT_EQ(fabric_->next_activity(40), never);
  EXPECT_EQ(fabric_->last_activity(), 25U);
}

TEST_F(OneTile, AFullWayBlocksAndIsReported) {
  parameters_.direct_queue_depth = 0;  // color 0 is bound to no queue: it never comes down
  make();
  ramp().post(send(0, 0, 100));
  EXPECT_EQ(run(100).size(), 5U + 6U);  // router 4 + 1, output queue 6
  EXPECT_EQ(ramp().wait(0, 0), StreamWait::blocked);
  EXPECT_EQ(fabric_->next_activity(100), never);
  const auto stuck = fabric_->stuck(10);
  ASSERT_EQ(stuck.size(), 1U);
  EXPECT_EQ(stuck[0].port, 4U);
  EXPECT_EQ(stuck[0].words, 5U);
  EXPECT_TRUE(fabric_->holds_wavelets());
}

TEST_F(OneTile, AWordThatTurnsBackWaitsForAPlaceInTheOutputQueue) {
  ramp().post(send(0, 0, 100));
  EXPECT_EQ(run(100).size(), 2U + 6U);  // direct queue 2, output queue 6
  EXPECT_EQ(ramp().wait(0, 0), StreamWait::blocked);
  EXPECT_EQ(fabric_->next_activity(100), never);
  EXPECT_TRUE(fabric_->stuck(10).empty());
}

/// Cycles from the first word that a tile takes of `words` sent to itself to the last.
Cycle OneTile::own_ramp_cycles(std::uint8_t queue, std::uint32_t words) {
  make();
  ramp().bind(0, queue, 0);
  ramp().post(receive(4, queue, words));
  ramp().post(send(0, 0, words));
  std::vector<Cycle> taken;
  for (const auto& [cycle, slot] : run(20 * words)) {
    if (slot == 4) taken.push_back(cycle);
  }
  EXPECT_EQ(taken.size(), words);
  return taken.back() - taken.front();
}

TEST_F(OneTile, AQueuePassesItsDepthARoundTripOfTheOwnRamp) {
  // Case RAMP, a queue of two: pairs every seven cycles.
  for (const std::uint32_t pairs : {5U, 50U}) {
    EXPECT_EQ(own_ramp_cycles(4, 2 * pairs), 7 * (pairs - 1) + 2) << pairs;
  }
  parameters_.own_ramp_credit_cycles = 8;
  EXPECT_EQ(own_ramp_cycles(4, 100), 13 * 49 + 2U);
}

TEST_F(OneTile, BindMovesWaitingWordsBetweenQueues) {
  ramp().post(send(0, 0, 2));
  run(20);
  EXPECT_TRUE(ramp().head_available(0, 8 + 0));
  EXPECT_FALSE(ramp().head_available(0, 3));
  ramp().bind(0, 3, 0);
  EXPECT_FALSE(ramp().head_available(0, 8 + 0));
  ASSERT_TRUE(ramp().head_available(0, 3));
  EXPECT_EQ(ramp().head(0, 3).payload, 100U);
  ramp().pop(0, 3);
  ramp().bind(0, 3, 1);
  EXPECT_FALSE(ramp().head_available(0, 3));
  EXPECT_EQ(ramp().head(0, 8 + 0).payload, 101U);
}

TEST_F(OneTile, BindFeedsAStreamThatWaits) {
  ramp().post(send(0, 0, 2));
  ramp().post(receive(1, 3, 2));
  run(20);
  EXPECT_EQ(ramp().wait(0, 1), StreamWait::starved);
  EXPECT_EQ(run(22,
                [this](Cycle now) {
                  if (now == 20) ramp().bind(0, 3, 0);
                }),
            (Steps{{21, 1}}));
}

TEST_F(OneTile, HostWordsGoInAndOut) {
  ramp().post(send(0, 11, 3));
  std::vector<std::array<Cycle, 2>> out;
  std::vector<std::array<Cycle, 2>> in;
  run(12, [&](Cycle now) {
    Wavelet word;
    if (ramp().collect(0, word)) out.push_back({now, word.payload});
    if (ramp().head_available(0, 8 + 10)) {
      in.push_back({now, ramp().head(0, 8 + 10).payload});
      ramp().pop(0, 8 + 10);
    }
    if (now < 2 && ramp().injectable(0, 10)) {
      ramp().inject(0, {static_cast<std::uint32_t>(7 + now), 10, false});
    }
  });
  // Written a cycle after the step, seen by the host a cycle after it left.
  EXPECT_EQ(out, (Steps{{2, 100}, {3, 101}, {4, 102}}));
  EXPECT_EQ(in, (Steps{{1, 7}, {2, 8}}));
}

TEST_F(OneTile, BuildRefusesWhatItCannotModel) {
  parameters_.queue_depth = 9;
  EXPECT_THROW(make(), Error);
  parameters_ = {};
  routes_.push_back(route(0, bit(Port::ramp), bit(Port::ramp)));
  try {
    make();
    FAIL() << "two routes of one color were taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::program);
    EXPECT_EQ(std::string(error.what()), "tile (0, 0): color 0 has two routes");
  }
}

TEST_F(OneTile, EstimateIsWhatIsHeld) {
  const Rectangle all{0, 0, 40, 30};
  RouteTable table;
  table.sets = {routes_, {}};
  for (std::uint32_t k = 0; k < all.tiles(); ++k) table.set_of_tile.push_back(k % 2);
  const Extent extent{all, all, {}};
  const QueuedFabric fabric(parameters_, extent, table);
  EXPECT_EQ(fabric.bytes(), QueuedFabric::estimate_bytes(parameters_, extent, table));
}

}  // namespace
}  // namespace weft::fabric
