// SPDX-License-Identifier: Apache-2.0
// Windows over one to three axes: convolutions and pools. What a window has along height and width
// is one operation; along depth, and where taps stand apart in a pool, slices are picked for each
// tap.
#include <algorithm>
#include <functional>
#include <numeric>

#include "base/counted.hpp"
#include "graph/evaluate.hpp"
#include "lower/tsp/parts.hpp"
#include "lower/tsp/windows.hpp"

namespace weft::lower::tsp {

using graph::Numbers;
using graph::Shape;
using Op = VectorOperation;
using Places = std::vector<std::int64_t>;

namespace {

std::int64_t at(const std::vector<std::int64_t>& numbers, std::size_t i, std::int64_t none) {
  return i < numbers.size() ? numbers[i] : none;
}

Places all_of(std::int64_t extent) {
  Places out;
  for (std::int64_t i = 0; i < extent; ++i) out.push_back(i);
  return out;
}

TensorWindow window_of(const WindowField& field) {
  const auto number = [](std::int64_t from) { return static_cast<std::uint32_t>(from); };
  const WindowAxis& y = field[1];
  const WindowAxis& x = field[2];
  TensorWindow window;
  window.height = number(y.reach());
  window.width = number(x.reach());
  window.stride_y = number(y.stride);
  window.stride_x = number(x.stride);
  window.pad_top = number(y.before);
  window.pad_bottom = number(y.behind);
  window.pad_left = number(x.before);
  window.pad_right = number(x.behind);
  return window;
}

/// Whether a pass of the VXM makes the largest of windows along height or width.
bool is_pass(const WindowAxis& axis) {
  return axis.dilation == 1 && axis.kernel <= std::int64_t{widest_maximum};
}

/// Of a reshape: the scheduler places each by itself.
constexpr std::uint64_t most_cut_vectors = 8192;

/// Whether windows along the lanes of images of so many channels are better cut into rows.
bool takes_every_so_many(const WindowAxis& axis, std::uint64_t channels) {
  const std::int64_t apart = std::gcd(axis.stride, axis.dilation);
  return !is_pass(axis) && axis.in % apart == 0 && size(apart) > channels;
}

bool pads(const WindowAxis& axis) { return axis.before + axis.behind != 0; }

/// Whether a maximum along the axis is more than the field.
bool has_windows(const WindowAxis& axis) {
  return axis.kernel > 1 || axis.stride > 1 || pads(axis);
}

/// Weights [M, C / groups, kernel...] as the matrices [depth, y, x, C / groups, M] that windows
/// multiply: gaps along height and width are zero.
Numbers window_weights(const Numbers& given, const WindowField& field) {
  const Shape& from = given.type.shape;
  const WindowAxis& y = field[1];
  const WindowAxis& x = field[2];
  Numbers out;
  out.type = {given.type.element, {field[0].kernel, y.reach(), x.reach(), from[1], from[0]}};
  out.floats.assign(static_cast<std::size_t>(out.count()), 0.0);
  const Shape& to = out.type.shape;
  std::size_t at = 0;
  for (std::int64_t m = 0; m < from[0]; ++m) {
    for (std::int64_t c = 0; c < from[1]; ++c) {
      for (std::int64_t tap = 0; tap < field[0].kernel * y.kernel * x.kernel; ++tap) {
        const std::int64_t row =
            tap / x.kernel / y.kernel * to[1] + tap / x.kernel % y.kernel * y.dilation;
        const std::int64_t place = row * to[2] + tap % x.kernel * x.dilation;
        out.floats[static_cast<std::size_t>((place * to[3] + c) * to[4] + m)] = given.floats[at++];
      }
    }
  }
  return out;
}

/// What stands at `tap` of each window along an axis; -1: nothing.
Places places_of_tap(const WindowAxis& axis, std::int64_t tap) {
  Places out;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const std::int64_t place = axis.place(o, tap);
    out.push_back(place >= 0 && place < axis.in ? place : -1);
  }
  return out;
}

/// The element of an axis at `place`, or where that lies outside the nearest a whole number of taps
/// away: one that is in every window which reaches `place`. -1: there is none.
std::int64_t nearest_inside(const WindowAxis& axis, std::int64_t place) {
  if (place < 0) place += (-place + axis.dilation - 1) / axis.dilation * axis.dilation;
  if (place >= axis.in) place -= (place - axis.in) / axis.dilation * axis.dilation + axis.dilation;
  return place < 0 ? -1 : place;
}

/// How many elements a mean of each output counts along an axis.
std::vector<std::int64_t> counts_of(const WindowAxis& axis, bool count_pads,
                                    std::int64_t pad_behind) {
  const std::int64_t low = count_pads ? -axis.before : 0;
  const std::int64_t high = count_pads ? axis.in + pad_behind : axis.in;
  std::vector<std::int64_t> counts;
  for (std::int64_t o = 0; o < axis.out; ++o) {
    counts.push_back(0);
    for (std::int64_t tap = 0; tap < axis.kernel; ++tap) {
      const std::int64_t place = axis.place(o, tap);
      counts.back() += place >= low && place < high ? 1 : 0;
    }
  }
  return counts;
}

}  // namespace

WindowField Writer::field_of(const std::vector<std::int64_t>& kernel,
                             const std::vector<std::int64_t>& strides,
                             const std::vector<std::int64_t>& dilations,
                             const std::vector<std::int64_t>& given_pads) {
  const std::size_t dims = kernel.size();
  if (dims < 1 || dims > 3 || shape(0).size() != dims + 2) {
    refuse("windows have one, two or three dimensions");
  }
  WindowField field;
  for (std::size_t d = 0; d < dims; ++d) {
    WindowAxis& axis = field[3 - dims + d];
    axis.kernel = kernel[d];
    axis.stride = at(strides, d, 1);
    axis.dilation = at(dilations, d, 1);
    axis.before = at(given_pads, d, 0);
    axis.in = shape(0)[2 + d];
    axis.out = result()[2 + d];
    axis.behind = std::max<std::int64_t>(0, axis.last() - axis.in - axis.before);
  }
  return field;
}

/// The operand as [n, height, width, c], or where there is depth as [n, depth, height, width, c].
TensorId Writer::as_field() {
  const Shape& given = shape(0);
  const TensorId x = in(0, image(given.size()));
  if (given.size() != 3) return x;
  return reshaped(x, {size(given[0]), 1, size(given[2]), size(given[1])}, "rows");
}

/// In the order of the result's axes.
Held Writer::as_result(TensorId made) {
  const Order order = image(result().size());
  return {reshaped(made, stored(result(), order), "value"), order};
}

/// The elements at these places along one axis (0 depth, 1 height, 2 width), -1: zero.
TensorId Writer::slices(TensorId field, std::size_t axis, const Places& places) {
  const TensorShape shape = program_.at(field).shape;
  std::vector<Places> all;
  for (const std::uint64_t extent : shape) all.push_back(all_of(static_cast<std::int64_t>(extent)));
  all[shape.size() - 4 + axis] = places;
  return picked(field, all);
}

/// Depth is one more axis of images.
TensorId Writer::as_images(TensorId field) {
  const TensorShape shape = program_.at(field).shape;
  if (shape.size() == 4) return field;
  return reshaped(field, {shape[0] * shape[1], shape[2], shape[3], shape[4]}, "images");
}

/// Fields of as many axes as `field` has, of images.
TensorId Writer::as_depth(TensorId images, const TensorShape& field) {
  if (field.size() == 4) return images;
  const TensorShape shape = program_.at(images).shape;
  return reshaped(images, {field[0], shape[0] / field[0], shape[1], shape[2], shape[3]}, "depth");
}

/// A window of one pixel reaches beyond an image: with zeros around it.
TensorId Writer::framed(TensorId field, WindowField& axes) {
  if (axes[1].reach() * axes[2].reach() != 1) return field;
  for (std::size_t i = 1; i < axes.size(); ++i) {
    WindowAxis& axis = axes[i];
    if (!pads(axis)) continue;
    Places places = all_of(axis.in);
    places.insert(places.begin(), size(axis.before), -1);
    places.insert(places.end(), size(axis.behind), -1);
    field = slices(field, i, places);
    axis.in += axis.before + axis.behind;
    axis.before = axis.behind = 0;
  }
  return field;
}

/// Sums over all taps along depth, of what one of them gives for its slices.
TensorId Writer::over_depth(TensorId field, const WindowAxis& depth,
                            const std::function<TensorId(TensorId, std::int64_t)>& of_tap) {
  std::optional<TensorId> sums;
  for (std::int64_t tap = 0; tap < depth.kernel; ++tap) {
    const bool flat = program_.at(field).shape.size() == 4;
    const TensorId made = of_tap(flat ? field : slices(field, 0, places_of_tap(depth, tap)), tap);
    sums = sums ? plus(*sums, made, "sums") : made;
  }
  return *sums;
}

Held Writer::of(const graph::Convolution& what) {
  if (!floating(0)) refuse("the MXM multiplies floats and int8 alone");
  if (!constant(1)) refuse("its weights must be constants");
  const Shape kernel(shape(1).begin() + 2, shape(1).end());
  WindowField axes = field_of(kernel, what.strides, what.dilations, what.pads);
  const TensorId field = framed(as_field(), axes);
  TensorWindow window = window_of(axes);
  window.groups = static_cast<std::uint32_t>(what.groups);
  TensorId sums = product(
      field, window_weights(numbers(1), axes), [&](TensorId x, const Numbers& all, VectorType own) {
        return over_depth(x, axes[0], [&](TensorId slices, std::int64_t tap) {
          const Shape& extents = all.type.shape;
          Numbers of_tap;
          of_tap.type = {all.type.element, {extents.begin() + 1, extents.end()}};
          const auto each = of_tap.count();
          const auto cut = [&](auto& to, const auto& from) {
            if (!from.empty())
              to.assign(from.begin() + tap * each, from.begin() + (tap + 1) * each);
          };
          cut(of_tap.floats, all.floats);
          cut(of_tap.whole, all.whole);
          const TensorShape shape(extents.begin() + 1, extents.end());
          const TensorId weights = weight(graph_[input(1)].name, of_tap, own, shape);
          return program_.convolution(as_images(slices), weights, window, part("sums"));
        });
      });
  if (has(2)) {
    if (!constant(2)) refuse("its bias must be a constant");
    const TensorShape channels{size(result()[1])};
    sums = plus(sums, weight(graph_[input(2)].name, numbers(2), f32, channels), "biased");
  }
  if (!has(3)) return as_result(narrow(then(sums, what.then)));
  const Held made = as_result(sums);
  const TensorId joined = plus(made.id, wide(broadcast(3, made.order)), "joined");
  return {narrow(then(joined, what.then)), made.order};
}

Held Writer::of(const graph::Pool& what) {
  if (!floating(0)) refuse("of whole numbers is not written");
  WindowField axes = field_of(what.kernel, what.strides, what.dilations, what.pads);
  if (what.kind == graph::PoolKind::maximum) {
    const std::optional<TensorId> left = largest_as_given(axes);
    if (!left) return as_result(narrow(largest_of_windows(as_field(), axes)));
    if (std::none_of(axes.begin(), axes.end(), has_windows)) {
      const Order usual = natural(result().size());
      return {narrow(reshaped(*left, stored(result(), usual), "value")), usual};
    }
    const TensorId field = reordered(*left, natural(4), image(4));
    return as_result(narrow(largest_of_windows(field, axes)));
  }
  std::vector<double> shares;
  const std::size_t dims = what.kernel.size();
  std::array<std::vector<std::int64_t>, 3> counts;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t d = i + dims - 3;  // beyond any where there is no such axis
    counts.at(i) =
        counts_of(axes[i], what.count_pads, i + dims < 3 ? 0 : at(what.pads, d + dims, 0));
  }
  for (const std::int64_t z : counts[0]) {
    for (const std::int64_t y : counts[1]) {
      for (const std::int64_t x : counts[2]) shares.push_back(1.0 / static_cast<double>(z * y * x));
    }
  }
  const TensorId sums = sums_of_windows(as_field(), axes);
  return as_result(narrow(shared_out(sums, shares)));
}

/// Sums of windows times a share each.
TensorId Writer::shared_out(TensorId sums, const std::vector<double>& shares) {
  const bool alike = std::all_of(shares.begin(), shares.end(),
                                 [&](double share) { return share == shares.front(); });
  TensorShape field = program_.at(sums).shape;
  field.front() = field.back() = 1;
  return times(sums, alike ? number(f32, shares.front()) : table(f32, field, shares), "mean");
}

/// f32. Where windows reach beyond the image, or have gaps, they are sums of a convolution by ones.
TensorId Writer::sums_of_windows(TensorId field, WindowField axes) {
  const TensorShape given = program_.at(field).shape;
  const std::uint64_t channels = given.back();
  const bool gaps = (axes[1].dilation - 1) * (axes[1].kernel - 1) +
                        (axes[2].dilation - 1) * (axes[2].kernel - 1) !=
                    0;
  const bool plain = !gaps && !pads(axes[1]) && !pads(axes[2]);
  const bool one = axes[1].reach() * axes[2].reach() == 1;
  field = framed(field, axes);
  const TensorWindow window = window_of(axes);
  TensorId sums = 0;
  if (plain && !one) {
    sums = program_.sum_pool(as_images(field), window, part("sums"));
  } else {
    Numbers ones;
    ones.type = {graph::Element::f32,
                 {static_cast<std::int64_t>(channels), 1, 1, axes[1].kernel, axes[2].kernel}};
    ones.floats.assign(static_cast<std::size_t>(ones.count()), 1.0);
    WindowField flat = axes;
    flat[0].kernel = 1;
    const Numbers matrix = window_weights(ones, flat);
    const Shape& extents = matrix.type.shape;
    TensorWindow by_ones = window;
    by_ones.groups = static_cast<std::uint32_t>(channels);
    const TensorId weights = table(f16, {extents.begin() + 1, extents.end()}, matrix.floats);
    sums = program_.convolution(as_images(field), weights, by_ones, part("sums"));
  }
  sums = as_depth(sums, given);
  return over_depth(sums, axes[0], [](TensorId slices, std::int64_t) { return slices; });
}

TensorId Writer::largest_of_windows(TensorId field, const WindowField& axes) {
  const TensorShape given = program_.at(field).shape;
  WindowField passes;  // what is a pass of its own: neighbours along height and width
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const WindowAxis& axis = axes[i];
    if (i > 0 && is_pass(axis)) {
      passes[i] = axis;
    } else if (has_windows(axis)) {
      field = largest_along(field, i, axis);
    }
  }
  const auto moves = [](const WindowAxis& axis) { return axis.kernel > 1 || axis.stride > 1; };
  if (!moves(passes[1]) && !moves(passes[2])) return field;
  const TensorWindow window = window_of(passes);
  if (window.height * window.width == 1) {  // every so many
    field = slices(field, 1, places_of_tap(passes[1], 0));
    return slices(field, 2, places_of_tap(passes[2], 0));
  }
  return as_depth(program_.maximum_pool(as_images(field), window, part("largest")), given);
}

namespace {

Places strided(std::int64_t first, std::int64_t step, std::int64_t count) {
  Places out;
  for (std::int64_t i = 0; i < count; ++i) out.push_back(first + i * step);
  return out;
}

}  // namespace

/// The largest of windows along one axis. Of every place that a window takes the largest of one
/// tap, of two, of four ...; two of these make a window.
TensorId Writer::largest_along(TensorId field, std::size_t axis, const WindowAxis& window) {
  const std::int64_t apart = std::gcd(window.stride, window.dilation);
  Places first;
  for (std::int64_t place = -window.before; place < window.last() - window.before; place += apart) {
    first.push_back(nearest_inside(window, place));
    if (first.back() < 0) refuse("has windows that lie beside what they go over");
  }
  TensorId largest = slices(field, axis, first);
  const auto both = [&](const Places& a, const Places& b) {
    return binary(Op::maximum, slices(largest, axis, a), slices(largest, axis, b), "largest");
  };
  const std::int64_t step = window.dilation / apart;
  auto left = static_cast<std::int64_t>(first.size());
  std::int64_t taps = 1;
  for (; 2 * taps <= window.kernel; taps *= 2) {
    left -= taps * step;
    largest = both(strided(0, 1, left), strided(taps * step, 1, left));
  }
  const std::int64_t stride = window.stride / apart;
  const Places front = strided(0, stride, window.out);
  if (taps == window.kernel) return slices(largest, axis, front);
  return both(front, strided((window.kernel - taps) * step, stride, window.out));
}

/// Windows that no pass makes, of images as the model has them: what can be is done before channels
/// go to the lanes, of fewer rows. `axes` keeps what is left; null: nothing was.
std::optional<TensorId> Writer::largest_as_given(WindowField& axes) {
  const std::size_t dims = shape(0).size() - 2;
  if (dims > 2 || held(0).order != natural(dims + 2)) return std::nullopt;
  const TensorShape given = program_.at(plain(0)).shape;
  TensorShape lying{given[0], given[1], dims == 2 ? given[2] : 1, given.back()};
  std::optional<TensorId> made;
  if (!is_pass(axes[1])) {
    const TensorId rows = reshaped(plain(0), {lying[0] * lying[1], lying[2], 1, lying[3]}, "rows");
    made = largest_along(rows, 1, axes[1]);
    lying[2] = size(axes[1].out);
    axes[1] = {};
  }
  if (takes_every_so_many(axes[2], lying[1])) {
    const TensorId rows = made ? *made : plain(0);
    made = largest_of_every_so_many(rows, lying[0] * lying[1] * lying[2], axes[2]);
    lying[3] = size(axes[2].out);
    axes[2] = {};
  }
  if (made) made = reshaped(*made, lying, "left");
  return made;
}

/// Windows along the lanes of rows that take one element of every so many: with these in the lanes
/// they go over rows.
TensorId Writer::largest_of_every_so_many(TensorId rows, std::uint64_t count,
                                          const WindowAxis& window) {
  const std::int64_t apart = std::gcd(window.stride, window.dilation);
  const std::int64_t first = (apart - window.before % apart) % apart;
  WindowAxis own = window;
  own.stride /= apart;
  own.dilation /= apart;
  own.before = (window.before + first) / apart;
  own.in /= apart;
  const std::uint64_t vectors = count * size(own.in);
  if (vectors > most_cut_vectors) {
    refuse("lanes would be cut into " + counted(vectors, "vector") +
           ", which the SXM moves one by one: more than " + std::to_string(most_cut_vectors));
  }
  rows = reshaped(rows, {count, size(own.in), 1, size(apart)}, "every");
  const TensorId largest = largest_along(rows, 1, own);
  return lanes_picked(largest, {first});
}

}  // namespace weft::lower::tsp
