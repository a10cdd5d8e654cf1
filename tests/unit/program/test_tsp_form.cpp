// SPDX-License-Identifier: Apache-2.0
// A TSP program as bytes: there and back, what a hash covers, what is refused.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_fault.hpp"
#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::east;
using test::of;

/// y = a + b over 8 words, with everything that a program can hold.
Program sample() {
  Builder b;
  const auto first = b.read("mem.w0", 0, east(0), 0, 8);
  const auto second = b.read("mem.w1", 0, east(1), 0, 8);
  const auto sum =
      b.alu(0, VectorOperation::add, 2, {of(east(0)), of(east(1))}, east(2), VectorType::i8, 8);
  b.write("mem.e0", 10, east(2), 100, 8);
  b.name(sum, 0, first);
  b.name(sum, 1, second);
  b.label(sum, "sum", 14);
  const auto moved = b.add("sxm.e.permute", Opcode::permute, 30);
  b[moved].operands[0] = of(east(3));
  b[moved].result = test::west(3);
  b[moved].map = 0;
  LaneMap map(lanes);
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    map[lane] = static_cast<std::uint16_t>(lanes - 1 - lane);
  }
  b.schedule().maps.push_back(map);
  Tensor x;
  x.name = "x";
  x.role = Tensor::Role::constant;
  x.shape = {8, lanes};
  x.pieces.emplace_back();
  x.pieces[0].words = 8;
  b.program.bytes.resize(8 * lanes, std::byte{7});
  b.program.tensors.push_back(x);
  b.program.file = "sum.tsp";
  b.program.link_seed = 5;
  return b.program;
}

std::string refusal(const std::function<void(Program&)>& change) {
  Program program = sample();
  change(program);
  try {
    validate(program);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "";
}

TEST(TspForm, BytesGoThereAndBack) {
  const Program program = sample();
  validate(program);
  const std::vector<std::byte> bytes = serialize(program);
  const Program back = deserialize(bytes);
  validate(back);
  EXPECT_EQ(serialize(back), bytes);
  EXPECT_EQ(back.schedules.size(), 1U);
  EXPECT_EQ(back.schedules[0].instructions.size(), 5U);
  EXPECT_EQ(back.schedules[0].names[1].producer, 1U);
  EXPECT_EQ(back.schedules[0].maps, program.schedules[0].maps);
  EXPECT_EQ(back.tensors[0].elements(), 8U * lanes);
  EXPECT_EQ(back.texts, program.texts);
  EXPECT_EQ(back.file, "sum.tsp");
  EXPECT_EQ(back.link_seed, 5U);
}

TEST(TspForm, BytesThatAreNoneAreRefused) {
  const std::vector<std::byte> bytes = serialize(sample());
  for (std::size_t size = 0; size < bytes.size(); size += size < 64 ? 1 : 97) {
    EXPECT_THROW(deserialize(std::span(bytes).first(size)), Error) << size;
  }
  std::vector<std::byte> other = bytes;
  other[0] = std::byte{0};
  EXPECT_THROW(deserialize(other), Error);
  other = bytes;
  other.push_back(std::byte{0});
  EXPECT_THROW(deserialize(other), Error);
  other = bytes;
  for (std::size_t i = 8; i < 16; ++i) other[i] = std::byte{0xff};
  EXPECT_THROW(deserialize(other), Error);
}

TEST(TspForm, ContentIsWhatChipsDo) {
  const std::vector<std::byte> bytes = content(sample());
  const auto same = [&](const std::function<void(Program&)>& change) {
    Program program = sample();
    change(program);
    return content(program) == bytes;
  };
  EXPECT_TRUE(same([](Program& p) { p.file = "other.tsp"; }));
  EXPECT_TRUE(same([](Program& p) { p.texts[0] = "total"; }));
  EXPECT_TRUE(same([](Program& p) { p.schedules[0].instructions[2].line = 3; }));
  EXPECT_TRUE(same([](Program& p) { p.schedules[0].instructions[2].operands[0].name_count = 0; }));
  EXPECT_TRUE(same([](Program& p) { p.timing_only = true; }));
  EXPECT_TRUE(same([](Program& p) {
    std::swap(p.schedules[0].instructions[0], p.schedules[0].instructions[3]);
  }));
  EXPECT_TRUE(same([](Program& p) {
    p.schedules[0].maps.insert(p.schedules[0].maps.begin(), LaneMap(3, 1));
    p.schedules[0].instructions[4].map = 1;
  }));
  EXPECT_FALSE(same([](Program& p) { p.schedules[0].instructions[2].cycle = 3; }));
  EXPECT_FALSE(same([](Program& p) { p.schedules[0].maps[0][5] = 1; }));
  EXPECT_FALSE(same([](Program& p) { p.schedules[0].instructions.pop_back(); }));
  EXPECT_FALSE(same([](Program& p) { p.tensors[0].name = "y"; }));
  EXPECT_TRUE(same([](Program& p) { p.link_seed = 6; }));
  // An element of one byte lies in one slice.
  EXPECT_TRUE(same([](Program& p) { p.tensors[0].pieces[0].slices[1] = 9; }));
  EXPECT_FALSE(same([](Program& p) { p.tensors[0].pieces[0].slices[0] = 9; }));
}

TEST(TspForm, InstructionsOutOfRangeAreRefused) {
  const auto changed = [](const std::function<void(Instruction&)>& change) {
    return refusal([&](Program& p) { change(p.schedules[0].instructions[2]); });
  };
  EXPECT_EQ(changed([](Instruction&) {}), "");
  EXPECT_EQ(changed([](Instruction& i) { i.count = 0; }),
            "sum.tsp:14: 'sum' (vxm.0): count is not in 1 .. 2^31 - 1");
  EXPECT_NE(changed([](Instruction& i) { i.opcode = static_cast<Opcode>(200); }), "");
  EXPECT_NE(changed([](Instruction& i) { i.operation = static_cast<VectorOperation>(99); }), "");
  EXPECT_NE(changed([](Instruction& i) { i.type = static_cast<VectorType>(9); }), "");
  EXPECT_NE(changed([](Instruction& i) { i.queue = 144; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.queue = 0; }).find("does not dispatch alu"),
            std::string::npos);
  EXPECT_NE(changed([](Instruction& i) { i.interval_cycles = 0; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.inner = 0; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.cycle = cycle_limit - 7; }), "");
  EXPECT_EQ(changed([](Instruction& i) { i.cycle = cycle_limit - 8; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.label = 1; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.result.first = 32; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.operands[0].kind = Operand::Kind::none; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.operands[1].names = 2; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.operands[2].kind = Operand::Kind::implied; }), "");
  EXPECT_NE(changed([](Instruction& i) { i.operands[0] = test::chain(16); }), "");
  EXPECT_NE(changed([](Instruction& i) { i.adds = 0, i.reserved[1] = 1; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].names[0].producer = 5; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].names[0].first = name_limit; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].instructions[4].map = 1; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].instructions[3].bank = 2; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].instructions[3].result = east(4); }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedules[0].instructions[0].result = {}; }), "");
}

TEST(TspForm, TensorsOutOfRangeAreRefused) {
  const auto changed = [](const std::function<void(Tensor&)>& change) {
    return refusal([&](Program& p) { change(p.tensors[0]); });
  };
  EXPECT_EQ(changed([](Tensor& t) { t.pieces[0].lane_first = 1; }),
            "sum.tsp: tensor 'x': piece 0: lanes beyond the word");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].chip = 1; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].slices[0] = 44; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].bank = 2; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].address = words_a_bank - 7; }), "");
  EXPECT_EQ(changed([](Tensor& t) { t.pieces[0].address = words_a_bank - 8; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].first = 1; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.pieces[0].word_step = lanes + 1; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.bytes_first = 1; }), "");
  EXPECT_NE(changed([](Tensor& t) { t.name.clear(); }), "");
  EXPECT_NE(changed([](Tensor& t) { t.shape = {0}; }), "");
  EXPECT_NE(refusal([](Program& p) { p.tensors.push_back(p.tensors[0]); }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedule_of_chip[0] = 1; }), "");
  EXPECT_NE(refusal([](Program& p) { p.schedule_of_chip.clear(); }), "");
  EXPECT_EQ(refusal([](Program& p) { p.bytes.clear(), p.timing_only = true; }), "");
}

TEST(TspForm, OpcodesAndFaultsHaveNames) {
  EXPECT_EQ(name_of(Opcode::read), "read");
  EXPECT_EQ(name_of(Opcode::install_weights), "install_weights");
  EXPECT_EQ(name_of(Opcode::runtime_deskew), "runtime_deskew");
  EXPECT_EQ(name_of(FaultCode::wrong_stream_group), "wrong stream group");
  EXPECT_EQ(name_of(FaultCode::install_while_in_use), "install while the buffer is in use");
  EXPECT_EQ(name_of(FaultCode::small_alu), "operation of a large ALU");
  EXPECT_EQ(name_of(FaultCode::two_drivers), "two drivers");
  EXPECT_EQ(name_of(FaultCode::clock_drifted), "clock drifted");
}

}  // namespace
}  // namespace weft::program::tsp
