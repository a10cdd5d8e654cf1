// SPDX-License-Identifier: Apache-2.0
// Cycles of messages, chains, multicasts and switches against closed forms, to the cycle.
#include <gtest/gtest.h>

#include "engine_run.hpp"

namespace weft::fabric::test {
namespace {

constexpr std::uint8_t west = bit(Port::west);
constexpr std::uint8_t east = bit(Port::east);
constexpr std::uint8_t ramp = bit(Port::ramp);

ColorRoute route(std::uint8_t color, std::uint8_t receive, std::uint8_t transmit) {
  ColorRoute r;
  r.color = color;
  r.positions[0] = {receive, transmit};
  return r;
}

Job send(std::uint8_t color, std::uint32_t count) {
  Job job;
  job.post.output_queue = 2;
  job.post.color = color;
  job.post.count = count;
  return job;
}

Job receive(std::uint32_t count) {
  Job job;
  job.post.input_queue[0] = 0;
  job.post.count = count;
  return job;
}

/// Cycle after the last thing any tile saw.
Cycle end_of(const EngineOutcome& result) { return result.outcome.events.back().cycle + 1; }

std::size_t steps_of(const EngineOutcome& result, std::uint32_t tile) {
  std::size_t count = 0;
  for (const Event& event : result.outcome.events) count += event.tile == tile ? 1U : 0U;
  return count;
}

/// B wavelets from tile 0 to tile P - 1 of a row, or to all of them.
Scenario message(std::uint32_t tiles, std::uint32_t words, bool to_all) {
  Scenario scenario(tiles, 1);
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    const bool last = tile + 1 == tiles;
    const auto to = static_cast<std::uint8_t>((last ? 0U : east) |
                                              ((last || (to_all && tile > 0)) ? ramp : 0U));
    scenario.routes[tile] = {route(3, tile == 0 ? ramp : west, to)};
    if (tile == 0) scenario.scripts[tile].jobs[0] = {send(3, words)};
    if ((to & ramp) == 0) continue;
    scenario.scripts[tile].bindings = {{0, 3}};
    scenario.scripts[tile].jobs[1] = {receive(words)};
  }
  return scenario;
}

TEST(FabricFormula, MessageTakesWordsPlusTilesPlusTwoRamps) {
  for (const std::uint32_t tiles : {2U, 3U, 17U}) {
    for (const std::uint32_t words : {1U, 2U, 64U}) {
      for (const std::uint32_t t_r : {1U, 2U, 3U}) {
        Scenario scenario = message(tiles, words, false);
        scenario.parameters.ramp_up_cycles = t_r;
        scenario.parameters.ramp_down_cycles = t_r;
        const Cycle expected = words + tiles + 2 * t_r;
        scenario.cycles = expected - 1;
        EXPECT_EQ(steps_of(run_engine(scenario), tiles - 1), words - 1) << tiles << " " << words;
        scenario.cycles = expected;
        const EngineOutcome result = run_engine(scenario);
        EXPECT_EQ(steps_of(result, tiles - 1), words);
        EXPECT_EQ(end_of(result), expected);
      }
    }
  }
}

TEST(FabricFormula, OverTheEdgeOfTheMeshNothingWaits) {
  Scenario scenario(3, 1);
  constexpr std::uint32_t words = 100;
  scenario.routes[0] = {route(3, ramp, east)};
  scenario.routes[1] = {route(3, west, static_cast<std::uint8_t>(east | bit(Port::north)))};
  scenario.routes[2] = {route(3, west, static_cast<std::uint8_t>(east | ramp))};
  scenario.scripts[0].jobs[0] = {send(3, words)};
  scenario.scripts[2].bindings = {{0, 3}};
  scenario.scripts[2].jobs[1] = {receive(words)};
  scenario.cycles = 300;
  const EngineOutcome result = run_engine(scenario);
  EXPECT_EQ(result.outcome.refusal.code, FabricError::none);
  EXPECT_EQ(steps_of(result, 2), words);
  EXPECT_EQ(end_of(result), words + 3 + 2 * 2);  // as a message whose words all stay
  EXPECT_EQ(result.outcome.departures.wavelets, 2 * words);
  EXPECT_EQ(result.outcome.departures.first, (Hop{4, 1, 3, 3}));
}

TEST(FabricFormula, BroadcastTakesAsLongAsAMessage) {
  Scenario scenario = message(12, 40, true);
  const Cycle expected = 40 + 12 + 2 * 2;
  scenario.cycles = expected - 1;
  EXPECT_EQ(steps_of(run_engine(scenario), 11), 39U);
  scenario.cycles = expected;
  const EngineOutcome result = run_engine(scenario);
  for (std::uint32_t tile = 1; tile < 12; ++tile) EXPECT_EQ(steps_of(result, tile), 40U) << tile;
}

/// A chain from the last tile to tile 0: colors 1 and 2 alternate, each tile adds and passes on.
Scenario chain(std::uint32_t tiles, std::uint32_t words) {
  Scenario scenario(tiles, 1);
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    const auto out = static_cast<std::uint8_t>(1 + tile % 2);
    const auto in = static_cast<std::uint8_t>(1 + (tile + 1) % 2);
    Job job;
    job.post.count = words;
    if (tile + 1 < tiles) {
      scenario.routes[tile].push_back(route(in, east, ramp));
      scenario.scripts[tile].bindings = {{0, in}};
      job.post.input_queue[0] = 0;
    }
    if (tile > 0) {
      scenario.routes[tile].push_back(route(out, ramp, west));
      job.post.output_queue = 2;
      job.post.color = out;
    }
    scenario.scripts[tile].jobs[0] = {job};
  }
  return scenario;
}

TEST(FabricFormula, DependentStepCostsTwoRampsAHopAndALatency) {
  for (const std::uint32_t t_r : {1U, 2U}) {
    for (const std::uint32_t tiles : {2U, 9U}) {
      for (const std::uint32_t words : {1U, 50U}) {
        Scenario scenario = chain(tiles, words);
        scenario.parameters.ramp_up_cycles = t_r;
        scenario.parameters.ramp_down_cycles = t_r;
        const Cycle expected = words + (2 * t_r + 2) * (tiles - 1);
        scenario.cycles = expected - 1;
        EXPECT_EQ(steps_of(run_engine(scenario), 0), words - 1);
        scenario.cycles = expected;
        const EngineOutcome result = run_engine(scenario);
        EXPECT_EQ(steps_of(result, 0), words);
        EXPECT_EQ(end_of(result), expected);
      }
    }
  }
}

TEST(FabricFormula, SwitchMovesAfterTheControlWaveletPassed) {
  // Tile 1 hands what comes from the west to its tile, and after ADVANCE passes it on to tile 2.
  Scenario scenario(3, 1);
  scenario.routes[0] = {route(5, ramp, east)};
  ColorRoute middle = route(5, west, ramp);
  middle.position_count = 2;
  middle.positions[1] = {west, east};
  scenario.routes[1] = {middle};
  scenario.routes[2] = {route(5, west, ramp)};
  Job before = send(5, 3);
  before.words = {11, 12, 13};
  Job control = send(5, 1);
  control.post.control = true;
  control.words = {1U << 22U};
  Job after = send(5, 3);
  after.words = {21, 22, 23};
  scenario.scripts[0].jobs[0] = {before, control, after};
  for (const std::uint32_t tile : {1U, 2U}) scenario.scripts[tile].drains = {{8 + 5, 1, 0}};
  const EngineOutcome result = run_engine(scenario);
  std::vector<std::array<Cycle, 3>> seen;
  for (const Event& event : result.outcome.events) {
    if (event.kind == Event::Kind::pop) seen.push_back({event.cycle, event.tile, event.words[0]});
  }
  // Word k of the source steps in cycle k and reaches tile 1 in cycle k + 1 + 2 + 1 + 2.
  const std::vector<std::array<Cycle, 3>> expected = {
      {6, 1, 11}, {7, 1, 12}, {8, 1, 13}, {9, 1, 1U << 22U}, {11, 2, 21}, {12, 2, 22}, {13, 2, 23}};
  EXPECT_EQ(seen, expected);
}

TEST(FabricFormula, AdvanceSwitchActsAfterTheLastWordPassedTheLocalRouter) {
  // After its own words, tile 1 opens its router to what waits from the east.
  Scenario scenario(3, 1);
  ColorRoute middle = route(6, ramp, west);
  middle.position_count = 2;
  middle.positions[1] = {east, west};
  scenario.routes[0] = {route(6, east, ramp)};
  scenario.routes[1] = {middle};
  scenario.routes[2] = {route(6, ramp, west)};
  Job own = send(6, 5);
  own.delay_cycles = 20;
  own.post.advance_switch = true;
  scenario.scripts[1].jobs[0] = {own};
  scenario.scripts[2].jobs[0] = {send(6, 2)};
  scenario.scripts[0].drains = {{8 + 6, 1, 0}};
  const EngineOutcome result = run_engine(scenario);
  std::vector<Cycle> cycles;
  for (const Event& event : result.outcome.events) {
    if (event.kind == Event::Kind::pop) cycles.push_back(event.cycle);
  }
  // Own words step in 20..24 and arrive 6 later. The last passes router 1 in cycle 27; the waiting
  // words follow in 28 and 29 and stand in the queue of tile 0 three cycles after that.
  EXPECT_EQ(cycles, (std::vector<Cycle>{26, 27, 28, 29, 30, 31, 32}));
}

TEST(FabricFormula, ContendedLinkIsSharedByColorsInTurn) {
  // Two tiles' streams want the ramp of the third: each wavelet waits for the other color.
  Scenario scenario(3, 1);
  constexpr std::uint32_t words = 32;
  scenario.routes[0] = {route(0, ramp, east)};
  scenario.routes[1] = {route(0, west, ramp), route(1, east, ramp)};
  scenario.routes[2] = {route(1, ramp, west)};
  scenario.scripts[0].jobs[0] = {send(0, words)};
  scenario.scripts[2].jobs[0] = {send(1, words)};
  scenario.scripts[1].drains = {{8 + 0, 1, 0}, {8 + 1, 1, 0}};
  const EngineOutcome result = run_engine(scenario);
  Cycle last = 0;
  for (const Event& event : result.outcome.events) last = std::max(last, event.cycle);
  // 2 * words deliveries over one ramp, one a cycle, the first popped in cycle 6.
  EXPECT_EQ(last, 6 + 2 * words - 1);
}

}  // namespace
}  // namespace weft::fabric::test
