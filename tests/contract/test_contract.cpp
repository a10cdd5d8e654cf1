// SPDX-License-Identifier: Apache-2.0
// What every machine must keep, whatever it is: one suite over all rows of fixtures.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "contract/cluster.hpp"
#include "machine/toy/program.hpp"
#include "support/damage.hpp"

namespace weft::test {

void PrintTo(const Fixture& fixture, std::ostream* out) { *out << fixture.name; }

namespace {

using partition::Cut;

class Contract : public testing::TestWithParam<Fixture> {
 protected:
  Observation whole() const {
    Cluster one(GetParam(), 1, Cut::rectangles);
    GetParam().start(one);
    one.run(never);
    return one.observe();
  }
};

TEST_P(Contract, SomethingHappens) {
  const Observation seen = whole();
  if (!seen.error.empty()) GTEST_SKIP() << "ends in an error: " << seen.error;
  EXPECT_TRUE(std::any_of(seen.counters.begin(), seen.counters.end(), [](const auto& counter) {
    return std::any_of(counter.second.begin(), counter.second.end(),
                       [](std::uint64_t value) { return value > 0; });
  }));
  // Only a program whose first instruction starves may be over in the cycle it began.
  if (seen.waiting.empty()) {
    EXPECT_GT(seen.last_activity, 0U);
  }
}

/// Sums by "name" or "name.channel", as a run's result has them, no two alike.
machine::CounterSums sums_of(const std::vector<CounterArray>& counters) {
  machine::CounterSums sums;
  std::uint64_t next = 10007;
  for (const CounterArray& counter : counters) {
    if (counter.channels.empty()) sums[counter.name] = next += 10007;
    for (const std::string& channel : counter.channels) {
      sums[counter.name + "." + channel] = next += 10007;
    }
  }
  return sums;
}

TEST_P(Contract, ItsWordsAreOfItsCounters) {
  const machine::Family& family = machine::family(GetParam().family);
  ASSERT_NE(family.words, nullptr);
  Cluster one(GetParam(), 1, Cut::rectangles);
  const machine::CounterSums sums = sums_of(one.machine(0).counters());
  EXPECT_EQ(sums.count("tile_busy"), 1U);
  const machine::CounterWords words = family.words(sums);
  for (const std::string& key : words.keys) EXPECT_EQ(sums.count(key), 1U) << key;
  ASSERT_FALSE(words.lines.empty());
  EXPECT_EQ(words.lines.front().label, "tile-cycles");
  // Every number of the cycles' line is a counter's: a misspelt name would give 0.
  std::string rest = words.lines.front().text;
  for (const auto& [name, sum] : sums) {
    const std::size_t at = rest.find(std::to_string(sum));
    if (at != std::string::npos) rest.erase(at, std::to_string(sum).size());
  }
  EXPECT_EQ(rest.find_first_of("0123456789"), std::string::npos) << words.lines.front().text;
}

TEST_P(Contract, CutAnywhereIsNotCut) {
  const Observation reference = whole();
  for (const Cut cut : {Cut::rectangles, Cut::blocks, Cut::chips}) {
    for (const int ranks : {2, 3, 4, 6, 50}) {
      Cluster many(GetParam(), ranks, cut);
      GetParam().start(many);
      many.run(never);
      ASSERT_FALSE(HasFailure()) << ranks << " ranks, " << partition::cut_name(cut);
      EXPECT_EQ(many.observe(), reference) << ranks << " ranks, " << partition::cut_name(cut);
    }
  }
}

TEST_P(Contract, WindowsOfAnyLengthAreTheSame) {
  const Observation reference = whole();
  std::mt19937 random(3);
  for (const int ranks : {1, 4}) {
    Cluster cluster(GetParam(), ranks, Cut::rectangles);
    GetParam().start(cluster);
    while (cluster.goes_on()) {
      cluster.window(1 + random() % 5);
      ASSERT_FALSE(HasFailure());
    }
    EXPECT_EQ(cluster.observe(), reference) << ranks << " ranks";
  }
}

TEST_P(Contract, OverlapIsOnlyAChance) {
  const Observation reference = whole();
  for (const Overlap overlap : {Overlap::never, Overlap::always}) {
    Cluster cluster(GetParam(), 4, Cut::rectangles, overlap);
    GetParam().start(cluster);
    cluster.run(never);
    EXPECT_EQ(cluster.observe(), reference) << (overlap == Overlap::never ? "never" : "always");
  }
}

TEST_P(Contract, SavedAndLoadedIsNeverStopped) {
  const Observation reference = whole();
  for (const int ranks : {1, 4}) {
    auto cluster = std::make_unique<Cluster>(GetParam(), ranks, Cut::rectangles);
    GetParam().start(*cluster);
    std::uint64_t in_flight = 0;
    while (cluster->goes_on()) {
      cluster->window(3);
      in_flight += cluster->records();  // accepted, and not yet acted on
      ASSERT_FALSE(HasFailure());
      // Nothing of the old cluster but its bytes lives on.
      const auto state = cluster->save();
      cluster = std::make_unique<Cluster>(GetParam(), ranks, Cut::rectangles);
      cluster->load(state);
      EXPECT_EQ(cluster->save(), state) << "a loaded slice saves what it was given";
    }
    EXPECT_EQ(cluster->observe(), reference) << ranks << " ranks";
    if (ranks > 1 && reference.waiting.empty() && GetParam().data) {
      EXPECT_GT(in_flight, 0U);
    }
  }
}

TEST_P(Contract, NoPartOfAStateOrAProgramIsRead) {
  const Fixture& fixture = GetParam();
  Cluster cluster(fixture, 1, Cut::rectangles);
  fixture.start(cluster);
  for (int i = 0; i < 4 && cluster.goes_on(); ++i) cluster.window(3);
  const auto state = cluster.save();
  Cluster other(fixture, 1, Cut::rectangles);
  expect_no_part_is_read([&](auto bytes) { other.machine(0).load(bytes); }, state[0], 300);
  expect_no_part_is_read([&](auto bytes) { other.recorder(0).load(bytes); }, state[1], 300);
  std::vector<std::byte> longer = state[0];
  longer.push_back(std::byte{0});
  EXPECT_THROW(other.machine(0).load(longer), Error);
  const machine::Family& family = machine::family(fixture.family);
  const machine::Slice slice{fixture.region, fixture.region, {}};
  const auto make = [&](auto bytes) { family.make(*fixture.topology, bytes, slice); };
  expect_no_part_is_read(make, fixture.program, 300);
}

TEST_P(Contract, IdleStaysIdle) {
  Cluster cluster(GetParam(), 4, Cut::rectangles);
  GetParam().start(cluster);
  cluster.run(never);
  if (cluster.failed()) GTEST_SKIP() << "ends in an error";
  const Observation before = cluster.observe();
  for (std::size_t s = 0; s < cluster.size(); ++s) {
    machine::Machine& m = cluster.machine(s);
    const Cycle until = m.now() + 1000;
    m.advance(until, cluster.recorder(s));
    EXPECT_EQ(m.now(), until);
    EXPECT_EQ(m.next_activity(), never);
  }
  EXPECT_EQ(cluster.observe(), before);
  const std::uint64_t records = cluster.records();
  cluster.window(1);
  EXPECT_EQ(cluster.records(), records);
}

TEST_P(Contract, AQuietClockMovesBothWays) {
  Cluster cluster(GetParam(), 1, Cut::rectangles);
  GetParam().start(cluster);
  cluster.run(never);
  if (cluster.failed()) GTEST_SKIP() << "ends in an error";
  machine::Machine& m = cluster.machine(0);
  const Observation before = cluster.observe();
  m.advance(m.last_activity() + 500, cluster.recorder(0));
  m.set_now(m.last_activity() + 1);
  EXPECT_EQ(m.now(), m.last_activity() + 1);
  m.set_now(m.last_activity() + 900);
  EXPECT_EQ(m.now(), m.last_activity() + 900);
  EXPECT_EQ(m.next_activity(), never);
  EXPECT_EQ(cluster.observe(), before);
}

TEST_P(Contract, PromisesLetTimePass) {
  // With promises alone every slice must come at least a link latency further a window.
  Cluster cluster(GetParam(), 4, Cut::rectangles);
  GetParam().start(cluster);
  cluster.run(never);
  if (cluster.failed()) GTEST_SKIP() << "ends in an error";
  Cycle latency = never;
  for (std::size_t s = 0; s < cluster.size(); ++s) {
    for (const machine::Neighbour& n : cluster.slice(s).neighbours) {
      latency = std::min(latency, n.latency_cycles);
    }
  }
  // At the end each slice, and each neighbour after it, learns that the others are quiet.
  EXPECT_LE(cluster.windows(), cluster.observe().last_activity / latency + 5);
}

TEST_P(Contract, FacetsAreTheSameOnEverySliceAndHoldWhatIsExported) {
  Cluster cluster(GetParam(), 4, Cut::rectangles);
  const auto has = [](machine::Machine& m) {
    const machine::Facets f = m.facets();
    return std::vector<bool>{f.tile_ports != nullptr, f.array_ports != nullptr,
                             f.requests != nullptr, f.stages != nullptr, f.payloads != nullptr};
  };
  for (std::size_t s = 0; s < cluster.size(); ++s) {
    machine::Machine& m = cluster.machine(s);
    EXPECT_EQ(has(m), has(cluster.machine(0)));
    bool tiles = false;
    bool arrays = false;
    for (const machine::Export& e : m.exports()) {
      using Kind = machine::Export::Kind;
      tiles = tiles || e.kind == Kind::variable || e.kind == Kind::stream_in ||
              e.kind == Kind::stream_out;
      arrays = arrays || e.kind == Kind::array;
    }
    EXPECT_TRUE(m.facets().tile_ports != nullptr || !tiles) << "variables or streams";
    EXPECT_TRUE(m.facets().array_ports != nullptr || !arrays) << "arrays";
  }
}

TEST_P(Contract, EstimateCoversWhatASliceHolds) {
  const Fixture& fixture = GetParam();
  const machine::Family& family = machine::family(fixture.family);
  const machine::Slice slice{fixture.region, fixture.region, {}};
  const std::uint64_t estimate =
      family.footprints(*fixture.topology, fixture.program, {&slice, 1}).at(0).state_bytes;
  const auto machine = family.make(*fixture.topology, fixture.program, slice);
  EXPECT_GE(2 * estimate, machine->bytes());
  EXPECT_LE(estimate, 2 * machine->bytes() + (1U << 20U));
}

INSTANTIATE_TEST_SUITE_P(Machines, Contract, testing::ValuesIn(fixtures()),
                         [](const auto& row) { return row.param.name; });

TEST(ContractSuite, MovesPayloadsAndAsksTheHost) {
  for (const Fixture& row : fixtures()) {
    if (row.name != "toy_rounds") continue;
    Cluster cluster(row, 3, Cut::chips);
    row.start(cluster);
    cluster.run(never);
    EXPECT_GT(cluster.payload_bytes(), 0U);
    const std::vector<machine::HostRequest> asked{{1, 2}, {1, 4}, {1, 6}};
    EXPECT_EQ(cluster.observe().requests, asked);
    EXPECT_EQ(cluster.observe().arrays.at("shared").size(), row.region.tiles() * 8);
  }
}

TEST(ContractSuite, VectorsComeFromChipToChipAsTheyWereSent) {
  for (const Fixture& row : fixtures()) {
    if (row.name != "tsp_chips") continue;
    for (const int ranks : {1, 3, 7}) {
      Cluster cluster(row, ranks, Cut::chips);
      row.start(cluster);
      cluster.run(5);
      const Observation seen = cluster.observe();
      EXPECT_EQ(seen.arrays.at("y"), seen.arrays.at("x"));
      EXPECT_EQ(seen.arrays.at("v"), seen.arrays.at("u"));
      EXPECT_NE(seen.arrays.at("v"), seen.arrays.at("x"));
      EXPECT_EQ(cluster.payload_bytes() > 0, ranks > 1);
    }
  }
}

/// Tokens that crossed from slice to slice of a laid row, from what its tiles counted.
std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> tokens_between(
    const Fixture& row, const Cluster& cluster, const Observation& seen) {
  const machine::toy::Program program = machine::toy::from_bytes(row.program);
  const std::vector<std::uint64_t>& sent = seen.counters.at("link_tokens");
  const std::size_t a_tile = sent.size() / row.region.tiles();
  const auto owner = [&](std::uint32_t tile) {
    std::size_t s = 0;
    while (!cluster.slice(s).tiles.contains(tile % row.region.width, tile / row.region.width)) ++s;
    return s;
  };
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> between;
  std::map<std::uint32_t, std::size_t> leaving;  // links of a tile, in their program's order
  for (const machine::toy::Link& link : program.links) {
    const std::size_t channel = a_tile - machine::toy::links_a_tile + leaving[link.from]++;
    const std::pair ends(owner(link.from), owner(link.to));
    if (ends.first != ends.second) between[ends] += sent[link.from * a_tile + channel];
  }
  return between;
}

TEST(ContractSuite, LinksLeadWhereTheProgramLaysThem) {
  bool jumped = false;
  bool apart = false;
  bool one_way = false;
  for (const Fixture& row : fixtures()) {
    if (row.name != "toy_links" && row.name != "toy_ring") continue;
    for (const int ranks : {2, 3, 4, 6}) {
      Cluster cluster(row, ranks, Cut::rectangles);
      row.start(cluster);
      cluster.run(never);
      const std::string what = row.name + " on " + std::to_string(ranks);
      const auto expected = tokens_between(row, cluster, cluster.observe());
      EXPECT_FALSE(expected.empty()) << what;
      for (const auto& [ends, tokens] : cluster.records_between()) {
        const auto crossed = expected.find(ends);
        EXPECT_EQ(tokens, crossed == expected.end() ? 0 : crossed->second) << what;
      }
      for (const auto& [ends, tokens] : expected) {
        EXPECT_GT(tokens, 0U) << what << ": slice " << ends.first << " to " << ends.second;
        EXPECT_EQ(cluster.records_between().count(ends), 1U) << what;
      }
      for (std::size_t a = 0; a < cluster.size(); ++a) {
        for (std::size_t b = 0; b < cluster.size(); ++b) {
          const auto& list = cluster.slice(a).neighbours;
          const auto n = std::find_if(list.begin(), list.end(),
                                      [&](const auto& other) { return other.slice == b; });
          const bool beside = shares_edge(cluster.slice(a).tiles, cluster.slice(b).tiles);
          jumped = jumped || (n != list.end() && !beside);
          apart = apart || (n == list.end() && beside);
          one_way = one_way || (n != list.end() && n->latency_cycles == never);
        }
      }
    }
  }
  EXPECT_TRUE(jumped) << "no two slices are neighbours without an edge in common";
  EXPECT_TRUE(apart) << "no two slices share an edge without being neighbours";
  EXPECT_TRUE(one_way) << "no slice only sends to a neighbour";
}

TEST(ContractSuite, HasARowForEveryMachine) {
  for (const std::string& name : machine::family_names()) {
    const auto rows = fixtures();
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Fixture& row) {
      return row.family == name;
    })) << name;
  }
}

}  // namespace
}  // namespace weft::test
