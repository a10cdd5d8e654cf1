// SPDX-License-Identifier: Apache-2.0
// What stands beside a tensor, and running sums, which see zeros there.
#include <algorithm>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::PadMode;
using graph::Shape;
using program::rdu::Pattern;
using program::rdu::Window;

namespace {

/// Elements along an axis that lie at equal steps; `first` is below 0 where they are a constant.
struct Run {
  std::int64_t first = 0;
  std::int64_t step = 0;
  std::int64_t count = 0;
};

/// The element of an axis that stands at `at`, which may be beside it; -1: the constant.
std::int64_t source_of(PadMode mode, std::int64_t at, std::int64_t extent) {
  if (at >= 0 && at < extent) return at;
  switch (mode) {
    case PadMode::constant:
      return -1;
    case PadMode::reflect:
      return at < 0 ? -at : 2 * (extent - 1) - at;
    case PadMode::edge:
      return at < 0 ? 0 : extent - 1;
    case PadMode::wrap:
      return (at % extent + extent) % extent;
  }
  return -1;
}

std::vector<Run> runs_along(const graph::Pad& what, std::size_t axis, std::int64_t extent) {
  std::vector<Run> out;
  for (std::int64_t at = -what.before[axis]; at < extent + what.behind[axis]; ++at) {
    const std::int64_t from = source_of(what.mode, at, extent);
    if (!out.empty() && (out.back().first < 0) == (from < 0)) {
      Run& run = out.back();
      const std::int64_t step = from < 0 ? 0 : from - (run.first + (run.count - 1) * run.step);
      if (run.count == 1 || step == run.step) {
        run.step = step;
        ++run.count;
        continue;
      }
    }
    out.push_back({from, 0, 1});
  }
  return out;
}

}  // namespace

Placed Writer::padded_along(const std::string& name, const Placed& x, std::size_t axis,
                            const graph::Pad& what, double fill) {
  Placed out = x;
  out.shape[axis] += what.before[axis] + what.behind[axis];
  const Order order = axis_first(x.shape, axis);
  std::vector<std::uint32_t> parts;
  for (const Run& run : runs_along(what, axis, x.shape[axis])) {
    Placed part = x;
    part.shape[axis] = run.count;
    if (run.first < 0) {
      const std::int64_t count = graph::count_of(part.shape);
      const std::vector<double> numbers(static_cast<std::size_t>(count), fill);
      parts.push_back(weight(name + ".border", count / order.columns, order.columns, numbers));
      continue;
    }
    part.held.first += run.first * x.held.strides[axis];
    part.held.strides[axis] *= run.step;
    parts.push_back(laid(name + "_part", part, order));
  }
  out.held =
      dense(out.shape, axis_first(out.shape, axis), model_.patterns.stack(name, std::move(parts)));
  return out;
}

Placed Writer::padded(const std::string& name, Placed x, const graph::Pad& what, double fill) {
  std::vector<std::size_t> axes;
  for (std::size_t axis = 0; axis < x.shape.size(); ++axis) {
    if (what.before[axis] + what.behind[axis] > 0) axes.push_back(axis);
  }
  for (const std::size_t axis : axes) {
    const std::string called = axis == axes.back() ? name : name + "_axis";
    x = padded_along(name_of(called), x, axis, what, fill);
  }
  return x;
}

void Writer::of(const graph::Pad& what) {
  double fill = 0.0;
  if (has(1)) {
    const graph::Numbers given = graph::numbers_of(*graph_[in(1)].constant);
    fill = given.floats.empty() ? static_cast<double>(given.whole.at(0)) : given.floats.at(0);
  }
  give(padded(graph_[node().outputs[0]].name, placed(in(0)), what, fill).held);
}

/// Windows of ones as long as the axis, of which zeros beside it are part.
void Writer::of(const graph::CumulativeSum& what) {
  const auto along = static_cast<std::size_t>(what.axis);
  const Shape& x = shape(in(0));
  const std::int64_t extent = x[along];
  const std::int64_t rest = graph::count_of(x) / extent;
  Order order = axis_first(x, along);
  order.columns = rest;
  const std::string& name = graph_[node().outputs[0]].name;
  const std::vector<double> ones(static_cast<std::size_t>(extent * rest), 1.0);
  Window window;
  window.height = window.window_height = static_cast<std::uint32_t>(extent);
  (what.reverse ? window.down.behind : window.down.before) = window.height - 1;
  const std::string sums = what.exclusive ? name_of(name + "_sums") : result_name();
  const std::uint32_t made = model_.patterns.depthwise(
      sums, matrix(in(0), order), weight(name + ".ones", extent, rest, ones), window, {});
  if (!what.exclusive) return give(order, made);
  // Each of the next element's place: what moves in is 0, what moves out is the sum of all.
  std::vector<std::uint32_t> parts{
      weight(name + ".zero", 1, rest, std::vector<double>(static_cast<std::size_t>(rest), 0.0))};
  if (extent > 1) {
    program::rdu::Strides rows{static_cast<std::uint32_t>(what.reverse ? rest : 0),
                               {static_cast<std::uint32_t>((extent - 1) * rest)},
                               {1}};
    const std::uint32_t others = model_.patterns.view(
        name_of(name + "_others"), made, static_cast<std::uint32_t>(rest), std::move(rows));
    parts.insert(what.reverse ? parts.begin() : parts.end(), others);
  }
  give(order, model_.patterns.stack(result_name(), std::move(parts)));
}

}  // namespace weft::lower::rdu
