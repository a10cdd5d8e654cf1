// SPDX-License-Identifier: Apache-2.0
// Strips of windows, with their weights, and of turned images.
#include <algorithm>

#include "base/number_text.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::Shape;
using graph::ValueId;

std::string csl_number(double number) {
  return scientific(static_cast<double>(static_cast<float>(number)), 9);
}

std::optional<Window> Planner::window_of_node(const Node& node, std::string& why) const {
  std::optional<Window> window =
      window_of(node.what, graph::input_types(graph_, node), graph_[node.outputs[0]].type, why);
  if (!window) return window;
  if (constant(node.inputs[0])) {
    why = "its images must not be a constant";
    return std::nullopt;
  }
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    if (!has(node, i) || constant(node.inputs[i])) continue;
    why = "its weights must be constants";
    return std::nullopt;
  }
  return window;
}

void Planner::add_window(const Node& node, const Window& w, const Split& split) {
  const bool field = !std::holds_alternative<graph::MatMul>(node.what);
  const Order order = field ? Order::channels_last : Order::plain;
  const std::size_t lane = lane_of(node.inputs[0], order);
  Strip& strip = add_strip("window", {lane}, node.outputs[0], order);
  strip.node = &node;
  strip.columns = split.columns;
  strip.rows = split.rows;
  strip.comment = place_of(node);
  std::int64_t weights = 0;
  std::int64_t biases = 0;
  if (w.weighs()) weights = add_weights(strip, node, w);
  if (w.biased) biases = add_bias(strip, node, w);
  strip.sizes = Parameters()
                    .add("kind", static_cast<std::int64_t>(w.kind))
                    .add("height", w.height)
                    .add("width", w.width)
                    .add("channels", w.channels)
                    .add("outputs_all", w.outputs)
                    .add("out_height", w.out_height)
                    .add("out_width", w.out_width)
                    .add("kernel_height", w.kernel_height)
                    .add("kernel_width", w.kernel_width)
                    .add("stride_y", w.stride_y)
                    .add("stride_x", w.stride_x)
                    .add("dilation_y", w.dilation_y)
                    .add("dilation_x", w.dilation_x)
                    .add("pad_top", w.pad_top)
                    .add("pad_left", w.pad_left)
                    .add("count", w.count)
                    .add("weight_count", weights)
                    .add("bias_count", biases)
                    .add("then", static_cast<std::int64_t>(w.then.kind))
                    .add("low", csl_number(w.then.low))
                    .add("high", csl_number(w.then.high))
                    .text();
}

/// Each PE's part of the weights, in its own order; returns the room that the largest takes.
std::int64_t Planner::add_weights(Strip& strip, const Node& node, const Window& w) {
  const std::vector<double> all =
      ordered_weights(w, node.what, numbers_of(*graph_[node.inputs[1]].constant));
  const std::int64_t inputs = w.kind == Window::Kind::product ? w.channels : 1;
  const auto part = [](std::int64_t count, std::int64_t parts) {
    return (count + parts - 1) / parts;
  };
  const std::int64_t room = w.taps() * part(inputs, strip.columns) * part(w.outputs, strip.rows);
  graph::Numbers out{{machine_.element(), {strip.rows, strip.columns, room}}, {}, {}};
  for (std::int64_t tile = 0; tile < strip.rows * strip.columns; ++tile) {
    const std::int64_t row = tile / strip.columns;
    const std::int64_t column = tile % strip.columns;
    for (std::int64_t tap = 0; tap < w.taps(); ++tap) {
      for (std::int64_t i = first_of(inputs, strip.columns, column);
           i < first_of(inputs, strip.columns, column + 1); ++i) {
        const auto from = all.begin() + (tap * inputs + i) * w.outputs;
        out.floats.insert(out.floats.end(), from + first_of(w.outputs, strip.rows, row),
                          from + first_of(w.outputs, strip.rows, row + 1));
      }
    }
    out.floats.resize(as_index((tile + 1) * room));
  }
  strip.parts.push_back({"weights", {names_.handle(graph_[node.inputs[1]].name), tensor_of(out)}});
  return room;
}

/// The first column has the bias, in f32.
std::int64_t Planner::add_bias(Strip& strip, const Node& node, const Window& w) {
  const graph::Numbers all = numbers_of(*graph_[node.inputs[2]].constant);
  const std::int64_t room = (w.outputs + strip.rows - 1) / strip.rows;
  graph::Numbers out{{graph::Element::f32, {strip.rows, strip.columns, room}}, {}, {}};
  for (std::int64_t tile = 0; tile < strip.rows * strip.columns; ++tile) {
    const std::int64_t row = tile / strip.columns;
    if (tile % strip.columns == 0) {
      out.floats.insert(out.floats.end(), all.floats.begin() + first_of(w.outputs, strip.rows, row),
                        all.floats.begin() + first_of(w.outputs, strip.rows, row + 1));
    }
    out.floats.resize(as_index((tile + 1) * room));
  }
  strip.parts.push_back({"bias", {names_.handle(graph_[node.inputs[2]].name), tensor_of(out)}});
  return room;
}

/// A strip that gives `id`, whose other order is there, in this one.
std::size_t Planner::add_turn(ValueId id, Order order) {
  const Shape& s = shape(id);
  const auto other = order == Order::plain ? Order::channels_last : Order::plain;
  const std::size_t lane = lanes_.at({index(id), other});
  const std::int64_t places = graph::count_of(s) / (s[0] * s[1]);
  const bool to_plain = order == Order::plain;
  Strip& strip = add_strip("turn", {lane}, id, order);
  strip.comment = "'" + graph_[id].name + "' with its channels " + (to_plain ? "first." : "last.");
  const std::int64_t rows = to_plain ? places : s[1];
  const std::int64_t columns = to_plain ? s[1] : places;
  size_turn(strip, rows, columns, 1);
  return strip.out;
}

/// [rows][columns][inner] to [columns][rows][inner], one matrix behind the other, columns in parts.
void Planner::size_turn(Strip& strip, std::int64_t rows, std::int64_t columns, std::int64_t inner) {
  const std::int64_t landing = columns * inner;
  std::int64_t parts = 1;
  const auto bytes = [&] {
    return (landing + (columns + parts - 1) / parts * rows * inner + rows * inner) *
               machine_.value_bytes() +
           512;
  };
  while (parts < columns && bytes() > machine_.data_bytes) ++parts;
  if (bytes() > machine_.data_bytes || landing > most_of_index || rows * inner > most_of_index) {
    lacks_.add("'" + graph_[strip.value].name + "' cannot be turned: its " +
               std::to_string(columns) + " columns of " + std::to_string(rows * inner) +
               " elements need " + std::to_string(bytes()) + " bytes a PE, of " +
               std::to_string(machine_.data_bytes));
  }
  strip.rows = parts;
  strip.sizes = Parameters().add("rows", rows).add("columns", columns).add("inner", inner).text();
}

}  // namespace weft::lower::wse
