// SPDX-License-Identifier: Apache-2.0
// Operators that patterns have in other shapes than models: windows of any number of axes, borders,
// choices, elements told by numbers, running sums, recurrences.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "graph/evaluate.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::Shape;
using graph::ValueId;
using namespace weft::test;

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Lowers, holds every node against its bounds, and gives the largest error of the outputs over the
/// largest number that is right.
double error_of(const Graph& model, const std::vector<graph::Numbers>& inputs) {
  const Lowered program = lowered_for("sambanova-sn10", model, Precision::bf16);
  std::vector<graph::Tensor> tensors;
  for (const graph::Numbers& numbers : inputs) tensors.push_back(tensor_of(numbers));
  const Evaluated evaluated = within_bounds(model, program, tensors);
  const auto exact = graph::evaluate(model, inputs);
  double worst = 0.0;
  std::size_t outputs = 0;
  for (std::size_t i = 0; i < program.results.size(); ++i) {
    if (!program.results[i].output) continue;
    ++outputs;
    graph::Numbers right = exact[index(program.results[i].value)];
    for (const std::int64_t one : right.whole) right.floats.push_back(static_cast<double>(one));
    worst = std::max(worst, relative_error(numbers_of(evaluated.values[i]), right));
  }
  EXPECT_EQ(outputs, model.outputs.size());
  return worst;
}

graph::Convolution windows(const Shape& strides, const Shape& dilations, const Shape& pads) {
  graph::Convolution out;
  out.strides = strides;
  out.dilations = dilations;
  out.pads = pads;
  return out;
}

TEST(LowerRduOperators, WindowsOfThreeAxesAndBesideTheImage) {
  Graph model;
  const Shape cube{2, 4, 5, 4, 6};
  const ValueId x = model.add_input("x", {Element::f32, cube});
  const ValueId line = model.add_input("line", {Element::f32, {1, 2, 3}});
  graph::Convolution conv = windows({2, 1, 1}, {1, 2, 1}, {1, 0, 2, 0, 1, 1});
  const auto add = [&](const graph::Operator& what, std::vector<ValueId> in, const char* name) {
    model.outputs.push_back(model.add_node(what, std::move(in), origin(name, name), {name}).at(0));
  };
  add(conv, {x, constant(model, "w", {3, 4, 2, 2, 3}, 1), constant(model, "b", {3}, 2)}, "whole");
  conv.groups = 2;
  add(conv, {x, constant(model, "wg", {6, 2, 2, 2, 3}, 3), constant(model, "bg", {6}, 4)},
      "groups");
  conv.groups = 4;
  add(conv, {x, constant(model, "wd", {4, 1, 2, 2, 3}, 5)}, "each");
  graph::Pool pool{graph::PoolKind::maximum, {2, 2, 3}, {2, 1, 2}, {1, 1, 2},
                   {1, 0, 1, 0, 1, 2},       false,     false};
  add(pool, {x}, "largest");
  pool.round_up = true;
  add(pool, {x}, "rounded_up");
  add(
      graph::Pool{
          graph::PoolKind::mean, {2, 2, 2}, {1, 2, 2}, {1, 1, 1}, {1, 0, 1, 0, 1, 0}, false, true},
      {x}, "mean");
  // A window of one place, and pads: the outermost see nothing else.
  add(windows({1}, {1}, {2, 1}), {line, constant(model, "w1", {3, 2, 1}, 6)}, "beside");
  // What lies beside an image does not count.
  const ValueId flat = model.add_input("flat", {Element::f32, {2, 3, 6, 7}});
  for (const bool up : {false, true}) {
    add(graph::Pool{graph::PoolKind::mean, {3, 2}, {2, 2}, {1, 1}, {1, 1, 1, 0}, up, false}, {flat},
        up ? "inside_up" : "inside");
  }
  EXPECT_LT(error_of(model, {drawn(cube, 7), drawn({1, 2, 3}, 8), drawn({2, 3, 6, 7}, 9)}), 2e-2);
}

TEST(LowerRduOperators, BordersOfAllKinds) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 3, 4}});
  const ValueId y = model.add_node(graph::Transpose{{2, 0, 1}}, {x}, origin("t", "Transpose"))[0];
  const ValueId fill =
      model.add_constant("fill", graph::tensor_of({{Element::f32, {}}, {-2.5}, {}}));
  using graph::PadMode;
  for (const PadMode mode : {PadMode::constant, PadMode::reflect, PadMode::edge, PadMode::wrap}) {
    const graph::Pad pad{{2, 0, 2}, {3, 1, 1}, mode};
    std::vector<ValueId> inputs{y};
    if (mode == PadMode::constant) inputs.push_back(fill);
    model.outputs.push_back(model.add_node(pad, inputs, origin("pad", "Pad"))[0]);
  }
  model.outputs.push_back(
      model.add_node(graph::Pad{{0, 0, 0}, {0, 0, 0}}, {x}, origin("none", "Pad"))[0]);
  EXPECT_LT(error_of(model, {drawn({2, 3, 4}, 3)}), 5e-3);
}

TEST(LowerRduOperators, ChoicesAndWhatNumbersAre) {
  using B = graph::BinaryFunction;
  using U = graph::UnaryFunction;
  Graph model;
  const Shape shape{3, 40};
  const ValueId x = model.add_input("x", {Element::f32, shape});
  const ValueId row = constant(model, "row", {40}, 5);
  for (const B f : {B::less, B::less_equal, B::greater, B::greater_equal, B::equal}) {
    const ValueId holds = model.add_node(graph::Binary{f}, {x, row}, origin("c", "Compare"))[0];
    const ValueId one =
        model.add_constant("one", tensor_of(graph::Numbers{{Element::f32, {}}, {0.5}, {}}));
    model.outputs.push_back(
        model.add_node(graph::Select{}, {holds, x, row}, origin("s", "Where"))[0]);
    model.outputs.push_back(
        model.add_node(graph::Select{}, {holds, one, x}, origin("s", "Where"))[0]);
  }
  for (const U f : {U::floor, U::ceiling, U::round_even, U::sign, U::is_nan, U::is_infinite}) {
    model.outputs.push_back(model.add_node(graph::Unary{f}, {x}, origin("u", "Unary"))[0]);
  }
  for (const U f : {U::gelu, U::gelu_tanh, U::silu, U::mish, U::hard_swish}) {
    model.outputs.push_back(model.add_node(graph::Unary{f}, {x}, origin("g", "Gate"))[0]);
  }
  model.outputs.push_back(
      model.add_node(graph::Binary{B::power},
                     {model.add_node(graph::Unary{U::absolute}, {x}, origin("a", "Abs"))[0], row},
                     origin("p", "Pow"))[0]);
  graph::Numbers given = drawn(shape, 9);
  for (std::size_t i = 0; i < given.floats.size(); ++i) given.floats[i] *= i % 3 == 0 ? 300 : 3;
  const double special[] = {-infinite, -0.5, 0.5, 1.5, -2.5, 0.0};
  std::copy(std::begin(special), std::end(special), given.floats.begin());
  const Lowered program = lowered_for("sambanova-sn10", model, Precision::bf16);
  const Evaluated evaluated = within_bounds(model, program, {tensor_of(given)});
  for (std::size_t i = 0; i < program.results.size(); ++i) {
    if (program.results[i].node.find("(Gate)") == std::string::npos) continue;
    EXPECT_EQ(numbers_of(evaluated.values[i]).floats[0], 0.0) << program.results[i].name;
  }
}

graph::Numbers whole(const Shape& shape, std::vector<std::int64_t> numbers) {
  return {{Element::i64, shape}, {}, std::move(numbers)};
}

TEST(LowerRduOperators, ElementsAreToldByNumbers) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {3, 4, 5}});
  const ValueId rows = model.add_input("rows", {Element::i64, {2, 2}});
  const ValueId points = model.add_input("points", {Element::i64, {3, 2}});
  const ValueId each = model.add_constant(
      "each", tensor_of(whole({1, 4, 3}, {0, 2, -1, 1, 1, -3, 2, 0, 0, -2, 2, 1})));
  const ValueId turned =
      model.add_node(graph::Transpose{{0, 2, 1}}, {x}, origin("t", "Transpose"))[0];
  for (const std::int64_t axis : {0, 1, 2}) {
    model.outputs.push_back(
        model.add_node(graph::Gather{axis}, {turned, rows}, origin("g", "Gather"))[0]);
  }
  model.outputs.push_back(
      model.add_node(graph::GatherElements{0}, {x, each}, origin("e", "GatherElements"))[0]);
  model.outputs.push_back(
      model.add_node(graph::GatherPoints{0}, {x, points}, origin("p", "GatherND"))[0]);
  model.outputs.push_back(
      model.add_node(graph::GatherPoints{1}, {turned, points}, origin("b", "GatherND"))[0]);
  const std::vector<graph::Numbers> inputs{drawn({3, 4, 5}, 4), whole({2, 2}, {0, 2, -3, -1}),
                                           whole({3, 2}, {0, 3, 2, -1, -1, 1})};
  EXPECT_LT(error_of(model, inputs), 5e-3);
  // A number that an axis has not.
  const Lowered program = lowered_for("sambanova-sn10", model, Precision::bf16);
  graph::Numbers far = inputs[1];
  far.whole[1] = 3;
  try {
    (void)program.evaluate({tensor_of(inputs[0]), tensor_of(far), tensor_of(inputs[2])});
    FAIL() << "number 3 of 3 was found";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("picks by number 3 of 3"), std::string::npos)
        << error.what();
  }
}

TEST(LowerRduOperators, RunningSumsAndReductions) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 9, 3}});
  for (const bool exclusive : {false, true}) {
    for (const bool reverse : {false, true}) {
      for (const std::int64_t axis : {0, 1, 2}) {
        model.outputs.push_back(model.add_node(graph::CumulativeSum{axis, exclusive, reverse}, {x},
                                               origin("sum", "CumSum"))[0]);
      }
    }
  }
  for (const auto kind : {graph::ReduceKind::minimum, graph::ReduceKind::product}) {
    model.outputs.push_back(
        model.add_node(graph::Reduce{kind, {1, 2}, true}, {x}, origin("all", "Reduce"))[0]);
  }
  EXPECT_LT(error_of(model, {drawn({2, 9, 3}, 5)}), 1e-2);
}

/// Of 7 units in blocks of 32; states that are given, and none.
TEST(LowerRduOperators, Recurrences) {
  using graph::Direction;
  using graph::RecurrentKind;
  for (const auto kind : {RecurrentKind::lstm, RecurrentKind::gru}) {
    for (const auto direction : {Direction::forward, Direction::reverse, Direction::both}) {
      const bool lstm = kind == RecurrentKind::lstm;
      const std::int64_t ways = direction == Direction::both ? 2 : 1;
      const std::int64_t gates = lstm ? 4 : 3;
      Graph model;
      const ValueId x = model.add_input("x", {Element::f32, {4, 2, 5}});
      const ValueId state = model.add_input("state", {Element::f32, {ways, 2, 7}});
      std::vector<ValueId> inputs{x,
                                  constant(model, "w", {ways, gates * 7, 5}, 1),
                                  constant(model, "r", {ways, gates * 7, 7}, 2),
                                  constant(model, "b", {ways, 2 * gates * 7}, 3),
                                  graph::no_value,
                                  state};
      if (lstm) inputs.push_back(state);
      const graph::Recurrent what{kind, direction, 7, direction == Direction::forward};
      const auto all = model.add_node(what, inputs, origin("steps", "Recurrent"));
      inputs.resize(3);
      const auto bare = model.add_node(what, inputs, origin("bare", "Recurrent"));
      model.outputs = all;
      model.outputs.push_back(bare[1]);
      EXPECT_LT(error_of(model, {drawn({4, 2, 5}, 6), drawn({ways, 2, 7}, 7)}), 4e-2)
          << gates << " gates, direction " << static_cast<int>(direction);
    }
  }
}

}  // namespace
}  // namespace weft::lower
