// SPDX-License-Identifier: Apache-2.0
// Building a model node by node, and what a sound one is.
#include "graph/graph.hpp"

#include <unordered_set>
#include <utility>

#include "base/error.hpp"

namespace weft::graph {
namespace {

[[noreturn]] void unsound(const Graph& graph, const std::string& why) {
  fail(Category::internal, "the graph '" + graph.name + "' is not sound: " + why);
}

void require_known(const Graph& graph, ValueId id, const std::string& who) {
  if (index(id) >= graph.values.size()) {
    unsound(graph, who + " names value " + std::to_string(index(id)) + " of " +
                       std::to_string(graph.values.size()));
  }
}

void require_sound_values(const Graph& graph) {
  std::unordered_set<std::string> names;
  for (const Value& value : graph.values) {
    if (!names.insert(value.name).second) unsound(graph, "two values are '" + value.name + "'");
    if (value.constant && value.producer) {
      unsound(graph, "'" + value.name + "' is a constant and a result");
    }
    if (value.constant && value.constant->type() != value.type) {
      unsound(graph, "the constant '" + value.name + "' is " + text_of(value.constant->type()) +
                         " and typed " + text_of(value.type));
    }
    if (value.producer && index(*value.producer) >= graph.nodes.size()) {
      unsound(graph, "'" + value.name + "' comes from a node that there is not");
    }
  }
}

// `ready`: by value, whether it is known before this node.
void require_sound_node(const Graph& graph, NodeId id, std::vector<bool>& ready) {
  const Node& node = graph[id];
  const std::string who =
      "node " + std::to_string(index(id)) + " (" + std::string(name_of(node.what)) + ")";
  for (const ValueId input : node.inputs) {
    if (input == no_value) continue;
    require_known(graph, input, who);
    if (!ready[index(input)]) unsound(graph, who + " reads '" + graph[input].name + "' too early");
  }
  const std::vector<TensorType> types = result_types(node.what, input_types(graph, node));
  if (types.size() != node.outputs.size()) unsound(graph, who + " has another number of results");
  for (std::size_t i = 0; i < types.size(); ++i) {
    const ValueId output = node.outputs[i];
    require_known(graph, output, who);
    const Value& value = graph[output];
    if (value.producer != id || ready[index(output)]) {
      unsound(graph, "'" + value.name + "' is not the result of " + who + " alone");
    }
    if (value.type != types[i]) {
      unsound(graph, "'" + value.name + "' is typed " + text_of(value.type) + ", and " + who +
                         " gives " + text_of(types[i]));
    }
    ready[index(output)] = true;
  }
}

}  // namespace

std::string Graph::unique_name(const std::string& wanted) {
  if (named_ > values.size()) {
    names_.clear();
    named_ = 0;
  }
  for (; named_ < values.size(); ++named_) names_.try_emplace(values[named_].name, 1);
  const auto [found, fresh] = names_.try_emplace(wanted, 1);
  if (fresh) return wanted;
  std::string tried;
  do {
    tried = wanted + "_" + std::to_string(++found->second);
  } while (names_.count(tried) != 0);
  names_.emplace(tried, 1);
  return tried;
}

ValueId Graph::add_value(const std::string& value_name, TensorType type) {
  count_of(type.shape);
  const ValueId id{static_cast<std::uint32_t>(values.size())};
  values.push_back({unique_name(value_name), std::move(type), std::nullopt, std::nullopt});
  named_ = values.size();
  return id;
}

ValueId Graph::add_input(const std::string& value_name, TensorType type) {
  inputs.push_back(add_value(value_name, std::move(type)));
  return inputs.back();
}

ValueId Graph::add_constant(const std::string& value_name, Tensor tensor) {
  const ValueId id = add_value(value_name, tensor.type());
  values.back().constant = std::move(tensor);
  return id;
}

std::vector<ValueId> Graph::add_node(Operator what, std::vector<ValueId> node_inputs, Origin origin,
                                     const std::vector<std::string>& names) {
  return add_node(std::move(what), std::move(node_inputs), std::vector{std::move(origin)}, names);
}

std::vector<ValueId> Graph::add_node(Operator what, std::vector<ValueId> node_inputs,
                                     std::vector<Origin> origins,
                                     const std::vector<std::string>& names) {
  const NodeId id{static_cast<std::uint32_t>(nodes.size())};
  Node node{std::move(what), std::move(node_inputs), {}, std::move(origins)};
  std::vector<TensorType> types;
  try {
    types = result_types(node.what, input_types(*this, node));
  } catch (const Error& error) {
    if (node.origins.empty()) throw;
    fail(error.category(), text_of(node.origins.front()) + ": " + error.what());
  }
  for (std::size_t i = 0; i < types.size(); ++i) {
    const bool named = i < names.size() && !names[i].empty();
    const std::string fallback(name_of(node.what));
    node.outputs.push_back(add_value(named ? names[i] : fallback, std::move(types[i])));
    values.back().producer = id;
  }
  nodes.push_back(std::move(node));
  return nodes.back().outputs;
}

std::vector<std::optional<TensorType>> input_types(const Graph& graph, const Node& node) {
  std::vector<std::optional<TensorType>> types;
  for (const ValueId input : node.inputs) {
    if (input == no_value) {
      types.emplace_back();
    } else {
      if (index(input) >= graph.values.size())
        unsound(graph, "a node names value " + std::to_string(index(input)) + " of " +
                           std::to_string(graph.values.size()));
      types.emplace_back(graph[input].type);
    }
  }
  return types;
}

void require_sound(const Graph& graph) {
  require_sound_values(graph);
  std::vector<bool> ready(graph.values.size(), false);
  for (std::size_t i = 0; i < ready.size(); ++i) ready[i] = graph.values[i].constant.has_value();
  for (const ValueId input : graph.inputs) {
    require_known(graph, input, "the list of inputs");
    const Value& value = graph[input];
    if (ready[index(input)] || value.producer) {
      unsound(graph, "the input '" + value.name + "' is a constant, a result or listed twice");
    }
    ready[index(input)] = true;
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    require_sound_node(graph, NodeId{static_cast<std::uint32_t>(i)}, ready);
  }
  for (std::size_t i = 0; i < ready.size(); ++i) {
    if (!ready[i]) unsound(graph, "nothing gives '" + graph.values[i].name + "'");
  }
  for (const ValueId output : graph.outputs) require_known(graph, output, "the list of outputs");
}

}  // namespace weft::graph
