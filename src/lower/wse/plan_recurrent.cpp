// SPDX-License-Identifier: Apache-2.0
// Strips of recurrences, with the weights of their units.
#include <algorithm>

#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::ValueId;

std::optional<Recurrence> Planner::recurrence_of_node(const Node& node, std::string& why) const {
  const auto& what = std::get<graph::Recurrent>(node.what);
  for (std::size_t i = 1; i < std::min<std::size_t>(node.inputs.size(), 4); ++i) {
    if (!has(node, i) || constant(node.inputs[i])) continue;
    why = "its weights must be constants";
    return std::nullopt;
  }
  std::vector<std::optional<graph::TensorType>> types = graph::input_types(graph_, node);
  for (std::size_t i = 4; i < types.size(); ++i) {
    if (!has(node, i) || !constant(node.inputs[i])) continue;
    const std::int64_t usual = i == 4 ? shape(node.inputs[0])[0] : 0;
    if (is_all(*graph_[node.inputs[i]].constant, usual)) types[i].reset();
  }
  const auto found = recurrence_of(what, types, why);
  if (!found) return found;
  if (constant(node.inputs[0])) why = "its inputs must not be a constant";
  for (std::size_t i = 1; i < node.outputs.size(); ++i) {
    const ValueId id = node.outputs[i];
    const auto takes = [id](const Node& other) {
      return std::find(other.inputs.begin(), other.inputs.end(), id) != other.inputs.end();
    };
    const bool given =
        std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
    if (given || std::any_of(graph_.nodes.begin(), graph_.nodes.end(), takes)) {
      why = "gives its hidden states alone, not the last cell state";
    }
  }
  return why.empty() ? found : std::nullopt;
}

bool Planner::add_recurrence(const Node& node, std::string& why) {
  const auto found = recurrence_of_node(node, why);
  const auto rows = found ? rows_of(*found, machine_, why) : std::nullopt;
  if (!rows) return false;
  const Recurrence& r = *found;
  Strip& strip = add_strip("recurrence", {lane_of(node.inputs[0], Order::plain)}, node.outputs[0],
                           Order::plain);
  strip.node = &node;
  strip.rows = *rows;
  const std::int64_t room = (r.hidden + *rows - 1) / *rows;
  strip.sizes = Parameters()
                    .add("steps", r.steps)
                    .add("batch", r.batch)
                    .add("width", r.width)
                    .add("hidden", r.hidden)
                    .add("kind", static_cast<std::int64_t>(r.kind))
                    .add("room", room)
                    .text();
  const auto numbers = [&](std::size_t i) { return numbers_of(*graph_[node.inputs[i]].constant); };
  const std::vector<double> weights = gate_weights(r, numbers(1), numbers(2));
  const graph::Numbers given = r.biased ? numbers(3) : graph::Numbers{};
  const std::vector<double> bias = gate_bias(r, r.biased ? &given : nullptr);
  const std::int64_t inputs = r.lines();
  graph::Numbers all{{machine_.element(), {*rows, 1, inputs * 4 * room}}, {}, {}};
  graph::Numbers biases{{graph::Element::f32, {*rows, 1, 4 * room}}, {}, {}};
  for (std::int64_t row = 0; row < *rows; ++row) {
    const std::int64_t begin = first_of(r.hidden, *rows, row);
    const std::int64_t end = first_of(r.hidden, *rows, row + 1);
    const auto take = [&](std::vector<double>& to, const std::vector<double>& from,
                          std::int64_t line) {
      for (std::int64_t gate = 0; gate < 4; ++gate) {
        const auto at = from.begin() + line * r.gates() + gate * r.hidden;
        to.insert(to.end(), at + begin, at + end);
      }
    };
    for (std::int64_t i = 0; i < inputs; ++i) take(all.floats, weights, i);
    take(biases.floats, bias, 0);
    all.floats.resize(as_index((row + 1) * inputs * 4 * room));
    biases.floats.resize(as_index((row + 1) * 4 * room));
  }
  const std::string& name = graph_[node.outputs[0]].name;
  strip.parts.push_back({"weights", 0, {names_.weight(name + ".weights"), tensor_of(all)}});
  strip.parts.push_back({"bias", 0, {names_.weight(name + ".bias"), tensor_of(biases)}});
  return true;
}

}  // namespace weft::lower::wse
