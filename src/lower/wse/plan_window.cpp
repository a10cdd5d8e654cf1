// SPDX-License-Identifier: Apache-2.0
// Strips of windows, with their weights, and of turned images.
#include <algorithm>
#include <cmath>

#include "base/number_text.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::Shape;
using graph::ValueId;

std::string csl_number(double number) {
  const auto single = static_cast<float>(number);
  if (std::isinf(single)) {
    return std::string("@bitcast(f32, @as(u32, ") + (single < 0 ? "0xff800000" : "0x7f800000") +
           "))";
  }
  return scientific(static_cast<double>(single), 9);
}

std::optional<Window> Planner::window_of_node(const Node& node, std::string& why) const {
  std::optional<Window> window =
      window_of(node.what, graph::input_types(graph_, node), graph_[node.outputs[0]].type, why);
  if (!window) return window;
  if (constant(node.inputs[0])) {
    why = std::holds_alternative<graph::MatMul>(node.what)
              ? "multiplies constants of more than one matrix from the left"
              : "its images must not be a constant";
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
  strip.columns = split.columns();
  strip.rows = split.rows();
  std::int64_t weights = 0;
  std::int64_t biases = 0;
  if (w.weighs()) weights = add_weights(strip, node, w, split);
  if (w.biased) biases = add_bias(strip, node, w, split);
  strip.sizes = Parameters()
                    .add("kind", static_cast<std::int64_t>(w.kind))
                    .add("groups", w.groups)
                    .add("place_parts", split.place_parts)
                    .add("line_parts", split.line_parts)
                    .add("depth", w.depth)
                    .add("height", w.height)
                    .add("width", w.width)
                    .add("channels", w.channels)
                    .add("outputs_all", w.outputs)
                    .add("out_depth", w.out_depth)
                    .add("out_height", w.out_height)
                    .add("out_width", w.out_width)
                    .add("kernel_depth", w.kernel_depth)
                    .add("kernel_height", w.kernel_height)
                    .add("kernel_width", w.kernel_width)
                    .add("stride_z", w.stride_z)
                    .add("stride_y", w.stride_y)
                    .add("stride_x", w.stride_x)
                    .add("dilation_z", w.dilation_z)
                    .add("dilation_y", w.dilation_y)
                    .add("dilation_x", w.dilation_x)
                    .add("pad_front", w.pad_front)
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
std::int64_t Planner::add_weights(Strip& strip, const Node& node, const Window& w,
                                  const Split& split) {
  const std::vector<double> all =
      ordered_weights(w, node.what, numbers_of(*graph_[node.inputs[1]].constant));
  const std::int64_t inputs = w.inputs();
  const auto part = [](std::int64_t count, std::int64_t parts) {
    return (count + parts - 1) / parts;
  };
  const std::int64_t room = part(w.kernel_lines(), split.line_parts) * w.kernel_width *
                            part(inputs, split.channel_parts) * part(w.outputs, split.output_parts);
  const std::int64_t rows = split.shares(w) ? 1 : strip.rows;
  graph::Numbers out{{machine_.element(), {rows, strip.columns, room}}, {}, {}};
  for (std::int64_t tile = 0; tile < rows * strip.columns; ++tile) {
    const std::int64_t row = tile / strip.columns % split.output_parts;
    const std::int64_t channels = tile % strip.columns % split.channel_parts;
    const std::int64_t lines = tile % strip.columns / split.channel_parts;
    const std::int64_t first_line = first_of(w.kernel_lines(), split.line_parts, lines);
    const std::int64_t end_line = first_of(w.kernel_lines(), split.line_parts, lines + 1);
    for (std::int64_t tap = first_line * w.kernel_width; tap < end_line * w.kernel_width; ++tap) {
      for (std::int64_t i = first_of(inputs, split.channel_parts, channels);
           i < first_of(inputs, split.channel_parts, channels + 1); ++i) {
        const auto from = all.begin() + (tap * inputs + i) * w.outputs;
        out.floats.insert(out.floats.end(), from + first_of(w.outputs, split.output_parts, row),
                          from + first_of(w.outputs, split.output_parts, row + 1));
      }
    }
    out.floats.resize(as_index((tile + 1) * room));
  }
  strip.parts.push_back(
      {"weights", 0, {names_.weight(graph_[node.inputs[1]].name), tensor_of(out)}});
  return room;
}

/// The last column has the bias, in f32.
std::int64_t Planner::add_bias(Strip& strip, const Node& node, const Window& w,
                               const Split& split) {
  const graph::Numbers all = numbers_of(*graph_[node.inputs[2]].constant);
  const std::int64_t parts = split.output_parts;
  const std::int64_t room = (w.outputs + parts - 1) / parts;
  graph::Numbers out{{graph::Element::f32, {strip.rows, 1, room}}, {}, {}};
  for (std::int64_t row = 0; row < strip.rows; ++row) {
    out.floats.insert(out.floats.end(),
                      all.floats.begin() + first_of(w.outputs, parts, row % parts),
                      all.floats.begin() + first_of(w.outputs, parts, row % parts + 1));
    out.floats.resize(as_index((row + 1) * room));
  }
  strip.parts.push_back(
      {"bias", strip.columns - 1, {names_.weight(graph_[node.inputs[2]].name), tensor_of(out)}});
  return room;
}

}  // namespace weft::lower::wse
