// SPDX-License-Identifier: Apache-2.0
// Which strips a node becomes.
#include <gtest/gtest.h>

#include <optional>

#include "graph/shapes.hpp"
#include "support/wse_models.hpp"

namespace weft::lower {
namespace {

/// How often `part` stands in `text`.
std::size_t times_in(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// The layout of one node over an input of that shape, whose values must be those of the model.
std::string layout_of(const graph::Operator& what, const Shape& shape) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, shape});
  model.outputs = {model.add_node(what, {x}, origin("only", "Op"), {"y"})[0]};
  const Lowered program = lowered(model);
  EXPECT_LT(largest_error(model, program), 1e-5);
  return text_of(program, "layout.csl");
}

TEST(LowerWse, WhatOneStripDoesNotDoBecomesSeveral) {
  EXPECT_EQ(
      times_in(layout_of(graph::Transpose{{0, 1, 4, 2, 5, 3}}, {1, 2, 3, 3, 4, 5}), "\n  turn("),
      2U);
  EXPECT_EQ(times_in(layout_of(graph::Transpose{{2, 1, 0}}, {3, 4, 5}), "\n  turn("), 2U);
  EXPECT_EQ(times_in(layout_of(graph::Softmax{1}, {2, 3, 4}), "\n  turn("), 2U);
  const graph::Reduce middle{graph::ReduceKind::sum, {1}, true};
  EXPECT_EQ(times_in(layout_of(middle, {2, 3, 4}), "\n  turn("), 1U);
  const graph::Pad around{{0, 1, 2}, {0, 1, 0}, graph::PadMode::reflect};
  EXPECT_EQ(times_in(layout_of(around, {2, 3, 4}), ".kind = 45"), 2U);
  const graph::Slice parts{{0, 1, 3}, {2, 2, 2}, {1, 1, -2}};
  EXPECT_EQ(times_in(layout_of(parts, {2, 4, 4}), "\n  segment("), 2U);
  EXPECT_EQ(times_in(layout_of(graph::Expand{{3, 2, 4, 5}}, {3, 1, 4, 1}), ".kind = 44"), 2U);
}

TEST(LowerWse, RowsThatShareALineHaveTheirWeightsFromTheUpperOne) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 8, 16, 16}});
  model.outputs = {model.add_node(padded_3x3(), {x, constant(model, "w", {16, 8, 3, 3}, 1)},
                                  origin("c", "Conv"), {"y"})[0]};
  const Lowered program = lowered(model);
  const std::string layout = text_of(program, "layout.csl");
  EXPECT_EQ(layout.find(".place_parts = 1,"), std::string::npos) << layout;
  const graph::TensorType& weights = program.weights.at(0).data.type();
  EXPECT_EQ(weights.shape[0], 1);
  EXPECT_EQ(graph::count_of(weights.shape), 16 * 8 * 3 * 3);
  EXPECT_NE(program.job(1, false).find(", 1]\ndata = \"weights.h5:w\""), std::string::npos);
}

TEST(LowerWse, AReluBehindASumIsPartOfItsStrip) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {4, 32}});
  const ValueId y = model.add_input("y", {Element::f32, {4, 32}});
  const ValueId sum =
      model.add_node(graph::Binary{graph::BinaryFunction::add}, {x, y}, origin("sum", "Add"))[0];
  const ValueId relu = model.add_node(graph::Unary{graph::UnaryFunction::relu}, {sum},
                                      origin("act", "Relu"), {"z"})[0];
  model.outputs = {relu};
  const Lowered program = lowered(model);
  EXPECT_EQ(times_in(text_of(program, "layout.csl"), "\n  segment("), 1U);
  EXPECT_LT(largest_error(model, program), 1e-6);
  model.outputs = {relu, sum};  // both are wanted
  EXPECT_EQ(times_in(text_of(lowered(model), "layout.csl"), "\n  segment("), 2U);
}

TEST(LowerWse, AConstantThatIsAnOutputWaitsForTheInput) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {6}});
  const ValueId y = model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x},
                                   origin("act", "Relu"), {"y"})[0];
  model.outputs = {y, constant(model, "c", {3, 5}, 1)};
  const Lowered program = lowered(model);
  EXPECT_NE(text_of(program, "layout.csl").find("// Output 'c', a constant."), std::string::npos);
  EXPECT_LT(largest_error(model, program), 1e-6);
  Graph alone;
  alone.outputs = {constant(alone, "c", {3, 5}, 1)};
  EXPECT_NE(refusal(alone).find("nothing begins a run"), std::string::npos);
}

/// An LSTM in both directions, whose values of all steps and last hidden states are outputs.
Graph lstm(bool cell) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {5, 2, 6}});
  graph::Recurrent what;
  what.direction = graph::Direction::both;
  what.hidden = 20;
  const std::vector<ValueId> in{x, constant(model, "w", {2, 80, 6}, 1),
                                constant(model, "r", {2, 80, 20}, 2),
                                constant(model, "b", {2, 160}, 3)};
  const auto made = model.add_node(what, in, origin("cells", "LSTM"), {"y", "last", "cell"});
  model.outputs = {made[0], made[1]};
  if (cell) model.outputs.push_back(made[2]);
  return model;
}

TEST(LowerWse, AnLstmInBothDirectionsIsTwoForward) {
  const Graph model = lstm(false);
  const Lowered program = lowered(model);
  const std::string layout = text_of(program, "layout.csl");
  EXPECT_EQ(times_in(layout, "\n  recurrence("), 2U) << layout;
  EXPECT_LT(largest_error(model, program), 1e-5);
  EXPECT_NE(refusal(lstm(true)).find("not the last cell state"), std::string::npos);
}

/// `lstm` with a first hidden state: computed, or a constant of one number.
Graph begun_lstm(std::optional<double> number) {
  Graph model = lstm(false);
  const graph::TensorType type{Element::f32, {2, 2, 20}};
  const std::vector<double> all(80, number.value_or(0));
  const ValueId first = number ? model.add_constant("h", tensor_of(graph::Numbers{type, all, {}}))
                               : model.add_input("h", type);
  model.nodes[0].inputs.resize(4);
  model.nodes[0].inputs.insert(model.nodes[0].inputs.end(), {graph::no_value, first});
  return model;
}

// Its direction has a strip: the backward half is turned round.
TEST(LowerWse, AnLstmThatBeginsWithAStateIsRefusedForIt) {
  for (const Graph& model : {begun_lstm(std::nullopt), begun_lstm(0.5)}) {
    const std::string why = refusal(model);
    EXPECT_NE(why.find("its first state is given"), std::string::npos) << why;
    EXPECT_EQ(why.find("backward"), std::string::npos) << why;
  }
  EXPECT_LT(largest_error(begun_lstm(0.0), lowered(begun_lstm(0.0))), 1e-5);
}

TEST(LowerWse, ReductionsByProductsAreRefusedForThat) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {4, 6}});
  model.outputs = {model.add_node(graph::Reduce{graph::ReduceKind::product, {1}, false}, {x},
                                  origin("all", "ReduceProd"), {"y"})[0]};
  const std::string why = refusal(model);
  EXPECT_NE(why.find("reductions by products have no strip"), std::string::npos) << why;
}

Graph gru(graph::Direction direction, bool linear, bool biased) {
  Graph model;
  const std::int64_t directions = direction == graph::Direction::both ? 2 : 1;
  const ValueId x = model.add_input("x", {Element::f32, {5, 2, 6}});
  graph::Recurrent what{graph::RecurrentKind::gru, direction, 20, linear};
  std::vector<ValueId> in{x, constant(model, "w", {directions, 60, 6}, 1),
                          constant(model, "r", {directions, 60, 20}, 2)};
  if (biased) in.push_back(constant(model, "b", {directions, 120}, 3));
  const auto made = model.add_node(what, in, origin("cells", "GRU"), {"y", "last"});
  model.outputs = {made[0], made[1]};
  return model;
}

TEST(LowerWse, AGruHasBothWaysToResetAndAllDirections) {
  using graph::Direction;
  for (const bool linear : {false, true}) {
    for (const Direction direction : {Direction::forward, Direction::reverse, Direction::both}) {
      const Graph model = gru(direction, linear, direction != Direction::reverse);
      const Lowered program = lowered(model);
      const std::string layout = text_of(program, "layout.csl");
      const std::size_t strips = direction == Direction::both ? 2 : 1;
      EXPECT_EQ(times_in(layout, "\n  recurrence("), strips) << layout;
      EXPECT_NE(layout.find(linear ? ".kind = 1" : ".kind = 2"), std::string::npos) << layout;
      EXPECT_LT(largest_error(model, program), 1e-5);
      EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
    }
  }
}

/// y = a b + bias, of which one may be a constant, and a turned.
Graph product_of(const graph::MatMul& what, const Shape& a, bool left, bool right, bool biased) {
  Graph model;
  const Shape b = what.transpose_b ? Shape{7, 6} : Shape{6, 7};
  std::vector<ValueId> in{
      left ? constant(model, "a", a, 1) : model.add_input("a", {Element::f32, a}),
      right ? constant(model, "b", b, 2) : model.add_input("b", {Element::f32, b})};
  if (biased) in.push_back(constant(model, "bias", {7}, 3));
  model.outputs = {model.add_node(what, in, origin("product", "Gemm"), {"y"})[0]};
  return model;
}

TEST(LowerWse, LeftMatricesMayBeTurnedAndConstant) {
  for (const bool turned : {false, true}) {
    for (const bool right_turned : {false, true}) {
      for (const bool biased : {false, true}) {
        graph::MatMul what;
        what.transpose_a = turned;
        what.transpose_b = right_turned;
        if (biased) what.then.kind = graph::Then::Kind::relu;
        const Shape a = turned ? Shape{6, 5} : Shape{5, 6};
        for (const auto& [left, right] : {std::pair{false, true}, {false, false}, {true, false}}) {
          const Graph model = product_of(what, a, left, right, biased);
          EXPECT_LT(largest_error(model, lowered(model)), 1e-5)
              << turned << right_turned << biased << left << right;
        }
      }
    }
  }
  EXPECT_NE(refusal(product_of({}, {2, 5, 6}, true, false, false)).find("more than one matrix"),
            std::string::npos);
}

TEST(LowerWse, ItemsOfTwoValuesMayHaveABiasAndAReluBehind) {
  Graph model;
  const ValueId a = model.add_input("a", {Element::f32, {2, 6, 5}});
  const ValueId b = model.add_input("b", {Element::f32, {2, 6, 7}});
  graph::MatMul what;
  what.transpose_a = true;
  what.then.kind = graph::Then::Kind::relu;
  model.outputs = {model.add_node(what, {a, b, constant(model, "bias", {7}, 3)},
                                  origin("items", "MatMul"), {"y"})[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
}

TEST(LowerWse, WhatIsLackedIsToldOnceOfBothDirections) {
  const std::string why = refusal(lstm(true));
  EXPECT_EQ(times_in(why, "not the last cell state"), 1U) << why;
}

TEST(LowerWse, QueriesOfAHeadAreSharedByPEs) {
  Graph model;
  const auto value = [&](const char* name) {
    return model.add_input(name, {Element::f32, {2, 32, 16}});
  };
  const std::vector<ValueId> in{value("q"), value("k"), value("v")};
  model.outputs = {
      model.add_node(graph::Attention{0.25, true}, in, origin("heads", "Attention"), {"y"})[0]};
  const Lowered program = lowered(model);
  const std::string layout = text_of(program, "layout.csl");
  EXPECT_NE(layout.find(".kind = 40"), std::string::npos);
  EXPECT_NE(layout.find(".rows_all = 64, "), std::string::npos) << layout;
  EXPECT_EQ(layout.find("segment(3, 2, "), std::string::npos) << layout;
  EXPECT_LT(largest_error(model, program), 1e-5);
}

}  // namespace
}  // namespace weft::lower
