// SPDX-License-Identifier: Apache-2.0
// From nodes to strips, and from strips to places and colors.
#include "lower/wse/plan.hpp"

#include <algorithm>

#include "graph/shapes.hpp"
#include "lower/names.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::Graph;
using graph::Node;
using graph::Shape;
using graph::ValueId;

namespace {

/// Words that go on at a time: the largest divisor that a PE counts.
std::int64_t stream_width(std::int64_t count) {
  std::int64_t width = std::min(count, most_of_index);
  while (count % width != 0) --width;
  return width;
}

}  // namespace

Plan Planner::plan() {
  for (std::size_t i = 0; i < graph_.inputs.size(); ++i) add_entry(i);
  for (const Node& node : graph_.nodes) {
    if (done_.count(&node) != 0 || failed(node)) continue;
    std::string why;
    if (!add_node(node, why)) {
      lacks_.add(node, why);
      for (const ValueId id : node.outputs) missing_.insert(index(id));
    }
  }
  for (const ValueId id : graph_.outputs) mark_output(id);
  lacks_.raise(machine_.name);
  place();
  color();
  return std::move(plan_);
}

/// A node behind one that has no strip is not looked at for lanes, but for what else it lacks.
bool Planner::failed(const Node& node) {
  bool missing = false;
  for (const ValueId id : node.inputs) {
    missing = missing || (id != graph::no_value && missing_.count(index(id)) != 0);
  }
  if (!missing) return false;
  for (const ValueId id : node.outputs) missing_.insert(index(id));
  std::string why;
  if (!has_strip(node, why)) lacks_.add(node, why);
  return true;
}

/// Whether a node's values are rows made of its operands' rows.
bool Planner::joins(const Node& node) const {
  if (std::holds_alternative<graph::Gather>(node.what)) return constant(node.inputs[1]);
  return std::holds_alternative<graph::Concat>(node.what) ||
         std::holds_alternative<graph::Slice>(node.what) ||
         std::holds_alternative<graph::Pad>(node.what) ||
         std::holds_alternative<graph::Expand>(node.what);
}

bool Planner::has_strip(const Node& node, std::string& why) const {
  const auto types = graph::input_types(graph_, node);
  if (std::holds_alternative<graph::Reshape>(node.what)) return true;
  if (std::holds_alternative<graph::Transpose>(node.what))
    return swap_of_node(node, why).has_value();
  if (joins(node)) return joined_of(node, why).has_value();
  if (std::holds_alternative<graph::Gather>(node.what)) return is_table(node, why);
  if (std::holds_alternative<graph::Attention>(node.what) || matrices_meet(node.what, types)) {
    return items_of(node.what, types, graph_[node.outputs[0]].type, why).has_value();
  }
  if (std::holds_alternative<graph::Recurrent>(node.what)) {
    const auto found = recurrence_of_node(node, why);
    return found && rows_of(*found, machine_, why);
  }
  if (const auto window = window_of_node(node, why)) {
    return split_of(*window, machine_, why).has_value();
  }
  return row_function_of_node(node, why).has_value();
}

/// The reason that says most: an operator may be a window of a kind that there is not.
std::optional<RowFunction> Planner::row_function_of_node(const Node& node, std::string& why) const {
  std::string other;
  const auto found = row_function_of(node.what, graph::input_types(graph_, node), other);
  if (!found && (why.empty() || why == "has no strip")) why = other;
  return found;
}

/// Both orders are one where there is one channel, or one place.
Order Planner::order_of(ValueId id, Order wanted) const {
  const Shape& s = shape(id);
  if (s.size() < 3 || s[1] == 1) return Order::plain;
  return graph::count_of(s) == s[0] * s[1] ? Order::plain : wanted;
}

std::size_t Planner::lane_of(ValueId id, Order wanted) {
  const Order order = order_of(id, wanted);
  const auto found = lanes_.find({index(id), order});
  if (found != lanes_.end()) return found->second;
  return add_turn(id, order);
}

Strip& Planner::add_strip(const std::string& function, std::vector<std::size_t> in, ValueId value,
                          Order order) {
  Strip strip;
  strip.function = function;
  strip.files = {function + ".csl"};
  strip.value = value;
  strip.type = graph_[value].type;
  strip.layer = layer_name(graph_[value].name);
  const std::size_t number = plan_.strips.size();
  for (const std::size_t lane : in) {
    std::vector<std::size_t>& to = plan_.lanes[lane].to;
    if (to.empty() || to.back() != number) to.push_back(number);
  }
  strip.in = std::move(in);
  strip.out = plan_.lanes.size();
  plan_.lanes.push_back({value, number, {}, 0});
  order = order_of(value, order);
  lanes_[{index(value), order}] = strip.out;
  if (order == Order::channels_last) {
    strip.channels_last = true;
    Shape& s = strip.type.shape;
    std::rotate(s.begin() + 1, s.begin() + 2, s.end());
  }
  plan_.strips.push_back(std::move(strip));
  return plan_.strips.back();
}

void Planner::add_entry(std::size_t input) {
  const ValueId id = graph_.inputs[input];
  Strip& strip = add_strip("entry", {}, id, Order::plain);
  strip.comment = "Input '" + graph_[id].name + "', " + text_of(graph_[id].type) + ".";
  strip.input = static_cast<std::int64_t>(input);
  strip.sizes = std::to_string(stream_width(graph::count_of(shape(id))));
}

std::size_t Planner::add_copy(std::size_t lane, ValueId value) {
  const auto lanes = lanes_;
  Strip& strip = add_strip("copy", {lane}, value, Order::plain);
  lanes_ = lanes;
  strip.comment = "'" + graph_[value].name + "' once more.";
  strip.sizes = Parameters().add("width", stream_width(graph::count_of(strip.type.shape))).text();
  return strip.out;
}

std::size_t Planner::further_lane(const std::vector<std::size_t>& lanes, ValueId id, Order wanted) {
  const std::size_t lane = lane_of(id, wanted);
  if (std::find(lanes.begin(), lanes.end(), lane) == lanes.end()) return lane;
  return add_copy(lane, id);
}

bool Planner::add_node(const Node& node, std::string& why) {
  if (std::holds_alternative<graph::Reshape>(node.what) && !constant(node.inputs[0])) {
    const std::size_t lane = lane_of(node.inputs[0], Order::plain);
    lanes_[{index(node.outputs[0]), Order::plain}] = lane;
    return true;
  }
  if (std::holds_alternative<graph::Transpose>(node.what)) return add_transpose(node, why);
  if (joins(node)) return add_joined(node, why);
  if (std::holds_alternative<graph::Gather>(node.what)) return add_table(node, why);
  if (std::holds_alternative<graph::Attention>(node.what) ||
      matrices_meet(node.what, graph::input_types(graph_, node))) {
    return add_items(node, why);
  }
  if (std::holds_alternative<graph::Recurrent>(node.what)) return add_recurrence(node, why);
  if (const auto window = window_of_node(node, why)) {
    const auto split = split_of(*window, machine_, why);
    if (split) add_window(node, *window, *split);
    return split.has_value();
  }
  const auto function = row_function_of_node(node, why);
  return function && add_rows(node, *function, why);
}

void Planner::mark_output(ValueId id) {
  if (missing_.count(index(id)) != 0) return;
  if (constant(id)) {
    std::string why;
    if (!add_constant(id, why)) lacks_.add("'" + graph_[id].name + "': " + why);
    return;
  }
  const std::size_t lane = lane_of(id, Order::plain);
  std::size_t from = plan_.lanes[lane].from;
  const Strip& first = plan_.strips[from];
  // What comes from the host goes back behind its entry; a strip gives one output.
  if (first.input >= 0 || (first.to_host && first.value != id)) {
    for (const Strip& strip : plan_.strips) {
      if (strip.to_host && strip.value == id) return;
    }
    from = plan_.lanes[add_copy(lane, id)].from;
  }
  Strip& strip = plan_.strips[from];
  strip.to_host = true;
  strip.value = id;
  strip.type = graph_[id].type;
}

void Planner::place() {
  for (Strip& strip : plan_.strips) {
    strip.x = plan_.width;
    plan_.width += strip.columns;
    plan_.height = std::max(plan_.height, strip.rows);
  }
}

/// The least color that no lane has which shares a router with it.
void Planner::color() {
  constexpr unsigned first = 7;  // below are those of the host and of strips
  constexpr unsigned end = 21;   // from here on they are memcpy's
  std::vector<std::int64_t> busy_until(end, -1);
  for (Lane& lane : plan_.lanes) {
    if (lane.to.empty()) continue;
    const Strip& from = plan_.strips[lane.from];
    const std::int64_t begin = from.x + from.columns - 1;
    lane.color = first;
    while (lane.color < end && busy_until[lane.color] >= begin) ++lane.color;
    if (lane.color == end) {
      fail(Category::unsupported, "more than " + std::to_string(end - first) +
                                      " values pass column " + std::to_string(begin) + " of " +
                                      machine_.name + " at once: a router has 24 colors");
    }
    const Strip& last = plan_.strips[lane.to.back()];
    busy_until[lane.color] = last.x + last.columns - 1;
  }
}

Order Planner::order_of(ValueId id) const {
  const bool last = lanes_.count({index(id), Order::plain}) == 0 &&
                    lanes_.count({index(id), Order::channels_last}) != 0;
  return last ? Order::channels_last : Order::plain;
}

Plan plan_of(const Graph& graph, const Machine& machine, const Lacks& lacks) {
  return Planner(graph, machine, lacks).plan();
}

}  // namespace weft::lower::wse
