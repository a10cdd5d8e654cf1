// SPDX-License-Identifier: Apache-2.0
// Small models in fp64 for tests of passes, and what every pass is held to.
#pragma once

#include <string>
#include <vector>

#include "unit/graph/support.hpp"

namespace weft::graph::test {

/// Numbers between -1 and 1, of 20 bits, the same on every host.
inline Numbers drawn(Shape shape, std::uint64_t seed) {
  Numbers numbers = floats(std::move(shape), {}, Element::f64);
  std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 0x1234567ULL;
  for (std::int64_t i = 0; i < numbers.count(); ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    numbers.floats.push_back(static_cast<double>(state >> 44U) * 0x1p-19 - 1.0);
  }
  return numbers;
}

/// A graph of f64, so that folding constants rounds no more than the evaluator.
struct Model {
  Graph graph;
  int constants = 0;

  ValueId input(const std::string& name, Shape shape) {
    return graph.add_input(name, {Element::f64, std::move(shape)});
  }
  ValueId constant(const Numbers& numbers) {
    return graph.add_constant("c" + std::to_string(++constants), tensor_of(numbers));
  }
  ValueId constant(Shape shape, std::uint64_t seed) {
    return constant(drawn(std::move(shape), seed));
  }
  ValueId positive_constant(Shape shape, std::uint64_t seed) {
    Numbers numbers = drawn(std::move(shape), seed);
    for (double& x : numbers.floats) x = x * x + 0.25;
    return constant(numbers);
  }
  ValueId number(double value, Shape shape = {}) {
    return constant(floats(std::move(shape), {value}, Element::f64));
  }
  ValueId add(Operator what, std::vector<ValueId> inputs) {
    const std::string name = "n" + std::to_string(graph.nodes.size());
    return graph.add_node(std::move(what), std::move(inputs), origin(name)).at(0);
  }
  void output(ValueId id) { graph.outputs.push_back(id); }
};

/// Inputs drawn for a graph: floats between -2 and 2, whole numbers and conditions 0 or 1.
inline std::vector<Numbers> drawn_inputs(const Graph& graph, std::uint64_t seed) {
  std::vector<Numbers> inputs;
  for (const ValueId id : graph.inputs) {
    const TensorType& type = graph[id].type;
    Numbers numbers = drawn(type.shape, seed + inputs.size());
    numbers.type = type;
    for (double& x : numbers.floats) x *= 2;
    if (!is_floating(type.element)) {
      for (const double x : numbers.floats) numbers.whole.push_back(x > 0 ? 1 : 0);
      numbers.floats.clear();
    }
    inputs.push_back(std::move(numbers));
  }
  return inputs;
}

/// The largest difference of floats, measured by the largest magnitude in the same tensor; infinite
/// where whole numbers, types or infinities differ.
inline double difference(const std::vector<Numbers>& a, const std::vector<Numbers>& b) {
  double most = a.size() == b.size() ? 0 : inf;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i].type != b[i].type || a[i].whole != b[i].whole) return inf;
    double size = 1e-300;
    for (const double x : b[i].floats)
      size = std::isfinite(x) ? std::fmax(size, std::fabs(x)) : size;
    for (std::size_t j = 0; j < a[i].floats.size(); ++j) {
      const double x = a[i].floats[j];
      const double y = b[i].floats[j];
      if (same(x, y) || x == y) continue;
      const double off = std::fabs(x - y) / size;
      most = off == off ? std::fmax(most, off) : inf;
    }
  }
  return most;
}

/// What passes may change: the order of a handful of operations in fp64.
inline constexpr double pass_bound = 1e-13;

/// The pass keeps what the model says and the names of inputs and outputs, and does nothing the
/// second time; its text is `wanted`, where given.
inline void expect_pass(void (*pass)(Graph&), Model& model, const std::string& wanted = "") {
  Graph& graph = model.graph;
  const std::vector<Numbers> inputs = drawn_inputs(graph, 77);
  const std::vector<Numbers> before = outputs_of(graph, evaluate(graph, inputs));
  std::vector<std::string> names;
  for (const ValueId id : graph.outputs) names.push_back(graph[id].name);
  pass(graph);
  require_sound(graph);
  const std::string text = text_of(graph);
  if (!wanted.empty()) {
    EXPECT_EQ(text, wanted);
  }
  EXPECT_LE(difference(outputs_of(graph, evaluate(graph, inputs)), before), pass_bound) << text;
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(graph[graph.outputs[i]].name, names[i]);
  pass(graph);
  EXPECT_EQ(text_of(graph), text);
}

}  // namespace weft::graph::test
