// SPDX-License-Identifier: Apache-2.0
// The evaluator: windows, reductions, and what rows of a tensor become by their own statistics.
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "graph/evaluate_parts.hpp"
#include "graph/real_functions.hpp"
#include "graph/windows.hpp"

namespace weft::graph {
namespace {

/// Whether `fresh` takes the place of `best`: the larger (or smaller), and the first NaN.
template <typename T>
bool wins(Element element, bool largest, T fresh, T best) {
  if (!is_number(best)) return false;
  if (!is_number(fresh)) return true;
  return largest ? is_less(element, best, fresh) : is_less(element, fresh, best);
}

template <typename T>
void pool_maximum(const Pool& what, const WindowShape& s, const T* in, T* out, Element element) {
  Walk walk(s.out, {});
  for (std::int64_t i = 0; i < count_of(s.out); ++i, walk.next()) {
    T best = ends_of<T>(element).first;
    over_window(what, s, walk.at(), [&](std::size_t place) {
      if (wins(element, true, in[place], best)) best = in[place];
    });
    out[i] = best;
  }
}

void pool_mean(const Pool& what, const WindowShape& s, const double* in, double* out) {
  Walk walk(s.out, {});
  for (std::int64_t i = 0; i < count_of(s.out); ++i, walk.next()) {
    double sum = 0;
    std::int64_t inside = 0;
    const std::int64_t counted = over_window(what, s, walk.at(), [&](std::size_t place) {
      sum += in[place];
      ++inside;
    });
    out[i] = sum / static_cast<double>(what.count_pads ? counted : inside);
  }
}

template <typename T>
T start_of(ReduceKind kind, Element element) {
  switch (kind) {
    case ReduceKind::product:
      return T{1};
    case ReduceKind::maximum:
      return ends_of<T>(element).first;
    case ReduceKind::minimum:
      return ends_of<T>(element).second;
    default:
      return T{0};
  }
}

template <typename T>
void take_in(ReduceKind kind, Element element, T& total, T value) {
  switch (kind) {
    case ReduceKind::product:
      total = multiplied(total, value);
      return;
    case ReduceKind::maximum:
    case ReduceKind::minimum:
      if (wins(element, kind == ReduceKind::maximum, value, total)) total = value;
      return;
    default:
      total = added(total, value);
  }
}

double mean_of(Element, double sum, std::int64_t count) { return sum / static_cast<double>(count); }
std::int64_t mean_of(Element element, std::int64_t sum, std::int64_t count) {
  if (count == 0) fail(Category::input, "a mean of no whole numbers");
  if (element != Element::u64) return sum / count;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) /
                                   static_cast<std::uint64_t>(count));
}

/// Strides into the result as seen from the input: 0 along the reduced axes.
std::vector<std::int64_t> reduced_strides(const Shape& shape,
                                          const std::vector<std::int64_t>& axes) {
  Shape left = shape;
  for (const std::int64_t axis : axes) left[as_index(axis)] = 1;
  std::vector<std::int64_t> strides = strides_of(left);
  for (const std::int64_t axis : axes) strides[as_index(axis)] = 0;
  return strides;
}

template <typename T>
void reduce(const Reduce& what, const Numbers& x, Numbers& y) {
  const Element element = x.type.element;
  std::vector<T>& totals = elements_of<T>(y);
  totals.assign(totals.size(), start_of<T>(what.kind, element));
  Walk walk(x.type.shape, {reduced_strides(x.type.shape, what.axes)});
  for (const T& value : elements_of<T>(x)) {
    take_in(what.kind, element, totals[as_index(walk.place(0))], value);
    walk.next();
  }
  if (what.kind != ReduceKind::mean) return;
  std::int64_t count = 1;
  for (const std::int64_t axis : what.axes) count *= x.type.shape[as_index(axis)];
  for (T& total : totals) total = mean_of(element, total, count);
}

template <typename T>
std::int64_t extreme_index(const ArgExtreme& what, Element element, const T* first,
                           std::int64_t count, std::int64_t stride) {
  std::int64_t best = 0;
  for (std::int64_t i = 1; i < count; ++i) {
    if (wins(element, what.largest, first[i * stride], first[best * stride])) best = i;
  }
  return best;
}

/// Calls `body(first element, result's first)` for each line of a tensor along an axis.
template <typename Body>
void over_lines(const Sections& s, Body body) {
  for (std::int64_t before = 0; before < s.before; ++before) {
    for (std::int64_t behind = 0; behind < s.behind; ++behind) {
      body(before * s.along * s.behind + behind, before * s.behind + behind);
    }
  }
}

void softmax_line(const Softmax& what, const double* in, double* out, const Sections& s) {
  double most = -std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < s.along; ++i) {
    const double x = in[i * s.behind];
    if (wins(Element::f64, true, x, most)) most = x;
  }
  double sum = 0;
  for (std::int64_t i = 0; i < s.along; ++i) sum += real::exp(in[i * s.behind] - most);
  const double log_of_sum = what.logarithm ? real::log(sum) : 0.0;
  for (std::int64_t i = 0; i < s.along; ++i) {
    const double x = in[i * s.behind] - most;
    out[i * s.behind] = what.logarithm ? x - log_of_sum : real::exp(x) / sum;
  }
}

void normalise_row(const Normalise& what, const double* in, double* out, std::int64_t count) {
  double mean = 0;
  for (std::int64_t i = 0; what.centered && i < count; ++i) mean += in[i];
  mean /= static_cast<double>(count);
  double squares = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    out[i] = what.centered ? in[i] - mean : in[i];
    squares += out[i] * out[i];
  }
  const double root = std::sqrt(squares / static_cast<double>(count) + what.epsilon);
  for (std::int64_t i = 0; i < count; ++i) out[i] /= root;
}

template <typename T>
void sum_up(const CumulativeSum& what, const T* in, T* out, const Sections& s) {
  T sum{0};
  for (std::int64_t step = 0; step < s.along; ++step) {
    const std::int64_t i = (what.reverse ? s.along - 1 - step : step) * s.behind;
    const T before = sum;
    sum = added(sum, in[i]);
    out[i] = what.exclusive ? before : sum;
  }
}

}  // namespace

Results results_of(const Pool& what, const Operands& in, Results results) {
  const Numbers& x = *in[0];
  Numbers& y = results[0];
  const WindowShape s{{x.type.shape.begin() + 2, x.type.shape.end()},
                      {y.type.shape.begin() + 2, y.type.shape.end()}};
  const std::int64_t images = x.type.shape[0] * x.type.shape[1];
  const std::int64_t in_image = count_of(s.in);
  const std::int64_t out_image = count_of(s.out);
  by_kind(x.type.element, [&]<typename T>(T) {
    for (std::int64_t i = 0; i < images; ++i) {
      const T* image = elements_of<T>(x).data() + i * in_image;
      T* out = elements_of<T>(y).data() + i * out_image;
      if (what.kind == PoolKind::maximum) {
        pool_maximum(what, s, image, out, x.type.element);
      } else if constexpr (std::is_same_v<T, double>) {
        pool_mean(what, s, image, out);
      }
    }
  });
  return results;
}

Results results_of(const Reduce& what, const Operands& in, Results results) {
  by_kind(in[0]->type.element, [&]<typename T>(T) { reduce<T>(what, *in[0], results[0]); });
  wrap_all(results[0]);
  return results;
}

Results results_of(const ArgExtreme& what, const Operands& in, Results results) {
  const Numbers& x = *in[0];
  const Sections s = sections_of(x.type.shape, what.axis);
  by_kind(x.type.element, [&]<typename T>(T) {
    over_lines(s, [&](std::int64_t from, std::int64_t to) {
      results[0].whole[as_index(to)] =
          extreme_index(what, x.type.element, elements_of<T>(x).data() + from, s.along, s.behind);
    });
  });
  return results;
}

Results results_of(const Softmax& what, const Operands& in, Results results) {
  const Sections s = sections_of(in[0]->type.shape, what.axis);
  over_lines(s, [&](std::int64_t from, std::int64_t) {
    softmax_line(what, in[0]->floats.data() + from, results[0].floats.data() + from, s);
  });
  return results;
}

Results results_of(const Normalise& what, const Operands& in, Results results) {
  const Shape& shape = in[0]->type.shape;
  const Shape axes(shape.begin() + what.axis, shape.end());
  const std::int64_t count = count_of(axes);
  std::vector<double>& out = results[0].floats;
  if (out.empty()) return results;
  for (std::size_t i = 0; i < out.size(); i += as_index(count)) {
    normalise_row(what, in[0]->floats.data() + i, out.data() + i, count);
  }
  const Numbers* scale = operand(in, 1);
  const Numbers* shift = operand(in, 2);
  const auto strides = [&axes](const Numbers* of) {
    return of == nullptr ? std::vector<std::int64_t>(axes.size(), 0)
                         : broadcast_strides(of->type.shape, axes);
  };
  Walk walk(axes, {strides(scale), strides(shift)});
  for (double& value : out) {
    if (scale != nullptr) value *= scale->floats[as_index(walk.place(0))];
    if (shift != nullptr) value += shift->floats[as_index(walk.place(1))];
    walk.next();
  }
  return results;
}

Results results_of(const BatchNormalise& what, const Operands& in, Results results) {
  const Sections s = sections_of(in[0]->type.shape, 1);
  const auto parameter = [&in](std::size_t which, std::size_t channel) {
    return in[which]->floats[channel];
  };
  for (std::size_t i = 0; i < results[0].floats.size(); ++i) {
    const std::size_t channel = i / as_index(s.behind) % as_index(s.along);
    const double root = std::sqrt(parameter(4, channel) + what.epsilon);
    const double centered = in[0]->floats[i] - parameter(3, channel);
    results[0].floats[i] = centered / root * parameter(1, channel) + parameter(2, channel);
  }
  return results;
}

Results results_of(const CumulativeSum& what, const Operands& in, Results results) {
  const Sections s = sections_of(in[0]->type.shape, what.axis);
  by_kind(in[0]->type.element, [&]<typename T>(T) {
    over_lines(s, [&](std::int64_t from, std::int64_t) {
      sum_up(what, elements_of<T>(*in[0]).data() + from, elements_of<T>(results[0]).data() + from,
             s);
    });
  });
  wrap_all(results[0]);
  return results;
}

}  // namespace weft::graph
