// SPDX-License-Identifier: Apache-2.0
// What operands take in a TSP: drivers that meet, nobody, somebody else, the right one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::chain;
using test::east;
using test::fault_text;
using test::of;
using test::west;

/// y = a + b over `count` words: reads at mem.w0 and mem.w1, an ALU two cycles later, a write.
struct Sum : Builder {
  explicit Sum(std::uint32_t count = 8) {
    a = read("mem.w0", 10, east(0), 0, count);
    b = read("mem.w1", 10, east(1), 0, count);
    sum = alu(4, VectorOperation::add, 12, {of(east(0)), of(east(1))}, east(2), VectorType::i8,
              count);
    y = write("mem.e0", 20, east(2), 100, count);
    name(sum, 0, a);
    name(sum, 1, b);
    name(y, 0, sum);
    label(a, "a", 3);
    label(b, "b", 4);
    label(sum, "sum", 5);
    label(y, "y", 6);
    program.file = "sum.tsp";
  }
  std::uint32_t a, b, sum, y;
};

TEST(TspStreams, ASumFindsItsOperands) {
  const Sum sum;
  EXPECT_EQ(fault_text(sum), "");
  const Checked checked = check(sum.program, test::default_timing());
  const CheckedSchedule& one = checked.schedules.at(0);
  ASSERT_EQ(one.edges.size(), 3U);
  EXPECT_EQ(one.edges[0].consumer, sum.sum);
  EXPECT_EQ(one.edges[0].producer, sum.a);
  EXPECT_EQ(one.edges[0].count, 8U);
  EXPECT_EQ(one.edges[0].width, 1U);
  EXPECT_EQ(one.edges[0].producer_first, 0);
  EXPECT_EQ(one.edges[1].operand, 1U);
  EXPECT_EQ(one.edges[2].producer, sum.sum);
  EXPECT_EQ(one.edges_from, (std::vector<std::uint64_t>{0, 0, 0, 2, 3}));
  ASSERT_EQ(one.tasks.size(), 4U);
  EXPECT_EQ(one.tasks[2].instruction, sum.sum);
  EXPECT_EQ(one.tasks[2].count, 8U);
  // The last write is dispatched in cycle 27, changes memory a cycle later, in every superlane.
  EXPECT_EQ(checked.cycles, 27U + 1 + 1 + 19);
}

TEST(TspStreams, ACycleLateIsAnotherElement) {
  Sum late;
  late[late.sum].cycle = 13;
  EXPECT_EQ(fault_text(late), "other operand than named of vxm.4[0] in cycle 13");
  EXPECT_EQ(describe(late.program, *test::fault_in(late.program)),
            "sum.tsp:5: other operand than named: operand a of 'sum' (vxm.4) in cycle 13 takes "
            "element 1 of 'a' (mem.w0, line 3), not element 0");
  Sum early;
  early[early.y].cycle = 19;
  EXPECT_EQ(fault_text(early), "undriven operand of mem.e0[0] in cycle 19");
  EXPECT_EQ(describe(early.program, *test::fault_in(early.program)),
            "sum.tsp:6: undriven operand: operand 0 of 'y' (mem.e0) in cycle 19: nothing drives "
            "stream e2 at MEM e0..3 then");
  Sum unnamed;
  unnamed[unnamed.y].operands[0].name_count = 0;
  unnamed[unnamed.y].cycle = 21;
  EXPECT_EQ(fault_text(unnamed), "undriven operand of mem.e0[7] in cycle 28");
  unnamed[unnamed.y].count = 7;
  EXPECT_EQ(fault_text(unnamed), "");
}

TEST(TspStreams, OtherOperandThanNamed) {
  Sum other;
  other.schedule().names[0].producer = other.b;
  EXPECT_EQ(fault_text(other), "other operand than named of vxm.4[0] in cycle 12");
  Sum step;
  step.schedule().names[0].step = 2;
  EXPECT_EQ(fault_text(step), "other operand than named of vxm.4[1] in cycle 13");
  Sum byte;  // a name is of an element, whichever of its bytes is taken
  byte[byte.a].count = byte[byte.b].count = 1;
  byte[byte.sum].count = byte[byte.y].count = 1;
  byte[byte.sum].operation = VectorOperation::convert;
  byte[byte.sum].operands[1] = {};
  byte[byte.sum].result_type = VectorType::i16;
  byte[byte.sum].result = east(2, 2);
  EXPECT_EQ(fault_text(byte), "");
  byte[byte.y].operands[0] = of(east(3));
  byte.name(byte.y, 0, byte.sum);
  EXPECT_EQ(fault_text(byte), "");
}

TEST(TspStreams, UndrivenOperand) {
  Sum none;
  none[none.b].result = west(1);
  EXPECT_EQ(fault_text(none), "undriven operand of vxm.4[0] in cycle 12");
  Sum less;
  less[less.b].count = 5;
  EXPECT_EQ(fault_text(less), "undriven operand of vxm.4[5] in cycle 17");
  Builder own;  // a stop does not see what it drives
  own.read("mem.w0", 0, east(0));
  const auto write = own.write("mem.w1", 1, east(0));
  EXPECT_EQ(fault_text(own), "undriven operand of mem.w1[0] in cycle 1");
  own[write].queue = static_cast<std::uint16_t>(number_of(*find_queue("mem.e0")));
  own[write].cycle = 3;
  EXPECT_EQ(fault_text(own), "");
}

TEST(TspStreams, WestwardAndAcrossTheChip) {
  Builder b;
  b.read("mem.e43", 0, west(9), 0, 4);
  const auto write = b.write("mem.w43", 1 + 22, west(9), 0, 4);
  EXPECT_EQ(fault_text(b), "");
  b[write].cycle = 22;
  EXPECT_EQ(fault_text(b), "undriven operand of mem.w43[0] in cycle 22");
}

TEST(TspStreams, TwoDrivers) {
  Builder b;
  const auto first = b.read("mem.w0", 5, east(7), 0, 4);
  const auto second = b.read("mem.w1", 8, east(7));
  EXPECT_EQ(fault_text(b), "two drivers of mem.w0[3] in cycle 9");
  b.label(first, "first", 1);
  b.label(second, "second", 2);
  b.program.file = "f.tsp";
  EXPECT_EQ(describe(b.program, *test::fault_in(b.program)),
            "f.tsp:1: two drivers: element 3 of 'first' (mem.w0) and element 0 of 'second' "
            "(mem.w1, line 2) drive stream e7 at MEM w0..3 in cycle 9");
  b[second].cycle = 9;
  EXPECT_EQ(fault_text(b), "");
  b[second].cycle = 4;
  EXPECT_EQ(fault_text(b), "");
  b[second].result = west(7);
  b[second].cycle = 8;
  EXPECT_EQ(fault_text(b), "");
}

TEST(TspStreams, TwoDriversOfRunsThatInterleave) {
  Builder b;
  b.read("mem.w0", 0, east(7), 0, 100);
  b[0].interval_cycles = 6;
  b.read("mem.w1", 3, east(7), 0, 100);
  b[1].interval_cycles = 4;
  EXPECT_EQ(fault_text(b), "");  // 0 modulo 6 and 3 modulo 4: odd and even
  b[1].cycle = 2;                // 6, 18, ...
  EXPECT_EQ(fault_text(b), "two drivers of mem.w0[1] in cycle 7");
}

TEST(TspStreams, OverwritingIsLegalAndNamed) {
  Builder b;
  b.read("mem.w4", 0, east(0), 0, 4);                    // stop 12
  const auto near = b.read("mem.w0", 3, east(0), 0, 1);  // stop 13, over the third
  const auto sum = b.alu(4, VectorOperation::copy, 3, {of(east(0))}, {}, VectorType::i8, 4);
  EXPECT_EQ(fault_text(b), "");
  const Checked checked = check(b.program, test::default_timing());
  const auto& edges = checked.schedules[0].edges;
  ASSERT_EQ(edges.size(), 3U);
  EXPECT_EQ(edges[0].count, 2U);
  EXPECT_EQ(edges[1].producer, near);
  EXPECT_EQ(edges[1].first, 2U);
  EXPECT_EQ(edges[2].producer_first, 3);
  b.name(sum, 0, 0);
  EXPECT_EQ(fault_text(b), "other operand than named of vxm.4[2] in cycle 5");
  b[near].cycle = 6;
  EXPECT_EQ(fault_text(b), "");
}

TEST(TspStreams, DriversThatTakeTurnsFeedOneRun) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 3);
  b[0].interval_cycles = 2;
  b.read("mem.w4", 0, east(0), 0, 3);
  b[1].interval_cycles = 2;
  b.alu(4, VectorOperation::copy, 2, {of(east(0))}, {}, VectorType::i8, 6);
  EXPECT_EQ(fault_text(b), "");
  const Checked checked = check(b.program, test::default_timing());
  const auto& edges = checked.schedules[0].edges;
  ASSERT_EQ(edges.size(), 6U);
  for (std::uint32_t k = 0; k < 6; ++k) {
    EXPECT_EQ(edges[k].first, k);
    EXPECT_EQ(edges[k].producer, k % 2);
    EXPECT_EQ(edges[k].producer_first, k / 2);
  }
}

TEST(TspStreams, EveryStreamOfAGroupIsFound) {
  Builder b;
  for (std::uint32_t byte = 0; byte < 4; ++byte) {
    b.read("mem.w" + std::to_string(byte), 0, east(byte), 0, 5);
  }
  const auto square =
      b.alu(4, VectorOperation::copy, 2, {of(east(0, 4))}, west(4, 4), VectorType::i32, 5);
  b.write("mem.w0", 10, west(6), 50, 5);
  EXPECT_EQ(fault_text(b), "");
  const Checked checked = check(b.program, test::default_timing());
  const auto& edges = checked.schedules[0].edges;
  ASSERT_EQ(edges.size(), 5U);
  for (std::uint32_t byte = 0; byte < 4; ++byte) {
    EXPECT_EQ(edges[byte].stream, byte);
    EXPECT_EQ(edges[byte].producer, byte);
    EXPECT_EQ(edges[byte].byte, 0U);
  }
  EXPECT_EQ(edges[4].producer, square);
  EXPECT_EQ(edges[4].byte, 2U);
  // One name a stream: the third is another's.
  b[square].operands[0].names = 0;
  b[square].operands[0].name_count = 4;
  for (const std::uint32_t byte : {0U, 1U, 3U, 3U}) b.schedule().names.push_back({byte, 0, 0, 1});
  EXPECT_EQ(fault_text(b), "other operand than named of vxm.4[0] in cycle 2");
  EXPECT_EQ(test::fault_in(b.program)->stream, 2U);
  b.schedule().names[2].producer = 2;
  EXPECT_EQ(fault_text(b), "");
}

TEST(TspStreams, ChainsGoFromColumnToColumn) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, 8);
  const auto first = b.alu(1, VectorOperation::negate, 2, {of(east(0))}, {}, VectorType::i8, 8);
  const auto second = b.alu(4, VectorOperation::relu, 5, {chain(1)}, east(1), VectorType::i8, 8);
  b.name(second, 0, first);
  EXPECT_EQ(fault_text(b), "");
  const Checked checked = check(b.program, test::default_timing());
  ASSERT_EQ(checked.schedules[0].edges.size(), 2U);
  EXPECT_EQ(checked.schedules[0].edges[1].width, 0U);
  EXPECT_EQ(checked.schedules[0].edges[1].count, 8U);
  b[second].cycle = 4;  // it is taken four cycles on
  EXPECT_EQ(fault_text(b), "undriven operand of vxm.4[0] in cycle 8");
  b[second].cycle = 6;
  EXPECT_EQ(fault_text(b), "other operand than named of vxm.4[0] in cycle 10");
  b[second].cycle = 5;
  b[second].type = b[second].result_type = VectorType::i16;  // the result is a byte
  b[second].result = {};
  EXPECT_EQ(fault_text(b), "undriven operand of vxm.4[0] in cycle 9");
}

TEST(TspStreams, TwoResultsOfOneAlu) {
  Builder b;
  Timing timing = test::default_timing();
  timing.vxm_large_operation_cycles = 5;
  for (const std::uint32_t s : {0U, 1U}) b.read("mem.w" + std::to_string(s), 0, east(s), 0, 4);
  b.alu(0, VectorOperation::exponential, 2, {of(east(0, 2))}, {}, VectorType::f16);
  const auto second = b.alu(0, VectorOperation::negate, 4, {of(east(0, 2))}, {}, VectorType::f16);
  EXPECT_EQ(fault_text(b, timing), "two drivers of vxm.0[0] in cycle 11");
  b[second].cycle = 3;
  EXPECT_EQ(fault_text(b, timing), "");
  b[second].cycle = 5;
  EXPECT_EQ(fault_text(b, timing), "");
}

TEST(TspStreams, TheOrderOfInstructionsMakesNoDifference) {
  Sum sum;
  sum[sum.sum].cycle = 13;
  const Fault fault = *test::fault_in(sum.program);
  std::swap(sum.schedule().instructions[0], sum.schedule().instructions[3]);
  for (Name& name : sum.schedule().names) name.producer = name.producer == 0 ? 3 : name.producer;
  const Fault again = *test::fault_in(sum.program);
  EXPECT_EQ(first_of(fault, again), std::strong_ordering::equal);
  EXPECT_EQ(again.other, 3U);
}

TEST(TspStreams, LongRunsCostNoMoreThanShortOnes) {
  const Sum sum(2'000'000'000);  // cells beyond the bank are refused, but only after all is found
  const Checked checked = check(sum.program, test::default_timing());
  ASSERT_TRUE(checked.fault);
  EXPECT_EQ(checked.fault->code, FaultCode::address_out_of_range);
  Sum strided(4096);
  strided[strided.y].address = 0;
  for (Instruction& i : strided.schedule().instructions) i.interval_cycles = 4'000'000'000U;
  EXPECT_EQ(fault_text(strided), "");
}

TEST(TspStreams, RunsThatInterleaveForEverAreALimit) {
  Builder b;
  b.read("mem.w0", 0, east(0), 0, std::uint32_t{1} << 27U);
  b.read("mem.w4", 0, east(0), 0, std::uint32_t{1} << 27U);
  for (const std::uint32_t run : {0U, 1U}) b[run].interval_cycles = 2, b[run].stride = 0;
  b.alu(4, VectorOperation::copy, 2, {of(east(0))}, {}, VectorType::i8, std::uint32_t{1} << 28U);
  try {
    fault_text(b);
    FAIL() << "it was checked";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
  }
  b[1].cycle = 1;  // its values end at the same places: undriven in between
  b[0].interval_cycles = b[1].interval_cycles = 1;
  EXPECT_EQ(fault_text(b), "undriven operand of vxm.4[134217730] in cycle 134217732");
}

}  // namespace
}  // namespace weft::program::tsp
