// SPDX-License-Identifier: Apache-2.0
// The toy machine by itself: when a token acts, what it computes, what is refused.
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.hpp"
#include "machine/toy/toy.hpp"
#include "topology/topology.hpp"

namespace weft::machine::toy {
namespace {

/// A row of four tiles, cut in the middle:   0 1 | 2 3
struct Pair {
  explicit Pair(std::uint32_t latency) {
    Program program;
    program.link_latency_cycles = latency;
    const Rectangle region{0, 0, 4, 1};
    const Rectangle west_part{0, 0, 2, 1};
    const Rectangle east_part{2, 0, 2, 1};
    left = std::make_unique<Toy>(program, Slice{region, west_part, {{1, east_part, latency}}},
                                 Coupling::neighbour);
    right = std::make_unique<Toy>(program, Slice{region, east_part, {{0, west_part, latency}}},
                                  Coupling::neighbour);
  }
  std::unique_ptr<Toy> left;
  std::unique_ptr<Toy> right;
  Recorder recorder{
      TraceLevel::off,
      {{"tokens", "", "", "", {}, TraceLevel::runs}, {"hops", "", "", "", {}, TraceLevel::full}}};
};

TEST(Toy, AWordCrossesTheCutInLatencyPlusOneCyclesATile) {
  for (const std::uint32_t latency : {1U, 3U}) {
    Pair pair(latency);
    const std::vector<std::uint32_t> word{41};
    pair.left->stream_in("in", {1, 0, 1, 1}, 1, word);
    EXPECT_EQ(pair.left->words_to_enter(), 1U);
    EXPECT_EQ(pair.left->next_activity(), 0U);
    // Taken in cycle 0, sent in cycle 1: a two-sided check of the departure.
    pair.left->advance(1, pair.recorder);
    EXPECT_EQ(pair.left->words_to_enter(), 0U);
    std::vector<CutRecord> records;
    pair.left->take_departures(0, records);
    EXPECT_TRUE(records.empty());
    pair.left->advance(2, pair.recorder);
    pair.left->take_departures(0, records);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].cycle, 1U);
    EXPECT_EQ(records[0].word, 41U);
    EXPECT_EQ(index(records[0].link), 1 * ports + east);

    // It acts on tile 2 in cycle 1 + latency, leaves that in the next, and reaches tile 3.
    pair.right->accept(0, records);
    EXPECT_EQ(pair.right->next_activity(), 1 + latency);
    const Cycle arrival = 2 * (1 + latency);
    std::vector<std::uint32_t> taken;
    pair.right->advance(arrival, pair.recorder);
    EXPECT_EQ(pair.right->stream_out("out", {3, 0, 1, 1}, 1, taken), std::vector<std::uint32_t>{0});
    EXPECT_EQ(taken.at(0), 0U);
    pair.right->advance(arrival + 1, pair.recorder);
    EXPECT_EQ(pair.right->stream_out("out", {3, 0, 1, 1}, 1, taken),
              std::vector<std::uint32_t>{41});
    EXPECT_EQ(taken.at(0), 1U);
    EXPECT_EQ(pair.right->next_activity(), never);
    EXPECT_EQ(pair.right->last_activity(), arrival);
  }
}

TEST(Toy, TheBiasOfItsTileIsAdded) {
  Pair pair(1);
  const std::vector<std::uint32_t> bias{10, 20, 30, 40};
  pair.right->copy_in("bias", {3, 0, 1, 1}, 4, std::as_bytes(std::span(bias)));
  const std::vector<std::uint32_t> words{4, 5, 6, 7};
  pair.right->stream_in("in", {3, 0, 1, 1}, 4, words);
  pair.right->advance(10, pair.recorder);
  std::vector<std::uint32_t> taken;
  EXPECT_EQ(pair.right->stream_out("out", {3, 0, 1, 1}, 4, taken),
            (std::vector<std::uint32_t>{14, 25, 36, 47}));
}

TEST(Toy, PromisesCountWhatNeighboursPromised) {
  Pair pair(3);
  const Cycle nothing_before[] = {100};
  EXPECT_EQ(pair.left->departure_bound(0, nothing_before), 104U);  // 100 + 3 acts, one to queue
  const Cycle none[] = {never};
  EXPECT_EQ(pair.left->departure_bound(0, none), never);
  pair.left->launch("run", std::vector<std::uint32_t>{1, 9});
  EXPECT_EQ(pair.left->departure_bound(0, nothing_before), 0U);
}

TEST(Toy, RefusesARecordFromThePast) {
  Pair pair(1);
  pair.right->advance(10, pair.recorder);
  const std::vector<CutRecord> late{{8, LinkId{1 * ports + east}, 0, stream, 1}};
  EXPECT_THROW(pair.right->accept(0, late), Error);
}

TEST(Toy, ProgramsAreChecked) {
  Program program;
  program.seed = 99;
  program.queue_depth = 7;
  EXPECT_EQ(from_bytes(to_bytes(program)), program);
  auto bytes = to_bytes(program);
  bytes.pop_back();
  EXPECT_THROW(from_bytes(bytes), Error);
  bytes = to_bytes(program);
  bytes[0] = std::byte{0};
  EXPECT_THROW(from_bytes(bytes), Error);
  program.link_latency_cycles = 0;
  EXPECT_THROW(from_bytes(to_bytes(program)), Error);
}

TEST(Toy, ALaidLinkHasItsOwnLatencyAndOneWay) {
  // 0 1 | 2 3, no mesh: from tile 1 to tile 2, in 9 cycles; nothing goes back.
  Program program;
  program.mesh = false;
  program.link_latency_cycles = 4;
  program.links = {{1, 2, 9}};
  const Rectangle region{0, 0, 4, 1};
  const std::vector<Rectangle> parts{{0, 0, 2, 1}, {2, 0, 2, 1}};
  const Relation relation =
      family().relation(topology::load_topology("toy"), to_bytes(program), region, parts);
  ASSERT_EQ(relation[0], (std::vector<Neighbour>{{1, parts[1], never}}));
  ASSERT_EQ(relation[1], (std::vector<Neighbour>{{0, parts[0], 9}}));
  Toy from(program, Slice{region, parts[0], relation[0]}, Coupling::neighbour);
  Toy to(program, Slice{region, parts[1], relation[1]}, Coupling::neighbour);
  const Cycle other[] = {100};
  EXPECT_EQ(to.departure_bound(0, other), never) << "no link leads back";
  EXPECT_EQ(from.departure_bound(0, other), never) << "nothing comes that could go on";

  Recorder recorder(TraceLevel::off, from.streams());
  from.launch("run", std::vector<std::uint32_t>{1, 5});
  from.advance(50, recorder);
  std::vector<CutRecord> records;
  from.take_departures(0, records);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].cycle, 1U);  // made in cycle 0
  to.advance(10, recorder);         // the last cycle that needs nothing of it
  to.accept(0, records);
  EXPECT_EQ(to.next_activity(), 10U);
  to.advance(11, recorder);
  EXPECT_EQ(to.last_activity(), 10U);
  EXPECT_EQ(to.next_activity(), never) << "it ends where no link leads on";
}

TEST(Toy, LinksThatCannotBeAreRefused) {
  const Rectangle region{0, 0, 3, 1};
  const auto refused = [&](std::vector<Link> links, const std::string& why) {
    Program program;
    program.links = std::move(links);
    try {
      const Program read = from_bytes(to_bytes(program));
      const Wiring wiring(read, region, Coupling::neighbour);
      ADD_FAILURE() << "accepted: " << why;
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
  };
  refused({{0, 3, 1}}, "link 0 from tile 0 to tile 3 leaves the region of 3 tiles");
  refused({{0, 1, 1}, {1, 1, 1}}, "link 1 from tile 1 to tile 1 leads nowhere");
  refused({{0, 1, 0}}, "link 0: latency_cycles must be 1 to 64");
  refused({{0, 1, 65}}, "link 0: latency_cycles must be 1 to 64");
  refused({{0, 1, 1}, {0, 2, 1}, {0, 1, 2}, {0, 2, 1}, {0, 1, 1}},
          "link 4 from tile 0 to tile 1 is one too many");
  refused({{0, 1, 1}, {2, 1, 1}, {0, 1, 2}, {2, 1, 1}, {0, 1, 1}},
          "link 4 from tile 0 to tile 1 is one too many");
}

TEST(Toy, RefusesUnknownNames) {
  Pair pair(1);
  EXPECT_THROW(pair.left->launch("walk", {}), Error);
  EXPECT_THROW(pair.left->copy_out("nothing", {0, 0, 1, 1}, 1), Error);
  EXPECT_THROW(pair.left->copy_out("small", {0, 0, 1, 1}, 4), Error);
  EXPECT_THROW(pair.left->stream_in("out", {0, 0, 1, 1}, 0, {}), Error);
}

TEST(Toy, AStateOfAnotherSliceIsRefused) {
  Pair pair(1);
  const Program program;
  const Rectangle region{0, 0, 4, 1};
  Toy whole(program, Slice{region, region, {}}, Coupling::neighbour);
  EXPECT_THROW(whole.load(pair.left->save()), Error);
}

}  // namespace
}  // namespace weft::machine::toy
