// SPDX-License-Identifier: Apache-2.0
// Stream registers of one cycle: travel, the edge, overwriting, as the hardware has them.
#include <gtest/gtest.h>

#include "program/tsp_stream_map.hpp"

namespace weft::program::tsp {
namespace {

Instruction read(Hemisphere hemisphere, std::uint8_t slice, Direction way, Cycle cycle) {
  Instruction out;
  out.opcode = Opcode::read;
  out.queue = static_cast<std::uint16_t>(number_of({Unit::mem, hemisphere, slice, 0}));
  out.cycle = cycle;
  out.result = {way, 5, 1, 0};
  return out;
}

TEST(TspStreamMap, AValueMovesAStopACycleToTheEdge) {
  Schedule schedule;
  schedule.instructions = {read(Hemisphere::east, 0, Direction::east, 10)};  // stop 15
  const Timing timing;
  const auto stop_in = [&](Cycle cycle) {
    const StreamMap map = stream_map(schedule, timing, cycle);
    std::uint32_t found = none;
    for (std::uint32_t stop = 0; stop < stops; ++stop) {
      if (map.at(Direction::east, 5, stop).instruction != none) found = stop;
    }
    return found;
  };
  EXPECT_EQ(stop_in(10), none);
  EXPECT_EQ(stop_in(11), 15U);
  EXPECT_EQ(stop_in(12), 16U);
  EXPECT_EQ(stop_in(24), 28U);
  EXPECT_EQ(stop_in(25), none);
}

TEST(TspStreamMap, TheNearestDriverUpstreamCounts) {
  Schedule schedule;
  schedule.instructions = {read(Hemisphere::west, 40, Direction::east, 0),    // stop 3
                           read(Hemisphere::east, 0, Direction::east, 12),    // stop 15, on top
                           read(Hemisphere::east, 43, Direction::east, 12)};  // stop 25
  const Timing timing;
  // The first is at stop 3 + 11 in cycle 12 and would be at 15 in 13, when the second drives there.
  EXPECT_EQ(stream_map(schedule, timing, 12).at(Direction::east, 5, 14).instruction, 0U);
  EXPECT_EQ(stream_map(schedule, timing, 13).at(Direction::east, 5, 15).instruction, 1U);
  EXPECT_EQ(stream_map(schedule, timing, 14).at(Direction::east, 5, 16).instruction, 1U);
  EXPECT_EQ(stream_map(schedule, timing, 13).at(Direction::east, 5, 25).instruction, 2U);
}

TEST(TspStreamMap, TellsElementAndByte) {
  Schedule schedule;
  Instruction add;
  add.opcode = Opcode::alu;
  add.queue = static_cast<std::uint16_t>(number_of({Unit::vxm, Hemisphere::west, 3, 0}));
  add.cycle = 100;
  add.count = 4;
  add.interval_cycles = 2;
  add.result = {Direction::west, 8, 4, 0};
  schedule.instructions = {add};
  const Timing timing;
  const StreamMap map = stream_map(schedule, timing, 107 + 2 * 3);  // entry 4, operation 3
  EXPECT_EQ(map.at(Direction::west, 10, 14).element, 3U);
  EXPECT_EQ(map.at(Direction::west, 10, 14).byte, 2U);
  EXPECT_EQ(map.at(Direction::west, 10, 13).instruction, none);
  EXPECT_EQ(map.at(Direction::west, 10, 12).element, 2U);
}

}  // namespace
}  // namespace weft::program::tsp
