// SPDX-License-Identifier: Apache-2.0
// Strips whose rows are made of rows: joined, cut, repeated.
#include <algorithm>

#include "graph/shapes.hpp"
#include "lower/wse/planner.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Node;
using graph::Shape;

namespace {

constexpr std::int64_t joined_kind = 42;
constexpr std::int64_t part_kind = 43;
constexpr std::int64_t repeated_kind = 44;
constexpr std::int64_t picked_kind = 45;

/// So many rows of one operand, of which each gives `width_out` elements.
Segment rows_of_one(std::int64_t kind, std::int64_t rows, std::int64_t width,
                    std::int64_t width_out) {
  Segment s;
  s.kind = kind;
  s.rows = rows;
  s.widths = {width};
  s.repeats = {0};
  s.width_out = width_out;
  s.row_cycles = width_out;
  return s;
}

/// Elements from `begin` on, `count` of them, along an axis.
Segment part_of(const Shape& x, std::int64_t axis, std::int64_t begin, std::int64_t count) {
  const graph::Sections s = graph::sections_of(x, axis);
  Segment out = rows_of_one(part_kind, s.before, s.along * s.behind, count * s.behind);
  out.inner = begin * s.behind;
  return out;
}

/// Elements at `places` along an axis, of which -1 is for a number.
Segment pieces_of(const Shape& x, std::int64_t axis, std::vector<std::int64_t> places) {
  constexpr std::int64_t scalar_cycles = 30;  // of a piece, beside its elements
  const graph::Sections s = graph::sections_of(x, axis);
  const auto count = static_cast<std::int64_t>(places.size());
  bool side_by_side = places[0] >= 0;
  for (std::size_t i = 1; i < places.size(); ++i) {
    side_by_side = side_by_side && places[i] == places[i - 1] + 1;
  }
  if (side_by_side) return part_of(x, axis, places[0], count);
  Segment out = rows_of_one(picked_kind, s.before, s.along * s.behind, count * s.behind);
  out.keys = count;
  out.queries = s.behind;
  out.places = std::move(places);
  out.row_cycles = count * (scalar_cycles + s.behind);
  return out;
}

std::optional<Segment> segment_of(const graph::Slice& what, const Shape& x, std::string& why) {
  std::int64_t cut = 0;
  std::int64_t cuts = 0;
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (what.counts[axis] == x[axis] && what.steps[axis] == 1) continue;
    cut = static_cast<std::int64_t>(axis);
    ++cuts;
  }
  if (cuts > 1) {
    why = "cuts one axis alone";
    return std::nullopt;
  }
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < what.counts[as_index(cut)]; ++i) {
    places.push_back(what.starts[as_index(cut)] + i * what.steps[as_index(cut)]);
  }
  return pieces_of(x, cut, std::move(places));
}

/// Of constant places.
Segment segment_of(const graph::Gather& what, const Shape& x, const graph::Numbers& indices) {
  const std::int64_t extent = x[as_index(what.axis)];
  std::vector<std::int64_t> places;
  for (const std::int64_t at : indices.whole) places.push_back(at < 0 ? at + extent : at);
  return pieces_of(x, what.axis, std::move(places));
}

/// Which of `extent` elements stands at `at` of what is padded; -1: the number.
std::int64_t padded_place(graph::PadMode mode, std::int64_t at, std::int64_t extent) {
  if (at >= 0 && at < extent) return at;
  switch (mode) {
    case graph::PadMode::edge:
      return at < 0 ? 0 : extent - 1;
    case graph::PadMode::wrap:
      return (at % extent + extent) % extent;
    case graph::PadMode::reflect: {
      if (extent == 1) return 0;
      const std::int64_t period = 2 * (extent - 1);
      const std::int64_t folded = (at % period + period) % period;
      return std::min(folded, period - folded);
    }
    default:
      return -1;
  }
}

/// Along one axis.
Segment segment_of(const graph::Pad& what, const Shape& x, double number) {
  std::size_t axis = 0;
  while (axis + 1 < x.size() && what.before[axis] == 0 && what.behind[axis] == 0) ++axis;
  std::vector<std::int64_t> places;
  for (std::int64_t at = -what.before[axis]; at < x[axis] + what.behind[axis]; ++at) {
    places.push_back(padded_place(what.mode, at, x[axis]));
  }
  Segment out = pieces_of(x, static_cast<std::int64_t>(axis), std::move(places));
  out.number = number;
  return out;
}

/// One group of axes becomes larger.
std::optional<Segment> segment_of(const graph::Expand& what, Shape x, std::string& why) {
  while (x.size() < what.shape.size()) x.insert(x.begin(), 1);
  std::size_t begin = 0;
  while (begin < x.size() && x[begin] == what.shape[begin]) ++begin;
  std::size_t end = begin;
  std::int64_t times = 1;
  for (; end < x.size() && (x[end] == 1); ++end) times *= what.shape[end];
  if (!std::equal(x.begin() + static_cast<std::ptrdiff_t>(end), x.end(),
                  what.shape.begin() + static_cast<std::ptrdiff_t>(end))) {
    why = "repeats along axes side by side alone";
    return std::nullopt;
  }
  std::int64_t before = 1;
  for (std::size_t axis = 0; axis < begin; ++axis) before *= x[axis];
  const std::int64_t width = graph::count_of(x) / before;
  Segment out = rows_of_one(repeated_kind, before, width, width * times);
  out.queries = times;
  return out;
}

}  // namespace

std::optional<Segment> Planner::joined_of(const Node& node, std::string& why) const {
  const auto& types = graph_[node.outputs[0]].type;
  if (!is_floating(types.element)) {
    why = "has no strip for whole numbers";
    return std::nullopt;
  }
  const auto* concat = std::get_if<graph::Concat>(&node.what);
  if (concat == nullptr) {
    if (constant(node.inputs[0])) {
      why = "its operand must not be a constant";
      return std::nullopt;
    }
    const Shape& x = shape(node.inputs[0]);
    if (const auto* slice = std::get_if<graph::Slice>(&node.what))
      return segment_of(*slice, x, why);
    if (const auto* expand = std::get_if<graph::Expand>(&node.what)) {
      return segment_of(*expand, x, why);
    }
    if (const auto* pad = std::get_if<graph::Pad>(&node.what)) {
      if (!has(node, 1)) return segment_of(*pad, x, 0);
      if (constant(node.inputs[1])) {
        return segment_of(*pad, x, numbers_of(*graph_[node.inputs[1]].constant).floats[0]);
      }
      why = "what it pads with must be a constant";
      return std::nullopt;
    }
    return segment_of(std::get<graph::Gather>(node.what), x,
                      numbers_of(*graph_[node.inputs[1]].constant));
  }
  const graph::Sections all = graph::sections_of(types.shape, concat->axis);
  Segment s = rows_of_one(joined_kind, all.before, 0, all.along * all.behind);
  s.widths.clear();
  s.repeats.clear();
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const std::int64_t width = graph::count_of(shape(node.inputs[i])) / all.before;
    if (!constant(node.inputs[i])) {
      s.widths.push_back(width);
      s.repeats.push_back(0);
      continue;
    }
    const bool ends = i == 0 || i + 1 == node.inputs.size();
    if (!ends || s.number != 0) s.widths.resize(4);
    s.number = i == 0 ? 1 : 2;
    s.inner = s.constants_row = width;
  }
  if (s.widths.empty() || s.widths.size() > 3) {
    why = "joins up to three values, and constants before or behind them";
    return std::nullopt;
  }
  return s;
}

bool Planner::add_joined(const Node& node, std::string& why) {
  const auto segment = joined_of(node, why);
  if (!segment) return false;
  const bool several = std::holds_alternative<graph::Concat>(node.what);
  std::vector<std::size_t> lanes;
  std::vector<double> constants;
  for (std::size_t i = 0; i < (several ? node.inputs.size() : 1); ++i) {
    if (constant(node.inputs[i])) {
      constants = numbers_of(*graph_[node.inputs[i]].constant).floats;
      continue;
    }
    lanes.push_back(further_lane(lanes, node.inputs[i], Order::plain));
  }
  return add_segment(node, *segment, lanes, Order::plain, constants, why);
}

}  // namespace weft::lower::wse
