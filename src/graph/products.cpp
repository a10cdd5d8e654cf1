// SPDX-License-Identifier: Apache-2.0
// Multiply-adds, from shapes alone.
#include "graph/products.hpp"

#include <type_traits>

namespace weft::graph {

namespace {

double elements_of(const Graph& graph, ValueId id) {
  return static_cast<double>(count_of(graph[id].type.shape));
}

double extent(const Graph& graph, ValueId id, std::size_t from_last) {
  const Shape& shape = graph[id].type.shape;
  return shape.size() < from_last ? 1.0 : static_cast<double>(shape[shape.size() - from_last]);
}

double products(const Graph& graph, const Node& node, const MatMul& what) {
  const double inner = extent(graph, node.inputs[0], what.transpose_a ? 2 : 1);
  return elements_of(graph, node.outputs[0]) * inner;
}

// Each output takes a kernel of all channels of its group.
double products(const Graph& graph, const Node& node, const Convolution&) {
  const double outputs = static_cast<double>(graph[node.inputs[1]].type.shape[0]);
  return elements_of(graph, node.outputs[0]) * elements_of(graph, node.inputs[1]) / outputs;
}

// Queries by keys, and the shares by values.
double products(const Graph& graph, const Node& node, const Attention&) {
  const double keys = extent(graph, node.inputs[1], 2);
  const double width = extent(graph, node.inputs[0], 1);
  const double rows = elements_of(graph, node.outputs[0]) / extent(graph, node.outputs[0], 1);
  return rows * keys * width + elements_of(graph, node.outputs[0]) * keys;
}

// Each step's input by the weights, and its hidden state by the recurrence.
double products(const Graph& graph, const Node& node, const Recurrent&) {
  const Shape& x = graph[node.inputs[0]].type.shape;
  const double steps = static_cast<double>(x[0] * x[1]);
  return steps * (elements_of(graph, node.inputs[1]) + elements_of(graph, node.inputs[2]));
}

}  // namespace

double products_of(const Graph& graph, const Node& node) {
  return std::visit(
      [&](const auto& what) -> double {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, MatMul> || std::is_same_v<What, Convolution> ||
                      std::is_same_v<What, Attention> || std::is_same_v<What, Recurrent>) {
          return products(graph, node, what);
        } else {
          return 0;
        }
      },
      node.what);
}

double products_of(const Graph& graph) {
  double sum = 0;
  for (const Node& node : graph.nodes) sum += products_of(graph, node);
  return sum;
}

}  // namespace weft::graph
