// SPDX-License-Identifier: Apache-2.0
// Products, windows, sums and attention as patterns.
#include <algorithm>
#include <limits>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using graph::ValueId;
using program::rdu::none;
using program::rdu::Pattern;
using program::rdu::Window;
using program::rdu::WindowSteps;

namespace {

constexpr std::int64_t block_columns = 32;
constexpr std::int64_t bodies_most = 8;

std::uint32_t whole(std::int64_t number) { return static_cast<std::uint32_t>(number); }

Shape leading_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

/// Axes in order, the last two changed about where `turned`.
Order matrices_in_order(const Shape& shape, bool turned) {
  Order out = row_by_row(shape);
  if (turned) {
    std::swap(out.axes[shape.size() - 1], out.axes[shape.size() - 2]);
    out.columns = shape[shape.size() - 2];
  }
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

WindowForm window_form(const Shape& x, const Shape& result, const std::vector<std::int64_t>& kernel,
                       const std::vector<std::int64_t>& strides,
                       const std::vector<std::int64_t>& dilations,
                       const std::vector<std::int64_t>& pads) {
  WindowForm out;
  const std::size_t dims = kernel.size();
  if (x.size() != dims + 2 || dims < 1 || dims > 2) {
    out.lacks = "of other than one or two dimensions is not in the patterns";
    return out;
  }
  const auto at = [](const std::vector<std::int64_t>& list, std::size_t i, std::int64_t usual) {
    return i < list.size() ? list[i] : usual;
  };
  Window& w = out.window;
  w.height = dims == 1 ? 1 : whole(x[2]);
  w.width = whole(x.back());
  w.window_height = dims == 1 ? 1 : whole(kernel[0]);
  w.window_width = whole(kernel.back());
  const auto steps = [&](std::size_t axis) {
    return WindowSteps{whole(at(strides, axis, 1)), whole(at(dilations, axis, 1)),
                       whole(at(pads, axis, 0)), whole(at(pads, dims + axis, 0))};
  };
  if (dims == 2) w.down = steps(0);
  w.across = steps(dims - 1);
  const auto beside = [](const WindowSteps& of, std::uint32_t places) {
    return of.before >= of.reach(places) || of.behind >= of.reach(places);
  };
  if (beside(w.down, w.window_height) || beside(w.across, w.window_width)) {
    out.lacks = "with windows beside the image is not in the patterns";
    return out;
  }
  const std::int64_t rows = dims == 1 ? 1 : result[2];
  if (w.rows() != rows || w.columns() != result.back()) {
    out.lacks = "with an extent that is rounded up is not in the patterns";
  }
  return out;
}

std::uint32_t Writer::bodies(std::int64_t columns) const {
  return whole(std::min((columns + block_columns - 1) / block_columns, bodies_most));
}

std::uint32_t Writer::matrices(ValueId id, const Shape& leading, bool turned) {
  Shape all = leading;
  const Shape& of = shape(id);
  all.insert(all.end(), of.end() - 2, of.end());
  return spread(id, all, matrices_in_order(all, turned));
}

void Writer::of(const graph::MatMul& what) {
  const Shape& b = shape(in(1));
  Patterns::ProductOptions options;
  options.steps = steps_of(what.then);
  const Shape leading = leading_of(result());
  const bool one_matrix = graph::count_of(leading_of(b)) == 1;
  const std::int64_t n = result().back();
  options.transposed = what.transpose_b;
  options.groups = one_matrix ? 1 : whole(graph::count_of(leading));
  options.par = options.groups > 1 ? 1 : bodies(n);
  const std::uint32_t x = matrices(in(0), leading, what.transpose_a);
  const std::uint32_t w = one_matrix ? rows(in(1)) : matrices(in(1), leading, false);
  if (has(2)) options.bias = rows_of(in(2), n);
  give(row_by_row(result()), model_.patterns.product(result_name(), x, w, options));
}

/// [outputs][channels][height][width] as [height][width][channels][outputs].
std::uint32_t Writer::window_weights(ValueId id) {
  const Shape& w = shape(id);
  Order order;
  for (std::size_t axis = 2; axis < w.size(); ++axis) order.axes.push_back(axis);
  order.axes.push_back(1);
  order.axes.push_back(0);
  order.columns = w[0];
  return matrix(id, order);
}

void Writer::grouped(const graph::Convolution& what, const Window& window) {
  const Shape& x = shape(in(0));
  const Shape& w = shape(in(1));
  const graph::Numbers weights = graph::numbers_of(*graph_[in(1)].constant);
  const std::int64_t outputs = w[0] / what.groups;
  const std::int64_t places = graph::count_of({w.begin() + 2, w.end()});
  Shape part = x;
  part[1] = w[1];
  Shape part_result = result();
  part_result[1] = outputs;
  Order turned = row_by_row(part_result);  // channels in front
  std::swap(turned.axes[0], turned.axes[1]);
  const ValueId out = node().outputs[0];
  std::vector<std::uint32_t> parts;
  for (std::int64_t g = 0; g < what.groups; ++g) {
    Held held = first_held(in(0));
    held.first += g * w[1] * held.strides[1];
    const std::uint32_t pixels =
        model_.patterns.view(name_for(in(0), "group"), held.pattern, whole(w[1]),
                             strides_of(part, held, pixel_by_pixel(part)));
    std::vector<double> numbers;  // [place][channel][output]
    for (std::int64_t place = 0; place < places; ++place) {
      for (std::int64_t i = 0; i < w[1] * outputs; ++i) {
        const std::int64_t row = (g * outputs + i % outputs) * w[1] + i / outputs;
        numbers.push_back(weights.floats[static_cast<std::size_t>(row * places + place)]);
      }
    }
    Patterns::ProductOptions options;
    options.steps = steps_of(what.then);
    options.par = bodies(outputs);
    const std::uint32_t matrix =
        weight(graph_[in(1)].name + ".group", places * w[1], outputs, numbers);
    if (has(2)) {
      const std::vector<double> all = graph::numbers_of(*graph_[in(2)].constant).floats;
      const auto first = all.begin() + g * outputs;
      options.bias = weight(graph_[in(2)].name + ".group", 1, outputs, {first, first + outputs});
    }
    const std::uint32_t made =
        model_.patterns.convolution(name_for(out, "group"), pixels, matrix, window, options);
    const Held of_part = dense(part_result, pixel_by_pixel(part_result), made);
    parts.push_back(model_.patterns.view(name_for(out, "turned"), made, whole(turned.columns),
                                         strides_of(part_result, of_part, turned)));
  }
  give(turned, model_.patterns.stack(result_name(), std::move(parts)));
}

void Writer::of(const graph::Convolution& what) {
  const Shape& w = shape(in(1));
  const WindowForm form = window_form(shape(in(0)), result(), {w.begin() + 2, w.end()},
                                      what.strides, what.dilations, what.pads);
  const bool each = what.groups == w[0] && what.groups == shape(in(0))[1];
  if (what.groups > 1 && !each) return grouped(what, form.window);
  Patterns::ProductOptions options;
  options.steps = steps_of(what.then);
  const std::uint32_t x = pixels(in(0));
  const std::uint32_t weights = window_weights(in(1));
  if (has(2)) options.bias = rows_of(in(2), w[0]);
  if (has(3)) options.addend = matrix(in(3), pixel_by_pixel(shape(in(3))));
  const Order order = pixel_by_pixel(result());
  if (what.groups > 1) {
    return give(order, model_.patterns.depthwise(result_name(), x, weights, form.window, options));
  }
  options.par = bodies(w[0]);
  give(order, model_.patterns.convolution(result_name(), x, weights, form.window, options));
}

void Writer::of(const graph::Pool& what) {
  const WindowForm form =
      window_form(shape(in(0)), result(), what.kernel, what.strides, what.dilations, what.pads);
  const bool is_mean = what.kind == graph::PoolKind::mean;
  const Pattern::Kind kind = is_mean ? Pattern::Kind::mean : Pattern::Kind::largest;
  const std::uint32_t x = pixels(in(0));
  give(pixel_by_pixel(result()), model_.patterns.pool(result_name(), kind, x, form.window));
}

/// What is reduced lies one below the other: an image of one column, and a window as high.
void Writer::of(const graph::Reduce& what) {
  const Shape& x = shape(in(0));
  std::int64_t reduced = 1;
  std::int64_t kept = 1;
  Order order;
  for (const bool first : {true, false}) {
    for (std::size_t axis = 0; axis < x.size(); ++axis) {
      const bool is_reduced =
          std::count(what.axes.begin(), what.axes.end(), static_cast<std::int64_t>(axis)) != 0;
      if (is_reduced != first) continue;
      order.axes.push_back(axis);
      (first ? reduced : kept) *= x[axis];
    }
  }
  order.columns = kept;
  Window window;
  window.height = window.window_height = whole(reduced);
  const Order flat = row_by_row(result(), kept);
  if (what.kind == graph::ReduceKind::sum) {
    const std::vector<double> ones(static_cast<std::size_t>(reduced), 1.0);
    const std::uint32_t row = weight(graph_[node().outputs[0]].name + ".ones", 1, reduced, ones);
    Patterns::ProductOptions options;
    options.par = bodies(kept);
    const std::uint32_t y = matrix(in(0), order);
    return give(flat, model_.patterns.product(result_name(), row, y, options));
  }
  const bool is_mean = what.kind == graph::ReduceKind::mean;
  // Of images the channels stay where they are.
  const bool of_images =
      x.size() > 2 && reduced == graph::count_of({x.begin() + 2, x.end()}) &&
      std::all_of(what.axes.begin(), what.axes.end(), [](std::int64_t axis) { return axis >= 2; });
  const std::uint32_t y = of_images ? pixels(in(0)) : matrix(in(0), order);
  const Pattern::Kind kind = is_mean ? Pattern::Kind::mean : Pattern::Kind::largest;
  const std::uint32_t made = model_.patterns.pool(result_name(), kind, y, window);
  give(of_images ? row_by_row(result(), x[1]) : flat, made);
}

std::uint32_t Writer::hidden_behind(const Shape& all) {
  const std::int64_t keys = all.back();
  const std::int64_t queries = all[all.size() - 2];
  std::vector<double> terms;
  for (std::int64_t e = 0; e < graph::count_of(all); ++e) {
    const std::int64_t query = e / keys % queries;
    const bool seen = e % keys <= query + keys - queries;
    terms.push_back(seen ? 0.0 : -std::numeric_limits<double>::infinity());
  }
  return weight(graph_[node().outputs[0]].name + ".behind", graph::count_of(all) / keys, keys,
                terms);
}

/// softmax(scale q k^T + mask) v, all heads one below the other.
void Writer::of(const graph::Attention& what) {
  const Shape leading = leading_of(result());
  const std::uint32_t q = matrices(in(0), leading, false);
  const std::uint32_t k = matrices(in(1), leading, false);
  const ValueId out = node().outputs[0];
  Patterns::ProductOptions options;
  options.transposed = true;
  options.groups = whole(graph::count_of(leading));
  options.steps = {{Step::Kind::scale, static_cast<float>(what.scale), 0.0F}};
  std::uint32_t weights = model_.patterns.product(name_for(out, "scores"), q, k, options);
  Shape all = leading;
  all.push_back(result()[result().size() - 2]);
  all.push_back(shape(in(1))[shape(in(1)).size() - 2]);
  if (what.causal) {
    weights = model_.patterns.add(name_for(out, "behind"), weights, hidden_behind(all));
  }
  if (has(3)) weights = model_.patterns.add(name_for(out, "masked"), weights, hidden(all));
  weights = model_.patterns.softmax(name_for(out, "softmax"), weights);
  // A maximum with 0 is 0 where there is no number.
  if (what.zero_nan) {
    weights =
        model_.patterns.map(name_for(out, "weights"), weights, {{Step::Kind::relu, 1.0F, 0.0F}});
  }
  options.transposed = false;
  options.steps.clear();
  const std::uint32_t v = matrices(in(2), leading, false);
  give(row_by_row(result()), model_.patterns.product(result_name(), weights, v, options));
}

}  // namespace weft::lower::rdu
