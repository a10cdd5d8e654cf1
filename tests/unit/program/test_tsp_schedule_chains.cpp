// SPDX-License-Identifier: Apache-2.0
// Elementwise operations in any arrangement: cut into as many passes of the VXM as they take.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using Type = VectorType;

/// A program of `operations` drawn operations, whose operands are what stands above them.
class Drawn {
 public:
  explicit Drawn(std::uint32_t seed) : random_(seed) {
    shape_ = {1 + draw(9), draw(3) == 0 ? 321 + draw(400) : 1 + draw(320)};
    for (std::uint32_t i = 0; i < 1 + draw(3); ++i) {
      const TensorShape shape = draw(4) == 0 ? TensorShape{shape_[1]} : shape_;
      const TensorId id = program.input("x" + std::to_string(i), Type::f32, shape);
      inputs[id] = pattern_bytes(Type::f32, shape, seed + i);
      known_.push_back(id);
    }
    const std::uint32_t constants = draw(5);
    for (std::uint32_t i = 0; i < constants; ++i) {
      const std::string name = "c" + std::to_string(i);
      known_.push_back(draw(2) == 0 ? program.scalar(name, Type::f32, 0.25 * i - 0.5)
                                    : program.pattern(name, Type::f32, {shape_[1]}, seed + i));
    }
    const std::uint32_t operations = 1 + draw(30);
    for (std::uint32_t i = 0; i < operations; ++i) add();
    for (const auto& [id, bytes] : inputs) {
      if (!reads(id)) program.binary(VectorOperation::add, id, program.nodes.back().result);
    }
    for (const TensorNode& node : program.nodes) {
      bool used = false;
      for (const TensorNode& other : program.nodes) {
        for (const TensorId operand : other.operands) used = used || operand == node.result;
      }
      if (!used || draw(10) == 0) program.output(node.result);
    }
  }

  TensorProgram program;
  test::Values inputs;

 private:
  bool reads(TensorId id) const {
    return std::any_of(program.nodes.begin(), program.nodes.end(), [&](const TensorNode& node) {
      return std::find(node.operands.begin(), node.operands.end(), id) != node.operands.end();
    });
  }
  std::uint32_t draw(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  TensorId operand() {
    const auto recent = static_cast<std::uint32_t>(std::min<std::size_t>(known_.size(), 4));
    return draw(2) == 0 ? known_[known_.size() - 1 - draw(recent)]
                        : known_[draw(static_cast<std::uint32_t>(known_.size()))];
  }
  void add() {
    using Op = VectorOperation;
    constexpr std::array<Op, 5> unary = {Op::relu, Op::absolute, Op::hyperbolic_tangent,
                                         Op::exponential, Op::negate};
    constexpr std::array<Op, 5> binary = {Op::add, Op::multiply, Op::maximum, Op::minimum,
                                          Op::subtract};
    const TensorId a = operand();
    known_.push_back(draw(2) == 0 ? program.unary(unary.at(draw(5)), a)
                                  : program.binary(binary.at(draw(5)), a, operand()));
  }

  std::mt19937 random_;
  TensorShape shape_;
  std::vector<TensorId> known_;
};

TEST(TspScheduleChains, DrawnOnesAreAsOnTheHost) {
  constexpr std::uint32_t count = 40;
  for (std::uint32_t seed = 1; seed <= count; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Drawn drawn(seed);
    try {
      expect_as_on_host(drawn.program, drawn.inputs);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(TspScheduleChains, FunctionsOfSeveralOperations) {
  for (const Type type : {Type::f16, Type::f32}) {
    TensorProgram program;
    const TensorId x = program.input("x", type, {7, 330});
    const TensorId four = program.scalar("four", type, 4);
    const TensorId wide = program.binary(VectorOperation::multiply, x, four, "wide");
    program.output(program.gelu(wide, "g"));
    program.output(program.sigmoid(wide, "s"));
    expect_as_on_host(program, {{x, pattern_bytes(type, {7, 330}, 7)}});
  }
  TensorProgram program;
  const TensorId bytes = program.input("x", Type::i8, {7, 330});
  EXPECT_THROW(program.gelu(bytes, "g"), Error);
}

TEST(TspScheduleChains, WhatStandsInEveryLaneBroadcasts) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f32, {5, 400});
  const TensorId scale = program.input("scale", Type::f32, {5, 1});
  const TensorId twice = program.binary(VectorOperation::add, scale, scale, "twice");
  program.output(program.binary(VectorOperation::multiply, x, twice, "y"));
  expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {5, 400}, 7)},
                              {scale, pattern_bytes(Type::f32, {5, 1}, 8)}});

  TensorProgram sums;
  const TensorId a = sums.input("a", Type::f16, {5, 32});
  const TensorId w = sums.pattern("w", Type::f16, {32, 1}, 3);
  const TensorId b = sums.input("b", Type::f32, {5, 64});
  const TensorId sum = sums.matmul(a, w, "sum");
  sums.output(sum);
  sums.output(sums.binary(VectorOperation::add, b, sum, "y"));
  try {
    schedule(sums, test::default_timing());
    ADD_FAILURE() << "taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    EXPECT_EQ(std::string(error.what()), "tensor 'sum' would broadcast over lanes");
  }
}

}  // namespace
}  // namespace weft::program::tsp
