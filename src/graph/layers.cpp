// SPDX-License-Identifier: Apache-2.0
// Kinds by a key of text, and graphs of one node.
#include "graph/layers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/mix.hpp"

namespace weft::graph {
namespace {

constexpr std::int64_t least_left_out = 128;  // elements; smaller ones stand in the file itself

std::vector<bool> used_values(const Graph& graph) {
  std::vector<bool> used(graph.values.size(), false);
  const auto use = [&used](const std::vector<ValueId>& ids) {
    for (const ValueId id : ids) {
      if (id != no_value) used[index(id)] = true;
    }
  };
  use(graph.outputs);
  for (const Node& node : graph.nodes) use(node.inputs);
  return used;
}

void add_word(std::string& to, const std::string& word) { to += (to.empty() ? "" : ", ") + word; }

std::string what_of(const Graph& graph, const Node& node) {
  std::string results, operands;
  for (const ValueId id : node.outputs) add_word(results, text_of(graph[id].type));
  for (const ValueId id : node.inputs) {
    if (id == no_value) {
      add_word(operands, "nothing");
    } else {
      add_word(operands, (graph[id].constant ? "constant " : "") + text_of(graph[id].type));
    }
  }
  const std::string parameters = parameters_of(node.what);
  return std::string(name_of(node.what)) + " " + results +
         (operands.empty() ? "" : " of " + operands) +
         (parameters.empty() ? "" : "; " + parameters);
}

/// Numbers that a lowering looks at: places, and single factors.
bool decides(const Tensor& constant) {
  return !is_floating(constant.type().element) || constant.count() <= 1;
}

/// `what`, and what no reader needs to see.
std::string key_of(const Graph& graph, const Node& node, const std::vector<bool>& used) {
  std::string key = what_of(graph, node);
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto first = std::find(node.inputs.begin(), node.inputs.end(), node.inputs[i]);
    key += "|" + std::to_string(first - node.inputs.begin());
    if (node.inputs[i] == no_value) continue;
    const auto& constant = graph[node.inputs[i]].constant;
    if (!constant || !decides(*constant)) continue;
    key.append(reinterpret_cast<const char*>(constant->bytes().data()), constant->bytes().size());
  }
  for (const ValueId id : node.outputs) key += used[index(id)] ? "|used" : "|unused";
  return key;
}

bool is_left_out(const Tensor& constant) {
  if (!is_floating(constant.type().element) || constant.count() < least_left_out) return false;
  const auto bytes = constant.bytes();
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte one) { return one == std::byte{}; });
}

Tensor drawn(const TensorType& type) {
  Numbers numbers{type, {}, {}};
  const auto count = static_cast<std::uint64_t>(count_of(type.shape));
  numbers.floats.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    numbers.floats.push_back(static_cast<double>(mix(i) >> 43U) * 0x1p-20 - 1);
  }
  return tensor_of(numbers);
}

}  // namespace

std::vector<LayerKind> layer_kinds(const Graph& graph) {
  const std::vector<bool> used = used_values(graph);
  std::vector<LayerKind> kinds;
  std::map<std::string, std::size_t> places;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto [found, fresh] = places.try_emplace(key_of(graph, node, used), kinds.size());
    if (fresh) kinds.push_back({what_of(graph, node), {}});
    kinds[found->second].nodes.push_back(NodeId{i});
  }
  return kinds;
}

Graph layer_alone(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  const std::vector<bool> used = used_values(graph);
  Graph out;
  out.name = graph.name;
  std::map<ValueId, ValueId> known;
  std::vector<ValueId> inputs;
  for (const ValueId input : node.inputs) {
    if (input != no_value && known.count(input) == 0) {
      const Value& value = graph[input];
      if (!value.constant) {
        known[input] = out.add_input(value.name, value.type);
      } else {
        const bool left_out = is_left_out(*value.constant);
        known[input] = out.add_constant(value.name, left_out ? drawn(value.type) : *value.constant);
      }
    }
    inputs.push_back(input == no_value ? no_value : known.at(input));
  }
  std::vector<std::string> names;
  for (const ValueId output : node.outputs) names.push_back(graph[output].name);
  const auto results = out.add_node(node.what, std::move(inputs), node.origins, names);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (used[index(node.outputs[i])]) out.outputs.push_back(results[i]);
  }
  return out;
}

}  // namespace weft::graph
