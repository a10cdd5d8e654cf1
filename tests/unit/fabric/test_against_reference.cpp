// SPDX-License-Identifier: Apache-2.0
// The queued engine against the oracle: the same wavelets in the same cycles.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "engine_run.hpp"
#include "random_scenario.hpp"
#include "reference_run.hpp"

namespace weft::fabric::test {
namespace {

std::string show(const Event& e) {
  std::ostringstream out;
  out << "cycle " << e.cycle << " tile " << e.tile << " kind " << static_cast<int>(e.kind) << " id "
      << int{e.id} << " control " << e.control << " step " << e.step << " words " << e.words[0]
      << ", " << e.words[1];
  return out.str();
}

std::string show(const Hop& h) {
  std::ostringstream out;
  out << "cycle " << h.cycle << " tile " << h.tile << " port " << int{h.port} << " color "
      << int{h.color};
  return out.str();
}

template <typename T>
std::string first_difference(const std::vector<T>& ours, const std::vector<T>& theirs) {
  const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
  if (a == ours.end() && b == theirs.end()) return {};
  return "engine: " + (a == ours.end() ? "(end)" : show(*a)) +
         "\noracle: " + (b == theirs.end() ? "(end)" : show(*b));
}

/// Hops of runs that have ended: without those that a run still going on at `last` is made of.
std::vector<Hop> ended(const std::vector<Hop>& hops, Cycle last) {
  const std::set<Hop> all(hops.begin(), hops.end());
  std::set<Hop> open;
  for (const Hop& hop : hops) {
    if (hop.cycle != last) continue;
    for (Hop h = hop; all.count(h) != 0; --h.cycle) {
      open.insert(h);
      if (h.cycle == 0) break;
    }
  }
  std::vector<Hop> rest;
  std::set_difference(all.begin(), all.end(), open.begin(), open.end(), std::back_inserter(rest));
  return rest;
}

std::vector<std::uint64_t> count_by_link(const Outcome& outcome, std::size_t tiles) {
  std::vector<std::uint64_t> counts(tiles * port_count, 0);
  for (const Hop& hop : outcome.hops) ++counts[hop.tile * port_count + hop.port];
  return counts;
}

void compare(std::uint64_t seed, const RunOptions& options) {
  const Scenario scenario = random_scenario(seed);
  const Outcome oracle = run_reference(scenario);
  const EngineOutcome engine = run_engine(scenario, options);
  EXPECT_EQ(first_difference(engine.outcome.events, oracle.events), "") << "seed " << seed;
  EXPECT_EQ(engine.outcome.refusal.cycle, oracle.refusal.cycle) << "seed " << seed;
  EXPECT_EQ(engine.outcome.refusal.tile, oracle.refusal.tile) << "seed " << seed;
  EXPECT_EQ(engine.outcome.refusal.code, oracle.refusal.code) << "seed " << seed;
  if (oracle.refusal.cycle != never) {
    EXPECT_EQ(engine.outcome.refusal.color, oracle.refusal.color) << "seed " << seed;
    EXPECT_EQ(engine.outcome.refusal.port, oracle.refusal.port) << "seed " << seed;
    return;  // what moved in the refused cycle itself has no meaning
  }
  EXPECT_EQ(first_difference(engine.outcome.hops, ended(oracle.hops, scenario.cycles - 1)), "")
      << "seed " << seed;
  EXPECT_EQ(engine.outcome.departures, oracle.departures) << "seed " << seed;
  EXPECT_EQ(engine.link_wavelets, count_by_link(oracle, scenario.scripts.size()))
      << "seed " << seed;
}

/// Every seed, whole and uncut; stops at the first that differs.
void compare_all(std::uint64_t first, std::uint64_t count, const RunOptions& options) {
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    compare(seed, options);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(FabricAgainstReference, SameWaveletsInTheSameCycles) { compare_all(0, 400, {}); }

TEST(FabricAgainstReference, WithoutJumpsToo) {
  RunOptions options;
  options.jump = false;
  compare_all(1000, 40, options);
}

TEST(FabricAgainstReference, ScenariosCoverWhatTheyShould) {
  std::map<FabricError, int> refusals;
  std::uint64_t hops = 0;
  std::uint64_t steps = 0;
  std::uint64_t controls = 0;
  std::uint64_t hosts = 0;
  std::uint64_t teardowns = 0;
  std::uint64_t rewrites = 0;
  std::uint64_t skipped = 0;
  std::uint64_t departures = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const EngineOutcome result = run_engine(random_scenario(seed));
    ++refusals[result.outcome.refusal.code];
    hops += result.outcome.hops.size();
    skipped += result.skipped_cycles;
    departures += result.outcome.departures.wavelets;
    for (const Event& event : result.outcome.events) {
      steps += event.kind == Event::Kind::step ? 1U : 0U;
      controls += event.control ? 1U : 0U;
      hosts += event.kind == Event::Kind::host ? 1U : 0U;
      teardowns += event.kind == Event::Kind::torn ? 1U : 0U;
      rewrites += event.kind == Event::Kind::registers ? 1U : 0U;
    }
  }
  EXPECT_GT(refusals[FabricError::none], 200);
  EXPECT_GT(refusals[FabricError::collision], 2);
  EXPECT_GT(refusals[FabricError::receive_mismatch], 2);
  EXPECT_GT(departures, 100U);
  EXPECT_GT(hops, 20000U);
  EXPECT_GT(steps, 10000U);
  EXPECT_GT(controls, 300U);
  EXPECT_GT(hosts, 50U);
  EXPECT_GT(skipped, 1000U);
  EXPECT_GT(teardowns, 20U);
  EXPECT_GT(rewrites, 100U);
  if (testing::Test::HasFailure()) {
    for (const auto& [code, n] : refusals) {
      std::printf("refusal %u: %d\n", static_cast<unsigned>(code), n);
    }
    std::printf(
        "hops %lu steps %lu controls %lu hosts %lu skipped %lu teardowns %lu rewrites %lu\n", hops,
        steps, controls, hosts, skipped, teardowns, rewrites);
  }
}

}  // namespace
}  // namespace weft::fabric::test
