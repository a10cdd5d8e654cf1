// SPDX-License-Identifier: Apache-2.0
// The evaluator on what moves elements, on recurrences, and on whole graphs.
#include <gtest/gtest.h>

#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using namespace test;

const Numbers& two_by_three() {
  static const Numbers x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  return x;
}

TEST(EvaluateLayout, ReshapeTransposeExpandConcat) {
  const Numbers& x = two_by_three();
  EXPECT_TRUE(agrees(result_of(Reshape{{3, 1, 2}}, {x}), floats({3, 1, 2}, {1, 2, 3, 4, 5, 6})));
  EXPECT_TRUE(agrees(result_of(Transpose{{1, 0}}, {x}), floats({3, 2}, {1, 4, 2, 5, 3, 6})));
  EXPECT_TRUE(agrees(result_of(Transpose{{2, 0, 1}}, {floats({1, 2, 3}, x.floats)}),
                     floats({3, 1, 2}, {1, 4, 2, 5, 3, 6})));
  EXPECT_TRUE(agrees(result_of(Expand{{2, 2, 1}}, {floats({2, 1}, {7, 8})}),
                     floats({2, 2, 1}, {7, 8, 7, 8})));
  EXPECT_TRUE(agrees(result_of(Expand{{0}}, {floats({1}, {7})}), floats({0}, {})));
  EXPECT_TRUE(agrees(result_of(Concat{1}, {x, floats({2, 0}, {}), floats({2, 1}, {7, 8})}),
                     floats({2, 4}, {1, 2, 3, 7, 4, 5, 6, 8})));
  EXPECT_TRUE(
      agrees(result_of(Concat{0}, {whole({1}, {1}), whole({2}, {2, 3})}), whole({3}, {1, 2, 3})));
}

TEST(EvaluateLayout, SlicesForwardBackwardAndEmpty) {
  const Numbers& x = two_by_three();
  EXPECT_TRUE(agrees(result_of(Slice{{1, 2}, {1, 2}, {1, -2}}, {x}), floats({1, 2}, {6, 4})));
  EXPECT_TRUE(
      agrees(result_of(Slice{{1, 0}, {2, 3}, {-1, 1}}, {x}), floats({2, 3}, {4, 5, 6, 1, 2, 3})));
  EXPECT_TRUE(agrees(result_of(Slice{{0, 9}, {2, 0}, {1, 1}}, {x}), floats({2, 0}, {})));
  EXPECT_TRUE(
      agrees(result_of(Slice{{0, 2}, {1, 1}, {INT64_MIN, INT64_MAX}}, {x}), floats({1, 1}, {3})));
  const std::string refusal = failure_of([&] { result_of(Slice{{0, 2}, {2, 3}, {1, -2}}, {x}); });
  EXPECT_EQ(refusal, "slice takes 3 elements from 2 on, -2 apart, of an axis of 3");
}

TEST(EvaluateLayout, PadsOfEveryMode) {
  const auto padded = [](PadMode mode, std::int64_t before, std::int64_t behind) {
    return result_of(Pad{{before}, {behind}, mode}, {floats({3}, {1, 2, 3})}).floats;
  };
  using Floats = std::vector<double>;
  EXPECT_EQ(padded(PadMode::constant, 1, 2), (Floats{0, 1, 2, 3, 0, 0}));
  EXPECT_EQ(padded(PadMode::reflect, 2, 1), (Floats{3, 2, 1, 2, 3, 2}));
  EXPECT_EQ(padded(PadMode::edge, 2, 1), (Floats{1, 1, 1, 2, 3, 3}));
  EXPECT_EQ(padded(PadMode::wrap, 4, 0), (Floats{3, 1, 2, 3, 1, 2, 3}));
  EXPECT_TRUE(agrees(result_of(Pad{{0, 1}, {1, 0}}, {floats({1, 1}, {5}), floats({}, {nan})}),
                     floats({2, 2}, {nan, 5, nan, nan})));
  EXPECT_TRUE(agrees(result_of(Pad{{1}, {0}}, {whole({0}, {}), whole({1}, {9})}), whole({1}, {9})));
}

TEST(EvaluateLayout, Gathers) {
  const Numbers& x = two_by_three();
  EXPECT_TRUE(
      agrees(result_of(Gather{1}, {x, whole({2, 1}, {-1, 0})}), floats({2, 2, 1}, {3, 1, 6, 4})));
  EXPECT_TRUE(agrees(result_of(Gather{0}, {x, whole({}, {1})}), floats({3}, {4, 5, 6})));
  EXPECT_TRUE(
      agrees(result_of(GatherElements{1}, {x, whole({2, 1}, {2, -3})}), floats({2, 1}, {3, 4})));
  EXPECT_TRUE(agrees(result_of(GatherElements{0}, {x, whole({1, 3}, {1, 0, 1})}),
                     floats({1, 3}, {4, 2, 6})));
  EXPECT_TRUE(
      agrees(result_of(GatherPoints{0}, {x, whole({2, 2}, {0, 0, 1, -1})}), floats({2}, {1, 6})));
  EXPECT_TRUE(agrees(result_of(GatherPoints{0}, {x, whole({2, 1}, {1, 0})}),
                     floats({2, 3}, {4, 5, 6, 1, 2, 3})));
  EXPECT_TRUE(agrees(result_of(GatherPoints{1}, {floats({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}),
                                                 whole({2, 1}, {1, 0})}),
                     floats({2, 2}, {2, 3, 4, 5})));
  EXPECT_EQ(failure_of([&] {
              result_of(Gather{1}, {x, whole({1}, {3})});
            }),
            "the index 3 lies outside of an axis of 3");
  EXPECT_EQ(failure_of([&] {
              result_of(GatherElements{0}, {x, whole({1, 1}, {-3})});
            }),
            "the index -3 lies outside of an axis of 2");
}

double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }

TEST(EvaluateRecurrent, OneLstmStepByHand) {
  const Recurrent lstm{RecurrentKind::lstm, Direction::forward, 1, false};
  const Numbers x = floats({1, 1, 1}, {2});
  const Numbers w = floats({1, 4, 1}, {0.1, 0.2, 0.3, 0.4});  // input, output, forget, cell
  const Numbers r = floats({1, 4, 1}, {0.5, 0.6, 0.7, 0.8});
  const Numbers b = floats({1, 8}, {1, 0, 0, 0, 0, 0, 0, -1});
  const Numbers lengths = whole({1}, {1}, Element::i32);
  const Numbers h = floats({1, 1, 1}, {-1});
  const Numbers c = floats({1, 1, 1}, {3});
  const Operands in{&x, &w, &r, &b, &lengths, &h, &c};
  const std::vector<Numbers> results = evaluate(lstm, in);
  const double cell = sigmoid_of(-0.1) * 3 + sigmoid_of(0.7) * std::tanh(-1.0);
  const double hidden = sigmoid_of(-0.2) * std::tanh(cell);
  EXPECT_TRUE(agrees(results.at(0), floats({1, 1, 1, 1}, {hidden})));
  EXPECT_TRUE(agrees(results.at(1), floats({1, 1, 1}, {hidden})));
  EXPECT_TRUE(agrees(results.at(2), floats({1, 1, 1}, {cell})));
}

TEST(EvaluateRecurrent, OneGruStepByHandBothWays) {
  const Numbers x = floats({1, 1, 1}, {1});
  const Numbers w = floats({1, 3, 1}, {0.1, 0.2, 0.3});  // update, reset, hidden
  const Numbers r = floats({1, 3, 1}, {0.4, 0.5, 0.6});
  const Numbers b = floats({1, 6}, {0, 0, 0, 0, 0, 0.25});
  const Numbers h = floats({1, 1, 1}, {2});
  const double update = sigmoid_of(0.9);
  const double reset = sigmoid_of(1.2);
  for (const bool linear : {false, true}) {
    const Recurrent gru{RecurrentKind::gru, Direction::forward, 1, linear};
    const double inner = linear ? reset * (1.2 + 0.25) : reset * 1.2 + 0.25;
    const double wanted = (1 - update) * std::tanh(0.3 + inner) + update * 2;
    EXPECT_TRUE(
        agrees(evaluate(gru, {&x, &w, &r, &b, nullptr, &h}).at(0), floats({1, 1, 1, 1}, {wanted})));
  }
}

// A GRU whose update gate is 0 and whose hidden gate is tanh(x): its state tells what it read.
TEST(EvaluateRecurrent, DirectionsAndLengths) {
  const Recurrent gru{RecurrentKind::gru, Direction::both, 1, false};
  const Numbers x = floats({3, 2, 1}, {0.1, 0.4, 0.2, 0.5, 0.3, 0.6});
  const Numbers w = floats({2, 3, 1}, {0, 0, 1, 0, 0, 1});
  const Numbers r = floats({2, 3, 1}, {0, 0, 0, 0, 0, 0});
  const Numbers b = floats({2, 6}, {-inf, 0, 0, 0, 0, 0, -inf, 0, 0, 0, 0, 0});
  const Numbers lengths = whole({2}, {2, 0}, Element::i32);
  const Numbers h = floats({2, 2, 1}, {7, 8, 9, 10});
  const auto results = evaluate(gru, {&x, &w, &r, &b, &lengths, &h});
  const double a = std::tanh(0.1);
  const double c = std::tanh(0.2);
  EXPECT_TRUE(agrees(results.at(0), floats({3, 2, 2, 1}, {a, 0, a, 0, c, 0, c, 0, 0, 0, 0, 0})));
  EXPECT_TRUE(agrees(results.at(1), floats({2, 2, 1}, {c, 8, a, 10})));  // length 0: as it began
  const Numbers four = whole({2}, {4, 0}, Element::i32);
  EXPECT_EQ(failure_of([&] {
              evaluate(gru, {&x, &w, &r, &b, &four});
            }),
            "a sequence of 4 steps among 3");
}

TEST(EvaluateGraph, GivesEveryValueAndSaysWhereItFails) {
  Graph graph;
  const ValueId x = graph.add_input("x", {Element::f32, {2}});
  const ValueId at = graph.add_input("at", {Element::i64, {1}});
  const ValueId one = graph.add_constant("one", tensor_of(floats({}, {1})));
  const ValueId sum = graph.add_node(Binary{}, {x, one}, origin("plus"))[0];
  graph.outputs = graph.add_node(Gather{0}, {sum, at}, {"pick", "Gather", {}, ""});
  const auto values = evaluate(graph, {floats({2}, {3, 4}), whole({1}, {1})});
  EXPECT_TRUE(agrees(values.at(index(sum)), floats({2}, {4, 5})));
  EXPECT_TRUE(agrees(outputs_of(graph, values).at(0), floats({1}, {5})));
  EXPECT_EQ(failure_of([&] {
              evaluate(graph, {floats({2}, {3, 4}), whole({1}, {7})});
            }),
            "node 'pick' (Gather): the index 7 lies outside of an axis of 2");
  EXPECT_EQ(failure_of([&] {
              evaluate(graph, {floats({2}, {3, 4})});
            }),
            "the model takes 2 inputs and was given 1");
  EXPECT_EQ(failure_of([&] {
              evaluate(graph, {floats({3}, {3, 4, 5}), whole({1}, {7})});
            }),
            "the input 'x' is f32[2] and was given f32[3]");
}

}  // namespace
}  // namespace weft::graph
