// SPDX-License-Identifier: Apache-2.0
// Patterns as unit graphs: what the machine gives is what the host computes, bit for bit, in the
// cycles of the oracle and however the chip is cut.
#include <gtest/gtest.h>

#include <set>

#include "cut_run.hpp"
#include "program/rdu_traffic.hpp"
#include "support/rdu_patterns.hpp"

namespace weft::test {
namespace {

namespace form = program::rdu;

void compare(std::uint64_t seed, int ranks, bool oracle) {
  const PatternCase c = random_patterns(seed);
  const form::Timing timing = pattern_timing();
  const form::Program program = make_patterns(c.patterns, timing, c.options);
  const form::oracle::Arrays inputs = input_words(c);
  const form::oracle::Arrays expected =
      words_of(evaluate_patterns(c.patterns, c.options, c.inputs));
  const RduRun ours = run_slices(program, timing, inputs, ranks, never);
  ASSERT_EQ(ours.error, "") << "seed " << seed;
  ASSERT_TRUE(ours.waits.empty()) << "seed " << seed << ": "
                                  << form::describe(program, ours.waits.front());
  for (const auto& [name, words] : expected) {
    ASSERT_EQ(ours.arrays.at(name), words) << "seed " << seed << ", " << name;
  }
  if (!oracle) return;
  EXPECT_EQ(difference(ours, run_oracle(program, timing, inputs)), "") << "seed " << seed;
}

TEST(RduPatterns, GiveWhatTheHostComputes) {
  std::set<form::Pattern::Kind> kinds;
  for (std::uint64_t seed = 0; seed < 130; ++seed) {
    compare(seed, 1, false);
    const PatternCase c = random_patterns(seed);
    for (const form::Pattern& of : c.patterns.list()) kinds.insert(of.kind);
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(form::Pattern::Kind::count_));
}
TEST(RduPatterns, DISABLED_ThreeThousandGiveWhatTheHostComputes) {
  for (std::uint64_t seed = 1000; seed < 4000; ++seed) compare(seed, 1, false);
}

/// HBM of a few matrices: the others are in DRAM, and nobody can tell by the numbers.
TEST(RduPatterns, SpilledMatricesGiveTheSame) {
  constexpr int all_ranks[] = {1, 2, 4};
  std::size_t spilled = 0;
  for (std::uint64_t seed = 200; seed < 240; ++seed) {
    PatternCase c = random_patterns(seed);
    c.options.hbm = true;
    c.options.fused = false;
    form::Timing timing = pattern_timing();
    timing.hbm->capacity_bytes = 64 * (1 + 7 * (seed % 9));
    const form::Program program = make_patterns(c.patterns, timing, c.options);
    for (const form::MatrixUse& of : form::matrix_uses(program)) {
      spilled += program.units[of.unit].kind == form::Unit::Kind::dram ? 1U : 0U;
    }
    const form::oracle::Arrays inputs = input_words(c);
    const RduRun ours = run_slices(program, timing, inputs, all_ranks[seed % 3], never);
    ASSERT_EQ(ours.error, "") << "seed " << seed;
    for (const auto& [name, words] : words_of(evaluate_patterns(c.patterns, c.options, c.inputs))) {
      ASSERT_EQ(ours.arrays.at(name), words) << "seed " << seed << ", " << name;
    }
    if (seed % 8 > 0) continue;
    EXPECT_EQ(difference(ours, run_oracle(program, timing, inputs)), "") << "seed " << seed;
  }
  EXPECT_GT(spilled, 60U);
}

TEST(RduPatterns, RoundingAndSeedsAreSeen) {
  PatternCase c;  // of a product, which rounds
  for (std::uint64_t seed = 1;
       c.patterns.list().empty() || c.patterns.list().back().kind != form::Pattern::Kind::product;
       ++seed) {
    c = random_patterns(seed);
  }
  const auto values = [&] { return words_of(evaluate_patterns(c.patterns, c.options, c.inputs)); };
  c.options.at_random = false;
  const auto nearest = values();
  c.options.at_random = true;
  c.options.seed = 1;
  const auto first = values();
  c.options.seed = 2;
  EXPECT_NE(first, nearest);
  EXPECT_NE(first, values());
}

TEST(RduPatterns, AreTheOraclesOnAnySlices) {
  constexpr int all_ranks[] = {1, 2, 3, 4, 7};
  for (std::uint64_t seed = 100; seed < 110; ++seed) compare(seed, all_ranks[seed % 5], true);
}

}  // namespace
}  // namespace weft::test
