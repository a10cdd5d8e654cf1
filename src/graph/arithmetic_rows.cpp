// SPDX-License-Identifier: Apache-2.0
// Arithmetic of no machine: windows, reductions, softmax and norms.
#include <cmath>
#include <limits>
#include <utility>

#include "graph/arithmetic_plain.hpp"
#include "graph/real_functions.hpp"
#include "graph/windows.hpp"

namespace weft::graph {
namespace {

/// Calls `body` with the places of each line along an axis.
template <typename Body>
void over_axis(const Shape& shape, std::int64_t axis, Body body) {
  const Sections s = sections_of(shape, axis);
  std::vector<std::size_t> places(as_index(s.along));
  for (std::int64_t i = 0; i < s.before * s.behind; ++i) {
    const std::int64_t first = i / s.behind * s.along * s.behind + i % s.behind;
    for (std::int64_t j = 0; j < s.along; ++j) places[as_index(j)] = as_index(first + j * s.behind);
    body(places);
  }
}

double mean_of_row(const Rounded& r, const std::vector<double>& row) {
  double sum = row[0];
  for (std::size_t i = 1; i < row.size(); ++i) sum = r(sum + row[i]);
  return r(sum / static_cast<double>(row.size()));
}

void plain_norm(const Rounded& r, const Normalise& what, std::vector<double>& row) {
  if (what.centered) {
    const double mean = mean_of_row(r, row);
    for (double& x : row) x = r(x - mean);
  }
  std::vector<double> squares;
  for (const double x : row) squares.push_back(r(x * x));
  const double root = r(std::sqrt(r(mean_of_row(r, squares) + r(what.epsilon))));
  for (double& x : row) x = r(x / root);
}

}  // namespace

Results plain_results(const Rounded& r, const Pool& what, const Operands& in, Results results) {
  if (what.kind == PoolKind::maximum) return evaluate(what, in);
  const Shape& x = in[0]->type.shape;
  const Shape& y = results[0].type.shape;
  const WindowShape s{{x.begin() + 2, x.end()}, {y.begin() + 2, y.end()}};
  const double* image = in[0]->floats.data();
  double* mean = results[0].floats.data();
  for (std::int64_t i = 0; i < y[0] * y[1]; ++i, image += count_of(s.in)) {
    Walk walk(s.out, {});
    for (std::int64_t j = 0; j < count_of(s.out); ++j, walk.next()) {
      double sum = 0;
      std::int64_t inside = 0;
      const std::int64_t counted = over_window(what, s, walk.at(), [&](std::size_t place) {
        sum = r(sum + image[place]);
        ++inside;
      });
      *mean++ = r(sum / static_cast<double>(what.count_pads ? counted : inside));
    }
  }
  return results;
}

Results plain_results(const Rounded& r, const Reduce& what, const Operands& in, Results results) {
  const bool adds = what.kind == ReduceKind::sum || what.kind == ReduceKind::mean;
  if (!adds && what.kind != ReduceKind::product) return evaluate(what, in);
  const Shape& shape = in[0]->type.shape;
  Shape left = shape;
  std::int64_t count = 1;
  for (const std::int64_t axis : what.axes) {
    left[as_index(axis)] = 1;
    count *= shape[as_index(axis)];
  }
  std::vector<std::int64_t> strides = strides_of(left);
  for (const std::int64_t axis : what.axes) strides[as_index(axis)] = 0;
  for (double& total : results[0].floats) total = adds ? 0 : 1;
  Walk walk(shape, {strides});
  for (const double x : in[0]->floats) {
    double& total = results[0].floats[as_index(walk.place(0))];
    total = r(adds ? total + x : total * x);
    walk.next();
  }
  if (what.kind == ReduceKind::mean) {
    for (double& total : results[0].floats) total = r(total / static_cast<double>(count));
  }
  return results;
}

Results plain_results(const Rounded& r, const CumulativeSum& what, const Operands& in,
                      Results results) {
  over_axis(in[0]->type.shape, what.axis, [&](const std::vector<std::size_t>& places) {
    double sum = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::size_t at = places[what.reverse ? places.size() - 1 - i : i];
      const double before = sum;
      sum = r(sum + in[0]->floats[at]);
      results[0].floats[at] = what.exclusive ? before : sum;
    }
  });
  return results;
}

Results plain_results(const Rounded& r, const Softmax& what, const Operands& in, Results results) {
  const std::vector<double>& x = in[0]->floats;
  std::vector<double>& y = results[0].floats;
  over_axis(in[0]->type.shape, what.axis, [&](const std::vector<std::size_t>& places) {
    double most = -std::numeric_limits<double>::infinity();
    for (const std::size_t at : places) most = x[at] > most || x[at] != x[at] ? x[at] : most;
    double sum = 0;
    for (const std::size_t at : places) sum = r(sum + r(real::exp(r(x[at] - most))));
    const double logarithm = r(real::log(sum));
    for (const std::size_t at : places) {
      const double less = r(x[at] - most);
      y[at] = what.logarithm ? r(less - logarithm) : r(r(real::exp(less)) / sum);
    }
  });
  return results;
}

Results plain_results(const Rounded& r, const Normalise& what, const Operands& in,
                      Results results) {
  const Shape& shape = in[0]->type.shape;
  const Shape axes(shape.begin() + what.axis, shape.end());
  const std::size_t count = as_index(count_of(axes));
  const auto wide = [&](std::size_t i) {
    const Numbers* given = operand(in, i);
    return given == nullptr ? std::vector<double>{} : evaluate(Expand{axes}, {given}).at(0).floats;
  };
  const std::vector<double> scale = wide(1);
  const std::vector<double> shift = wide(2);
  for (std::size_t first = 0; first < results[0].floats.size(); first += count) {
    const auto begin = in[0]->floats.begin() + static_cast<std::ptrdiff_t>(first);
    std::vector<double> row(begin, begin + static_cast<std::ptrdiff_t>(count));
    plain_norm(r, what, row);
    for (std::size_t i = 0; i < count; ++i) {
      if (!scale.empty()) row[i] = r(row[i] * scale[i]);
      if (!shift.empty()) row[i] = r(row[i] + shift[i]);
      results[0].floats[first + i] = row[i];
    }
  }
  return results;
}

Results plain_results(const Rounded& r, const BatchNormalise& what, const Operands& in,
                      Results results) {
  const Sections s = sections_of(in[0]->type.shape, 1);
  for (std::size_t i = 0; i < results[0].floats.size(); ++i) {
    const std::size_t channel = i / as_index(s.behind) % as_index(s.along);
    const auto parameter = [&](std::size_t which) { return in[which]->floats[channel]; };
    const double root = r(std::sqrt(r(parameter(4) + r(what.epsilon))));
    const double centered = r(in[0]->floats[i] - parameter(3));
    results[0].floats[i] = r(r(r(centered / root) * parameter(1)) + parameter(2));
  }
  return results;
}

}  // namespace weft::graph
