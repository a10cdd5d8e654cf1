// SPDX-License-Identifier: Apache-2.0
// What the MXM multiplies: products, attention; and how operands become int8.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/number_text.hpp"
#include "graph/evaluate.hpp"
#include "lower/tsp/parts.hpp"

namespace weft::lower::tsp {

using graph::Numbers;
using graph::Shape;
using Op = VectorOperation;

namespace {

/// [..., a, b] to [..., b, a].
Order swapped(std::size_t axes) {
  Order order;
  for (std::size_t i = 0; i < axes; ++i) order.push_back(static_cast<std::int64_t>(i));
  std::swap(order[axes - 1], order[axes - 2]);
  return order;
}

Shape leading(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

}  // namespace

TensorId Writer::quantised(TensorId a, const Scales& scales) {
  const std::pair<TensorId, std::string> key{a, shortest(static_cast<double>(scales.steps))};
  const auto known = quantised_.find(key);
  if (known != quantised_.end()) return known->second;
  const TensorId steps = times(wide(a), number(f32, static_cast<double>(scales.steps)), "in_steps");
  return quantised_[key] = converted(steps, VectorType::i8, "rounded");
}

TensorId Writer::product(TensorId left, const Numbers& weights, const Multiply& multiplied) {
  constexpr double largest = 127.0;
  const std::string& name = graph_[input(1)].name;
  if (!in_int8()) return multiplied(left, weights, f16);
  const std::size_t columns = size(weights.type.shape.back());
  const double magnitude = magnitudes_.at(index(input(0)));
  Scales scales;
  scales.operand = static_cast<float>(magnitude > 0.0 ? magnitude / largest : 1.0);
  scales.steps = 1.0F / scales.operand;
  scales.of_column.assign(columns, 0.0F);
  Numbers steps = weights;
  steps.floats.clear();
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    float& step = scales.of_column[i % columns];
    step = std::max(step, static_cast<float>(std::abs(weights.floats[i]) / largest));
  }
  for (std::size_t i = 0; i < weights.floats.size(); ++i) {
    float& step = scales.of_column[i % columns];
    if (step == 0.0F) step = 1.0F;
    const double whole = std::nearbyint(weights.floats[i] / static_cast<double>(step));
    steps.whole.push_back(static_cast<int>(std::clamp(whole, -largest, largest)));
  }
  Numbers back;
  back.type = {graph::Element::f32, {static_cast<std::int64_t>(columns)}};
  for (const float step : scales.of_column) {
    back.floats.push_back(static_cast<double>(scales.operand * step));
  }
  const TensorId sums = multiplied(quantised(left, scales), steps, VectorType::i8);
  const TensorId scale = weight(name + "_scale", back, f32, {columns});
  scales_[index(node_->outputs[0])] = std::move(scales);
  return times(converted(sums, f32, "sums_wide"), scale, "scaled");
}

namespace {

/// -infinity where a row does not see a key that lies ahead of it, else 0.
std::vector<double> hidden_ahead(std::uint64_t rows, std::uint64_t keys) {
  std::vector<double> out;
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::uint64_t key = 0; key < keys; ++key) {
      out.push_back(key + rows > row + keys ? -std::numeric_limits<double>::infinity() : 0.0);
    }
  }
  return out;
}

}  // namespace

Held Writer::of(const graph::MatMul& what) {
  const Shape a = shape(0);
  const Shape b = shape(1);
  const Shape out = result();
  if (!floating(0)) refuse("the MXM multiplies floats and int8 alone");
  if (a.size() < 2 || b.size() < 2) refuse("of a vector is not written");
  const bool one_matrix = graph::count_of(leading(b)) == 1;
  if (!one_matrix && (leading(a) != leading(b))) refuse("its matrices would be broadcast");
  TensorId left = what.transpose_a ? in(0, swapped(a.size())) : plain(0);
  const std::uint64_t k = size(b[b.size() - (what.transpose_b ? 1 : 2)]);
  const std::uint64_t n = size(out.back());
  const std::uint64_t matrices = one_matrix ? 1 : size(graph::count_of(leading(b)));
  const std::uint64_t rows = size(graph::count_of(out)) / n / matrices;
  left = reshaped(left, one_matrix ? TensorShape{rows, k} : TensorShape{matrices, rows, k}, "left");
  TensorId sums = 0;
  if (constant(1) && one_matrix) {
    Numbers matrix = numbers(1);
    if (what.transpose_b) {
      matrix = graph::evaluate(graph::Transpose{swapped(b.size())}, {&matrix})[0];
    }
    matrix.type.shape = {static_cast<std::int64_t>(k), static_cast<std::int64_t>(n)};
    sums = product(left, matrix, [&](TensorId a, const Numbers& whole, VectorType own) {
      const TensorId right = weight(graph_[input(1)].name, whole, own, {k, n});
      return program_.matmul(a, right, part("sums"));
    });
  } else {
    const TensorId right = what.transpose_b ? in(1, swapped(b.size())) : plain(1);
    const TensorShape shape = one_matrix ? TensorShape{k, n} : TensorShape{matrices, k, n};
    sums = program_.matmul(left, reshaped(right, shape, "right"), part("sums"));
  }
  if (has(2)) {
    const TensorId bias =
        constant(2) ? weight(graph_[input(2)].name, numbers(2), f32, {n}) : wide(plain(2));
    sums = plus(sums, bias, "biased");
  }
  const Order order = natural(out.size());
  return {reshaped(narrow(then(sums, what.then)), stored(out, order), "value"), order};
}

Held Writer::of(const graph::Attention& what) {
  const Shape q = shape(0);
  const Shape k = shape(1);
  const Shape v = shape(2);
  const Shape out = result();
  if (!floating(0)) refuse("the MXM multiplies floats and int8 alone");
  if (leading(q) != leading(k) || leading(q) != leading(v)) refuse("its heads would be broadcast");
  const std::uint64_t heads = size(graph::count_of(leading(q)));
  const std::uint64_t rows = size(q[q.size() - 2]);
  const std::uint64_t keys = size(k[k.size() - 2]);
  const std::uint64_t width = size(q.back());
  const auto grouped = [&](TensorId id, std::uint64_t m, std::uint64_t n, const char* name) {
    return reshaped(id, heads == 1 ? TensorShape{m, n} : TensorShape{heads, m, n}, name);
  };
  const TensorId queries = grouped(plain(0), rows, width, "queries");
  const TensorId turned = grouped(in(1, swapped(k.size())), width, keys, "turned_keys");
  const TensorId values = grouped(plain(2), keys, size(v.back()), "values");
  TensorId scores =
      times(program_.matmul(queries, turned, part("scores")), number(f32, what.scale), "scaled");
  if (what.causal) {
    const TensorId hidden = table(f32, {rows, keys}, hidden_ahead(rows, keys));
    scores = plus(scores, hidden, "behind");
  }
  if (has(3)) {
    Shape seen = leading(q);
    seen.push_back(static_cast<std::int64_t>(rows));
    seen.push_back(static_cast<std::int64_t>(keys));
    scores = plus(reshaped(scores, {seen.begin(), seen.end()}, "heads"), masked(seen), "masked");
  }
  TensorId shares = program_.softmax(scores, part("shares"));
  if (what.zero_nan) {
    shares = binary(Op::mask, shares, binary(Op::equal, shares, shares, "there"), "seen");
  }
  shares = grouped(narrow(shares), rows, keys, "share_rows");
  const TensorId mixed = program_.matmul(shares, values, part("mixed"));
  const Order order = natural(out.size());
  return {reshaped(narrow(mixed), stored(out, order), "value"), order};
}

/// What is added to scores of shape `seen`, in f32: the mask, or -infinity where it says nothing is
/// seen.
TensorId Writer::masked(const Shape& seen) {
  const Shape own = shape(3);
  if (constant(3)) {
    Numbers mask = numbers(3);
    Numbers added;
    added.type = {graph::Element::f32, mask.type.shape};
    for (std::int64_t i = 0; i < mask.count(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      added.floats.push_back(floating(3)      ? mask.floats[at]
                             : mask.whole[at] ? 0.0
                                              : -std::numeric_limits<double>::infinity());
    }
    if (own.back() != seen.back()) {
      Shape wide = own;
      wide.back() = seen.back();
      added = graph::evaluate(graph::Expand{wide}, {&added})[0];
    }
    const Shape& shape = added.type.shape;
    return weight(graph_[input(3)].name, added, f32, {shape.begin(), shape.end()});
  }
  if (own.back() != seen.back()) refuse("its mask would be spread over lanes");
  const TensorId mask = plain(3);
  if (floating(3)) return wide(mask);
  const TensorId hidden = wide(binary(Op::equal, mask, number(i32, 0), "hidden"));
  const TensorId nothing = number(f32, -std::numeric_limits<double>::infinity());
  return binary(Op::mask, nothing, hidden, "added");
}

}  // namespace weft::lower::tsp
