// SPDX-License-Identifier: Apache-2.0
// Schedules as text: what a line becomes, and what is said of one that is wrong.
#include <gtest/gtest.h>

#include "text.hpp"

namespace weft::test {
namespace {

using program::tsp::Instruction;
using program::tsp::Opcode;
using program::tsp::Operand;
using program::tsp::Piece;
using program::tsp::Program;

const Instruction& at(const Program& program, std::size_t index) {
  return program.schedules.at(0).instructions.at(index);
}

TEST(TspText, ALineOfSlicesIsAnInstructionForEach) {
  const Program program = read_text(axpb);
  ASSERT_EQ(program.schedules.size(), 1U);
  ASSERT_EQ(program.schedules[0].instructions.size(), 18U);
  // MEM e0..3 stands a hop from the VXM, a read takes a cycle: 20 there is 18 here.
  for (std::size_t slice = 0; slice < 4; ++slice) {
    const Instruction& one = at(program, slice);
    EXPECT_EQ(name_of(program::tsp::queue_of(one.queue)), "mem.e" + std::to_string(slice));
    EXPECT_EQ(one.opcode, Opcode::read);
    EXPECT_EQ(one.cycle, 18U);
    EXPECT_EQ(one.count, 4096U);
    EXPECT_EQ(one.stride, 1);
    EXPECT_EQ(one.result.first, slice);
    EXPECT_EQ(one.result.width, 1);
    EXPECT_EQ(program.texts.at(one.label), "x");
    EXPECT_EQ(one.line, 8U);
  }
  EXPECT_EQ(at(program, 4).cycle, 17U);
  EXPECT_EQ(at(program, 4).stride, 0);
  const Instruction& sum = at(program, 13);
  EXPECT_EQ(sum.operation, numerics::VectorOperation::add);
  EXPECT_EQ(sum.cycle, 23U);  // a column of the VXM takes 3 cycles
  EXPECT_EQ(sum.operands[0].kind, Operand::Kind::chain);
  EXPECT_EQ(sum.operands[0].alu, 0);
  EXPECT_EQ(sum.operands[1].group.first, 8);
  EXPECT_EQ(at(program, 14).cycle, 23U + 7U + 1U);
}

TEST(TspText, AnOperandIsNamedStreamByStream) {
  const Program program = read_text(axpb);
  const Operand& x = at(program, 8).operands[0];
  ASSERT_EQ(x.name_count, 4U);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto& name = program.schedules[0].names.at(x.names + i);
    EXPECT_EQ(name.producer, i);
    EXPECT_EQ(name.first, 0);
    EXPECT_EQ(name.step, 1);
  }
  const Operand& written = at(program, 15).operands[0];
  ASSERT_EQ(written.name_count, 1U);
  EXPECT_EQ(program.schedules[0].names.at(written.names).producer, 13U);
  EXPECT_EQ(written.group.first, 13);
}

TEST(TspText, SlicesOfSeveralStopsTravelAbreast) {
  const Program program = read_text(
      "mem.w2..5 read b0[0] -> e0..3 @ 10\n"
      "mem.w2..5 read b0[0] -> w0..3 @ 20 at sxm.w\n");
  EXPECT_EQ(at(program, 1).cycle, 10U);
  EXPECT_EQ(at(program, 2).cycle, 9U);  // further from the VXM, and eastward: a cycle sooner
  EXPECT_EQ(at(program, 4).cycle, 20U - 1U - 11U);
  EXPECT_EQ(at(program, 6).cycle, 20U - 1U - 10U);
}

TEST(TspText, ATensorMayBeDealtToManySlices) {
  const Program program = read_text(
      "input w: i8[320, 320] in mem.e0..14,16 bank 1 word 12\n"
      "w: read w[19 step -1] -> e0..15 @ 30 times 20\n"
      "mxm.e0.weights load_weights i8 w -> rows[304 step -16] @ arrival(w) times 20\n");
  const auto& tensor = program.tensors.at(0);
  ASSERT_EQ(tensor.pieces.size(), 16U);
  const Piece& last = tensor.pieces.back();
  EXPECT_EQ(last.slices[0], 16);
  EXPECT_EQ(last.first, 15 * 320);
  EXPECT_EQ(last.word_step, 16 * 320);
  EXPECT_EQ(last.words, 20U);
  EXPECT_EQ(at(program, 0).address, 31U);
  EXPECT_EQ(at(program, 0).stride, -1);
  EXPECT_EQ(at(program, 15).bank, 1);
  EXPECT_EQ(at(program, 16).operands[0].name_count, 16U);
  EXPECT_EQ(at(program, 16).cycle, 30U + 1U + 12U);
}

TEST(TspText, CyclesAreSumsOfWhatIsKnown) {
  const Program program = read_text(
      "let n = 2 * (3 + 4) % 5 - -6 / 2\n"
      "a: mxm.e0.activations activate i8 e3 @ n * 10 times 8 every 3\n"
      "mxm.e0.results accumulate i8 store acc[0 step 1] using a @ effect(a) times 8 every 3\n"
      "vxm.1 copy i8 w0 -> e0 @ cycle(a, -1) + hops(mem.e3, sxm.w)\n");
  EXPECT_EQ(at(program, 0).cycle, 70U);
  EXPECT_EQ(at(program, 1).cycle, 90U);
  EXPECT_EQ(at(program, 2).cycle, 70U + 21U + 13U);
  EXPECT_EQ(at(program, 1).operands[2].kind, Operand::Kind::implied);
}

TEST(TspText, ChipsHaveSchedulesAndLabelsOfTheirOwn) {
  const Program program = read_text(
      "schedule on chips 1..2, 4\nx: c2c.e0 send e3 @ 4\nschedule on chip 0\n"
      "x: c2c.w0 receive -> e0 @ 300\nchips 6\nlink_seed 7\ntiming only\n");
  using program::tsp::none;
  EXPECT_EQ(program.schedule_of_chip, (std::vector<std::uint32_t>{1, 0, 0, none, 0, none}));
  EXPECT_EQ(program.link_seed, 7U);
  EXPECT_TRUE(program.timing_only);
}

TEST(TspText, FaultsNamePlaceAndWord) {
  const auto says = [](const std::string& text, const std::string& wanted) {
    EXPECT_EQ(message_of(text), "a.tsp:" + wanted) << text;
  };
  says("mem.e0 reed b0[0] -> w0 @ 1",
       "1:8: the instruction 'reed' is not known (did you mean 'read'?)");
  says("mem.e44 read b0[0] -> w0 @ 1",
       "1:5: the queue 'mem.e44' is not known (did you mean 'mem.e4'?)");
  says("vxm.3 read b0[0] -> w0 @ 1", "1:7: read is for a MEM slice, such as mem.e0; this is vxm.3");
  says("mem.e0 read b0[0] -> w32 @ 1",
       "1:22: expected streams, such as e0..3, not 'w32'; there are e0 to e31 eastward and w0 to "
       "w31 westward");
  says("mem.e0 read b0[0] -> w0", "1:24: expected '@' and the cycle, not the end of the line");
  says("read z[0] -> w0 @ 1", "1:6: the tensor 'z' is not known");
  says("ab: vxm.0 copy i8 e0 @ 1\nvxm.4 add i8 chain ax, e0 @ 4",
       "2:20: the label 'ax' is not known (did you mean 'ab'?)");
  says("ab: vxm.0 copy i8 e0 @ 1\nvxm.4 copy i8 ab @ 4",
       "2:15: 'ab' drives no stream; `chain ab` takes its result");
  says("ab: vxm.0 copy i8 e0 @ 1\nab: vxm.1 copy i8 e0 @ 1",
       "2:1: the label 'ab' is used already, on line 1");
  says("s = matmul x, w",
       "1:1: 's' = is of a tensor program, for [program] tsp_tensors; a schedule has a queue here, "
       "or "
       "`s:` for a label");
  says("input x: i8[2, 8]",
       "1:18: expected 'in' and where the tensor lies (tensors without a place are for [program] "
       "tsp_tensors), not the end of the line");
  const std::string two = "input x: i8[2, 320] in mem.e0 bank 0 word 5 step 3\n";
  says(two + "read x[2] -> w0 @ 1",
       "2:6: element 0 is of word 2; the tensor's words here are 0 to 1");
  says(two + "read x[0 step 1] -> w0 @ 1 times 3",
       "2:6: element 2 is of word 2; the tensor's words here are 0 to 1");
  says(two + "read x[1 step -1] -> w0 @ 1 times 3",
       "2:6: element 2 is of word -1; the tensor's words here are 0 to 1");
  says(two + "read x[0 step 1, per 2 step 1] -> w0 @ 1 times 4",
       "2:6: element 3 is of word 2; the tensor's words here are 0 to 1");
  says(two + "mem.e1 read b0[0] -> w0 @ 1\nwrite w0 -> x[-1] @ 3",
       "3:13: element 0 is of word -1; the tensor's words here are 0 to 1");
  EXPECT_EQ(message_of(two + "read x[0 step 1, per 2 step 0] -> w0 @ 1 times 5"), "");
  says("e4: vxm.0 copy i8 e0 @ 1", "1:1: 'e4' can be no label: it means something else");
  says("a: mem.e3 read b0[0] -> w0 @ 1\nmem.e9 write a -> b0[0] @ arrival(a)",
       "2:35: what is driven at MEM e0..3 travels west and does not come by MEM e8..11");
  says("mem.e3 read b0[0] -> w0 @ 1 at vxm",
       "1:27: would be dispatched in cycle -1, before the schedule begins");
  says("mem.e0..3 read b0[0] -> w0..2 @ 1", "1:25: 4 slices take a stream each; these are 3");
  says(
      "vxm.0 add f32 e0..3 = (a, b), e4..7 @ 1\na: vxm.1 copy i8 e0 -> w0 @ 1\n"
      "b: vxm.2 copy i8 e0 -> w0 @ 1",
      "1:24: there are 2 names for 4 streams");
  says("vxm.0 copy i8 e0 = $9 @ 1", "1:20: there is no instruction 9; the schedule has 1");
  says("let x = 9223372036854775807 + 1", "1:29: the number is too large");
  says("let x = 4 / (2 - 2)", "1:11: is divided by a number that is not above 0");
  says("input x: f32[7, 320] in mem.e0..2 bank 0 word 0",
       "1:25: an element of f32 lies in 4 slices, a byte in each; these are 3");
  says("constant x: i8[2] in mem.e0 bank 0 word 0 = 1, 200", "1:48: 200 is no i8");
  says("constant x: i8[2] in mem.e0 bank 0 word 0 = 1",
       "1:45: the tensor has 2 elements; these are 1");
  says("raed x[0] -> w0 @ 3",
       "1:1: 'raed' is no queue and begins no statement (did you mean 'read'?)");
  says("add i8 e0, e1 @ 3", "1:1: 'add': its queue comes first");
}

TEST(TspText, PlacesOutsideTheMemoryOrTheTensorNameTheirLine) {
  const auto says = [](const std::string& text, const std::string& wanted) {
    EXPECT_EQ(message_of("\ninput x: " + text), "a.tsp:2:" + wanted) << text;
  };
  says("i8[4096, 320] in mem.e0 bank 0 word 1",
       "27: the tensor's words reach word 4096; a bank has words 0 to 4095");
  says("i8[2, 320] in mem.e0 bank 0 word 9 step -10",
       "24: the tensor's words reach word -1; a bank has words 0 to 4095");
  says("i8[320] in mem.e0 bank 0 word 0, mem.e1 bank 1 word 4096",
       "43: the tensor's words reach word 4096; a bank has words 0 to 4095");
  says("i8[2, 320] in mem.e0 bank 0 word 0 words 3",
       "24: lanes of these words hold elements that the tensor's 640 do not reach");
  says("i8[2, 320] in mem.e0 bank 0 word 0 lane_step -1",
       "24: lanes of these words hold elements that the tensor's 640 do not reach");
  EXPECT_EQ(message_of("input x: i8[4096, 320] in mem.e0 bank 0 word 4095 step -1"), "");
  program::tsp::Timing timing;
  timing.text_slices_east = {16};
  try {
    tsp::parse("input x: i16[320] in mem.e15..16 bank 0 word 0", "a.tsp", timing);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a.tsp:1:22: mem.e16 holds program text, and no tensor");
  }
}

TEST(TspText, AFolderIsNoSchedule) {
  try {
    tsp::read_file(WEFT_SOURCE_DIR, {});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    EXPECT_EQ(error.what(), std::string(WEFT_SOURCE_DIR) + ": is a directory, not a file");
  }
}

TEST(TspText, WhatIsTooMuchIsRefused) {
  EXPECT_NE(message_of("let x = " + std::string(100'000, '(')).find("nested too deeply"),
            std::string::npos);
  EXPECT_NE(message_of("let x = " + std::string(100'000, '-')).find("nested too deeply"),
            std::string::npos);
  EXPECT_NE(
      message_of("input x: f32[99999999, 99999999] in mem.e0..3 bank 0 word 0").find("too large"),
      std::string::npos);
  EXPECT_NE(message_of("schedule on chips 0..99999999").find("must be 0 to"), std::string::npos);
  tsp::ReadLimits limits;
  limits.instructions = 3;
  try {
    tsp::parse("mem.e0..3 read b0[0] -> w0..3 @ 1", "a.tsp", {}, limits);
    ADD_FAILURE() << "four instructions are more than three";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "a.tsp:1:1: the program has more than the 3 instructions that one may have");
  }
}

}  // namespace
}  // namespace weft::test
