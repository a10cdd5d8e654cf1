// SPDX-License-Identifier: Apache-2.0
// Which nodes are one kind of layer, and what a layer by itself is.
#include "graph/layers.hpp"

#include <algorithm>

#include "unit/graph/models.hpp"

namespace weft::graph::test {
namespace {

Convolution window(std::int64_t pad, Then::Kind then = Then::Kind::nothing) {
  Convolution what;
  what.strides = {1, 1};
  what.dilations = {1, 1};
  what.pads = {pad, pad, pad, pad};
  what.then.kind = then;
  return what;
}

std::vector<std::size_t> counts_of(const Graph& graph) {
  std::vector<std::size_t> out;
  for (const LayerKind& kind : layer_kinds(graph)) out.push_back(kind.nodes.size());
  return out;
}

TEST(LayerKinds, AreNodesWithTheSameShapesAndParameters) {
  Model m;
  const ValueId x = m.input("x", {1, 4, 8, 8});
  ValueId y = m.add(window(1), {x, m.constant({4, 4, 3, 3}, 1)});
  y = m.add(window(1), {y, m.constant({4, 4, 3, 3}, 2)});                    // other weights
  y = m.add(window(1, Then::Kind::relu), {y, m.constant({4, 4, 3, 3}, 3)});  // a relu behind
  y = m.add(window(0), {y, m.constant({4, 4, 1, 1}, 4)});
  y = m.add(window(1), {y, m.constant({4, 4, 3, 3}, 5)});
  m.output(y);
  const std::vector<LayerKind> kinds = layer_kinds(m.graph);
  ASSERT_EQ(kinds.size(), 3);
  EXPECT_EQ(kinds[0].what,
            "convolution f64[1, 4, 8, 8] of f64[1, 4, 8, 8], constant f64[4, 4, 3, 3]; "
            "pads [1, 1, 1, 1]");
  EXPECT_EQ(kinds[0].nodes, (std::vector{NodeId{0}, NodeId{1}, NodeId{4}}));
  EXPECT_EQ(kinds[1].nodes, std::vector{NodeId{2}});
  EXPECT_EQ(kinds[2].nodes, std::vector{NodeId{3}});
}

TEST(LayerKinds, TellValuesFromConstantsAndOneValueFromTwo) {
  Model m;
  const ValueId x = m.input("x", {3, 4});
  const ValueId y = m.input("y", {3, 4});
  const Binary add{BinaryFunction::add};
  m.output(m.add(add, {x, y}));
  m.output(m.add(add, {y, x}));
  m.output(m.add(add, {x, x}));
  m.output(m.add(add, {x, m.constant({3, 4}, 1)}));
  m.output(m.add(add, {x, m.number(2)}));
  m.output(m.add(add, {x, m.number(3)}));  // by one number a lowering may choose
  EXPECT_EQ(counts_of(m.graph), (std::vector<std::size_t>{2, 1, 1, 1, 1}));
}

TEST(LayerKinds, HaveTheSamePlacesAndUsedResults) {
  Model m;
  const ValueId x = m.input("x", {3, 4});
  const auto rows = [&](std::vector<std::int64_t> places) {
    return m.constant(whole({2}, std::move(places)));
  };
  m.output(m.add(Gather{0}, {x, rows({0, 1})}));
  m.output(m.add(Gather{0}, {x, rows({0, 1})}));
  m.output(m.add(Gather{0}, {x, rows({0, 2})}));
  EXPECT_EQ(counts_of(m.graph), (std::vector<std::size_t>{2, 1}));

  const ValueId steps = m.input("steps", {5, 1, 4});
  const Recurrent lstm{RecurrentKind::lstm, Direction::forward, 2, false};
  for (int i = 0; i < 2; ++i) {
    const auto states = m.graph.add_node(
        lstm, {steps, m.constant({1, 8, 4}, 1), m.constant({1, 8, 2}, 2)}, origin("lstm"));
    m.output(states[i == 0 ? 0 : 1]);
  }
  EXPECT_EQ(counts_of(m.graph), (std::vector<std::size_t>{2, 1, 1, 1}));
}

TEST(LayerAlone, SaysWhatItSaysInTheModel) {
  Model m;
  const ValueId x = m.input("x", {1, 4, 8, 8});
  const ValueId y = m.add(window(1), {x, m.constant({4, 4, 3, 3}, 1)});
  const ValueId z =
      m.add(window(1, Then::Kind::relu), {y, m.constant({4, 4, 3, 3}, 2), m.constant({4}, 3), x});
  m.output(z);
  const Graph alone = layer_alone(m.graph, NodeId{1});
  require_sound(alone);
  ASSERT_EQ(alone.nodes.size(), 1);
  ASSERT_EQ(alone.inputs.size(), 2);
  EXPECT_EQ(alone[alone.inputs[0]].name, m.graph[y].name);
  EXPECT_EQ(alone[alone.inputs[1]].name, "x");
  EXPECT_EQ(alone[alone.outputs[0]].name, m.graph[z].name);
  EXPECT_EQ(alone.nodes[0].origins[0].node, m.graph.nodes[1].origins[0].node);
  const std::vector<Numbers> given = drawn_inputs(m.graph, 7);
  const std::vector<Numbers> all = evaluate(m.graph, given);
  const std::vector<Numbers> one = outputs_of(alone, evaluate(alone, {all[index(y)], given[0]}));
  EXPECT_EQ(difference(one, {all[index(z)]}), 0);
}

TEST(LayerAlone, TakesAValueThatIsReadTwiceOnce) {
  Model m;
  const ValueId x = m.input("x", {3, 4});
  m.output(m.add(Binary{BinaryFunction::multiply}, {x, x}));
  const Graph alone = layer_alone(m.graph, NodeId{0});
  EXPECT_EQ(alone.inputs.size(), 1);
  EXPECT_EQ(alone.nodes[0].inputs[0], alone.nodes[0].inputs[1]);
}

TEST(LayerAlone, GivesOnlyWhatIsRead) {
  Model m;
  const ValueId steps = m.input("steps", {5, 1, 4});
  const auto states =
      m.graph.add_node(Recurrent{RecurrentKind::lstm, Direction::forward, 2, false},
                       {steps, m.constant({1, 8, 4}, 1), m.constant({1, 8, 2}, 2)}, origin("lstm"));
  m.output(m.add(Unary{UnaryFunction::relu}, {states[1]}));
  const Graph alone = layer_alone(m.graph, NodeId{0});
  ASSERT_EQ(alone.outputs.size(), 1);
  EXPECT_EQ(alone[alone.outputs[0]].name, m.graph[states[1]].name);
}

TEST(LayerAlone, DrawsWeightsThatWereLeftOut) {
  Model m;
  const ValueId x = m.input("x", {2, 16});
  Numbers zeros = floats({16, 16}, std::vector<double>(256, 0.0), Element::f64);
  const ValueId y = m.add(MatMul{}, {x, m.constant(zeros)});
  Numbers few = floats({16}, std::vector<double>(16, 0.0), Element::f64);
  m.output(m.add(Binary{BinaryFunction::add}, {y, m.constant(few)}));
  const Graph product = layer_alone(m.graph, NodeId{0});
  const std::vector<double> weights =
      numbers_of(*product[product.nodes[0].inputs[1]].constant).floats;
  EXPECT_LT(*std::min_element(weights.begin(), weights.end()), -0.9);
  EXPECT_GT(*std::max_element(weights.begin(), weights.end()), 0.9);
  const Graph sum = layer_alone(m.graph, NodeId{1});  // a bias in the file may be zeros
  EXPECT_EQ(numbers_of(*sum[sum.nodes[0].inputs[1]].constant).floats, few.floats);
}

}  // namespace
}  // namespace weft::graph::test
