// SPDX-License-Identifier: Apache-2.0
// Bounds of windows, reductions, softmax and norms.
#include <cmath>

#include "graph/bounds_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

/// The operator on magnitudes.
std::vector<double> on_magnitudes(const Operator& what, const Numbers& x) {
  Numbers sizes = x;
  for (double& value : sizes.floats) value = std::fabs(value);
  return evaluate(what, {&sizes}).at(0).floats;
}

/// One line of softmax: places of its elements and their values.
void judge_softmax_line(const Softmax& what, const Judged& node, std::int64_t first,
                        const Sections& s) {
  const Tracker& t = node.tracker;
  const std::vector<double>& x = node.in[0]->floats;
  double most = -std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < s.along; ++i)
    most = std::fmax(most, x[as_index(first + i * s.behind)]);
  std::vector<Tracked> less;
  std::vector<Tracked> powers;
  Tracked sum;
  for (std::int64_t i = 0; i < s.along; ++i) {
    const double value = x[as_index(first + i * s.behind)] - most;
    less.push_back(std::isfinite(value) ? t.rounded({value, 0}) : Tracked{value, 0});
    powers.push_back(t.exponential(less.back()));
    sum.value += powers.back().value;
    sum.error += powers.back().error;
  }
  sum = t.sum(sum, sum.value + sum.error, s.along);
  const double least = sum.value - sum.error;
  const Tracked logarithm = t.function(real::log(sum.value), sum.error, least > 0 ? 1 / least : 1);
  for (std::int64_t i = 0; i < s.along; ++i) {
    const auto at = as_index(i);
    const Tracked y = what.logarithm ? t.subtract(less[at], logarithm) : t.divide(powers[at], sum);
    node.store(as_index(first + i * s.behind), y.error);
  }
}

Tracked mean_of_terms(const Tracker& t, const std::vector<Tracked>& terms) {
  Tracked sum;
  double sizes = 0;
  for (const Tracked& one : terms) {
    sum.value += one.value;
    sum.error += one.error;
    sizes += std::fabs(one.value) + one.error;
  }
  const auto count = static_cast<std::int64_t>(terms.size());
  return t.divide(t.sum(sum, sizes, count), {static_cast<double>(count), 0});
}

/// Of one row of a norm: each element before scale and shift.
std::vector<Tracked> normalised_row(const Normalise& what, const Tracker& t,
                                    const std::vector<Tracked>& row) {
  std::vector<Tracked> centered = row;
  if (what.centered) {
    const Tracked mean = mean_of_terms(t, row);
    for (Tracked& one : centered) one = t.subtract(one, mean);
  }
  std::vector<Tracked> squares;
  for (const Tracked& one : centered) squares.push_back(t.multiply(one, one));
  const Tracked epsilon = t.rounded({what.epsilon, 0});
  const Tracked root = t.square_root(t.add(mean_of_terms(t, squares), epsilon));
  for (Tracked& one : centered) one = t.divide(one, root);
  return centered;
}

}  // namespace

void judge(const Pool& what, const Judged& node) {
  if (what.kind == PoolKind::maximum) return;
  const std::vector<double> sizes = on_magnitudes(what, *node.in[0]);
  const std::int64_t count = count_of(what.kernel);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    // Of the sum divided by how many there are: errors are divided with it.
    const Tracked sum = node.tracker.sum({sizes[i], 0}, sizes[i], count);
    node.store(i, node.tracker.divide(sum, {1, 0}).error);
  }
}

void judge(const Reduce& what, const Judged& node) {
  if (what.kind == ReduceKind::maximum || what.kind == ReduceKind::minimum) return;
  std::int64_t count = 1;
  for (const std::int64_t axis : what.axes) count *= node.in[0]->type.shape[as_index(axis)];
  const std::vector<double> sizes = on_magnitudes(what, *node.in[0]);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    Tracked sum = node.tracker.sum({sizes[i], 0}, sizes[i], count);
    if (what.kind == ReduceKind::mean) sum = node.tracker.divide(sum, {1, 0});
    if (what.kind == ReduceKind::product) {
      sum = Tracked{sizes[i], 0};
      for (std::int64_t j = 1; j < count; ++j) sum = node.tracker.rounded(sum);
    }
    node.store(i, sum.error);
  }
}

void judge(const CumulativeSum& what, const Judged& node) {
  const std::vector<double> sizes = on_magnitudes(what, *node.in[0]);
  const std::int64_t count = node.in[0]->type.shape[as_index(what.axis)];
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    node.store(i, node.tracker.sum({sizes[i], 0}, sizes[i], count).error);
  }
}

void judge(const Softmax& what, const Judged& node) {
  const Sections s = sections_of(node.in[0]->type.shape, what.axis);
  for (std::int64_t before = 0; before < s.before; ++before) {
    for (std::int64_t behind = 0; behind < s.behind; ++behind) {
      judge_softmax_line(what, node, before * s.along * s.behind + behind, s);
    }
  }
}

void judge(const Normalise& what, const Judged& node) {
  const Tracker& t = node.tracker;
  const Shape& shape = node.in[0]->type.shape;
  const Shape axes(shape.begin() + what.axis, shape.end());
  const auto wide = [&](std::size_t i) {
    const Numbers* given = operand(node.in, i);
    return given == nullptr ? std::vector<double>{} : evaluate(Expand{axes}, {given}).at(0).floats;
  };
  const std::vector<double> scale = wide(1);
  const std::vector<double> shift = wide(2);
  const std::size_t count = as_index(count_of(axes));
  for (std::size_t first = 0; first < node.bounds[0].slack.size(); first += count) {
    std::vector<Tracked> row;
    for (std::size_t i = 0; i < count; ++i) row.push_back({node.in[0]->floats[first + i], 0});
    const std::vector<Tracked> norm = normalised_row(what, t, row);
    for (std::size_t i = 0; i < count; ++i) {
      Tracked y = norm[i];
      if (!scale.empty()) y = t.multiply(y, {scale[i], 0});
      if (!shift.empty()) y = t.add(y, {shift[i], 0});
      node.store(first + i, y.error);
    }
  }
}

// As it is stated, or as one factor and one term for each channel: the larger of both.
void judge(const BatchNormalise& what, const Judged& node) {
  const Tracker& t = node.tracker;
  const Sections s = sections_of(node.in[0]->type.shape, 1);
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) {
    const std::size_t channel = i / as_index(s.behind) % as_index(s.along);
    const auto parameter = [&](std::size_t which) {
      return Tracked{node.in[which]->floats[channel], 0};
    };
    const Tracked x{node.in[0]->floats[i], 0};
    const Tracked root = t.square_root(t.add(parameter(4), t.rounded({what.epsilon, 0})));
    const Tracked centered = t.divide(t.subtract(x, parameter(3)), root);
    const Tracked stated = t.add(t.multiply(centered, parameter(1)), parameter(2));
    const Tracked factor = t.divide(parameter(1), root);
    const Tracked term = t.subtract(parameter(2), t.multiply(parameter(3), factor));
    const Tracked line = t.add(t.multiply(x, factor), term);
    node.store(i, std::fmax(stated.error, line.error));
  }
}

}  // namespace weft::graph
