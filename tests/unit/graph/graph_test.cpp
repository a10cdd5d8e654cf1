// SPDX-License-Identifier: Apache-2.0
// Models: building, names, texts, and what is refused.
#include "graph/graph.hpp"

#include <gtest/gtest.h>

#include "unit/graph/support.hpp"

namespace weft::graph {
namespace {

using test::failure_of;
using test::floats;
using test::origin;

Graph small_model() {
  Graph graph;
  graph.name = "small";
  const ValueId x = graph.add_input("x", {Element::f32, {1, 3, 8, 8}});
  const ValueId w =
      graph.add_constant("w", tensor_of(floats({4, 3, 3, 3}, std::vector<double>(108, 0.5))));
  const ValueId y = graph.add_node(Convolution{{2, 2}, {1, 1}, {1, 1, 1, 1}, 1, {}}, {x, w},
                                   origin("c"), {"conv_1"})[0];
  graph.outputs.push_back(graph.add_node(Unary{UnaryFunction::relu}, {y}, origin("r"))[0]);
  return graph;
}

TEST(Graph, HasATextOfALineANode) {
  const Graph graph = small_model();
  require_sound(graph);
  EXPECT_EQ(text_of(graph),
            "input x: f32[1, 3, 8, 8]\n"
            "conv_1: f32[1, 4, 4, 4] = convolution(x, w; strides [2, 2], pads [1, 1, 1, 1])\n"
            "relu: f32[1, 4, 4, 4] = relu(conv_1)\n"
            "outputs relu\n");
}

TEST(Graph, NamesAreMadeUnique) {
  Graph graph;
  const TensorType type{Element::f32, {}};
  EXPECT_EQ(graph[graph.add_input("x", type)].name, "x");
  EXPECT_EQ(graph[graph.add_input("x_2", type)].name, "x_2");
  EXPECT_EQ(graph[graph.add_input("x", type)].name, "x_3");
  graph.values[0].name = "y";  // by hand: its old name stays taken
  EXPECT_EQ(graph[graph.add_input("x", type)].name, "x_4");
  graph.values.pop_back();
  graph.inputs.pop_back();
  EXPECT_EQ(graph[graph.add_input("y", type)].name, "y_2");
  require_sound(graph);
}

TEST(Graph, ANodeThatDoesNotFitNamesWhereItComesFrom) {
  Graph graph = small_model();
  const Origin where{"add_7", "Add", {{"model.py", 3, "", ""}, {"net.py", 12, "forward", ""}}, ""};
  const std::size_t values = graph.values.size();
  EXPECT_EQ(failure_of([&] {
              graph.add_node(Binary{}, {graph.inputs[0], graph.outputs[0]}, where);
            }),
            "node 'add_7' (Add) of net.py:12, in forward: add has inputs [1, 3, 8, 8] and "
            "[1, 4, 4, 4], which do not broadcast");
  EXPECT_EQ(graph.values.size(), values);
  EXPECT_EQ(text_of(Origin{}), "a node without a name");
  const Origin nameless{"", "Cast", {}, "", "mask"};
  EXPECT_EQ(text_of(nameless), "the node that gives 'mask' (Cast)");
  EXPECT_TRUE(begins_with_origin(text_of(nameless) + ": why"));
  EXPECT_TRUE(begins_with_origin(text_of(Origin{})));
  EXPECT_FALSE(begins_with_origin("why"));
}

TEST(Graph, WhatIsNotSoundIsADefect) {
  const auto unsound = [](auto change) {
    Graph graph = small_model();
    change(graph);
    return failure_of([&] { require_sound(graph); }, Category::internal);
  };
  const std::string start = "the graph 'small' is not sound: ";
  EXPECT_EQ(unsound([](Graph& g) { g.values[0].name = "w"; }), start + "two values are 'w'");
  EXPECT_EQ(unsound([](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }),
            start + "node 0 (relu) reads 'conv_1' too early");
  EXPECT_EQ(unsound([](Graph& g) { g.values[3].type.shape[0] = 2; }),
            start + "'relu' is typed f32[2, 4, 4, 4], and node 1 (relu) gives f32[1, 4, 4, 4]");
  EXPECT_EQ(unsound([](Graph& g) { g.nodes[1].inputs[0] = ValueId{9}; }),
            start + "node 1 (relu) names value 9 of 4");
  EXPECT_EQ(unsound([](Graph& g) { g.values[1].constant.reset(); }),
            start + "node 0 (convolution) reads 'w' too early");
  EXPECT_EQ(unsound([](Graph& g) { g.values[2].producer.reset(); }),
            start + "'conv_1' is not the result of node 0 (convolution) alone");
  EXPECT_EQ(unsound([](Graph& g) { g.inputs.push_back(g.inputs[0]); }),
            start + "the input 'x' is a constant, a result or listed twice");
  EXPECT_EQ(unsound([](Graph& g) { g.outputs[0] = ValueId{40}; }),
            start + "the list of outputs names value 40 of 4");
}

}  // namespace
}  // namespace weft::graph
