// SPDX-License-Identifier: Apache-2.0
// Passes: constants are computed, what nobody needs goes, batch norms go into weights.
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "graph/moved.hpp"
#include "graph/pass_parts.hpp"
#include "graph/passes.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

/// Results of more elements than this are kept as nodes if their operands have fewer.
constexpr std::int64_t most_grown = std::int64_t{1} << 20;

bool worth_folding(const Graph& graph, const Node& node) {
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (const ValueId id : node.inputs) {
    if (id == no_value) continue;
    if (!graph[id].constant) return false;
    in += count_of(graph[id].type.shape);
  }
  for (const ValueId id : node.outputs) out += count_of(graph[id].type.shape);
  return out <= most_grown || out <= in;
}

std::vector<Tensor> folded(const Graph& graph, const Node& node) {
  std::vector<const Tensor*> constants;
  for (const ValueId id : node.inputs) {
    constants.push_back(id == no_value ? nullptr : &*graph[id].constant);
  }
  if (auto result = moved(node.what, constants, graph[node.outputs[0]].type)) {
    return {std::move(*result)};
  }
  std::vector<Numbers> numbers;
  numbers.reserve(node.inputs.size());
  Operands operands;
  for (const ValueId id : node.inputs) {
    if (id != no_value) numbers.push_back(numbers_of(*graph[id].constant));
    operands.push_back(id == no_value ? nullptr : &numbers.back());
  }
  std::vector<Tensor> results;
  for (const Numbers& one : evaluate(node.what, operands)) results.push_back(tensor_of(one));
  return results;
}

std::vector<Tensor> folded_or_refused(const Graph& graph, const Node& node) {
  try {
    return folded(graph, node);
  } catch (const Error& error) {
    if (node.origins.empty()) throw;
    fail(error.category(), text_of(node.origins.front()) + ": " + error.what());
  }
}

/// Which nodes an output needs.
std::vector<bool> needed_nodes(const Graph& graph) {
  std::vector<bool> needed(graph.nodes.size(), false);
  const auto need = [&](ValueId id) {
    if (id != no_value && graph[id].producer) needed[index(*graph[id].producer)] = true;
  };
  for (const ValueId id : graph.outputs) need(id);
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    if (!needed[i]) continue;
    for (const ValueId id : graph.nodes[i].inputs) need(id);
  }
  return needed;
}

void renumber(std::vector<ValueId>& ids, const std::vector<ValueId>& fresh) {
  for (ValueId& id : ids) {
    if (id != no_value) id = fresh[index(id)];
  }
}

void keep_needed_values(Graph& graph) {
  std::vector<bool> kept(graph.values.size(), false);
  const auto keep = [&](const std::vector<ValueId>& ids) {
    for (const ValueId id : ids) {
      if (id != no_value) kept[index(id)] = true;
    }
  };
  keep(graph.inputs);
  keep(graph.outputs);
  for (const Node& node : graph.nodes) {
    keep(node.inputs);
    keep(node.outputs);
  }
  std::vector<ValueId> fresh(graph.values.size(), no_value);
  std::vector<Value> values;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (!kept[i]) continue;
    fresh[i] = ValueId{static_cast<std::uint32_t>(values.size())};
    values.push_back(std::move(graph.values[i]));
  }
  graph.values = std::move(values);
  renumber(graph.inputs, fresh);
  renumber(graph.outputs, fresh);
  for (Node& node : graph.nodes) {
    renumber(node.inputs, fresh);
    renumber(node.outputs, fresh);
  }
}

/// A batch norm as a factor and a term for each channel.
struct ChannelLine {
  std::vector<double> factors, terms;
};

std::optional<ChannelLine> line_of(const Rewriter& rewriter, const Graph& graph, const Node& node) {
  const auto* norm = std::get_if<BatchNormalise>(&node.what);
  if (norm == nullptr) return std::nullopt;
  std::vector<std::vector<double>> given;
  for (std::size_t i = 1; i < 5; ++i) {
    if (!rewriter.is_constant(node.inputs[i])) return std::nullopt;
    given.push_back(numbers_of(*graph[node.inputs[i]].constant).floats);
  }
  ChannelLine line;
  for (std::size_t i = 0; i < given[0].size(); ++i) {
    const double factor = given[0][i] / std::sqrt(given[3][i] + norm->epsilon);
    line.factors.push_back(factor);
    line.terms.push_back(given[1][i] - given[2][i] * factor);
  }
  return line;
}

/// Whether the product in front is of constant weights, read by the norm alone and finished by
/// nothing.
bool can_take_line(const Rewriter& rewriter, const Node& front, ValueId result) {
  const bool product =
      std::holds_alternative<Convolution>(front.what) || std::holds_alternative<MatMul>(front.what);
  if (!product) return false;
  if (rewriter.uses(result) != 1 || !rewriter.is_constant(front.inputs[1])) return false;
  if (front.inputs.size() > 2 && front.inputs[2] != no_value &&
      !rewriter.is_constant(front.inputs[2])) {
    return false;
  }
  if (const auto* c = std::get_if<Convolution>(&front.what)) {
    const bool alone = front.inputs.size() < 4 || front.inputs[3] == no_value;
    return alone && c->then.kind == Then::Kind::nothing;
  }
  const auto* m = std::get_if<MatMul>(&front.what);
  return m != nullptr && m->then.kind == Then::Kind::nothing &&
         rewriter.shape(result).size() == 2 && rewriter.shape(front.inputs[1]).size() == 2;
}

void scale_weights(const Operator& what, const ChannelLine& line, Numbers& weights) {
  const auto* m = std::get_if<MatMul>(&what);
  const bool last = m != nullptr && !m->transpose_b;
  const Sections s = sections_of(weights.type.shape, last ? 1 : 0);
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    weights.floats[i] *= line.factors[i / as_index(s.behind) % as_index(s.along)];
  }
}

void take_line(Rewriter& rewriter, std::size_t at, const ChannelLine& line) {
  Graph& graph = rewriter.graph();
  const Node front = *rewriter.maker(graph.nodes[at].inputs[0]);
  const Value& old = graph[front.inputs[1]];
  Numbers weights = numbers_of(*old.constant);
  const auto channels = static_cast<std::int64_t>(line.factors.size());
  Numbers bias{{weights.type.element, {channels}}, line.terms, {}};
  const std::string name = old.name;
  if (front.inputs.size() > 2 && front.inputs[2] != no_value) {
    const Numbers before = numbers_of(*graph[front.inputs[2]].constant);
    for (std::size_t i = 0; i < bias.floats.size(); ++i) {
      bias.floats[i] += before.floats[i] * line.factors[i];
    }
  }
  scale_weights(front.what, line, weights);
  const ValueId new_weights = rewriter.constant(name + ".normalised", weights);
  const ValueId new_bias = rewriter.constant(name + ".normalised.bias", bias);
  rewriter.become(graph.nodes[at], front.what, {front.inputs[0], new_weights, new_bias}, {&front});
}

}  // namespace

void fold_constants(Graph& graph) {
  std::vector<bool> kept(graph.nodes.size(), true);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (!worth_folding(graph, node)) continue;
    std::vector<Tensor> results = folded_or_refused(graph, node);
    for (std::size_t j = 0; j < results.size(); ++j) {
      Value& value = graph.values[index(node.outputs[j])];
      value.constant = std::move(results[j]);
      value.producer.reset();
    }
    kept[i] = false;
  }
  keep_nodes(graph, kept);
  require_sound(graph);
}

void remove_dead(Graph& graph) {
  keep_nodes(graph, needed_nodes(graph));
  // What the nodes that went had as results is no longer anybody's.
  keep_needed_values(graph);
  require_sound(graph);
}

void fold_batch_norm(Graph& graph) {
  Rewriter rewriter(graph);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const std::optional<ChannelLine> line = line_of(rewriter, graph, node);
    if (!line) continue;
    const Node* front = rewriter.maker(node.inputs[0]);
    if (front != nullptr && can_take_line(rewriter, *front, node.inputs[0])) {
      take_line(rewriter, i, *line);
    }
  }
  rewriter.finish();
}

}  // namespace weft::graph
