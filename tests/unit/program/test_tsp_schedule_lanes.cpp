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

}  // namespace
}  // namespace weft::program::tsp
