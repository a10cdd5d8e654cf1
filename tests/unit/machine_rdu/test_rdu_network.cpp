// SPDX-License-Identifier: Apache-2.0
// Networks: a routed channel is what its switches are one by one; the same tokens in the same
// cycles as in the oracle on any slices; what runs out is refused.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cut_run.hpp"
#include "network_hops.hpp"
#include "program/rdu_network.hpp"
#include "program/rdu_random.hpp"

namespace weft::test {
namespace {

namespace form = program::rdu;
using NetworkKind = form::NetworkTiming::Kind;

form::NetworkTiming network_for(std::uint64_t seed, NetworkKind kind) {
  form::NetworkTiming out;
  out.kind = kind;
  out.columns = out.rows = 8;
  out.hop_cycles = 1 + static_cast<std::uint32_t>(seed % 3);
  out.hop_depth = 2 * out.hop_cycles + static_cast<std::uint32_t>(seed / 3 % 3);
  out.vector_links = out.word_links = out.bit_links = 40;
  out.queue_depth = 2;
  return out;
}

/// What the oracle says of channels and contexts that both graphs have.
std::string differs(const form::oracle::Result& routed, const form::oracle::Result& hops,
                    const form::Program& program) {
  if (routed.fault.has_value() != hops.fault.has_value()) return "a fault";
  if (routed.fault) return *routed.fault == *hops.fault ? "" : "another fault";
  for (std::size_t c = 0; c < program.channels.size(); ++c) {
    if (!(routed.sent[c] == hops.sent[c])) return "channel " + program.channels[c].name;
  }
  for (std::size_t c = 0; c < program.contexts.size(); ++c) {
    const form::oracle::Tally& a = routed.tallies[c];
    const form::oracle::Tally& b = hops.tallies[c];
    // Behind a switch a token's producer is no transfer any more.
    const bool same = a.firings == b.firings && a.blocked == b.blocked &&
                      a.starved + a.dram == b.starved + b.dram;
    if (!same) return "tally of " + program.contexts[c].name;
  }
  return routed.arrays == hops.arrays ? "" : "other arrays";
}

void compare_hops(std::uint64_t first, std::uint64_t count) {
  std::uint64_t routed = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const form::random::Case c = form::random::graph(seed);
    form::Timing timing = c.timing;
    timing.network = network_for(seed, NetworkKind::static_mesh);
    const form::Networked networked = form::lay_network(on_one_chip(c.program), timing);
    routed += networked.use.fixed;
    const form::oracle::Result as_channels =
        form::oracle::run(networked.program, timing, c.arrays, 1'000'000);
    const form::oracle::Result as_switches =
        form::oracle::run(with_hops(networked, timing), timing, c.arrays, 1'000'000);
    ASSERT_EQ(differs(as_channels, as_switches, networked.program), "") << "seed " << seed;
  }
  EXPECT_GT(routed, 4 * count);
}

TEST(RduNetwork, ARouteIsWhatItsSwitchesAreOneByOne) { compare_hops(5000, 60); }
TEST(RduNetwork, DISABLED_ThousandRoutedGraphs) { compare_hops(6000, 1000); }

void compare_slices(std::uint64_t first, std::uint64_t count, NetworkKind kind) {
  constexpr int all_ranks[] = {2, 3, 4, 7};
  std::uint64_t crossed = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const form::random::Case c = form::random::graph(seed);
    form::Timing timing = c.timing;
    timing.network = network_for(seed, kind);
    if (kind == NetworkKind::hybrid) timing.network.word_links = timing.network.vector_links = 1;
    const form::Program program = form::lay_network(on_one_chip(c.program), timing).program;
    const RduRun expected = run_oracle(program, timing, c.arrays);
    const int ranks = all_ranks[seed % 4];
    const Cycle window = seed % 3 == 0 ? 1 + seed % 17 : never;
    const RduRun one = run_slices(program, timing, c.arrays, 1, window);
    ASSERT_EQ(difference(one, expected), "") << "seed " << seed << " on one rank";
    const RduRun many = run_slices(program, timing, c.arrays, ranks, window, seed % 5 == 0);
    ASSERT_EQ(difference(many, expected), "") << "seed " << seed << " on " << ranks;
    crossed += many.records;
  }
  EXPECT_GT(crossed, 10 * count);
}

TEST(RduNetwork, StaticIsTheSameInTheOracle) { compare_slices(7000, 20, NetworkKind::static_mesh); }

TEST(RduNetwork, DynamicIsTheSameInTheOracle) {
  compare_slices(8000, 40, NetworkKind::dynamic_mesh);
}
TEST(RduNetwork, HybridIsTheSameInTheOracle) { compare_slices(9000, 20, NetworkKind::hybrid); }
TEST(RduNetwork, DISABLED_ThousandDynamicGraphs) {
  compare_slices(10000, 1000, NetworkKind::dynamic_mesh);
}
TEST(RduNetwork, DISABLED_ThousandHybridGraphs) {
  compare_slices(11000, 1000, NetworkKind::hybrid);
}

constexpr std::int32_t chain_steps = 20;

/// Units in a row of places, each with a channel to the next.
form::Program chain(std::uint32_t units, std::uint32_t channels) {
  form::Program out;
  for (std::uint32_t u = 0; u < units; ++u) {
    form::Unit unit;
    unit.name = "u" + std::to_string(u);
    out.units.push_back(unit);
    form::Context context;
    context.name = "c" + std::to_string(u);
    context.unit = u;
    context.once = u == 0;
    if (u == 0)
      context.counters.push_back(
          {"i", {0, form::none}, {chain_steps, form::none}, {1, form::none}, false});
    for (std::uint32_t k = 0; u > 0 && k < channels; ++k) {
      context.inputs.push_back({(u - 1) * channels + k, form::every, form::none, form::none});
    }
    for (std::uint32_t k = 0; u + 1 < units && k < channels; ++k) {
      form::Channel channel;
      channel.name = "x" + std::to_string(u) + "." + std::to_string(k);
      context.outputs.push_back({u * channels + k, form::none, form::every, form::none});
      out.channels.push_back(channel);
    }
    out.contexts.push_back(context);
  }
  return out;
}

std::string refusal(const form::Program& program, const form::Timing& timing) {
  try {
    form::lay_network(program, timing);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(RduNetwork, GivenPlacesAreKeptAndDecideTheCycles) {
  form::Timing timing;
  timing.network = network_for(0, NetworkKind::static_mesh);
  form::Program program = chain(2, 1);
  program.units[0].x = 1;
  program.units[0].y = 0;
  program.units[1].x = 8;
  program.units[1].y = 7;
  form::Networked far = form::lay_network(program, timing);
  EXPECT_EQ(far.placed.units[1].x, 8U);
  EXPECT_EQ(far.use.routes[0].switches, 13U);
  EXPECT_EQ(far.program.channels[0].latency_cycles, 1U + 13U);
  EXPECT_EQ(far.program.channels[0].capacity, 16U + 13U * timing.network.hop_depth);
  program.units[1].x = 2;
  program.units[1].y = 1;
  EXPECT_EQ(form::lay_network(program, timing).use.routes[0].switches, 1U);
  program.units[1].x = 3;
  EXPECT_NE(refusal(program, timing).find("unit 'u1' is to lie at (3, 1), where no compute unit"),
            std::string::npos);
  program.units[1].x = 1;
  program.units[1].y = 0;
  EXPECT_NE(refusal(program, timing).find("(1, 0), which is taken"), std::string::npos);
}

TEST(RduNetwork, WhatRunsOutIsNamed) {
  form::Timing timing;
  timing.network = network_for(0, NetworkKind::static_mesh);
  timing.network.word_links = 1;
  form::Program program = chain(2, 12);
  program.units[0].x = 1;
  program.units[0].y = 0;
  program.units[1].x = 8;
  program.units[1].y = 7;
  const std::string text = refusal(program, timing);
  EXPECT_NE(text.find("the static mesh has 1 word links from switch ("), std::string::npos) << text;
  EXPECT_NE(text.find("the largest users: 'u0' "), std::string::npos) << text;
  timing.network.columns = timing.network.rows = 1;
  EXPECT_NE(refusal(chain(2, 1), timing).find("has 1 place for compute units, 2 are asked for"),
            std::string::npos);
  timing.network.hop_depth = 1;
  EXPECT_NE(refusal(chain(2, 1), timing).find("Unsupported: network.hop_depth is 1"),
            std::string::npos);
}

/// Two units, 13 switches apart, with 12 channels from the one to the other.
TEST(RduNetwork, ASharedLinkTakesATokenACycle) {
  form::Program program = chain(2, 12);
  program.units[0].x = 1;
  program.units[0].y = 0;
  program.units[1].x = 8;
  program.units[1].y = 7;
  const auto last = [&](NetworkKind kind) {
    form::Timing timing;
    timing.network = network_for(0, kind);
    const form::Program routed = form::lay_network(program, timing).program;
    const RduRun ours = run_slices(routed, timing, {}, 3, never);
    EXPECT_EQ(difference(ours, run_oracle(routed, timing, {})), "");
    return ours.last_activity;
  };
  // Alone, a token takes 13 hops and the channel's own cycle; the last step is in cycle 19.
  EXPECT_EQ(last(NetworkKind::static_mesh), 19U + 13U + 1U);
  const Cycle shared = last(NetworkKind::dynamic_mesh);
  EXPECT_GE(shared, 12U * chain_steps + 13U);
  EXPECT_LE(shared, 12U * chain_steps + 13U + 12U);
}

TEST(RduNetwork, AnIdealOneChangesNothing) {
  const form::random::Case c = form::random::graph(1);
  const form::Networked networked = form::lay_network(c.program, c.timing);
  EXPECT_EQ(form::serialize(networked.program), form::serialize(c.program));
  EXPECT_TRUE(networked.use.routes.empty());
}

}  // namespace
}  // namespace weft::test
