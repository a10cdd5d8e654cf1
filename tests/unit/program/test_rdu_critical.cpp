// SPDX-License-Identifier: Apache-2.0
// The loop that bounds a unit graph's rate, against the rates of the naive RDU.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_critical.hpp"
#include "program/rdu_figures.hpp"
#include "program/rdu_make.hpp"
#include "program/rdu_oracle.hpp"

namespace weft::program::rdu {
namespace {

struct Seen {
  Program program;
  oracle::Result result;
  Rates rates;
};

Seen run_and_count(Program program) {
  validate(program);
  Seen out{std::move(program), {}, {}};
  out.result = oracle::run(out.program, Timing{}, {}, 1'000'000);
  for (const oracle::Tally& tally : out.result.tallies) {
    out.rates.firings.push_back(tally.firings);
    out.rates.busy.push_back(tally.busy);
  }
  for (const oracle::Waited& waited : out.result.waited) out.rates.tokens.push_back(waited.tokens);
  return out;
}

/// Cycles from one of the last tokens of a channel to the next one, on average over `count`.
double measured_interval(const Seen& seen, std::uint32_t channel, std::size_t count) {
  const auto& sent = seen.result.sent[channel];
  const Cycle last = sent.back().cycle;
  return static_cast<double>(last - sent[sent.size() - 1 - count].cycle) /
         static_cast<double>(count);
}

bool has_credit(const Seen& seen, const Critical& loop, const std::string& channel) {
  return std::any_of(loop.steps.begin(), loop.steps.end(), [&](const CriticalStep& step) {
    return step.channel != none && seen.program.channels[step.channel].name == channel;
  });
}

std::uint32_t channel_named(const Program& program, const std::string& name) {
  for (std::uint32_t c = 0; c < program.channels.size(); ++c) {
    if (program.channels[c].name == name) return c;
  }
  ADD_FAILURE() << name;
  return none;
}

TEST(RduCritical, OneBufferInsteadOfTwoHalvesTheRateByTheLoopOfCredits) {
  // Both stages one after the other: 64 firings, the pipe of 6 stages and a channel, twice.
  constexpr std::int64_t round = 2 * (63 + (6 - 1) + 1);
  for (const std::uint32_t depth : {1U, 2U, 3U}) {
    const Seen seen = run_and_count(figures::two_stages(32, depth));
    const auto loop = find_critical(seen.program, Timing{}, seen.rates, 32);
    ASSERT_TRUE(loop);
    const std::uint32_t token = channel_named(seen.program, "words.token");
    EXPECT_EQ(measured_interval(seen, token, 12), loop->cycles_an_iteration()) << depth;
    // With three buffers nobody waits for one: a stage goes on by itself.
    const bool bound = depth < 3;
    EXPECT_EQ(has_credit(seen, *loop, "words.credit"), bound) << depth;
    EXPECT_EQ(has_credit(seen, *loop, "words.token"), bound) << depth;
    EXPECT_EQ(loop->steps.size(), bound ? 4U : 1U) << depth;
    EXPECT_EQ(loop->reach, bound ? depth : 1) << depth;
    EXPECT_EQ(loop->cycles, bound ? round : 64) << depth;
  }
}

TEST(RduCritical, TheBusiestStagesDepthIsFound) {
  const Seen seen = run_and_count(figures::two_stages(32, 1));
  const Deepest found = find_most_critical(seen.program, Timing{}, seen.rates);
  EXPECT_EQ(found.depth, 1U);  // of 'write': the tiles
  EXPECT_EQ(found.critical.iterations, 32U);
  EXPECT_EQ(iterations_of(seen.program, seen.rates, 0), (std::vector<std::uint64_t>{1, 32}));
}

/// A ring of contexts that pass words on, of random stages, intervals and latencies; as many
/// capacities and words from the start.
Program random_ring(std::mt19937& random, std::uint32_t contexts, std::int32_t rounds) {
  const auto below = [&random](std::uint32_t end) {
    return static_cast<std::uint32_t>(random() % end);
  };
  GraphMaker g;
  std::vector<std::uint32_t> channels;
  for (std::uint32_t c = 0; c < contexts; ++c) {
    const std::uint32_t capacity = 2 + below(4);
    const std::uint32_t initial = c == 0 ? 1 + below(capacity - 1) : below(2);
    channels.push_back(g.channel("ring" + std::to_string(c), Channel::Kind::word, capacity,
                                 1 + below(9), initial));
  }
  for (std::uint32_t c = 0; c < contexts; ++c) {
    const auto unit = g.unit("u" + std::to_string(c), Unit::Kind::compute);
    auto context = g.context("c" + std::to_string(c), unit, 1, true);
    context.counter("round", rounds);
    context.context().stages = 1 + below(7);
    context.context().interval_cycles = 1 + below(6);
    const auto word = context.take(channels[c], numerics::word_i32);
    context.give(channels[(c + 1) % contexts], word);
  }
  return g.take();
}

TEST(RduCritical, IsTheRateOfRandomRings) {
  std::mt19937 random(11);
  constexpr std::int32_t rounds = 400;
  constexpr std::size_t last_rounds = 120;  // a multiple of what any loop spans
  int with_credits = 0;
  int alone = 0;
  for (std::uint32_t ring = 0; ring < 60; ++ring) {
    const Seen seen = run_and_count(random_ring(random, 2 + ring % 4U, rounds));
    const auto loop = find_critical(seen.program, Timing{}, seen.rates, rounds);
    ASSERT_TRUE(loop) << ring;
    EXPECT_EQ(loop->outside, 0U);
    const double rate = measured_interval(seen, 0, last_rounds);
    EXPECT_NEAR(rate, loop->cycles_an_iteration(), 0.2) << ring;
    EXPECT_GE(rate + 0.2, loop->cycles_an_iteration()) << ring;
    const bool credit = std::any_of(loop->steps.begin(), loop->steps.end(),
                                    [](const CriticalStep& step) { return step.is_credit; });
    with_credits += credit ? 1 : 0;
    alone += loop->steps.size() == 1 ? 1 : 0;
  }
  EXPECT_GT(with_credits, 3);
  EXPECT_GT(alone, 3);
}

TEST(RduCritical, ChannelsWhoseTokensDataDecideAreLeftOut) {
  GraphMaker g;
  auto from = g.context("from", g.unit("a", Unit::Kind::compute), 1, true);
  from.counter("i", 100);
  const auto i = from.index(0);
  const auto sent = g.channel("sent", Channel::Kind::word);
  from.give(sent, i, every, from.operation(WordOperation::less, i, from.integer(200)));
  auto to = g.context("to", g.unit("b", Unit::Kind::compute), 1, true);
  to.counter("i", 100);
  to.input(sent);
  const Seen seen = run_and_count(g.take());
  const auto loop = find_critical(seen.program, Timing{}, seen.rates, 100);
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->irregular, 1U);
  EXPECT_EQ(loop->cycles_an_iteration(), 1);
}

}  // namespace
}  // namespace weft::program::rdu
