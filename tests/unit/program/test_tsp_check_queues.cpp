// SPDX-License-Identifier: Apache-2.0
// What queues and banks of a TSP can't do in one cycle, barriers, program text.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::east;
using test::fault_text;
using test::of;
using test::west;

TEST(TspQueues, BankUsedTwice) {
  Builder reads;
  reads.read("mem.w5", 0, east(0), 0, 10);
  reads.read("mem.w5", 9, east(1), 20, 10);
  EXPECT_EQ(fault_text(reads), "bank used twice of mem.w5[0] in cycle 9");
  EXPECT_EQ(describe(reads.program, *test::fault_in(reads.program)),
            "bank used twice: read (mem.w5, instruction 1) and read (mem.w5, instruction 0) use "
            "bank 0 of mem.w5 in cycle 9");
  reads[1].cycle = 10;
  EXPECT_EQ(fault_text(reads), "");

  Builder writes;
  writes.read("mem.w8", 0, east(0), 0, 10);
  writes.write("mem.w4", 2, east(0), 0, 9);
  writes.write("mem.w4", 10, east(0), 50, 2);
  EXPECT_EQ(fault_text(writes), "bank used twice of mem.w4[0] in cycle 10");
  writes[2].cycle = 11;
  writes[2].count = 1;
  EXPECT_EQ(fault_text(writes), "");
}

TEST(TspQueues, QueueUsedTwice) {
  Builder banks;  // other banks: the queue still dispatches one read a cycle
  banks.read("mem.w5", 0, east(0), 0, 10);
  banks.read("mem.w5", 4, east(1), 20);
  banks[1].bank = 1;
  EXPECT_EQ(fault_text(banks), "queue used twice of mem.w5[0] in cycle 4");
  banks[1].cycle = 10;
  EXPECT_EQ(fault_text(banks), "");

  Builder alus;
  alus.read("mem.w0", 0, east(0), 0, 8);
  alus.alu(3, VectorOperation::copy, 2, {of(east(0))}, {}, VectorType::i8, 4);
  alus[1].interval_cycles = 2;
  alus.alu(3, VectorOperation::negate, 3, {of(east(0))}, {}, VectorType::i8, 3);
  alus[2].interval_cycles = 2;
  EXPECT_EQ(fault_text(alus), "");
  alus[2].interval_cycles = 3;  // 3, 6: the third of the other
  EXPECT_EQ(fault_text(alus), "queue used twice of vxm.3[1] in cycle 6");
}

TEST(TspQueues, BankReadAndWritten) {
  Builder b;
  b.read("mem.w8", 0, east(0), 0, 10);
  b.write("mem.w4", 2, east(0), 0, 10);
  b.read("mem.w4", 11, east(1), 100);
  EXPECT_EQ(fault_text(b), "read and write of one bank of mem.w4[0] in cycle 11");
  b[2].cycle = 12;
  EXPECT_EQ(fault_text(b), "");
  b[2].cycle = 11;
  b[2].bank = 1;
  EXPECT_EQ(fault_text(b), "");

  Builder turns;
  turns.read("mem.w8", 0, east(0), 0, 10);
  turns.read("mem.w4", 1, east(1), 0, 4);
  turns[1].interval_cycles = 2;
  turns.write("mem.w4", 2, east(0), 0, 4);
  turns[2].interval_cycles = 2;
  EXPECT_EQ(fault_text(turns), "");
  turns[1].cycle = 0;
  EXPECT_EQ(fault_text(turns), "read and write of one bank of mem.w4[0] in cycle 2");
}

TEST(TspQueues, ParkedFromSyncToRelease) {
  Builder b;
  b.add("vxm.0", Opcode::sync, 5);
  b.add("mem.e0", Opcode::notify, 20);
  b.read("mem.w0", 0, east(0), 0, 100);
  b.alu(0, VectorOperation::copy, 54, {of(east(0))});
  EXPECT_EQ(fault_text(b), "queue parked of vxm.0[0] in cycle 54");
  EXPECT_EQ(describe(b.program, *test::fault_in(b.program)),
            "queue parked: copy (vxm.0, instruction 3) is dispatched in cycle 54, while sync "
            "(vxm.0, instruction 0) parks vxm.0");
  b[3].cycle = 55;  // the barrier takes 35 cycles
  EXPECT_EQ(fault_text(b), "");
  b[3].cycle = 4;
  EXPECT_EQ(fault_text(b), "");
  b[3].cycle = 5;
  EXPECT_EQ(fault_text(b), "queue used twice of vxm.0[0] in cycle 5");
  b[3].cycle = 3;
  b[3].count = 40;
  b[3].interval_cycles = 2;
  EXPECT_EQ(fault_text(b), "queue used twice of vxm.0[1] in cycle 5");
  b[3].cycle = 4;
  EXPECT_EQ(fault_text(b), "queue parked of vxm.0[1] in cycle 6");
}

TEST(TspQueues, ASyncThatNothingReleases) {
  Builder b;
  b.add("mem.e0", Opcode::notify, 4);
  b.add("vxm.0", Opcode::sync, 5);
  EXPECT_EQ(fault_text(b), "queue parked of vxm.0[0] in cycle 5");
  b[0].cycle = 5;
  EXPECT_EQ(fault_text(b), "");
  b[0].queue = b[1].queue;  // a parked queue can't notify
  b[0].cycle = 9;
  EXPECT_EQ(fault_text(b), "queue parked of vxm.0[0] in cycle 9");
}

TEST(TspQueues, ProgramTextMustFit) {
  Timing timing = test::default_timing();
  timing.text_slices_west = {16};
  timing.text_slices_east = {};
  timing.text_bytes_an_instruction = 2 * words_a_bank * lanes / 4;  // room for four
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 5);  // read, repeat
  b.read("mem.w0", 6, east(0), 0, 1);  // no-operation, read
  EXPECT_EQ(fault_text(b, timing), "");
  b.read("mem.w1", 0, east(1));
  EXPECT_EQ(fault_text(b, timing),
            "program text does not fit its slices of mxm.w1.weights[0] in cycle 0");
  EXPECT_EQ(describe(b.program, *test::fault_in(b.program, timing)),
            "program text does not fit its slices: the instructions of all queues take more than "
            "the slices that hold them");
  b[1].cycle = 5;
  EXPECT_EQ(fault_text(b, timing), "");
  b[0].count = 4;
  EXPECT_EQ(fault_text(b, timing),
            "program text does not fit its slices of mxm.w1.weights[0] in cycle 0");
}

TEST(TspQueues, NothingIsReadWrittenOrPlacedWhereTextIs) {
  Builder b;
  b.read("mem.w16", 3, east(0));
  EXPECT_EQ(fault_text(b), "address out of range of mem.w16[0] in cycle 3");
  b[0].queue = static_cast<std::uint16_t>(number_of(*find_queue("mem.w17")));
  EXPECT_EQ(fault_text(b), "");
  Tensor x;
  x.name = "x";
  x.shape = {320};
  x.pieces.emplace_back();
  x.pieces[0].slices[0] = 20;
  b.program.tensors.push_back(x);
  EXPECT_THROW(fault_text(b), Error);
}

}  // namespace
}  // namespace weft::program::tsp
