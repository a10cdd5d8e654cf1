// SPDX-License-Identifier: Apache-2.0
// Strips of layers that keep their operands: functions of elements and of rows.
#include <algorithm>

#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::Shape;
using graph::ValueId;

namespace {

/// A constant as it is broadcast to the result, in the order in which that travels.
std::vector<double> spread(const graph::Numbers& constant, const Shape& shape, Order order) {
  graph::Numbers wide = graph::evaluate(graph::Operator{graph::Expand{shape}}, {&constant})[0];
  if (order == Order::channels_last) {
    graph::Transpose turn;
    for (std::int64_t i = 0; i < graph::rank_of(shape); ++i) turn.permutation.push_back(i);
    std::rotate(turn.permutation.begin() + 1, turn.permutation.begin() + 2, turn.permutation.end());
    wide = graph::evaluate(graph::Operator{turn}, {&wide})[0];
  }
  if (wide.floats.empty()) wide.floats.assign(wide.whole.begin(), wide.whole.end());
  return wide.floats;
}

/// Whether the same `width` numbers come over and over.
bool repeats(const std::vector<double>& numbers, std::int64_t width) {
  for (std::size_t i = as_index(width); i < numbers.size(); ++i) {
    if (numbers[i] != numbers[i - as_index(width)]) return false;
  }
  return true;
}

/// The same of operands that have changed places.
RowFunction::Kind mirrored(RowFunction::Kind kind) {
  using R = RowFunction;
  constexpr std::pair<R::Kind, R::Kind> pairs[] = {{R::subtract, R::subtract_from},
                                                   {R::divide, R::divide_into},
                                                   {R::power, R::power_of},
                                                   {R::less, R::greater},
                                                   {R::greater, R::less},
                                                   {R::less_equal, R::greater_equal},
                                                   {R::greater_equal, R::less_equal}};
  for (const auto& [one, other] : pairs) {
    if (one == kind) return other;
  }
  return kind;
}

Segment of_elements(const RowFunction& function, std::int64_t count, std::int64_t width) {
  Segment out;
  out.kind = function.kind;
  out.rows = count / width;
  out.widths = {width};
  out.repeats = {0};
  out.width_out = width;
  out.number = function.number;
  out.number_b = function.number_b;
  out.scratch_bytes = 4 * width * (function.binary() ? 2 : 1);
  out.row_cycles = width * function.cycles();
  const bool chooses = function.kind == RowFunction::choice || function.kind == RowFunction::select;
  out.whole_in = function.whole() && !function.compares();
  out.whole_out = function.whole() && !chooses;
  return out;
}

}  // namespace

bool Planner::add_rows(const Node& node, const RowFunction& function, std::string& why) {
  if (function.binary()) return add_binary(node, function, why);
  if (function.kind == RowFunction::select) return add_select(node, function, why);
  const ValueId x = node.inputs[0];
  if (constant(x)) {
    why = "its operand must not be a constant";
    return false;
  }
  const std::int64_t count = graph::count_of(shape(node.outputs[0]));
  if (function.along == 0) {
    const Order order = order_of(x);
    Segment segment = of_elements(function, count, row_width(graph::count_of(shape(x))));
    if (shape(x) != shape(node.outputs[0])) {
      why = "its first operand must have the shape of the result";
      return false;
    }
    if (function.kind == RowFunction::choice) {
      if (!constant(node.inputs[1]) || !constant(node.inputs[2])) {
        why = "chooses between constants alone";
        return false;
      }
      segment.number = numbers_of(*graph_[node.inputs[1]].constant).floats[0];
      segment.number_b = numbers_of(*graph_[node.inputs[2]].constant).floats[0];
    }
    return add_segment(node, segment, {lane_of(x, order)}, order, {}, why);
  }
  Segment segment = of_elements(function, graph::count_of(shape(x)), function.along);
  if (function.kind == RowFunction::reduce) segment.width_out = 1;
  std::vector<double> constants;
  for (std::size_t i = 1; i < 3; ++i) {
    if (!has(node, i)) continue;
    if (!constant(node.inputs[i])) {
      why = "scale and shift of a norm must be constants";
      return false;
    }
    (i == 1 ? segment.has_scale : segment.has_shift) = true;
    const auto numbers = numbers_of(*graph_[node.inputs[i]].constant);
    constants.insert(constants.end(), numbers.floats.begin(), numbers.floats.end());
  }
  if (!constants.empty()) segment.scratch_bytes *= 2;
  return add_segment(node, segment, {lane_of(x, Order::plain)}, Order::plain, constants, why);
}

/// With a constant, which is broadcast here: a row of it for all, or all of it.
bool Planner::add_constants(const Node& node, const RowFunction& function, ValueId operand,
                            ValueId numbers, std::string& why) {
  const Shape& result = shape(node.outputs[0]);
  const bool whole = shape(operand) == result;
  const Order order = whole ? order_of(operand) : Order::plain;
  const auto wide = spread(numbers_of(*graph_[numbers].constant), result, order);
  const std::int64_t count = graph::count_of(result);
  const std::int64_t own = graph::count_of(shape(operand));
  std::int64_t width = row_width(own);
  for (std::int64_t shorter = width; shorter * 8 >= width; --shorter) {
    if (own % shorter != 0 || !repeats(wide, shorter)) continue;
    width = shorter;
    break;
  }
  Segment segment = of_elements(function, count, width);
  if (!whole) segment.repeats[0] = own / width;
  if (!repeats(wide, width)) segment.constants_row = width;
  const auto end = segment.constants_row == 0 ? wide.begin() + width : wide.end();
  return add_segment(node, segment, {lane_of(operand, order)}, order,
                     std::vector<double>(wide.begin(), end), why);
}

bool Planner::add_binary(const Node& node, RowFunction function, std::string& why) {
  ValueId a = node.inputs[0];
  ValueId b = node.inputs[1];
  const Shape& result = shape(node.outputs[0]);
  if (constant(a)) {
    std::swap(a, b);
    function.kind = mirrored(function.kind);
  }
  if (constant(a)) {
    why = "both operands are constants";
    return false;
  }
  if (!ends_with(result, shape(a)) || (!constant(b) && !ends_with(result, shape(b)))) {
    why = "its operands must have the shape of the result, or of its last axes";
    return false;
  }
  if (constant(b)) return add_constants(node, function, a, b, why);
  const bool whole = shape(a) == result && shape(b) == result;
  const Order order = whole ? order_of(a) : Order::plain;
  const std::int64_t count_a = graph::count_of(shape(a));
  const std::int64_t count_b = graph::count_of(shape(b));
  const std::int64_t count = graph::count_of(result);
  Segment segment = of_elements(function, count, row_width(std::min(count_a, count_b)));
  const std::int64_t width = segment.widths[0];
  segment.widths.push_back(width);
  segment.repeats = {count_a == count ? 0 : count_a / width,
                     count_b == count ? 0 : count_b / width};
  const std::size_t lane_a = lane_of(a, order);
  const std::size_t lane_b = further_lane({lane_a}, b, order);
  return add_segment(node, segment, {lane_a, lane_b}, order, {}, why);
}

/// By a lane of conditions; of what is chosen between one may be constant.
bool Planner::add_select(const Node& node, const RowFunction& function, std::string& why) {
  const Shape& result = shape(node.outputs[0]);
  const bool constants[] = {constant(node.inputs[1]), constant(node.inputs[2])};
  bool fits = shape(node.inputs[0]) == result && !constant(node.inputs[0]);
  for (std::size_t i = 0; i < 2; ++i) {
    fits = fits && (constants[i] || shape(node.inputs[i + 1]) == result);
  }
  if (!fits || (constants[0] && constants[1])) {
    why =
        "chooses by conditions of the result's shape, between values of which one may be constant";
    return false;
  }
  const Order order = order_of(node.inputs[0]);
  const std::int64_t count = graph::count_of(result);
  Segment segment = of_elements(function, count, row_width(count));
  std::vector<std::size_t> lanes{lane_of(node.inputs[0], order)};
  std::vector<double> numbers;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId id = node.inputs[i + 1];
    if (constants[i]) {
      segment.number = static_cast<double>(i + 1);
      segment.constants_row = segment.widths[0];
      numbers = spread(numbers_of(*graph_[id].constant), result, order);
      continue;
    }
    lanes.push_back(further_lane(lanes, id, order));
    segment.widths.push_back(segment.widths[0]);
    segment.repeats.push_back(0);
  }
  return add_segment(node, segment, lanes, order, numbers, why);
}

bool Planner::add_items(const Node& node, std::string& why) {
  const auto segment =
      items_of(node.what, graph::input_types(graph_, node), graph_[node.outputs[0]].type, why);
  if (!segment) return false;
  std::vector<std::size_t> lanes;
  for (std::size_t i = 0; i < segment->widths.size(); ++i) {
    if (constant(node.inputs[i])) {
      why = "operands of a product of values must not be constants";
      return false;
    }
    lanes.push_back(further_lane(lanes, node.inputs[i], Order::plain));
  }
  return add_segment(node, *segment, lanes, Order::plain, {}, why);
}

const Node& Planner::with_then(const Node& node, graph::Then& then) {
  const ValueId value = node.outputs[0];
  const Node* taker = nullptr;
  std::int64_t takers = std::count(graph_.outputs.begin(), graph_.outputs.end(), value);
  for (const Node& other : graph_.nodes) {
    const auto takes = std::count(other.inputs.begin(), other.inputs.end(), value);
    if (takes > 0) taker = &other;
    takers += takes;
  }
  if (takers != 1 || taker == nullptr) return node;
  const auto* unary = std::get_if<graph::Unary>(&taker->what);
  const auto* clip = std::get_if<graph::Clip>(&taker->what);
  if (clip != nullptr) {
    then = {graph::Then::Kind::clip, clip->low, clip->high};
  } else if (unary != nullptr && unary->function == graph::UnaryFunction::relu) {
    then.kind = graph::Then::Kind::relu;
  } else {
    return node;
  }
  done_.insert(taker);
  return *taker;
}

/// Constants, and places of pieces, as each PE has them.
void Planner::add_numbers(Strip& strip, const Segment& s, const std::vector<double>& constants,
                          std::int64_t room) {
  const std::string& name = graph_[strip.value].name;
  if (!constants.empty()) {
    graph::Numbers out{{machine_.element(), {strip.rows, 1, room}}, {}, {}};
    for (std::int64_t part = 0; part < strip.rows; ++part) {
      const std::int64_t begin = first_of(s.rows, strip.rows, part) * s.constants_row;
      const std::int64_t end = first_of(s.rows, strip.rows, part + 1) * s.constants_row;
      out.floats.insert(out.floats.end(), constants.begin() + begin,
                        s.constants_row == 0 ? constants.end() : constants.begin() + end);
      out.floats.resize(as_index((part + 1) * room));
    }
    strip.parts.push_back({"weights", 0, {names_.weight(name + ".constants"), tensor_of(out)}});
  }
  if (s.places.empty()) return;
  const auto count = static_cast<std::int64_t>(s.places.size());
  graph::Numbers out{{graph::Element::i32, {strip.rows, 1, count}}, {}, {}};
  for (std::int64_t part = 0; part < strip.rows; ++part) {
    out.whole.insert(out.whole.end(), s.places.begin(), s.places.end());
  }
  strip.parts.push_back({"places", 0, {names_.weight(name + ".places"), tensor_of(out)}});
}

bool Planner::add_segment(const Node& node, Segment s, const std::vector<std::size_t>& lanes,
                          Order order, const std::vector<double>& constants, std::string& why) {
  const auto count = static_cast<std::int64_t>(constants.size());
  const auto parts = parts_of(s, machine_, count, why);
  if (!parts) return false;
  const bool takes_then = s.kind >= RowFunction::add && s.kind < RowFunction::softmax;
  const Node& last = takes_then ? with_then(node, s.then) : node;
  Strip& strip = add_strip("segment", lanes, last.outputs[0], order);
  strip.node = &last;
  strip.rows = *parts;
  strip.files.insert(strip.files.end(), {"operand.csl", s.whole_in || s.whole_out ? "conditions.csl"
                                                        : s.kind == 40            ? "attention.csl"
                                                        : s.kind == 41            ? "items.csl"
                                                        : s.kind > 41             ? "join.csl"
                                                                      : "elements.csl"});
  // Each PE has those of its rows.
  const std::int64_t most_rows = (s.rows + *parts - 1) / *parts;
  const std::int64_t room = count > 0 && s.constants_row != 0 ? most_rows * s.constants_row : count;
  const auto place_count = static_cast<std::int64_t>(s.places.size());
  add_numbers(strip, s, constants, room);
  s.widths.resize(4, 0);
  s.repeats.resize(4, 0);
  strip.sizes = Parameters()
                    .add("kind", s.kind)
                    .add("whole_in", std::string(s.whole_in ? "true" : "false"))
                    .add("whole_out", std::string(s.whole_out ? "true" : "false"))
                    .add("operands", static_cast<std::int64_t>(lanes.size()))
                    .add("rows_all", s.rows)
                    .add("width", s.widths[0])
                    .add("width_b", s.widths[1])
                    .add("width_c", s.widths[2])
                    .add("width_d", s.widths[3])
                    .add("repeats_a", s.repeats[0])
                    .add("repeats_b", s.repeats[1])
                    .add("repeats_d", s.repeats[3])
                    .add("shared", s.shared)
                    .add("shared_d", s.shared_d)
                    .add("width_out", s.width_out)
                    .add("constants", room)
                    .add("constants_row", s.constants_row)
                    .add("place_count", place_count)
                    .add("inner", s.inner)
                    .add("keys", s.keys)
                    .add("queries", s.queries)
                    .add("number", csl_number(s.number))
                    .add("number_b", csl_number(s.number_b))
                    .add("then", static_cast<std::int64_t>(s.then.kind))
                    .add("low", csl_number(s.then.low))
                    .add("high", csl_number(s.then.high))
                    .add("has_scale", std::string(s.has_scale ? "true" : "false"))
                    .add("has_shift", std::string(s.has_shift ? "true" : "false"))
                    .text();
  return true;
}

}  // namespace weft::lower::wse
