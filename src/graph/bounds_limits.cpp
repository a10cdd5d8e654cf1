// SPDX-License-Identifier: Apache-2.0
// Bounds as the two numbers of a format that a result lies between.
#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/bounds.hpp"
#include "graph/evaluate_parts.hpp"
#include "graph/tracked.hpp"

namespace weft::graph {
namespace {

/// A number of `element` beside `value`, which is one, in the direction of `sign`.
double beside(Element element, double value, double sign) {
  const Rounding rounding = rounding_of(element, false);
  const double gap = std::max(std::fabs(value) * 1.25 * rounding.unit, 2 * rounding.least);
  return rounded_to(element, value + sign * gap);
}

/// The last number within on the side of `sign`.
double end_of(const Bound& bound, std::size_t i, Element element, double sign) {
  const double exact = bound.exact.floats[i];
  const double slack = bound.slack[i];
  const double infinity = std::numeric_limits<double>::infinity();
  const auto within = [&](double value) { return is_within(value, exact, slack, bound.result); };
  if (!std::isfinite(exact)) return exact;
  if (within(sign * infinity)) return sign * infinity;
  // The difference was rounded: the end is at most a few numbers away.
  constexpr int most_steps = 3;
  double end = rounded_to(element, exact + sign * slack);
  if (std::isinf(end)) {  // which is not within: the format's last numbers may be
    const Rounding rounding = rounding_of(element, false);
    end = rounded_to(element, std::copysign(rounding.overflow * (1 - 2 * rounding.unit), end));
  }
  for (int step = 0; step < most_steps && !within(end); ++step) end = beside(element, end, -sign);
  for (int step = 0; step < most_steps && within(beside(element, end, sign)); ++step) {
    end = beside(element, end, sign);
  }
  return end;
}

}  // namespace

Limits limits_of(const Bound& bound, Element element) {
  Limits out;
  out.low = zeros_of({element, bound.exact.type.shape});
  out.high = out.low;
  out.low.whole = bound.exact.whole;
  out.high.whole = bound.exact.whole;
  for (std::size_t i = 0; i < bound.exact.floats.size(); ++i) {
    out.low.floats[i] = end_of(bound, i, element, -1);
    out.high.floats[i] = end_of(bound, i, element, 1);
  }
  return out;
}

}  // namespace weft::graph
