// SPDX-License-Identifier: Apache-2.0
// The plain arithmetic against fp32 in C++, a lowering's own arithmetic in a graph, and a model in
// another format.
#include "graph/arithmetic.hpp"

#include <gtest/gtest.h>

#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;

TEST(PlainArithmetic, SumsGoUpInFp32) {
  Numbers a = drawn({3, 50}, 1);
  Numbers b = drawn({50, 2}, 2);
  for (Numbers* one : {&a, &b}) {
    one->type.element = Element::f32;
    for (double& x : one->floats) x = rounded_to(Element::f32, x * 3.1);
  }
  const Numbers bias = floats({2}, {0.25, -8});
  const Numbers y = PlainArithmetic(Element::f32)
                        .results(MatMul{false, false, {Then::Kind::relu}}, {&a, &b, &bias})
                        .at(0);
  for (std::size_t i = 0; i < 6; ++i) {
    float sum = 0;
    for (std::size_t k = 0; k < 50; ++k) {
      const auto x = static_cast<float>(a.floats[i / 2 * 50 + k]);
      const auto w = static_cast<float>(b.floats[k * 2 + i % 2]);
      const float product = x * w;
      sum = k == 0 ? product : sum + product;
    }
    sum += static_cast<float>(bias.floats[i % 2]);
    EXPECT_EQ(y.floats[i], static_cast<double>(sum > 0 ? sum : 0.0F));
  }
}

TEST(PlainArithmetic, EachOperationOfAFormulaIsRounded) {
  const auto in_half = [](const Operator& what, std::vector<double> x) {
    const Numbers numbers = floats({static_cast<std::int64_t>(x.size())}, x, Element::f16);
    return PlainArithmetic(Element::f16).results(what, {&numbers}).at(0).floats;
  };
  // 2048 + 1 is 2048 in fp16, and so is it again; the wide sum would be 2050.
  EXPECT_EQ(in_half(Reduce{ReduceKind::sum, {0}, false}, {2048, 1, 1}),
            (std::vector<double>{2048}));
  EXPECT_EQ(in_half(Reduce{ReduceKind::sum, {0}, false}, {1, 1, 2048}),
            (std::vector<double>{2050}));
  EXPECT_EQ(in_half(CumulativeSum{0}, {2048, 1, 2}), (std::vector<double>{2048, 2048, 2050}));
  EXPECT_EQ(in_half(Reduce{ReduceKind::product, {0}, false}, {256, 256, 0.5}),
            (std::vector<double>{inf}));
  const Numbers a = floats({1}, {2048}, Element::f16);
  const Numbers b = floats({1}, {1}, Element::f16);
  EXPECT_EQ(PlainArithmetic(Element::f16).results(Binary{}, {&a, &b}).at(0).floats[0], 2048);
}

// (2048 + 1) - 2048 and 65504 x 2 x 0.5: nothing is kept in a wider format between operators.
TEST(PlainArithmetic, EachOperatorRoundsItsResult) {
  using B = BinaryFunction;
  Graph graph;
  const auto number = [&](double value) {
    return graph.add_constant("c", tensor_of(floats({}, {value}, Element::f16)));
  };
  const ValueId x = graph.add_input("x", {Element::f16, {}});
  const ValueId sum = graph.add_node(Binary{B::add}, {x, number(1)}, origin("a"))[0];
  graph.outputs = graph.add_node(Binary{B::subtract}, {sum, number(2048)}, origin("b"));
  const ValueId large =
      graph.add_node(Binary{B::multiply}, {number(65504), number(2)}, origin("c"))[0];
  graph.outputs.push_back(
      graph.add_node(Binary{B::multiply}, {large, number(0.5)}, origin("d"))[0]);
  const std::vector<Numbers> inputs{floats({}, {2048}, Element::f16)};
  const auto out = outputs_of(graph, evaluate(graph, inputs, PlainArithmetic(Element::f16)));
  EXPECT_EQ(out.at(0).floats[0], 0);
  EXPECT_EQ(out.at(1).floats[0], inf);
}

// Against nested loops in fp32, with groups, strides and pads.
TEST(PlainArithmetic, ConvolutionsGoUpByChannelAndTap) {
  Numbers x = drawn({2, 4, 5, 6}, 3);
  Numbers w = drawn({6, 2, 3, 2}, 4);
  for (Numbers* one : {&x, &w}) {
    one->type.element = Element::f32;
    for (double& value : one->floats) value = rounded_to(Element::f32, value * 0.7071);
  }
  const Convolution c{{2, 1}, {1, 2}, {1, 0, 1, 1}, 2, {}};
  const Numbers y = PlainArithmetic(Element::f32).results(c, {&x, &w}).at(0);
  ASSERT_EQ(y.type.shape, (Shape{2, 6, 3, 5}));
  const auto at = [](const Numbers& of, int a, int b, int i, int j) {
    const Shape& s = of.type.shape;
    return static_cast<float>(
        of.floats.at(static_cast<std::size_t>(((a * s[1] + b) * s[2] + i) * s[3] + j)));
  };
  for (int place = 0; place < 2 * 6 * 15; ++place) {
    const int n = place / 90, m = place / 15 % 6, row = place / 5 % 3, column = place % 5;
    float sum = 0;
    for (int k = 0; k < 12; ++k) {
      const int i = row * 2 + k / 2 % 3 - 1;
      const int j = column + k % 2 * 2;
      if (i < 0 || i >= 5 || j >= 6) continue;
      sum += at(w, m, k / 6, k / 2 % 3, k % 2) * at(x, n, m / 3 * 2 + k / 6, i, j);
    }
    EXPECT_EQ(at(y, n, m, row, column), sum) << place;
  }
}

/// A machine that adds from the other end, and leaves the rest to the plain one.
class Backward : public PlainArithmetic {
 public:
  Backward() : PlainArithmetic(Element::f32) {}
  std::vector<Numbers> results(const Operator& what, const Operands& operands) const override {
    const auto* reduce = std::get_if<Reduce>(&what);
    if (reduce == nullptr) return PlainArithmetic::results(what, operands);
    Numbers reversed = *operands[0];
    std::reverse(reversed.floats.begin(), reversed.floats.end());
    return PlainArithmetic::results(what, {&reversed});
  }
};

TEST(Arithmetic, AGraphIsEvaluatedInALoweringsOrder) {
  Graph graph;
  const ValueId x = graph.add_input("x", {Element::f32, {3}});
  const ValueId sum = graph.add_node(Reduce{ReduceKind::sum, {0}, false}, {x}, origin("s"))[0];
  graph.outputs = graph.add_node(Unary{UnaryFunction::negate}, {sum}, origin("n"));
  const std::vector<Numbers> inputs{floats({3}, {0x1p24, 1, 1})};
  const auto on = [&](const Arithmetic& arithmetic) {
    return outputs_of(graph, evaluate(graph, inputs, arithmetic)).at(0).floats.at(0);
  };
  EXPECT_EQ(on(PlainArithmetic(Element::f32)), -0x1p24);
  EXPECT_EQ(on(Backward()), -(0x1p24 + 2));
}

TEST(ChangeFormat, ConstantsAreRoundedAndConversionsFollow) {
  Graph graph;
  const ValueId x = graph.add_input("x", {Element::f32, {1}});
  const ValueId i = graph.add_input("i", {Element::i64, {1}});
  const ValueId w = graph.add_constant("w", tensor_of(floats({1}, {0.1})));
  const ValueId f = graph.add_node(Convert{Element::f32}, {i}, origin("c"))[0];
  const ValueId y = graph.add_node(Binary{}, {x, w}, origin("a"))[0];
  graph.outputs = graph.add_node(Binary{}, {y, f}, origin("b"));
  change_format(graph, Element::f32, Element::f16);
  EXPECT_EQ(text_of(graph),
            "input x: f16[1]\ninput i: i64[1]\nconvert: f16[1] = convert(i)\n"
            "add: f16[1] = add(x, w)\nadd_2: f16[1] = add(add, convert)\noutputs add_2\n");
  EXPECT_EQ(numbers_of(*graph[w].constant).floats[0], 0.0999755859375);
}

}  // namespace
}  // namespace weft::graph
