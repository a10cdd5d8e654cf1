// SPDX-License-Identifier: Apache-2.0
// Published cycle counts of one chip: the schedules behind them are legal as they are, and refused
// with any instruction a cycle earlier that waits for another.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "program/tsp_check.hpp"
#include "program/tsp_figures.hpp"
#include "program/tsp_oracle.hpp"
#include "topology/topology.hpp"

namespace weft::program::tsp {
namespace {

Timing shipped() { return read_timing(topology::load_topology("groq-tsp")); }

/// What both say of a program; they must agree.
std::optional<FaultCode> verdict(const Program& program, const Timing& timing) {
  validate(program);
  const auto naive = oracle::run(program.schedules.front(), timing, {}, {false, false}).fault;
  const auto found = check(program, timing).fault;
  EXPECT_EQ(found.has_value(), naive.has_value());
  if (!found || !naive) return {};
  EXPECT_TRUE(first_of(*found, *naive) == 0);
  return found->code;
}

/// Legal, and not with the last instruction a cycle earlier.
void expect_exact(const figures::Figure& figure, const Timing& timing) {
  EXPECT_FALSE(verdict(figure.program, timing));
  Program early = figure.program;
  early.schedules.front().instructions.at(figure.last).cycle -= 1;
  EXPECT_TRUE(verdict(early, timing));
}

TEST(TspFigures, FourPlanesAreLoadedAndInstalledInBelowFortyCycles) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::four_planes(timing);
  expect_exact(figure, timing);
  EXPECT_EQ(figure.cycles, 1U + 10 + 20 + 2);  // read, hops, loads, landing; install 1 less
  EXPECT_LT(figure.cycles, 40U);
  const Schedule& schedule = figure.program.schedules.front();
  Cycle first = never;
  std::uint64_t bytes = 0;
  for (const Instruction& run : schedule.instructions) {
    first = std::min(first, run.cycle);
    if (run.opcode == Opcode::read) bytes += std::uint64_t{run.count} * lanes;
  }
  EXPECT_EQ(first, 0U);
  EXPECT_EQ(bytes, 409'600U);
}

TEST(TspFigures, ABarrierTakes35Cycles) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::barrier(timing);
  expect_exact(figure, timing);
  EXPECT_EQ(figure.cycles, 35U);
}

TEST(TspFigures, TransposeToDistributeTakes50Cycles) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::transpose_to_distribute(timing);
  expect_exact(figure, timing);
  EXPECT_EQ(figure.cycles, 50U);
}

TEST(TspFigures, TransposeGatherDistributeTakes15Cycles) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::transpose_gather_distribute(timing);
  expect_exact(figure, timing);
  EXPECT_EQ(figure.cycles, 15U);
}

/// Every instruction of the two waits for the one before: none may be a cycle earlier or later.
TEST(TspFigures, NothingOfAPathCanMove) {
  const Timing timing = shipped();
  for (const figures::Figure& figure :
       {figures::transpose_to_distribute(timing), figures::transpose_gather_distribute(timing)}) {
    const std::size_t count = figure.program.schedules.front().instructions.size();
    for (std::size_t i = 0; i < count; ++i) {
      for (const int by : {-1, 1}) {
        Program moved = figure.program;
        Cycle& cycle = moved.schedules.front().instructions[i].cycle;
        cycle = static_cast<Cycle>(static_cast<std::int64_t>(cycle) + by);
        EXPECT_TRUE(verdict(moved, timing)) << i << " by " << by;
      }
    }
  }
}

TEST(TspFigures, UnpackTakes720CyclesAndUnpacks) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::unpack(timing);
  expect_exact(figure, timing);
  EXPECT_EQ(figure.cycles, 720U);
  EXPECT_EQ(check(figure.program, timing).cycles, 720U + timing.superlane_stagger_cycles);
  oracle::Vector counting{};
  for (std::size_t l = 0; l < lanes; ++l) counting[l] = static_cast<std::uint8_t>(l * 7);
  const oracle::Memory before = {{oracle::word_number(Hemisphere::east, 22, 0, 0), counting}};
  const oracle::Result result = oracle::run(figure.program.schedules.front(), timing, before);
  for (std::uint32_t v = 0; v < lanes; ++v) {
    const auto& word = result.memory.at(oracle::word_number(Hemisphere::west, 0, 0, v));
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::size_t element = v + l / 16 * 16;
      EXPECT_EQ(word[l], element < lanes ? counting[element] : 0) << v << " " << l;
    }
  }
}

/// A shifted word can't be read a cycle before it is written: 19 cycles beyond its own.
TEST(TspFigures, AShiftByWayOfMemoryTakes19Cycles) {
  const Timing timing = shipped();
  const figures::Figure figure = figures::unpack(timing);
  std::vector<Cycle> reads;
  for (const Instruction& run : figure.program.schedules.front().instructions) {
    if (run.opcode == Opcode::read) reads.push_back(run.cycle);
  }
  for (std::size_t i = 2; i < reads.size(); ++i) EXPECT_EQ(reads[i] - reads[i - 1], 16U + 19);
}

}  // namespace
}  // namespace weft::program::tsp
