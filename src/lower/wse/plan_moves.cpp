// SPDX-License-Identifier: Apache-2.0
// Strips that only move values: turned matrices, rows of tables.
#include <algorithm>

#include "base/counted.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::Shape;
using graph::ValueId;

/// A strip that gives `id`, whose other order is there, in this one.
std::size_t Planner::add_turn(ValueId id, Order order) {
  const Shape& s = shape(id);
  const bool to_plain = order == Order::plain;
  const auto other = to_plain ? Order::channels_last : Order::plain;
  const std::size_t lane = lanes_.at({index(id), other});
  const std::int64_t places = graph::count_of(s) / (s[0] * s[1]);
  Strip& strip = add_strip("turn", {lane}, id, order);
  const std::size_t out = strip.out;
  strip.comment = "'" + graph_[id].name + "' with its channels " + (to_plain ? "first." : "last.");
  std::string why;
  const Swap swap = to_plain ? Swap{places, s[1], 1} : Swap{s[1], places, 1};
  if (!size_turn(strip, swap, why)) lacks_.add("'" + graph_[id].name + "': " + why);
  return out;
}

/// Columns in parts.
bool Planner::size_turn(Strip& strip, const Swap& swap, std::string& why) {
  const std::int64_t landing = swap.columns * swap.inner;
  const std::int64_t column = swap.rows * swap.inner;
  std::int64_t parts = 1;
  const auto bytes = [&] {
    constexpr std::int64_t single = 512;  // variables
    const std::int64_t kept = (swap.columns + parts - 1) / parts * column;
    return (landing + kept + column) * machine_.value_bytes() + single;
  };
  while (parts < swap.columns && bytes() > machine_.data_bytes) ++parts;
  if (bytes() > machine_.data_bytes || landing > most_of_index || column > most_of_index) {
    why = "turning " + counted(swap.columns, "column") + " of " + counted(column, "element") +
          " needs " + counted(bytes(), "byte") + " a PE, of " + std::to_string(machine_.data_bytes);
    return false;
  }
  strip.rows = parts;
  strip.sizes = Parameters()
                    .add("rows", swap.rows)
                    .add("columns", swap.columns)
                    .add("inner", swap.inner)
                    .text();
  return true;
}

std::optional<Swap> Planner::swap_of_node(const Node& node, std::string& why) const {
  const auto& turn = std::get<graph::Transpose>(node.what);
  const auto swap = swap_of(shape(node.inputs[0]), turn.permutation);
  if (!swap) why = "transpositions swap two groups of axes that lie side by side";
  return swap;
}

bool Planner::add_transpose(const Node& node, std::string& why) {
  const auto swap = swap_of_node(node, why);
  if (!swap) return false;
  if (constant(node.inputs[0]) || !is_floating(graph_[node.inputs[0]].type.element)) {
    why = "what is turned must be numbers of a lane";
    return false;
  }
  const std::size_t lane = lane_of(node.inputs[0], Order::plain);
  if (swap->rows == 1 && swap->columns == 1) {
    lanes_[{index(node.outputs[0]), Order::plain}] = lane;
    return true;
  }
  Strip& strip = add_strip("turn", {lane}, node.outputs[0], Order::plain);
  strip.node = &node;
  return size_turn(strip, *swap, why);
}

bool Planner::add_constant(ValueId id, std::string& why) {
  if (graph_.inputs.empty()) {
    why = "is an output and a constant, of a model without inputs: nothing begins a run";
    return false;
  }
  const auto is_there = [id](const Strip& strip) { return strip.to_host && strip.value == id; };
  if (std::any_of(plan_.strips.begin(), plan_.strips.end(), is_there)) return true;
  const ValueId input = graph_.inputs[0];
  const std::int64_t words = graph::count_of(shape(input));
  const std::int64_t heard = row_width(words);
  const bool whole = !is_floating(graph_[id].type.element);
  const std::int64_t count = graph::count_of(shape(id));
  const std::int64_t width = row_width(count);
  const std::int64_t row_bytes = width * (whole ? 4 : machine_.value_bytes());
  constexpr std::int64_t single = 1024;  // variables
  const std::int64_t fit = (machine_.data_bytes - single) / row_bytes;
  const std::int64_t parts = (count / width + fit - 1) / fit;
  if (words / heard > most_of_index || count / width > most_of_index) {
    why = "is an output and a constant, of more rows than the " + std::to_string(most_of_index) +
          " that a PE counts";
    return false;
  }
  Strip& strip = add_strip("constant", {lane_of(input, Order::plain)}, id, Order::plain);
  strip.comment = "Output '" + graph_[id].name + "', a constant.";
  strip.to_host = true;
  strip.rows = parts;
  const std::int64_t room = (count / width + parts - 1) / parts;
  strip.sizes = Parameters()
                    .add("rows_all", count / width)
                    .add("room", room)
                    .add("width", width)
                    .add("heard", heard)
                    .add("times", words / heard)
                    .add("whole", std::string(whole ? "true" : "false"))
                    .text();
  graph::Numbers all = numbers_of(*graph_[id].constant);
  const graph::Element element = whole ? graph::Element::i32 : machine_.element();
  graph::Numbers out{{element, {parts, 1, room * width}}, {}, {}};
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t begin = first_of(count / width, parts, part) * width;
    const std::int64_t end = first_of(count / width, parts, part + 1) * width;
    const auto take = [&](auto& to, const auto& from) {
      to.insert(to.end(), from.begin() + begin, from.begin() + end);
      to.resize(as_index((part + 1) * room * width));
    };
    if (whole) {
      take(out.whole, all.whole);
    } else {
      take(out.floats, all.floats);
    }
  }
  strip.parts.push_back(
      {whole ? "numbers" : "weights", 0, {names_.weight(graph_[id].name), tensor_of(out)}});
  return true;
}

/// Rows of a constant matrix by whole numbers that come by a lane.
bool Planner::is_table(const Node& node, std::string& why) const {
  const ValueId table = node.inputs[0];
  const bool fits = std::get<graph::Gather>(node.what).axis == 0 && constant(table) &&
                    shape(table).size() == 2 && !constant(node.inputs[1]) &&
                    is_floating(graph_[table].type.element);
  if (!fits) why = "gathers rows of constant matrices alone, by numbers that are no constants";
  return fits;
}

bool Planner::add_table(const Node& node, std::string& why) {
  if (!is_table(node, why)) return false;
  const std::int64_t entries = shape(node.inputs[0])[0];
  const std::int64_t width = shape(node.inputs[0])[1];
  constexpr std::int64_t single = 1024;  // variables
  const std::int64_t row = width * machine_.value_bytes();
  const std::int64_t fit = (machine_.data_bytes - single - row) / row;
  const std::int64_t parts = fit < 1 ? 0 : (entries + fit - 1) / fit;
  if (parts == 0 || parts > machine_.height || entries > most_of_index) {
    why = "a table of " + counted(entries, "row") + " of " + counted(row, "byte") +
          " does not fit a column of " + std::to_string(machine_.height) + " PEs";
    return false;
  }
  const std::int64_t room = (entries + parts - 1) / parts;
  Strip& strip =
      add_strip("gather", {lane_of(node.inputs[1], Order::plain)}, node.outputs[0], Order::plain);
  strip.node = &node;
  strip.rows = parts;
  strip.sizes = Parameters().add("entries", entries).add("room", room).add("width", width).text();
  const graph::Numbers all = numbers_of(*graph_[node.inputs[0]].constant);
  graph::Numbers out{{machine_.element(), {parts, 1, room * width}}, {}, {}};
  for (std::int64_t part = 0; part < parts; ++part) {
    out.floats.insert(out.floats.end(), all.floats.begin() + first_of(entries, parts, part) * width,
                      all.floats.begin() + first_of(entries, parts, part + 1) * width);
    out.floats.resize(as_index((part + 1) * room * width));
  }
  strip.parts.push_back(
      {"weights", 0, {names_.weight(graph_[node.inputs[0]].name), tensor_of(out)}});
  return true;
}

}  // namespace weft::lower::wse
