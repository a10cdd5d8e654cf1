// SPDX-License-Identifier: Apache-2.0
// What is wrong with a TSP's instruction whatever the others do: every such fault, and its
// neighbour that is none.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tsp_builder.hpp"

namespace weft::program::tsp {
namespace {

using test::Builder;
using test::chain;
using test::east;
using test::of;
using test::west;

/// The fault of one instruction, where it is one of its own; it stands in cycle 9.
std::string alone(const Builder& b) {
  const std::optional<Fault> fault = test::fault_in(b.program);
  if (!fault || fault->code > FaultCode::program_text_overflow) return "";
  EXPECT_EQ(fault->cycle, 9U);
  EXPECT_EQ(fault->element, 0U);
  EXPECT_FALSE(describe(b.program, *fault).empty());
  return std::string(name_of(fault->code));
}

std::string alu(std::uint32_t number, VectorOperation operation, std::vector<Operand> operands,
                StreamGroup result, VectorType type, VectorType result_type) {
  Builder b;
  b.alu(number, operation, 9, std::move(operands), result, type);
  b[0].result_type = result_type;
  return alone(b);
}

std::string alu(VectorOperation operation, std::vector<Operand> operands, StreamGroup result,
                VectorType type) {
  return alu(4, operation, std::move(operands), result, type, type);
}

TEST(TspAlone, WrongStreamGroupOfAnAlu) {
  const std::string wrong = "wrong stream group";
  EXPECT_EQ(alu(VectorOperation::copy, {of(east(4, 4))}, east(8, 4), VectorType::f32), "");
  EXPECT_EQ(alu(VectorOperation::copy, {of(east(6, 4))}, east(8, 4), VectorType::f32), wrong);
  EXPECT_EQ(alu(VectorOperation::copy, {of(east(4, 2))}, east(8, 4), VectorType::f32), wrong);
  EXPECT_EQ(alu(VectorOperation::copy, {of(east(4, 4))}, east(9, 4), VectorType::f32), wrong);
  EXPECT_EQ(alu(VectorOperation::copy, {of(east(4, 4))}, east(8, 2), VectorType::f32), wrong);
  EXPECT_EQ(alu(VectorOperation::add, {of(east(0, 2)), of(east(3, 2))}, {}, VectorType::i16),
            wrong);
  EXPECT_EQ(alu(VectorOperation::add, {of(east(0, 2)), of(east(2, 2))}, {}, VectorType::i16), "");
}

std::string sxm(const std::string& unit, Opcode opcode, StreamGroup from, StreamGroup to,
                std::int16_t amount = 0) {
  Builder b;
  b.add("sxm.e." + unit, opcode, 9);
  b[0].operands[0] = of(from);
  b[0].result = to;
  b[0].amount = amount;
  return alone(b);
}

TEST(TspAlone, WrongStreamGroupOfAnSxm) {
  const std::string wrong = "wrong stream group";
  EXPECT_EQ(sxm("shift", Opcode::shift, east(4, 4), west(8, 4)), "");
  EXPECT_EQ(sxm("shift", Opcode::shift, east(4, 4), west(8, 2)), wrong);
  EXPECT_EQ(sxm("shift", Opcode::shift, east(2, 4), west(8, 4)), wrong);
  EXPECT_EQ(sxm("transpose0", Opcode::transpose, east(16, 16), west(0, 16)), "");
  EXPECT_EQ(sxm("transpose1", Opcode::transpose, east(8, 8), west(0, 16)), wrong);
  EXPECT_EQ(sxm("rotate", Opcode::rotate, east(5, 3), west(1, 9), 3), "");
  EXPECT_EQ(sxm("rotate", Opcode::rotate, east(5, 4), west(1, 16), 4), "");
  EXPECT_EQ(sxm("rotate", Opcode::rotate, east(5, 3), west(1, 9), 4), wrong);
  EXPECT_EQ(sxm("rotate", Opcode::rotate, east(5, 2), west(1, 4), 2), wrong);
}

TEST(TspAlone, FedByBothDirections) {
  const std::string wrong = "ALU fed by both directions";
  const auto two = [](StreamGroup a, StreamGroup b, VectorType type) {
    return alu(VectorOperation::add, {of(a), of(b)}, {}, type);
  };
  EXPECT_EQ(two(east(4, 4), west(4, 4), VectorType::f32), wrong);
  EXPECT_EQ(two(east(4, 4), west(8, 4), VectorType::f32), "");
  EXPECT_EQ(two(east(4, 4), east(4, 4), VectorType::f32), "");
  EXPECT_EQ(two(east(5), west(7), VectorType::i8), wrong);
  EXPECT_EQ(two(east(5), west(8), VectorType::i8), "");
}

TEST(TspAlone, LargeOperationsWantLargeAlus) {
  const auto on = [](std::uint32_t number, VectorOperation operation) {
    return alu(number, operation, {of(east(0, 2))}, {}, VectorType::f16, VectorType::f16);
  };
  EXPECT_EQ(on(1, VectorOperation::exponential), "operation of a large ALU");
  EXPECT_EQ(on(0, VectorOperation::exponential), "");
  EXPECT_EQ(on(1, VectorOperation::relu), "");
  EXPECT_EQ(on(12, VectorOperation::reciprocal_square_root), "operation of a large ALU");
  EXPECT_EQ(on(13, VectorOperation::reciprocal_square_root), "");
}

TEST(TspAlone, ChainsComeFromTheColumnBefore) {
  const auto from = [](std::uint32_t number, std::uint32_t source) {
    return alu(number, VectorOperation::copy, {chain(source)}, {}, VectorType::i8, VectorType::i8);
  };
  EXPECT_EQ(from(5, 0), "");
  EXPECT_EQ(from(4, 3), "");
  EXPECT_EQ(from(5, 4), "chain out of reach");
  EXPECT_EQ(from(8, 3), "chain out of reach");
  EXPECT_EQ(from(0, 15), "chain out of reach");
}

TEST(TspAlone, WrongType) {
  const std::string wrong = "wrong type";
  EXPECT_EQ(alu(VectorOperation::bit_and, {of(east(0, 4)), of(east(4, 4))}, {}, VectorType::f32),
            wrong);
  EXPECT_EQ(alu(VectorOperation::bit_and, {of(east(0, 4)), of(east(4, 4))}, {}, VectorType::i32),
            "");
  EXPECT_EQ(alu(5, VectorOperation::hyperbolic_tangent, {of(east(0))}, {}, VectorType::i8,
                VectorType::i8),
            wrong);
  EXPECT_EQ(
      alu(5, VectorOperation::relu, {of(east(0))}, east(0, 2), VectorType::i8, VectorType::i16),
      wrong);
  EXPECT_EQ(
      alu(5, VectorOperation::convert, {of(east(0))}, east(0, 2), VectorType::i8, VectorType::f16),
      "");
  Builder b;
  b.add("mxm.w0.activations", Opcode::activate, 9);
  b[0].operands[0] = of(west(0));
  b[0].type = VectorType::i16;
  EXPECT_EQ(alone(b), wrong);
}

TEST(TspAlone, MapsOfAPermuteAreBijections) {
  Builder b;
  b.add("sxm.w.permute", Opcode::permute, 9);
  b[0].operands[0] = of(west(0));
  b[0].result = east(0);
  b[0].map = 0;
  LaneMap map(lanes);
  for (std::uint32_t lane = 0; lane < lanes; ++lane) map[lane] = static_cast<std::uint16_t>(lane);
  std::swap(map[3], map[300]);
  b.schedule().maps = {map};
  EXPECT_EQ(alone(b), "");
  b.schedule().maps[0][3] = 4;
  EXPECT_EQ(alone(b), "map that is no bijection");
  b.schedule().maps[0] = map;
  b.schedule().maps[0][319] = 320;
  EXPECT_EQ(alone(b), "map that is no bijection");
  b.schedule().maps[0] = map;
  b.schedule().maps[0].pop_back();
  EXPECT_EQ(alone(b), "map that is no bijection");
}

TEST(TspAlone, BeyondThePlane) {
  Builder b;
  b.add("mxm.w0.weights", Opcode::install_weights, 9);
  b[0].rows = 320;
  EXPECT_EQ(alone(b), "");
  b[0].rows = 321;
  EXPECT_EQ(alone(b), "K or N beyond the plane");
  b[0].type = VectorType::f16;
  b[0].rows = 161;
  EXPECT_EQ(alone(b), "K or N beyond the plane");
  b[0].rows = 160;
  EXPECT_EQ(alone(b), "");
  Builder half;
  half.add("mxm.w0.activations", Opcode::activate, 9);
  half[0].type = VectorType::f16;
  half[0].operands[0] = of(west(0, 2));
  half[0].half = 1;
  EXPECT_EQ(alone(half), "");
  half[0].half = 2;
  EXPECT_EQ(alone(half), "K or N beyond the plane");
  half[0].type = VectorType::i8;
  half[0].operands[0] = of(west(0));
  half[0].half = 1;
  EXPECT_EQ(alone(half), "K or N beyond the plane");
}

TEST(TspAlone, AccumulatorOverrun) {
  Builder b;
  b.add("mxm.e1.results", Opcode::accumulate, 9, 10);
  b[0].address = 502;
  b[0].stride = 1;
  EXPECT_EQ(alone(b), "");
  b[0].address = 503;
  EXPECT_EQ(alone(b), "accumulator overrun");
  EXPECT_EQ(describe(b.program, *test::fault_in(b.program)),
            "accumulator overrun: accumulate (mxm.e1.results, instruction 0) in cycle 9: element 9 "
            "is at address 512");
  b[0].address = 8;
  b[0].stride = -1;
  EXPECT_EQ(alone(b), "accumulator overrun");
  b[0].address = 9;
  EXPECT_EQ(alone(b), "");
}

TEST(TspAlone, AddressOutOfRange) {
  Builder b;
  b.read("mem.e7", 9, east(0), 4000, 96);
  EXPECT_EQ(alone(b), "");
  b[0].count = 97;
  EXPECT_EQ(alone(b), "address out of range");
  b[0].count = 96;
  b[0].inner = 10;  // blocks of ten, each four before the last ended
  b[0].outer_stride = 6;
  b[0].address = 4096 - 9 * 6 - 6;
  EXPECT_EQ(alone(b), "");
  b[0].address += 1;
  EXPECT_EQ(alone(b), "address out of range");
  b[0].address = 5;
  b[0].outer_stride = -1;
  EXPECT_EQ(alone(b), "address out of range");
  b[0].address = 9;
  EXPECT_EQ(alone(b), "");
}

TEST(TspAlone, WeightRowsBeyondTheBuffer) {
  Builder b;
  b.add("mxm.w1.weights", Opcode::load_weights, 9, 20);
  b[0].operands[0] = of(west(0, 16));
  b[0].stride = 16;
  EXPECT_EQ(alone(b), "");
  b[0].count = 21;
  EXPECT_EQ(alone(b), "address out of range");
  b[0].count = 20;
  b[0].address = 1;
  EXPECT_EQ(alone(b), "address out of range");
}

}  // namespace
}  // namespace weft::program::tsp
