// SPDX-License-Identifier: Apache-2.0
// What is reduced along axes: sums, extremes, softmax, norms.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "graph/evaluate.hpp"
#include "lower/tsp/parts.hpp"

namespace weft::lower::tsp {

using graph::Numbers;
using graph::Shape;
using Op = VectorOperation;

/// Sums of the rows of [rows, length] in f32, exact over each 160: [rows, 1].
TensorId Writer::depth_sum(TensorId rows, std::uint64_t length, const std::string& name) {
  return program_.matmul(rows, table(f16, {length, 1}, std::vector<double>(length, 1.0)),
                         part(name));
}

Held Writer::of(const graph::Reduce& what) {
  using Kind = graph::ReduceKind;
  if (!floating(0)) refuse("of whole numbers is not written");
  if (what.kind == Kind::product) refuse("products of elements are not written");
  const Shape given = shape(0);
  const Order usual = natural(result().size());
  std::vector<std::int64_t> axes = what.axes;
  std::sort(axes.begin(), axes.end());
  std::int64_t length = 1;
  Order order;
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(given.size()); ++axis) {
    if (std::find(axes.begin(), axes.end(), axis) == axes.end()) order.push_back(axis);
  }
  for (const std::int64_t axis : axes) {
    order.push_back(axis);
    length *= given[static_cast<std::size_t>(axis)];
  }
  const std::uint64_t rows = size(graph::count_of(given)) / size(length);
  const bool sums = what.kind == Kind::sum || what.kind == Kind::mean;
  const double share = what.kind == Kind::mean ? 1.0 / static_cast<double>(length) : 1.0;
  TensorId made = 0;
  const bool of_images = given.size() == 4 && axes == std::vector<std::int64_t>{2, 3};
  if (sums && of_images && held(0).order == image(4)) {
    WindowField field;
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) field[i].kernel = given[i + 1];
    made = in(0, image(4));
    if (length > 1) made = narrow(shared_out(sums_of_windows(made, field), {share}));
    if (what.keep) return {made, image(4)};
    return {reshaped(made, stored(result(), usual), "value"), usual};
  }
  if (sums) {
    const TensorId flat = reshaped(in(0, order), {rows, size(length)}, "rows");
    made = depth_sum(flat, size(length), "sums");
    if (share != 1.0) made = times(made, number(f32, share), "mean");
  } else {
    made = largest_of_rows(reshaped(in(0, order), {rows, size(length)}, "rows"),
                           what.kind == Kind::minimum);
  }
  return {reshaped(narrow(made), stored(result(), usual), "value"), usual};
}

/// The largest, or smallest, of each row of [rows, length]: pools along the rows, turned.
TensorId Writer::largest_of_rows(TensorId rows, bool smallest) {
  const TensorShape shape = program_.at(rows).shape;
  if (smallest) rows = unary(Op::negate, rows, "minus");
  TensorId image =
      reshaped(transposed(rows, {1, 0}, "turned"), {1, shape[1], 1, shape[0]}, "field");
  for (std::uint64_t left = shape[1]; left > 1;) {
    TensorWindow window;
    window.height = static_cast<std::uint32_t>(std::min<std::uint64_t>(widest_maximum, left));
    window.stride_y = window.height;
    const std::uint64_t next = (left + window.height - 1) / window.height;
    window.pad_bottom = static_cast<std::uint32_t>(next * window.height - left);
    image = program_.maximum_pool(image, window, part("largest"));
    left = next;
  }
  return smallest ? unary(Op::negate, image, "smallest") : image;
}

Held Writer::of(const graph::Softmax& what) {
  if (!floating(0)) refuse("of whole numbers is not written");
  Order order = natural(shape(0).size());
  order.erase(order.begin() + what.axis);
  order.push_back(what.axis);
  if (what.logarithm) return log_softmax(order);
  return {narrow(program_.softmax(wide(in(0, order)), part("shares"))), order};
}

/// (x - largest) + log(largest share), as the largest share is 1 / sum: rows are turned, so that
/// what a row has in common lies in a lane.
Held Writer::log_softmax(const Order& order) {
  const TensorId x = in(0, order);
  const std::uint64_t length = program_.at(x).shape.back();
  const std::uint64_t rows = program_.at(x).elements() / length;
  const TensorId flat = reshaped(x, {rows, length}, "rows");
  const TensorId shares = program_.softmax(wide(flat), part("shares"));
  const TensorId largest = reshaped(largest_of_rows(flat, false), {1, rows}, "largest_row");
  const TensorId share = reshaped(largest_of_rows(shares, false), {1, rows}, "largest_share");
  const TensorId less =
      binary(Op::subtract, wide(transposed(flat, {1, 0}, "columns")), wide(largest), "less");
  const TensorId made = narrow(plus(less, unary(Op::logarithm, share, "logarithm"), "value"));
  TensorShape turned = program_.at(x).shape;
  std::rotate(turned.begin(), turned.end() - 1, turned.end());
  Order own = order;
  std::rotate(own.begin(), own.end() - 1, own.end());
  return {reshaped(made, turned, "turned"), own};
}

Held Writer::of(const graph::CumulativeSum& what) {
  if (!floating(0)) refuse("of whole numbers is not written");
  Order order = natural(shape(0).size());
  order.erase(order.begin() + what.axis);
  order.push_back(what.axis);
  const std::uint64_t length = size(shape(0)[static_cast<std::size_t>(what.axis)]);
  std::vector<double> terms(length * length, 0.0);
  for (std::uint64_t from = 0; from < length; ++from) {
    for (std::uint64_t to = 0; to < length; ++to) {
      const bool before = what.reverse ? from > to : from < to;
      terms[from * length + to] = before || (from == to && !what.exclusive) ? 1.0 : 0.0;
    }
  }
  const TensorId sums =
      program_.matmul(in(0, order), table(f16, {length, length}, terms), part("sums"));
  return {narrow(sums), order};
}

Held Writer::of(const graph::Normalise& what) {
  if (!floating(0)) refuse("of whole numbers is not written");
  const Shape given = shape(0);
  const Shape inner(given.begin() + what.axis, given.end());
  const std::uint64_t length = size(graph::count_of(inner));
  const std::uint64_t rows = size(graph::count_of(given)) / length;
  const Order order = natural(given.size());
  TensorId flat = reshaped(plain(0), {rows, length}, "rows");
  // Of x and -x side by side the mean is 0, and the variance the mean square.
  const std::uint64_t sides = what.centered ? 1 : 2;
  if (!what.centered) flat = with_minus(flat);
  TensorId made = program_.layer_norm(wide(flat), static_cast<float>(what.epsilon), part("norm"));
  const auto along = [&](std::size_t i) {
    if (!constant(i)) refuse("its scale and shift must be constants");
    const Numbers own = numbers(i);
    Numbers row = graph::evaluate(graph::Expand{inner}, {&own})[0];
    if (sides == 2) row.floats.insert(row.floats.end(), row.floats.begin(), row.floats.end());
    return weight(graph_[input(i)].name, row, f32, {sides * length});
  };
  if (has(1)) made = times(made, along(1), "scaled");
  if (has(2)) made = plus(made, along(2), "moved");
  made = narrow(made);
  if (sides == 2) {
    std::vector<std::int64_t> first(length);
    std::iota(first.begin(), first.end(), 0);
    made = lanes_picked(made, first);
  }
  return {reshaped(made, stored(given, order), "value"), order};
}

/// Rows [rows, length] of f16 with their negatives behind: [rows, 2 length].
TensorId Writer::with_minus(TensorId rows) {
  const std::uint64_t length = program_.at(rows).shape.back();
  std::vector<double> both(2 * length * length, 0.0);
  for (std::uint64_t i = 0; i < length; ++i) {
    both[i * 2 * length + i] = 1.0;
    both[i * 2 * length + length + i] = -1.0;
  }
  return narrow(program_.matmul(rows, table(f16, {length, 2 * length}, both), part("with_minus")));
}

Held Writer::of(const graph::BatchNormalise& what) {
  for (std::size_t i = 1; i < 5; ++i) {
    if (!constant(i)) refuse("its parameters must be constants");
  }
  const auto scale = numbers(1).floats;
  const auto shift = numbers(2).floats;
  const auto mean = numbers(3).floats;
  const auto variance = numbers(4).floats;
  Numbers factor;
  factor.type = {graph::Element::f32, {static_cast<std::int64_t>(scale.size())}};
  Numbers moved = factor;
  for (std::size_t i = 0; i < scale.size(); ++i) {
    factor.floats.push_back(scale[i] / std::sqrt(variance[i] + what.epsilon));
    moved.floats.push_back(shift[i] - mean[i] * factor.floats[i]);
  }
  const std::size_t axes = shape(0).size();
  const Order order = image(axes);
  const TensorShape channels{scale.size()};
  const std::string& name = graph_[input(1)].name;
  const TensorId line = times(wide(in(0, order)), weight(name, factor, f32, channels), "scaled");
  const std::string& of_shift = graph_[input(2)].name;
  return {narrow(plus(line, weight(of_shift, moved, f32, channels), "moved")), order};
}

}  // namespace weft::lower::tsp
