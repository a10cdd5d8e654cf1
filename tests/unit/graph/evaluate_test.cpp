// SPDX-License-Identifier: Apache-2.0
// The evaluator on rows, windows, products and whole graphs: values by hand.
#include <gtest/gtest.h>

#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;

/// In the order of k, from the first: products of blocks and of what is left of them.
TEST(EvaluateMatMul, SumsInTheOrderOfIndices) {
  for (const std::int64_t rows : {1, 3, 4, 6, 9}) {
    for (const std::int64_t columns : {1, 2, 4, 5, 8, 11}) {
      const std::int64_t depth = 13;
      const Numbers a = drawn({rows, depth}, 1), b = drawn({depth, columns}, 2);
      Numbers expected = floats({rows, columns}, {}, Element::f64);
      for (std::int64_t i = 0; i < rows * columns; ++i) {
        double sum = 0;
        for (std::int64_t k = 0; k < depth; ++k) {
          sum += a.floats[static_cast<std::size_t>(i / columns * depth + k)] *
                 b.floats[static_cast<std::size_t>(k * columns + i % columns)];
        }
        expected.floats.push_back(sum);
      }
      EXPECT_EQ(result_of(MatMul{}, {a, b}).floats, expected.floats) << rows << " x " << columns;
    }
  }
}

TEST(EvaluateMatMul, TurnsBroadcastsAndAddsABias) {
  const Numbers a = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const Numbers b = floats({3, 2}, {1, 0, 0, 1, 2, 2});
  const Numbers product = floats({2, 2}, {7, 8, 16, 17});
  EXPECT_TRUE(agrees(result_of(MatMul{}, {a, b}), product));
  EXPECT_TRUE(agrees(result_of(MatMul{true}, {floats({3, 2}, {1, 4, 2, 5, 3, 6}), b}), product));
  EXPECT_TRUE(
      agrees(result_of(MatMul{false, true}, {a, floats({2, 3}, {1, 0, 2, 0, 1, 2})}), product));
  const Numbers bias = floats({2}, {-10, 1});
  EXPECT_TRUE(agrees(result_of(MatMul{false, false, {Then::Kind::relu}}, {a, b, bias}),
                     floats({2, 2}, {0, 9, 6, 18})));
  EXPECT_TRUE(agrees(result_of(MatMul{false, false, {Then::Kind::clip, 0, 8.5}}, {a, b, bias}),
                     floats({2, 2}, {0, 8.5, 6, 8.5})));
  EXPECT_TRUE(agrees(result_of(MatMul{}, {floats({2, 1, 1, 2}, {1, 2, 3, 4}),
                                          floats({3, 2, 1}, {1, 0, 0, 1, 1, 1})}),
                     floats({2, 3, 1, 1}, {1, 2, 3, 3, 4, 7})));
  EXPECT_TRUE(agrees(result_of(MatMul{}, {floats({2, 0}, {}), floats({0, 1}, {})}),
                     floats({2, 1}, {0, 0})));
  EXPECT_TRUE(agrees(
      result_of(MatMul{}, {whole({1, 1}, {100}, Element::i8), whole({1, 1}, {2}, Element::i8)}),
      whole({1, 1}, {-56}, Element::i8)));
}

Convolution plain_convolution(std::size_t axes) {
  return {std::vector<std::int64_t>(axes, 1),
          std::vector<std::int64_t>(axes, 1),
          std::vector<std::int64_t>(2 * axes, 0),
          1,
          {}};
}

TEST(EvaluateConvolution, StridesDilationsAndPads) {
  const Numbers x = floats({1, 1, 5}, {1, 2, 3, 4, 5});
  const Numbers w = floats({1, 1, 2}, {1, 10});
  Convolution c = plain_convolution(1);
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 1, 4}, {21, 32, 43, 54})));
  c.strides = {2};
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 1, 2}, {21, 43})));
  c.pads = {1, 2};
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 1, 4}, {10, 32, 54, 0})));
  c = plain_convolution(1);
  c.dilations = {3};
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 1, 2}, {41, 52})));
  c.pads = {3, 0};
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 1, 5}, {10, 20, 30, 41, 52})));
}

TEST(EvaluateConvolution, GroupsBiasAddendAndThen) {
  const Numbers x = floats({1, 2, 1, 2}, {1, 2, 3, 4});
  const Numbers w = floats({4, 1, 1, 1}, {1, -1, 10, -10});
  Convolution c = plain_convolution(2);
  c.groups = 2;
  EXPECT_TRUE(agrees(result_of(c, {x, w}), floats({1, 4, 1, 2}, {1, 2, -1, -2, 30, 40, -30, -40})));
  c.then.kind = Then::Kind::relu;
  const Numbers bias = floats({4}, {0, 2, 0, 0});
  const Numbers addend = floats({1, 4, 1, 2}, {-2, 0, 0, 1, 0, 0, 35, nan});
  EXPECT_TRUE(agrees(result_of(c, {x, w, bias, addend}),
                     floats({1, 4, 1, 2}, {0, 2, 1, 1, 30, 40, 5, nan})));
}

TEST(EvaluateConvolution, TwoAxesAgainstTheDefinition) {
  Numbers x = floats({2, 3, 5, 4}, {});
  Numbers w = floats({2, 3, 2, 3}, {});
  for (int i = 0; i < 120; ++i) x.floats.push_back((i * 37) % 19 - 9);
  for (int i = 0; i < 36; ++i) w.floats.push_back((i * 23) % 11 - 5);
  const Convolution c{{2, 1}, {2, 1}, {1, 0, 2, 1}, 1, {}};
  const Numbers y = result_of(c, {x, w});
  ASSERT_EQ(y.type.shape, (Shape{2, 2, 3, 3}));
  std::size_t at = 0;
  for (int n = 0; n < 2; ++n) {
    for (int m = 0; m < 2; ++m) {
      for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column, ++at) {
          double sum = 0;
          for (int k = 0; k < 18; ++k) {
            const int r = row * 2 + (k / 3 % 2) * 2 - 1;
            const int q = column + k % 3;
            const bool inside = r >= 0 && r < 5 && q < 4;
            if (inside)
              sum += w.floats[static_cast<std::size_t>(m * 18 + k)] *
                     x.floats[static_cast<std::size_t>(((n * 3 + k / 6) * 5 + r) * 4 + q)];
          }
          EXPECT_EQ(y.floats[at], sum);
        }
      }
    }
  }
}

Pool pool_1d(PoolKind kind, std::int64_t kernel, std::int64_t stride) {
  return {kind, {kernel}, {stride}, {1}, {0, 0}, false, false};
}

TEST(EvaluatePool, NaNWinsAndPadsAreNoElements) {
  Pool p = pool_1d(PoolKind::maximum, 2, 1);
  EXPECT_TRUE(agrees(result_of(p, {floats({1, 1, 4}, {-1, -2, nan, 3})}),
                     floats({1, 1, 3}, {-1, nan, nan})));
  p.pads = {1, 1};
  EXPECT_TRUE(agrees(result_of(p, {floats({1, 1, 2}, {-1, -2})}), floats({1, 1, 3}, {-1, -1, -2})));
  EXPECT_TRUE(agrees(result_of(p, {whole({1, 1, 2}, {-1, -2}, Element::i8)}),
                     whole({1, 1, 3}, {-1, -1, -2}, Element::i8)));
  const Pool square{PoolKind::maximum, {2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}, false, false};
  EXPECT_TRUE(agrees(result_of(square, {floats({1, 1, 2, 2}, {1, 2, 3, nan})}),
                     floats({1, 1, 1, 1}, {nan})));
}

TEST(EvaluatePool, MeansCountWhatTheySay) {
  Pool p = pool_1d(PoolKind::mean, 3, 2);
  p.pads = {1, 1};
  const Numbers x = floats({1, 1, 6}, {3, 6, 9, 12, 15, 18});
  EXPECT_TRUE(agrees(result_of(p, {x}), floats({1, 1, 3}, {4.5, 9, 15})));
  p.count_pads = true;
  EXPECT_TRUE(agrees(result_of(p, {x}), floats({1, 1, 3}, {3, 9, 15})));
  p.round_up = true;  // one more window, over the last element, a pad, and nothing
  EXPECT_TRUE(agrees(result_of(p, {x}), floats({1, 1, 4}, {3, 9, 15, 9})));
  p.count_pads = false;
  EXPECT_TRUE(agrees(result_of(p, {x}), floats({1, 1, 4}, {4.5, 9, 15, 18})));
}

TEST(EvaluatePool, AWindowThatWouldBeginBehindTheEndIsNone) {
  Pool p = pool_1d(PoolKind::maximum, 1, 3);
  p.round_up = true;
  EXPECT_EQ(result_of(p, {floats({1, 1, 4}, {1, 2, 3, 4})}).type.shape, (Shape{1, 1, 2}));
  EXPECT_EQ(result_of(p, {floats({1, 1, 5}, {1, 2, 3, 4, 5})}).type.shape, (Shape{1, 1, 2}));
}

TEST(EvaluatePool, DilatedWindows) {
  Pool p = pool_1d(PoolKind::maximum, 2, 1);
  p.dilations = {2};
  EXPECT_TRUE(agrees(result_of(p, {floats({1, 1, 4}, {5, 1, 2, 3})}), floats({1, 1, 2}, {5, 3})));
}

TEST(EvaluateReduce, EveryKindAndNoElements) {
  const Numbers x = floats({2, 3}, {1, nan, 2, 3, 4, 5});
  const auto on = [](ReduceKind kind, const Numbers& of, bool keep = false) {
    return result_of(Reduce{kind, {1}, keep}, {of});
  };
  EXPECT_TRUE(agrees(on(ReduceKind::maximum, x), floats({2}, {nan, 5})));
  EXPECT_TRUE(agrees(on(ReduceKind::minimum, x, true), floats({2, 1}, {nan, 3})));
  EXPECT_TRUE(agrees(on(ReduceKind::sum, x), floats({2}, {nan, 12})));
  EXPECT_TRUE(agrees(on(ReduceKind::mean, x), floats({2}, {nan, 4})));
  EXPECT_TRUE(agrees(on(ReduceKind::product, x), floats({2}, {nan, 60})));
  const Numbers none = floats({2, 0}, {});
  EXPECT_TRUE(agrees(on(ReduceKind::mean, none), floats({2}, {nan, nan})));
  EXPECT_TRUE(agrees(on(ReduceKind::sum, none), floats({2}, {0, 0})));
  EXPECT_TRUE(agrees(on(ReduceKind::product, none), floats({2}, {1, 1})));
  EXPECT_TRUE(agrees(on(ReduceKind::maximum, none), floats({2}, {-inf, -inf})));
  EXPECT_TRUE(agrees(on(ReduceKind::minimum, none), floats({2}, {inf, inf})));
  EXPECT_TRUE(agrees(on(ReduceKind::maximum, whole({1, 0}, {}, Element::i8)),
                     whole({1}, {-128}, Element::i8)));
  EXPECT_TRUE(agrees(on(ReduceKind::mean, whole({1, 2}, {-3, 0})), whole({1}, {-1})));
  EXPECT_TRUE(agrees(on(ReduceKind::sum, whole({1, 2}, {127, 1}, Element::i8)),
                     whole({1}, {-128}, Element::i8)));
  EXPECT_EQ(failure_of([&] {
              on(ReduceKind::mean, whole({1, 0}, {}));
            }),
            "a mean of no whole numbers");
  EXPECT_TRUE(agrees(result_of(Reduce{ReduceKind::sum, {0, 2}, true},
                               {floats({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})}),
                     floats({1, 2, 1}, {14, 22})));
  EXPECT_TRUE(agrees(result_of(Reduce{ReduceKind::sum, {}, true}, {x}), x));
}

TEST(EvaluateArgExtreme, TheFirstOfEqualOnesAndOfNaN) {
  const auto on = [](bool largest, std::vector<double> x) {
    const auto count = static_cast<std::int64_t>(x.size());
    return result_of(ArgExtreme{largest, 0, false}, {floats({count}, std::move(x))}).whole.at(0);
  };
  EXPECT_EQ(on(true, {1, 3, 3, 2}), 1);
  EXPECT_EQ(on(false, {1, 3, 1}), 0);
  EXPECT_EQ(on(true, {1, nan, 2, nan}), 1);
  EXPECT_EQ(on(false, {1, nan, 0}), 1);
  EXPECT_TRUE(agrees(result_of(ArgExtreme{true, 0, true}, {floats({2, 2}, {1, 4, 3, 2})}),
                     whole({1, 2}, {1, 0})));
}

TEST(EvaluateSoftmax, RowsThatSeeNothingAreNaN) {
  EXPECT_TRUE(agrees(result_of(Softmax{0}, {floats({2}, {-inf, -inf})}), floats({2}, {nan, nan})));
  EXPECT_TRUE(
      agrees(result_of(Softmax{0}, {floats({3}, {1, -inf, 1})}), floats({3}, {0.5, 0, 0.5})));
  EXPECT_TRUE(agrees(result_of(Softmax{0}, {floats({2, 2}, {0, 1000, 0, 1000})}),
                     floats({2, 2}, {0.5, 0.5, 0.5, 0.5})));
  EXPECT_TRUE(agrees(result_of(Softmax{1, true}, {floats({1, 2}, {0, 0})}),
                     floats({1, 2}, {-0.69314718055994530942, -0.69314718055994530942})));
  EXPECT_TRUE(
      agrees(result_of(Softmax{0, true}, {floats({2}, {-inf, -inf})}), floats({2}, {nan, nan})));
}

TEST(EvaluateNormalise, CenteredAndRootMeanSquare) {
  const Numbers x = floats({2, 2}, {1, 3, -2, 2});
  EXPECT_TRUE(agrees(result_of(Normalise{1, 0, true}, {x}), floats({2, 2}, {-1, 1, -1, 1})));
  EXPECT_TRUE(
      agrees(result_of(Normalise{1, 3, true}, {x, floats({2}, {2, 4}), floats({2}, {1, 0})}),
             floats({2, 2}, {0, 2, -4 / std::sqrt(7.0) + 1, 8 / std::sqrt(7.0)})));
  EXPECT_TRUE(
      agrees(result_of(Normalise{0, 0, false}, {floats({4}, {1, 1, 3, 5}), floats({}, {2})}),
             floats({4}, {2 / 3.0, 2 / 3.0, 2, 10 / 3.0})));
  EXPECT_TRUE(agrees(
      result_of(BatchNormalise{3}, {floats({1, 2, 2}, {1, 2, 3, 4}), floats({2}, {2, 1}),
                                    floats({2}, {0, 1}), floats({2}, {1, 3}), floats({2}, {1, 6})}),
      floats({1, 2, 2}, {0, 1, 1, 4 / 3.0})));
}

TEST(EvaluateAttention, MasksCausesAndBroadcasts) {
  const Numbers q = floats({2, 1}, {1, 2});
  const Numbers k = floats({2, 1}, {0, 0});
  const Numbers v = floats({2, 1}, {2, 6});
  EXPECT_TRUE(agrees(result_of(Attention{1}, {q, k, v}), floats({2, 1}, {4, 4})));
  EXPECT_TRUE(agrees(result_of(Attention{1, true}, {q, k, v}), floats({2, 1}, {2, 4})));
  const Numbers mask = truths({2, 2}, {0, 1, 0, 0});
  EXPECT_TRUE(agrees(result_of(Attention{1}, {q, k, v, mask}), floats({2, 1}, {6, nan})));
  EXPECT_TRUE(
      agrees(result_of(Attention{1, false, true}, {q, k, v, mask}), floats({2, 1}, {6, 0})));
  const double weight = 1 / (1 + std::exp(-1.0));
  EXPECT_TRUE(agrees(result_of(Attention{0.5}, {q, floats({2, 1}, {2, 0}), v}),
                     floats({2, 1}, {2 * weight + 6 * (1 - weight),
                                     2 / (1 + std::exp(-2.0)) + 6 / (1 + std::exp(2.0))})));
  EXPECT_TRUE(
      agrees(result_of(Attention{1}, {floats({2, 1, 1}, {1, 1}), k, v, floats({2, 1, 1}, {-3, 5})}),
             floats({2, 1, 1}, {4, 4})));
  EXPECT_TRUE(agrees(result_of(Attention{1, true}, {floats({1, 1}, {1}), k, v}),
                     floats({1, 1}, {4})));  // one query behind a past of one
}

TEST(EvaluateCumulativeSum, AllFourWays) {
  const Numbers x = floats({3}, {1, 2, 4});
  EXPECT_TRUE(agrees(result_of(CumulativeSum{0}, {x}), floats({3}, {1, 3, 7})));
  EXPECT_TRUE(agrees(result_of(CumulativeSum{0, true}, {x}), floats({3}, {0, 1, 3})));
  EXPECT_TRUE(agrees(result_of(CumulativeSum{0, false, true}, {x}), floats({3}, {7, 6, 4})));
  EXPECT_TRUE(agrees(result_of(CumulativeSum{0, true, true}, {x}), floats({3}, {6, 4, 0})));
}

}  // namespace
}  // namespace weft::graph
