// SPDX-License-Identifier: Apache-2.0
// What operators refuse, in whole sentences.
#include <gtest/gtest.h>

#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using namespace test;

struct Refusal {
  Operator what;
  std::vector<std::optional<TensorType>> inputs;
  std::string message;
};

TensorType f32(Shape shape) { return {Element::f32, std::move(shape)}; }
TensorType i64(Shape shape) { return {Element::i64, std::move(shape)}; }
TensorType condition(Shape shape) { return {Element::boolean, std::move(shape)}; }

void expect_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& one : refusals) {
    EXPECT_EQ(failure_of([&] { result_types(one.what, one.inputs); }), one.message);
  }
}

TEST(ResultTypes, ElementsThatDoNotFit) {
  expect_refusals({
      {Unary{UnaryFunction::exponential},
       {i64({2})},
       "exponential input 1, i64[2], has to be floating"},
      {Unary{UnaryFunction::logical_not}, {f32({2})}, "not input 1, f32[2], has to be bool"},
      {Unary{}, {}, "relu has 0 inputs and takes 1"},
      {Unary{}, {std::nullopt}, "relu lacks its input 1"},
      {Binary{},
       {f32({2}), i64({2})},
       "add input 2, i64[2], has to have the element type of input 1, f32"},
      {Binary{}, {condition({}), condition({})}, "add input 1, bool[], has to be of numbers"},
      {Binary{BinaryFunction::logical_or}, {f32({}), f32({})}, "or input 1, f32[], has to be bool"},
      {Binary{}, {f32({2}), f32({3})}, "add has inputs [2] and [3], which do not broadcast"},
      {Select{}, {f32({}), f32({}), f32({})}, "select input 1, f32[], has to be bool"},
      {Expand{{1 << 20, 1 << 20, 4}},
       {f32({1})},
       "a tensor [1048576, 1048576, 4] has more than 2^40 elements"},
  });
}

TEST(ResultTypes, ProductsThatDoNotFit) {
  const Convolution c{{1}, {1}, {0, 0}, 1, {}};
  Convolution grouped = c;
  grouped.groups = 2;
  Convolution stepless = c;
  stepless.strides = {0};
  expect_refusals({
      {MatMul{}, {f32({3}), f32({3, 2})}, "matmul input 1, f32[3], has to have two axes or more"},
      {MatMul{},
       {f32({2, 3}), f32({2, 3})},
       "matmul sums over 3 elements of input 1, f32[2, 3], and 2 of input 2, f32[2, 3]"},
      {MatMul{},
       {f32({2, 3}), f32({3, 4}), f32({1, 4})},
       "matmul input 3, f32[1, 4], has to be [4]"},
      {c,
       {f32({1, 2, 5}), f32({4, 3, 2})},
       "convolution has inputs f32[1, 2, 5] and f32[4, 3, 2], which do not fit in 1 group"},
      {grouped,
       {f32({1, 2, 5}), f32({3, 1, 2})},
       "convolution has inputs f32[1, 2, 5] and f32[3, 1, 2], which do not fit in 2 groups"},
      {c,
       {f32({1, 2, 5}), f32({4, 2, 6})},
       "convolution has a window of 6 on an axis of 5 with 0 padded"},
      {stepless,
       {f32({1, 2, 5}), f32({4, 2, 2})},
       "convolution has the strides [0], and none may be below 1"},
      {c, {f32({1, 2, 5, 5}), f32({4, 2, 2, 2})}, "convolution has the strides [1] and needs 2"},
      {Attention{},
       {f32({2, 4}), f32({3, 5}), f32({3, 4})},
       "attention has queries f32[2, 4], keys f32[3, 5] and values f32[3, 4], which do not fit"},
      {Attention{},
       {f32({2, 4}), f32({3, 4}), f32({3, 4}), condition({3, 2})},
       "attention has a mask bool[3, 2] for scores [2, 3]"},
      {Normalise{1},
       {f32({2, 4}), f32({2, 4})},
       "layer_norm input 2, f32[2, 4], has to broadcast to [4]"},
      {Softmax{2}, {f32({2, 4})}, "softmax has the axis 2 of a tensor with 2 axes"},
      {ArgExtreme{true, 1, true}, {f32({2, 0})}, "index_of_maximum has an axis without elements"},
      {Recurrent{RecurrentKind::lstm, Direction::both, 3, false},
       {f32({5, 1, 2}), f32({2, 12, 2}), f32({1, 12, 3})},
       "lstm input 3, f32[1, 12, 3], has to be [2, 12, 3]"},
  });
}

TEST(ResultTypes, LayoutsThatDoNotFit) {
  expect_refusals({
      {Reshape{{4}},
       {f32({2, 3})},
       "reshape gives f32[2, 3] the shape [4], which has another number of elements"},
      {Transpose{{0, 0}}, {f32({2, 3})}, "transpose names axis 0 twice"},
      {Transpose{{0}}, {f32({2, 3})}, "transpose has the axes in its permutation [0] and needs 2"},
      {Expand{{2, 4}}, {f32({2, 3})}, "expand input 1, f32[2, 3], does not broadcast to [2, 4]"},
      {Concat{0}, {}, "concat has no inputs"},
      {Concat{0},
       {f32({2, 3}), f32({2, 4})},
       "concat input 2, f32[2, 4], does not fit behind f32[2, 3] along axis 0"},
      {Pad{{4}, {0}, PadMode::reflect}, {f32({3})}, "pad reflects 4 elements of an axis of 3"},
      {Pad{{1}, {0}, PadMode::edge}, {f32({0})}, "pad pads an axis without elements with its own"},
      {Gather{0}, {f32({3}), f32({1})}, "gather input 2, f32[1], has to be i64 or i32"},
      {GatherPoints{0},
       {f32({3}), i64({1, 2})},
       "gather_points has points of 2 coordinates in f32[3] behind 0 leading axes"},
      {Reduce{ReduceKind::sum, {0, 0}, true}, {f32({3})}, "reduce_sum names axis 0 twice"},
  });
}

}  // namespace
}  // namespace weft::graph
