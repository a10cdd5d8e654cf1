// SPDX-License-Identifier: Apache-2.0
// Softmax and layer norm: reductions over lanes, of any shape, with the host's bits.
#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "program/tsp_schedule.hpp"
#include "tsp_tensor_values.hpp"

namespace weft::program::tsp {
namespace {

using test::expect_as_on_host;
using test::pattern_bytes;
using Type = VectorType;

const std::vector<TensorShape> shapes = {{1, 1},   {1, 320},  {5, 17},     {9, 128},
                                         {3, 321}, {2, 1000}, {2, 3, 256}, {4, 260}};

TEST(TspScheduleLanes, SoftmaxOfAnyShape) {
  for (const TensorShape& shape : shapes) {
    SCOPED_TRACE(testing::Message() << shape[0] << " x " << shape.back());
    TensorProgram program;
    const TensorId x = program.input("x", Type::f32, shape);
    program.output(program.softmax(x, "y"));
    expect_as_on_host(program, {{x, pattern_bytes(Type::f32, shape, 7)}});
  }
}

TEST(TspScheduleLanes, LayerNormOfAnyShape) {
  for (const TensorShape& shape : shapes) {
    SCOPED_TRACE(testing::Message() << shape[0] << " x " << shape.back());
    TensorProgram program;
    const TensorId x = program.input("x", Type::f32, shape);
    program.output(program.layer_norm(x, 1e-5F, "y"));
    expect_as_on_host(program, {{x, pattern_bytes(Type::f32, shape, 7)}});
  }
}

/// Operations that are scheduled: one, where what follows rides.
std::size_t passes_of(const TensorProgram& program) {
  Timing timing = test::default_timing();
  timing.text_slices_west = timing.text_slices_east = {16, 20, 24, 28};
  return schedule(program, timing).operations.size();
}

TEST(TspScheduleLanes, WhatFollowsRidesInTheLastPass) {
  for (const TensorShape& shape : shapes) {
    SCOPED_TRACE(testing::Message() << shape[0] << " x " << shape.back());
    const std::vector<std::byte> x_bytes = pattern_bytes(Type::f32, shape, 7);
    TensorProgram shares;
    const TensorId x = shares.input("x", Type::f32, shape);
    shares.output(shares.convert(shares.softmax(x, "y"), Type::f16, "z"));
    EXPECT_EQ(passes_of(shares), 1U);
    expect_as_on_host(shares, {{x, x_bytes}});

    TensorProgram norm;
    const TensorId rows = norm.input("x", Type::f32, shape);
    const TensorId scale = norm.pattern("scale", Type::f32, {shape.back()}, 3);
    const TensorId shift = norm.input("shift", Type::f32, {1});
    const TensorId scaled =
        norm.binary(VectorOperation::multiply, norm.layer_norm(rows, 1e-5F, "y"), scale);
    norm.output(norm.binary(VectorOperation::add, shift, scaled, "z"));
    EXPECT_EQ(passes_of(norm), 1U);
    expect_as_on_host(norm, {{rows, x_bytes}, {shift, pattern_bytes(Type::f32, {1}, 9)}});
  }
}

TEST(TspScheduleLanes, WhatCannotRideIsAPassOfItsOwn) {
  const TensorShape shape = {6, 40};
  const std::vector<std::byte> x_bytes = pattern_bytes(Type::f32, shape, 7);
  TensorProgram twice;  // the shares are wanted themselves
  const TensorId x = twice.input("x", Type::f32, shape);
  const TensorId shares = twice.softmax(x, "y");
  twice.output(shares);
  twice.output(twice.convert(shares, Type::f16, "z"));
  EXPECT_EQ(passes_of(twice), 2U);
  expect_as_on_host(twice, {{x, x_bytes}});

  TensorProgram rows;  // what it takes lies by rows
  const TensorId a = rows.input("x", Type::f32, shape);
  const TensorId b = rows.input("b", Type::f32, shape);
  rows.output(rows.binary(VectorOperation::add, rows.layer_norm(a, 1e-5F, "y"), b, "z"));
  EXPECT_EQ(passes_of(rows), 2U);
  expect_as_on_host(rows, {{a, x_bytes}, {b, pattern_bytes(Type::f32, shape, 8)}});

  TensorProgram columns;  // more than a softmax leaves
  const TensorId c = columns.input("x", Type::f32, shape);
  const TensorId half = columns.scalar("half", Type::f32, 0.5);
  const TensorId some = columns.binary(VectorOperation::multiply, columns.softmax(c, "y"), half);
  columns.output(columns.binary(VectorOperation::add, some, half, "z"));
  EXPECT_EQ(passes_of(columns), 2U);
  expect_as_on_host(columns, {{c, x_bytes}});
}

}  // namespace
}  // namespace weft::program::tsp
