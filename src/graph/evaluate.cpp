// SPDX-License-Identifier: Apache-2.0
// The evaluator: one operator, a whole graph.
#include "graph/evaluate.hpp"

#include <limits>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "graph/arithmetic.hpp"
#include "graph/evaluate_parts.hpp"

namespace weft::graph {
namespace {

void require_whole_numbers(const Numbers& numbers, const std::string& who) {
  const std::size_t held =
      is_floating(numbers.type.element) ? numbers.floats.size() : numbers.whole.size();
  if (held == as_index(numbers.count())) return;
  fail(Category::input,
       who + " is " + text_of(numbers.type) + " and has " + counted(held, "number"));
}

}  // namespace

void require_inputs(const Graph& graph, const std::vector<Numbers>& inputs) {
  if (inputs.size() != graph.inputs.size()) {
    fail(Category::input, "the model takes " + counted(graph.inputs.size(), "input") +
                              " and was given " + std::to_string(inputs.size()));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph[graph.inputs[i]];
    if (inputs[i].type != value.type) {
      fail(Category::input, "the input '" + value.name + "' is " + text_of(value.type) +
                                " and was given " + text_of(inputs[i].type));
    }
    require_whole_numbers(inputs[i], "the input '" + value.name + "'");
  }
}

Numbers zeros_of(TensorType type) {
  Numbers numbers{std::move(type), {}, {}};
  const std::size_t count = as_index(numbers.count());
  if (is_floating(numbers.type.element)) {
    numbers.floats.assign(count, 0.0);
  } else {
    numbers.whole.assign(count, 0);
  }
  return numbers;
}

void wrap_all(Numbers& numbers) {
  if (is_floating(numbers.type.element)) return;
  for (std::int64_t& value : numbers.whole) value = wrapped_to(numbers.type.element, value);
}

bool is_less(Element element, std::int64_t a, std::int64_t b) {
  if (element == Element::u64) return static_cast<std::uint64_t>(a) < static_cast<std::uint64_t>(b);
  return a < b;
}

double after(const Then& then, double value) {
  switch (then.kind) {
    case Then::Kind::nothing:
      return value;
    case Then::Kind::relu:
      return value <= 0 ? 0.0 : value;
    case Then::Kind::clip:
      value = value < then.low ? then.low : value;
      return value > then.high ? then.high : value;
  }
  return value;
}

std::vector<std::optional<TensorType>> types_of_operands(const Operands& operands) {
  std::vector<std::optional<TensorType>> types;
  for (const Numbers* one : operands) {
    types.push_back(one == nullptr ? std::nullopt : std::optional<TensorType>(one->type));
    if (one != nullptr) require_whole_numbers(*one, "an operand");
  }
  return types;
}

std::vector<Numbers> evaluate(const Operator& what, const Operands& operands) {
  Results results;
  for (TensorType& type : result_types(what, types_of_operands(operands))) {
    results.push_back(zeros_of(std::move(type)));
  }
  return std::visit([&](const auto& one) { return results_of(one, operands, std::move(results)); },
                    what);
}

namespace {

/// What fails names the node.
template <typename Compute>
std::vector<Numbers> results_at(const Node& node, const Operands& operands, Compute compute) {
  try {
    return compute(node.what, operands);
  } catch (const Error& error) {
    if (node.origins.empty()) throw;
    fail(error.category(), text_of(node.origins.front()) + ": " + error.what());
  }
}

/// Goes through all nodes; `compute` gives an operator's results for its operands.
template <typename Compute>
std::vector<Numbers> evaluate_with(const Graph& graph, const std::vector<Numbers>& inputs,
                                   Compute compute) {
  require_inputs(graph, inputs);
  std::vector<Numbers> values(graph.values.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[index(graph.inputs[i])] = inputs[i];
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (graph.values[i].constant) values[i] = numbers_of(*graph.values[i].constant);
  }
  for (const Node& node : graph.nodes) {
    Operands operands;
    for (const ValueId id : node.inputs) {
      operands.push_back(id == no_value ? nullptr : &values[index(id)]);
    }
    std::vector<Numbers> results = results_at(node, operands, compute);
    for (std::size_t i = 0; i < results.size(); ++i) {
      values[index(node.outputs[i])] = std::move(results[i]);
    }
  }
  return values;
}

}  // namespace

std::vector<Numbers> evaluate(const Node& node, const Operands& operands) {
  return results_at(node, operands,
                    [](const Operator& what, const Operands& its) { return evaluate(what, its); });
}

std::vector<Numbers> evaluate(const Graph& graph, const std::vector<Numbers>& inputs) {
  return evaluate_with(graph, inputs, [](const Operator& what, const Operands& operands) {
    return evaluate(what, operands);
  });
}

std::vector<Numbers> evaluate(const Graph& graph, const std::vector<Numbers>& inputs,
                              const Arithmetic& arithmetic) {
  return evaluate_with(graph, inputs, [&](const Operator& what, const Operands& operands) {
    return arithmetic.results(what, operands);
  });
}

std::vector<Numbers> outputs_of(const Graph& graph, std::vector<Numbers> values) {
  std::vector<Numbers> outputs;
  for (const ValueId id : graph.outputs) outputs.push_back(values[index(id)]);
  return outputs;
}

}  // namespace weft::graph
