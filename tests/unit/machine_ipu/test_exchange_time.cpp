// SPDX-License-Identifier: Apache-2.0
// Closed forms of exchange time, two-sided.
#include <gtest/gtest.h>

#include <vector>

#include "machine/ipu/exchange_time.hpp"

namespace weft::machine::ipu {
namespace {

using program::ipu::Move;

Constants ideal() {
  Constants c;
  c.clock_hz = 1'000'000'000;
  c.exchange_efficiency = {1, 1};
  c.exchange_fixed_cycles = 100;
  c.link_fixed_cycles = 1000;
  c.link_bytes_per_second = 16'000'000'000;
  c.link_efficiency = {1, 1};
  c.rung_links = 4;
  c.rail_links = 2;
  return c;
}

Cycle cycles(const Constants& c, const std::vector<Move>& moves) {
  return plan_exchange(c, 8, moves).time.cycles();
}

TEST(ExchangeTime, OneMessageIsFixedPlusWords) {
  EXPECT_EQ(cycles(ideal(), {{0, 0, 1, 0, 4}}), 101U);
  EXPECT_EQ(cycles(ideal(), {{0, 0, 1, 0, 400}}), 200U);
  EXPECT_EQ(cycles(ideal(), {{0, 0, 1, 0, 401}}), 201U);
}

TEST(ExchangeTime, NothingTakesNothing) { EXPECT_EQ(cycles(ideal(), {}), 0U); }

TEST(ExchangeTime, ABroadcastCostsWhatOneMessageCosts) {
  std::vector<Move> moves;
  for (std::uint32_t t = 1; t < 8; ++t) moves.push_back({0, 64, t, 0, 80});
  EXPECT_EQ(cycles(ideal(), moves), 120U);
}

TEST(ExchangeTime, SeveralMessagesFromOneTileFollowEachOther) {
  std::vector<Move> moves;
  for (std::uint32_t t = 1; t < 8; ++t) moves.push_back({0, 80 * t, t, 0, 80});
  EXPECT_EQ(cycles(ideal(), moves), 100U + 7 * 20);
}

TEST(ExchangeTime, AReceiverTakesAWordACycle) {
  std::vector<Move> moves;
  for (std::uint32_t t = 1; t < 8; ++t) moves.push_back({t, 0, 0, 80 * t, 80});
  EXPECT_EQ(cycles(ideal(), moves), 100U + 7 * 20);
}

TEST(ExchangeTime, EfficiencyStretchesTheWordsOnly) {
  Constants c = ideal();
  c.exchange_efficiency = {71, 100};
  EXPECT_EQ(cycles(c, {{0, 0, 1, 0, 284}}), 200U);
}

TEST(ExchangeTime, TilesOfABusShareWhatBothTake) {
  Constants c = ideal();
  c.shared_bus_double_rate = true;
  EXPECT_EQ(cycles(c, {{0, 0, 2, 0, 800}, {0, 0, 3, 0, 800}}), 300U);  // the sender decides
  const std::vector<Move> two = {
      {0, 0, 2, 0, 400}, {1, 0, 2, 400, 400}, {0, 0, 3, 0, 400}, {1, 0, 3, 400, 400}};
  EXPECT_EQ(cycles(c, two), 200U);
  c.shared_bus_double_rate = false;
  EXPECT_EQ(cycles(c, two), 300U);
}

TEST(ExchangeTime, NeverBelowTheLowerBound) {
  for (std::uint32_t bytes = 1; bytes < 300; bytes += 7) {
    EXPECT_GE(cycles(ideal(), {{0, 0, 1, 0, bytes}}), (bytes + 3) / 4);
  }
}

TEST(ExchangeTime, LinksOfALadder) {
  // IPU 0 to 1: the rung, 4 links of 16 B/cycle; one tile's bus takes 16,000 cycles as well.
  const ExchangePlan rung = plan_exchange(ideal(), 8, std::vector<Move>{{0, 0, 8, 0, 64000}});
  EXPECT_TRUE(rung.time.between_ipus);
  EXPECT_EQ(rung.time.global_cycles, 1000U + 1000);
  EXPECT_EQ(rung.time.on_chip_cycles, 100U + 16000);
  // IPU 0 to 2 and 4: both cross the rail above pair 0, 2 links.
  const ExchangePlan rail =
      plan_exchange(ideal(), 8, std::vector<Move>{{0, 0, 16, 0, 32000}, {1, 0, 32, 0, 32000}});
  EXPECT_EQ(rail.time.global_cycles, 1000U + 2000);
  EXPECT_EQ(plan_exchange(ideal(), 8, std::vector<Move>{{0, 0, 7, 0, 64000}}).time.global_cycles,
            0U);
}

TEST(ExchangeTime, TheHostFeedsTheBusiestTile) {
  EXPECT_EQ(host_exchange_cycles(ideal(), std::vector<std::uint64_t>{0, 401, 16}), 201U);
  EXPECT_EQ(host_exchange_cycles(ideal(), std::vector<std::uint64_t>{0, 0}), 0U);
}

TEST(ExchangeTime, TrafficOfTiles) {
  const ExchangePlan plan =
      plan_exchange(ideal(), 8, std::vector<Move>{{2, 0, 1, 0, 6}, {2, 0, 5, 0, 6}});
  ASSERT_EQ(plan.traffic.size(), 3U);
  EXPECT_EQ(plan.traffic[0].tile, 1U);
  EXPECT_EQ(plan.traffic[0].received_bytes, 8U);
  EXPECT_EQ(plan.traffic[1].tile, 2U);
  EXPECT_EQ(plan.traffic[1].sent_bytes, 8U);
  EXPECT_EQ(plan.traffic[2].tile, 5U);
}

/// Bytes in whole words of the stretches of a tile's memory that some move reads, byte by byte.
std::uint64_t bytes_read(const std::vector<Move>& moves, std::uint32_t tile) {
  std::vector<bool> read(4096, false);
  for (const Move& move : moves) {
    if (move.from_tile != tile) continue;
    for (std::uint32_t b = 0; b < move.bytes; ++b) read[move.from_address + b] = true;
  }
  std::uint64_t bytes = 0;
  std::uint64_t length = 0;
  for (const bool here : read) {
    if (here) {
      ++length;
    } else {
      bytes += (length + 3) / 4 * 4;
      length = 0;
    }
  }
  return bytes + (length + 3) / 4 * 4;
}

TEST(ExchangeTime, AWordThatManyTakeIsSentOnce) {
  std::uint64_t state = 7;
  const auto below = [&](std::uint32_t most) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>(state >> 33U) % most;
  };
  for (int round = 0; round < 40; ++round) {
    const std::uint32_t unit = round % 2 == 0 ? 4 : 1;  // whole words, or any bytes
    std::vector<Move> moves;
    for (std::uint32_t to = 8; to < 16; ++to) {
      for (std::uint32_t at = 0; at < 12; ++at) {
        moves.push_back({below(4), below(800) * unit, to, at * 512, (1 + below(100)) * unit});
      }
    }
    const ExchangePlan plan = plan_exchange(ideal(), 32, moves);
    for (const TileTraffic& traffic : plan.traffic) {
      EXPECT_EQ(traffic.sent_bytes, traffic.tile < 8 ? bytes_read(moves, traffic.tile) : 0U)
          << "tile " << traffic.tile << ", round " << round;
    }
  }
}

}  // namespace
}  // namespace weft::machine::ipu
