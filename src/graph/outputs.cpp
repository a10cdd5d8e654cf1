// SPDX-License-Identifier: Apache-2.0
// Values live from their node to their last reader.
#include "graph/outputs.hpp"

#include <algorithm>
#include <set>

#include "graph/evaluate_parts.hpp"

namespace weft::graph {
namespace {

/// How many nodes still read each value; an output has one reader more, who is never done.
std::vector<std::int64_t> readers_of(const Graph& graph) {
  std::vector<std::int64_t> readers(graph.values.size());
  for (const Node& node : graph.nodes) {
    for (const ValueId id : std::set<ValueId>(node.inputs.begin(), node.inputs.end())) {
      if (id != no_value) ++readers[index(id)];
    }
  }
  for (const ValueId id : graph.outputs) ++readers[index(id)];
  return readers;
}

/// Goes through the nodes: `run` one, then `drop` each value that nobody reads any more.
template <typename Run, typename Drop>
void walk_nodes(const Graph& graph, Run run, Drop drop) {
  std::vector<std::int64_t> readers = readers_of(graph);
  for (const Node& node : graph.nodes) {
    run(node);
    for (const ValueId id : std::set<ValueId>(node.inputs.begin(), node.inputs.end())) {
      if (id != no_value && --readers[index(id)] == 0) drop(id);
    }
    for (const ValueId id : node.outputs) {
      if (readers[index(id)] == 0) drop(id);
    }
  }
}

}  // namespace

std::vector<Numbers> outputs_for(const Graph& graph, const std::vector<Numbers>& inputs,
                                 const NumbersOfConstant& numbers_of_constant) {
  require_inputs(graph, inputs);
  std::vector<Numbers> values(graph.values.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[index(graph.inputs[i])] = inputs[i];
  const auto run = [&](const Node& node) {
    std::vector<Numbers> constants;
    constants.reserve(node.inputs.size());  // operands point into it
    Operands operands;
    for (const ValueId id : node.inputs) {
      if (id == no_value) {
        operands.push_back(nullptr);
      } else if (graph[id].constant) {
        constants.push_back(numbers_of_constant(graph[id]));
        operands.push_back(&constants.back());
      } else {
        operands.push_back(&values[index(id)]);
      }
    }
    std::vector<Numbers> results = evaluate(node, operands);
    for (std::size_t i = 0; i < results.size(); ++i) {
      values[index(node.outputs[i])] = std::move(results[i]);
    }
  };
  walk_nodes(graph, run, [&](ValueId id) { values[index(id)] = Numbers{}; });
  std::vector<Numbers> outputs;
  for (const ValueId id : graph.outputs) {
    outputs.push_back(graph[id].constant ? numbers_of_constant(graph[id]) : values[index(id)]);
  }
  return outputs;
}

std::int64_t most_numbers_held(const Graph& graph) {
  const auto count = [&](ValueId id) { return count_of(graph[id].type.shape); };
  std::int64_t held = 0, most = 0;
  for (const ValueId id : graph.inputs) held += count(id);
  const auto run = [&](const Node& node) {
    std::int64_t constants = 0;
    for (const ValueId id : node.inputs) {
      if (id != no_value && graph[id].constant) constants += count(id);
    }
    for (const ValueId id : node.outputs) held += count(id);
    most = std::max(most, held + constants);
  };
  walk_nodes(graph, run, [&](ValueId id) {
    if (!graph[id].constant) held -= count(id);
  });
  return std::max(most, held);
}

}  // namespace weft::graph
