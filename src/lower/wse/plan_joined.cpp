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

std::optional<Segment> segment_of(const graph::Slice& what, const Shape& x, std::string& why) {
  std::int64_t cut = 0;
  std::int64_t cuts = 0;
  bool steps = true;
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    steps = steps && (what.steps[axis] == 1 || what.counts[axis] == 1);
    if (what.counts[axis] == x[axis]) continue;
    cut = static_cast<std::int64_t>(axis);
    ++cuts;
  }
  if (!steps || cuts > 1) {
    why = "cuts one axis alone, without gaps";
    return std::nullopt;
  }
  return part_of(x, cut, what.starts[as_index(cut)], what.counts[as_index(cut)]);
}

/// Of constant places that lie side by side.
std::optional<Segment> segment_of(const graph::Gather& what, const Shape& x,
                                  const graph::Numbers& places, std::string& why) {
  const std::int64_t extent = x[as_index(what.axis)];
  std::int64_t begin = places.whole[0];
  if (begin < 0) begin += extent;
  for (std::size_t i = 0; i < places.whole.size(); ++i) {
    const std::int64_t at = places.whole[i] < 0 ? places.whole[i] + extent : places.whole[i];
    if (at == begin + static_cast<std::int64_t>(i)) continue;
    why = "gathers constant places only where they lie side by side";
    return std::nullopt;
  }
  return part_of(x, what.axis, begin, static_cast<std::int64_t>(places.whole.size()));
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
    return segment_of(std::get<graph::Gather>(node.what), x,
                      numbers_of(*graph_[node.inputs[1]].constant), why);
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
