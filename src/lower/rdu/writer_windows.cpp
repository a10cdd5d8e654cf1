// SPDX-License-Identifier: Apache-2.0
// Convolutions and pools as patterns. These have windows on images of two axes; other windows are
// laid out by views: what is seen along more axes stands side by side, or each window by itself.
#include <algorithm>
#include <limits>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using graph::ValueId;
using program::rdu::Pattern;
using program::rdu::Window;
using program::rdu::WindowSteps;

namespace {

std::uint32_t small(std::int64_t number) { return static_cast<std::uint32_t>(number); }

std::int64_t reach_of(const graph::Pool& windows, std::size_t axis) {
  return (windows.kernel[axis] - 1) * windows.dilations[axis] + 1;
}

/// Some of the windows lie beside the image as a whole.
bool is_beside(const graph::Pool& windows, std::size_t axis) {
  const std::size_t axes = windows.kernel.size();
  return std::max(windows.pads[axis], windows.pads[axes + axis]) >= reach_of(windows, axis);
}

/// Weights [M, C, kernel...] as [kernel..., C][M], the axes in front of the last two behind these.
Order window_order(const Shape& weights) {
  Order out;
  const std::size_t image = std::max<std::size_t>(weights.size() - 2, 2);
  for (std::size_t axis = image; axis < weights.size(); ++axis) out.axes.push_back(axis);
  for (std::size_t axis = 2; axis < image; ++axis) out.axes.push_back(axis);
  out.axes.insert(out.axes.end(), {1, 0});
  out.columns = weights[0];
  return out;
}

/// The last two of a tensor's spatial axes.
Shape image_of(const Shape& all) {
  Shape out{1, 1};
  out.insert(out.end(), all.end() - std::min<std::ptrdiff_t>(2, std::ssize(all) - 2), all.end());
  return out;
}
/// Windows along these alone.
graph::Pool on_image(const graph::Pool& all) {
  const std::size_t axes = all.kernel.size();
  const std::size_t first = axes - std::min<std::size_t>(axes, 2);
  graph::Pool out;
  for (std::size_t axis = first; axis < axes; ++axis) {
    out.kernel.push_back(all.kernel[axis]);
    out.strides.push_back(all.strides[axis]);
    out.dilations.push_back(all.dilations[axis]);
    out.pads.push_back(all.pads[axis]);
  }
  for (std::size_t axis = first; axis < axes; ++axis) out.pads.push_back(all.pads[axes + axis]);
  return out;
}

}  // namespace

std::vector<Step> steps_of(const graph::Then& then) {
  if (then.kind == graph::Then::Kind::relu) return {{Step::Kind::relu, 1.0F, 0.0F}};
  if (then.kind == graph::Then::Kind::clip) {
    return {{Step::Kind::clip, static_cast<float>(then.low), static_cast<float>(then.high)}};
  }
  return {};
}

graph::Pool complete(graph::Pool windows) {
  windows.strides.resize(windows.kernel.size(), 1);
  windows.dilations.resize(windows.kernel.size(), 1);
  windows.pads.resize(2 * windows.kernel.size(), 0);
  return windows;
}

graph::Pool windows_of(const graph::Convolution& what, const Shape& weights) {
  graph::Pool out;
  out.kernel.assign(weights.begin() + 2, weights.end());
  out.strides = what.strides;
  out.dilations = what.dilations;
  out.pads = what.pads;
  return complete(std::move(out));
}

std::int64_t seen_along(const graph::Pool& windows, std::size_t axis, std::int64_t results) {
  return (results - 1) * windows.strides[axis] + reach_of(windows, axis);
}

std::optional<Window> window_on(const Shape& x, const Shape& result, const graph::Pool& windows) {
  const std::size_t axes = windows.kernel.size();
  if (axes < 1 || axes > 2) return std::nullopt;
  Window w;
  w.height = axes == 1 ? 1 : small(x[2]);
  w.width = small(x.back());
  w.window_height = axes == 1 ? 1 : small(windows.kernel[0]);
  w.window_width = small(windows.kernel.back());
  const auto steps = [&](std::size_t axis) {
    return WindowSteps{small(windows.strides[axis]), small(windows.dilations[axis]),
                       small(windows.pads[axis]), small(windows.pads[axes + axis])};
  };
  if (axes == 2) w.down = steps(0);
  w.across = steps(axes - 1);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (is_beside(windows, axis)) return std::nullopt;
  }
  const std::int64_t rows = axes == 1 ? 1 : result[2];
  if (w.rows() != rows || w.columns() != result.back()) return std::nullopt;
  return w;
}

Placed Writer::bordered(graph::Pool& windows, double fill, bool all) {
  const std::size_t axes = windows.kernel.size();
  graph::Pad pad;
  pad.before.assign(axes + 2, 0);
  pad.behind.assign(axes + 2, 0);
  bool any = false;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    if (axis + 2 >= axes && !all && !is_beside(windows, axis)) continue;
    std::int64_t& before = windows.pads[axis];
    std::int64_t& behind = windows.pads[axes + axis];
    const std::int64_t seen = seen_along(windows, axis, result()[axis + 2]);
    pad.before[axis + 2] = before;
    pad.behind[axis + 2] = std::max<std::int64_t>(0, seen - before - shape(in(0))[axis + 2]);
    any = any || pad.before[axis + 2] + pad.behind[axis + 2] > 0;
    before = behind = 0;
  }
  if (!any) return placed(in(0));
  return padded(graph_[in(0)].name + "_bordered", placed(in(0)), pad, fill);
}

std::uint32_t Writer::images_of(const Placed& x, const graph::Pool& windows, std::int64_t group,
                                std::int64_t channels) {
  const std::size_t axes = windows.kernel.size();
  const std::size_t deep = axes - std::min<std::size_t>(axes, 2);
  Placed images{{x.shape[0]}, x.held};
  std::vector<std::int64_t>& strides = images.held.strides;
  const std::vector<std::int64_t> from = x.held.strides;
  strides = {from[0]};
  const auto axis = [&](std::int64_t extent, std::int64_t stride) {
    images.shape.push_back(extent);
    strides.push_back(stride);
  };
  for (std::size_t i = 0; i < deep; ++i) axis(result()[i + 2], from[i + 2] * windows.strides[i]);
  for (std::size_t i = deep; i < axes; ++i) axis(x.shape[i + 2], from[i + 2]);
  std::int64_t columns = channels;
  for (std::size_t i = 0; i < deep; ++i) {
    axis(windows.kernel[i], from[i + 2] * windows.dilations[i]);
    columns *= windows.kernel[i];
  }
  axis(channels, from[1]);
  images.held.first += group * channels * from[1];
  return laid(graph_[in(0)].name + "_images", images, row_by_row(images.shape, columns));
}

void Writer::spread_out(const graph::Convolution& what) {
  const Shape& w = shape(in(1));
  graph::Pool windows = windows_of(what, w);
  const Placed x = bordered(windows, 0.0, false);
  const Window window = window_on(image_of(x.shape), image_of(result()), on_image(windows)).value();
  Shape part = result();
  part[1] = w[0] / what.groups;
  const Order order = pixel_by_pixel(part);
  const std::string& name = graph_[node().outputs[0]].name;
  std::vector<std::uint32_t> parts;
  for (std::int64_t g = 0; g < what.groups; ++g) {
    Patterns::ProductOptions options;
    options.steps = steps_of(what.then);
    options.par = bodies(part[1], graph::count_of(w) / w[0]);
    const std::uint32_t weights = weights_of_group(g, what.groups);
    if (has(2)) options.bias = bias_of_group(g, part[1], what.groups);
    if (has(3)) options.addend = matrix(in(3), pixel_by_pixel(shape(in(3))));
    const std::uint32_t pixels = images_of(x, windows, g, w[1]);
    const std::string called = what.groups == 1 ? result_name() : name_of(name + "_group");
    const std::uint32_t made =
        model_.patterns.convolution(called, pixels, weights, window, options);
    if (what.groups == 1) return give(order, made);
    parts.push_back(laid(name + "_turned", {part, dense(part, order, made)}, axis_first(part, 1)));
  }
  give(axis_first(result(), 1), model_.patterns.stack(result_name(), std::move(parts)));
}

/// Of one group, as a convolution takes them.
std::uint32_t Writer::weights_of_group(std::int64_t group, std::int64_t groups) {
  Shape part = shape(in(1));
  const std::vector<double> numbers = graph::numbers_of(*graph_[in(1)].constant).floats;
  Held from = dense(part, row_by_row(part), 0);
  part[0] /= groups;
  from.first = group * part[0] * from.strides[0];
  const Order order = window_order(part);
  const std::vector<std::size_t> places = places_of(part, dense(part, order, 0));
  const std::vector<std::size_t> at = places_of(part, from);
  std::vector<double> turned(at.size());
  for (std::size_t e = 0; e < at.size(); ++e) turned[places[e]] = numbers[at[e]];
  const auto count = static_cast<std::int64_t>(turned.size());
  return weight(graph_[in(1)].name + (groups > 1 ? ".group" : ""), count / order.columns,
                order.columns, turned);
}

std::uint32_t Writer::bias_of_group(std::int64_t group, std::int64_t outputs, std::int64_t groups) {
  if (groups == 1) return rows_of(in(2), outputs);
  const std::vector<double> all = graph::numbers_of(*graph_[in(2)].constant).floats;
  const auto first = all.begin() + group * outputs;
  return weight(graph_[in(2)].name + ".group", 1, outputs, {first, first + outputs});
}

void Writer::of(const graph::Convolution& what) {
  const Shape& w = shape(in(1));
  const graph::Pool windows = windows_of(what, w);
  const auto window = window_on(shape(in(0)), result(), windows);
  const bool each = what.groups == w[0] && what.groups == shape(in(0))[1] && what.groups > 1;
  if (!each && (what.groups > 1 || !window)) return spread_out(what);
  Patterns::ProductOptions options;
  options.steps = steps_of(what.then);
  if (has(2)) options.bias = rows_of(in(2), w[0]);
  if (each && !window) return window_by_window(windows, Pattern::Kind::depthwise, options);
  const std::uint32_t x = pixels(in(0));
  const std::uint32_t weights = matrix(in(1), window_order(w));
  if (has(3)) options.addend = matrix(in(3), pixel_by_pixel(shape(in(3))));
  const Order order = pixel_by_pixel(result());
  if (each) {
    return give(order, model_.patterns.depthwise(result_name(), x, weights, *window, options));
  }
  options.par = bodies(w[0], graph::count_of(w) / w[0]);
  give(order, model_.patterns.convolution(result_name(), x, weights, *window, options));
}

void Writer::window_by_window(const graph::Pool& given, Pattern::Kind kind,
                              const Patterns::ProductOptions& options) {
  graph::Pool windows = given;
  const bool is_largest = kind == Pattern::Kind::largest;
  const double beside = is_largest ? -std::numeric_limits<double>::infinity() : 0.0;
  const Placed x = bordered(windows, beside, true);
  const std::size_t axes = windows.kernel.size();
  const std::vector<std::int64_t>& from = x.held.strides;
  Placed seen{{x.shape[0]}, x.held};
  seen.held.strides = {from[0]};
  const auto axis = [&](std::int64_t extent, std::int64_t stride) {
    seen.shape.push_back(extent);
    seen.held.strides.push_back(stride);
  };
  for (std::size_t i = 0; i < axes; ++i) axis(result()[i + 2], from[i + 2] * windows.strides[i]);
  for (std::size_t i = 0; i < axes; ++i)
    axis(windows.kernel[i], from[i + 2] * windows.dilations[i]);
  axis(x.shape[1], from[1]);
  const std::uint32_t rows =
      laid(graph_[in(0)].name + "_windows", seen, row_by_row(seen.shape, x.shape[1]));
  Window window;
  window.height = window.window_height = small(graph::count_of(windows.kernel));
  const Order order = pixel_by_pixel(result());
  if (kind != Pattern::Kind::depthwise) {
    return give(order, model_.patterns.pool(result_name(), kind, rows, window));
  }
  Order places = pixel_by_pixel(shape(in(1)));  // [kernel...][channels]
  std::rotate(places.axes.begin(), places.axes.begin() + 1, places.axes.end());
  places.columns = x.shape[1];
  const std::uint32_t weights = matrix(in(1), places);
  give(order, model_.patterns.depthwise(result_name(), rows, weights, window, options));
}

void Writer::of(const graph::Pool& what) {
  graph::Pool windows = complete(what);
  const bool is_mean = what.kind == graph::PoolKind::mean;
  // What lies behind the image may not count: then there may be more of it.
  const std::size_t axes = windows.kernel.size();
  const bool counts = is_mean && what.count_pads;
  for (std::size_t axis = 0; !counts && axis < axes; ++axis) {
    const std::int64_t seen = seen_along(windows, axis, result()[axis + 2]);
    std::int64_t& behind = windows.pads[axes + axis];
    behind = std::max(behind, seen - windows.pads[axis] - shape(in(0))[axis + 2]);
  }
  const Pattern::Kind kind = is_mean ? Pattern::Kind::mean : Pattern::Kind::largest;
  const auto window = window_on(shape(in(0)), result(), windows);
  if (!window) return window_by_window(windows, kind, {});
  const bool inside =
      is_mean && !counts &&
      std::any_of(windows.pads.begin(), windows.pads.end(), [](std::int64_t n) { return n > 0; });
  const std::uint32_t x = pixels(in(0));
  give(pixel_by_pixel(result()), model_.patterns.pool(result_name(), kind, x, *window, inside));
}

}  // namespace weft::lower::rdu
