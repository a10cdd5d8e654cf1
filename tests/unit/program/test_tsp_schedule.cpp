// SPDX-License-Identifier: Apache-2.0
// Schedules of tensor programs: legal, as long as predicted, and with the host's bits.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using test::Values;
using Type = VectorType;

struct Shape {
  std::uint64_t rows, depth, columns;
};

TEST(TspSchedule, Int8ProductsOfAnySize) {
  for (const Shape& s : {Shape{1, 64, 10}, Shape{5, 320, 320}, Shape{100, 700, 64},
                         Shape{45, 330, 650}, Shape{3, 33, 1300}, Shape{1100, 321, 16}}) {
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.depth << " x " << s.columns);
    TensorProgram program;
    const TensorId a = program.input("a", Type::i8, {s.rows, s.depth});
    const TensorId w = program.pattern("w", Type::i8, {s.depth, s.columns}, 1);
    program.output(program.matmul(a, w, "y"));
    expect_as_on_host(program, {{a, pattern_bytes(Type::i8, {s.rows, s.depth}, 7)}});
  }
}

TEST(TspSchedule, Fp16ProductsOfAnySize) {
  for (const Shape& s :
       {Shape{1, 64, 10}, Shape{5, 160, 320}, Shape{50, 500, 64}, Shape{30, 330, 650}}) {
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.depth << " x " << s.columns);
    TensorProgram program;
    const TensorId a = program.input("a", Type::f16, {s.rows, s.depth});
    const TensorId w = program.pattern("w", Type::f16, {s.depth, s.columns}, 1);
    program.output(program.matmul(a, w, "y"));
    expect_as_on_host(program, {{a, pattern_bytes(Type::f16, {s.rows, s.depth}, 7)}});
  }
}

TEST(TspSchedule, RequantisationRidesBehindAProduct) {
  TensorProgram program;
  const TensorId a = program.input("a", Type::i8, {90, 400});
  const TensorId w1 = program.pattern("w1", Type::i8, {400, 640}, 1);
  const TensorId w2 = program.pattern("w2", Type::i8, {640, 20}, 2);
  const TensorId scale = program.pattern("scale", Type::f32, {640}, 3);
  const TensorId offset = program.pattern("offset", Type::f32, {640}, 4);
  const TensorId half = program.scalar("half", Type::f32, 0.5);
  const TensorId hidden =
      program.requantise(program.matmul(a, w1), scale, offset, Type::i8, "hidden");
  program.output(program.binary(VectorOperation::multiply,
                                program.convert(program.matmul(hidden, w2), Type::f32), half,
                                "scores"));
  const auto scheduled = expect_as_on_host(program, {{a, pattern_bytes(Type::i8, {90, 400}, 7)}});
  EXPECT_EQ(scheduled.operations.size(), 2U);  // every elementwise operation is fused
}

TEST(TspSchedule, ChainsBroadcastAndEnterOnce) {
  TensorProgram program;
  const TensorId x = program.input("x", Type::f32, {6, 11, 340});
  const TensorId y = program.input("y", Type::f32, {11, 340});
  const TensorId z = program.pattern("z", Type::f32, {6, 1, 340}, 5);
  const TensorId t = program.unary(VectorOperation::hyperbolic_tangent, x);
  const TensorId sum = program.binary(VectorOperation::add, t, y);
  const TensorId back = program.binary(VectorOperation::multiply, sum, x);
  program.output(program.binary(VectorOperation::maximum, back, z, "out"));
  program.output(program.binary(VectorOperation::subtract, x, x, "zero"));
  expect_as_on_host(program, {{x, pattern_bytes(Type::f32, {6, 11, 340}, 7)},
                              {y, pattern_bytes(Type::f32, {11, 340}, 8)}});
}

}  // namespace
}  // namespace weft::program::tsp
