// SPDX-License-Identifier: Apache-2.0
// Layers that want much of a TSP at once: streams for a chain's constants, banks for the rows of a
// window; and models of which hardly anything is left.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::Shape;
using graph::ValueId;
using test::lowered_for;
using test::origin;

/// Scheduled, and all nodes within their bounds; the first output.
std::vector<double> computed(const Graph& model) {
  const Lowered program = lowered_for("groq-tsp", model, Precision::fp16);
  std::vector<graph::Tensor> inputs;
  for (const Lowered::Input& input : program.inputs) {
    graph::Numbers numbers = test::drawn(input.type.shape, 3);
    numbers.type.element = input.type.element;
    inputs.push_back(tensor_of(numbers));
  }
  return numbers_of(test::within_bounds(model, program, inputs).values.front()).floats;
}

Graph model_of(const graph::Operator& what, const Shape& shape) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, shape});
  model.outputs = model.add_node(what, {x}, origin("n", "Operator"), {"y"});
  return model;
}

TEST(TspRows, AChainThatLacksStreamsTakesFewerRowsAtOnce) {
  for (const Shape& shape : std::vector<Shape>{{12, 6}, {13, 6}, {2, 6, 6, 6}, {1, 96, 1, 1}}) {
    SCOPED_TRACE(shape[0]);
    computed(model_of(graph::Unary{graph::UnaryFunction::hard_swish}, shape));
  }
}

TEST(TspRows, RowsOfAWindowLieApart) {
  for (const Shape& shape : std::vector<Shape>{{30, 4}, {3, 5}, {6, 4}, {8, 8}, {3, 2}, {64, 10}}) {
    SCOPED_TRACE(std::to_string(shape[0]) + " x " + std::to_string(shape[1]));
    computed(model_of(graph::Softmax{1, true}, shape));
    computed(model_of(graph::Softmax{0, true}, shape));
  }
  computed(model_of(graph::Softmax{1, true}, {32, 1000}));
}

TEST(TspRows, OneStepOfARecurrenceFromZeros) {
  for (const bool lstm : {true, false}) {
    for (const bool biased : {true, false}) {
      SCOPED_TRACE(testing::Message() << (lstm ? "lstm" : "gru") << (biased ? ", biased" : ""));
      Graph model;
      const std::int64_t lines = (lstm ? 4 : 3) * std::int64_t{5};
      std::vector<ValueId> operands{model.add_input("x", {Element::f32, {1, 2, 4}}),
                                    test::constant(model, "w", {1, lines, 4}, 1),
                                    test::constant(model, "r", {1, lines, 5}, 2)};
      if (biased) operands.push_back(test::constant(model, "b", {1, 2 * lines}, 4));
      const graph::Recurrent what{lstm ? graph::RecurrentKind::lstm : graph::RecurrentKind::gru,
                                  graph::Direction::forward, 5, true};
      std::vector<std::string> names{"all", "last"};
      if (lstm) names.emplace_back("cell");
      model.outputs = {model.add_node(what, operands, origin("n", "Recurrence"), names)[0]};
      computed(model);
    }
  }
}

TEST(TspRows, AModelOfConstants) {
  Graph model;
  model.add_input("x", {Element::f32, {2, 3}});
  model.outputs = {test::constant(model, "k", {2, 3}, 1)};
  EXPECT_NEAR(computed(model).front(), test::drawn({2, 3}, 1).floats.front(), 1e-3);
}

TEST(TspRows, WhatNoMemoryHoldsIsRefusedAtOnce) {
  Graph model = model_of(graph::Expand{{std::int64_t{1} << 33}}, {1});
  model.outputs = model.add_node(graph::Unary{graph::UnaryFunction::relu}, model.outputs,
                                 origin("after", "Relu"), {"z"});
  try {
    lowered_for("groq-tsp", model, Precision::fp16);
    FAIL() << "was lowered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    const std::string text = error.what();
    EXPECT_NE(text.find("gives 17,179,869,184 bytes"), std::string::npos) << text;
    EXPECT_NE(text.find("net.py:7"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace weft::lower
