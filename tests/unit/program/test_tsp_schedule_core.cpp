// SPDX-License-Identifier: Apache-2.0
// Fragments of a schedule find the first cycle at which they fit, however far it is.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "base/error.hpp"
#include "program/tsp_schedule_core.hpp"
#include "program/tsp_schedule_state.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

Fragment::Item read_of(std::uint32_t count) {
  Fragment::Item item;
  item.instruction.opcode = Opcode::read;
  item.instruction.queue =
      static_cast<std::uint16_t>(number_of({Unit::mem, Hemisphere::east, 3, 0}));
  item.instruction.count = count;
  return item;
}

TEST(TspPlacer, LooksAsFarAsAnythingIsTaken) {
  Placer placer(test::default_timing());
  constexpr Offset reads = 120'000;
  for (Offset k = 0; k < reads; ++k) {
    Fragment one;
    one.add(read_of(1));
    EXPECT_EQ(placer.place(one, 2 * k, none), 2 * k);
  }
  Fragment two;  // every gap is too short
  two.add(read_of(2));
  EXPECT_EQ(placer.place(two, 0, none), 2 * reads - 1);
  Fragment in_a_gap;
  in_a_gap.add(read_of(1));
  EXPECT_EQ(placer.place(in_a_gap, 0, none), 1);
}

TEST(TspPlacer, WhatClashesWithItselfFitsNowhere) {
  Placer placer(test::default_timing());
  Fragment fragment;
  fragment.add(read_of(5));
  fragment.add(read_of(1));
  EXPECT_TRUE(fragment.clashes_with_itself());
  EXPECT_THROW(placer.place(fragment, 0, none), Error);
}

TEST(TspPlacer, StreamsOfAnIntervalLeaveWhatIsBetween) {
  Placer placer(test::default_timing());
  const auto on_one_stream = [](std::uint32_t count, std::uint32_t interval) {
    Fragment fragment;
    Fragment::Streams request;
    request.high = 1;
    request.zones = zone_west;
    request.count = count;
    request.interval = interval;
    fragment.streams(request);
    Fragment::Item item;
    item.instruction.opcode = Opcode::sync;
    fragment.items.push_back(item);
    return fragment;
  };
  EXPECT_EQ(placer.find(on_one_stream(4, 3), 0), 0);
  EXPECT_EQ(placer.place(on_one_stream(4, 3), 0, none), 0);  // 0, 3, 6, 9
  EXPECT_EQ(placer.find(on_one_stream(4, 3), 0), 1);         // nothing is taken by asking
  EXPECT_EQ(placer.place(on_one_stream(4, 3), 0, none), 1);
  EXPECT_EQ(placer.place(on_one_stream(1, 1), 0, none), 2);
  EXPECT_EQ(placer.place(on_one_stream(2, 1), 0, none), 11);
  EXPECT_EQ(placer.place(on_one_stream(2, 3), 0, none), 5);  // 5, 8
}

// What a transpose or a product copies may lie in the very bank that it is copied to.
TEST(TspCopyToSpread, GoesByFewRowsWhereItReadsAndWritesOneBank) {
  TensorProgram program;
  program.output(program.unary(VectorOperation::relu, program.input("x", VectorType::i8, {64, 9})));
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  const ScheduleOptions options;
  SchedulerState state(program, fuse(program), timing, options, Memory(timing),
                       stands_in_every_lane(program));
  Spread spread = allocate_spread(state, Hemisphere::east, VectorType::i8, 4, 0, false, "s");
  Segment rows;
  rows.rows = 64;
  rows.store.hemisphere = Hemisphere::east;
  rows.store.bank = spread.bank;
  rows.store.slices[0] = spread.slices[3];
  rows.store.address = 1000;
  Placed placed;
  placed.segments.push_back(rows);
  copy_to_spread(state, none, VectorType::i8, placed, 0, {}, 64, 0, spread);
  std::set<std::tuple<std::uint16_t, std::uint8_t, Cycle>> taken;
  std::uint32_t read = 0;
  std::uint32_t written = 0;
  for (const Instruction& one : state.placer.schedule().instructions) {
    if (one.opcode == Opcode::alu) continue;
    (one.opcode == Opcode::read ? read : written) += one.count;
    for (std::uint32_t k = 0; k < one.count; ++k) {
      const Cycle cycle = one.cycle + Cycle{k} * one.interval_cycles;
      EXPECT_TRUE(taken.insert({one.queue, one.bank, cycle}).second);
    }
  }
  EXPECT_EQ(read, 64U);
  EXPECT_EQ(written, 64U);
}

}  // namespace
}  // namespace weft::program::tsp
