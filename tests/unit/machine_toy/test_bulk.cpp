// SPDX-License-Identifier: Apache-2.0
// The toy machine's rounds by themselves: when they begin and end, what travels, who is asked.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "machine/toy/toy.hpp"

namespace weft::machine::toy {
namespace {

constexpr Cycle latency = 4;

/// A row of four tiles, cut in the middle:   0 1 | 2 3
struct Pair {
  Pair() {
    Program program;
    program.link_latency_cycles = latency;
    const Rectangle region{0, 0, 4, 1};
    const Rectangle parts[2] = {{0, 0, 2, 1}, {2, 0, 2, 1}};
    for (std::size_t s = 0; s < 2; ++s) {
      slices[s] = std::make_unique<Toy>(
          program, Slice{region, parts[s], {{1 - s, parts[1 - s], latency}}}, Coupling::global);
      recorders.emplace_back(TraceLevel::off, slices[s]->streams());
    }
  }
  void launch(std::uint32_t rounds, std::uint32_t rounds_a_request) {
    const std::vector<std::uint32_t> arguments{rounds, rounds_a_request};
    for (auto& slice : slices) slice->launch("share", arguments);
  }
  void advance(Cycle until) {
    for (std::size_t s = 0; s < 2; ++s) slices[s]->advance(until, recorders[s]);
  }
  /// Moves one window's messages; the arrivals' cycles.
  std::vector<Cycle> exchange() {
    std::vector<Cycle> cycles;
    std::vector<CutRecord> records[2];
    std::vector<std::byte> payloads[2];
    for (std::size_t s = 0; s < 2; ++s) {
      slices[s]->take_departures(0, records[s]);
      slices[s]->take_payload(0, payloads[s]);
      for (const CutRecord& record : records[s]) cycles.push_back(record.cycle);
    }
    for (std::size_t s = 0; s < 2; ++s) {
      if (!payloads[1 - s].empty()) slices[s]->accept_payload(0, payloads[1 - s]);
      slices[s]->accept(0, records[1 - s]);
    }
    return cycles;
  }
  std::uint64_t busy_cycles(std::size_t s) const {
    const auto values = slices[s]->counters().at(0).values;
    return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
  }

  std::unique_ptr<Toy> slices[2];
  std::vector<Recorder> recorders;
};

TEST(Bulk, ARoundBegunIsNotSeenBeforeItEnds) {
  Pair pair;
  pair.launch(1, 0);
  EXPECT_EQ(pair.slices[0]->next_activity(), 0U);
  pair.advance(1);
  const std::vector<Cycle> arrivals = pair.exchange();
  ASSERT_EQ(arrivals.size(), 2U);
  const Cycle end = std::max(arrivals[0], arrivals[1]) + latency;
  EXPECT_GT(end, latency);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(pair.slices[s]->now(), 1U);
    EXPECT_EQ(pair.slices[s]->next_activity(), end);
    EXPECT_EQ(pair.slices[s]->last_activity(), 0U);
  }
  pair.advance(end);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(pair.busy_cycles(s), 0U);
    EXPECT_EQ(pair.recorders[s].row_count(2), 0U);
    EXPECT_TRUE(pair.slices[s]->work_left());
  }
  pair.advance(end + 1);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_GE(pair.busy_cycles(s), 2U);
    EXPECT_EQ(pair.recorders[s].row_count(2), 2U);
    EXPECT_EQ(pair.slices[s]->last_activity(), end);
    EXPECT_FALSE(pair.slices[s]->work_left());
  }
}

TEST(Bulk, AskingStopsItUntilTheAnswer) {
  Pair pair;
  pair.launch(2, 1);
  pair.advance(1);
  pair.exchange();
  pair.advance(100);
  for (auto& slice : pair.slices) {
    EXPECT_EQ(slice->host_request(), (HostRequest{1, 1}));
    EXPECT_EQ(slice->next_activity(), never);
    EXPECT_TRUE(slice->work_left());
    slice->set_now(50);
    slice->answer();
    EXPECT_FALSE(slice->host_request());
    EXPECT_EQ(slice->next_activity(), 50U);
    EXPECT_THROW(slice->answer(), Error);
  }
  EXPECT_THROW(pair.launch(1, 0), Error);
}

TEST(Bulk, AnArrivalNeedsItsPayload) {
  Pair pair;
  pair.launch(1, 0);
  pair.advance(1);
  std::vector<CutRecord> records;
  std::vector<std::byte> payload;
  pair.slices[0]->take_departures(0, records);
  pair.slices[0]->take_payload(0, payload);
  EXPECT_EQ(payload.size(), 8U);
  EXPECT_THROW(pair.slices[1]->accept(0, records), Error);
  EXPECT_THROW(pair.slices[1]->accept_payload(0, std::span(payload).first(7)), Error);
  std::vector<std::byte> again;
  pair.slices[0]->take_payload(0, again);
  EXPECT_TRUE(again.empty());
}

TEST(Bulk, TheOtherFlavourHasNone) {
  const Rectangle region{0, 0, 4, 1};
  Toy toy(Program{}, Slice{region, region, {}}, Coupling::neighbour);
  const std::vector<std::uint32_t> arguments{1, 0};
  EXPECT_THROW(toy.launch("share", arguments), Error);
  const Facets facets = toy.facets();
  EXPECT_EQ(facets.tile_ports, &toy);
  EXPECT_EQ(facets.array_ports, nullptr);
  EXPECT_EQ(facets.requests, nullptr);
  EXPECT_EQ(facets.payloads, nullptr);
  for (const Export& e : toy.exports()) EXPECT_NE(e.kind, Export::Kind::array) << e.name;
}

}  // namespace
}  // namespace weft::machine::toy
