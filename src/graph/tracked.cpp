// SPDX-License-Identifier: Apache-2.0
// Operations on numbers that carry their error.
#include "graph/tracked.hpp"

#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

constexpr double no_bound = std::numeric_limits<double>::infinity();
/// Of the oracle's own elementary functions, relative.
constexpr double oracle_function = 0x1p-48;
constexpr double oracle_unit = 0x1p-53;

}  // namespace

Rounding rounding_of(Element element, bool flushes) {
  switch (element) {
    case Element::f16:
      return {0x1p-11, flushes ? 0x1p-14 : 0x1p-25, 65520.0};
    case Element::bf16:
      return {0x1p-8, flushes ? 0x1p-126 : 0x1p-134, 0x1.ffp127};
    case Element::f32:
      return {0x1p-24, flushes ? 0x1p-126 : 0x1p-150, 0x1.ffffffp127};
    default:
      return {0x1p-53, 0x1p-1022, no_bound};
  }
}

Tracker::Tracker(const Formats& formats)
    : formats_(formats),
      arithmetic_(rounding_of(formats.arithmetic, formats.flushes)),
      result_(rounding_of(formats.result, formats.flushes)) {}

Tracked Tracker::stored(Tracked x) const {
  if (x.error == 0) return {x.value, formats_.flushes ? result_.least : 0};
  return result_.unit > arithmetic_.unit ? within(x, result_) : x;
}

Tracked Tracker::divide(Tracked a, Tracked b) const {
  const double least = std::fabs(b.value) - b.error;
  const double quotient = a.value / b.value;
  if (b.error == 0 && !(std::fabs(b.value) > 0)) return {quotient, 0};
  const double error =
      least > 0 ? (a.error + scaled(std::fabs(quotient), b.error)) / least : no_bound;
  return rounded(rounded({quotient, error}));
}

Tracked Tracker::square_root(Tracked a) const {
  const double root = std::sqrt(a.value);
  const double least = a.value - a.error;
  const double low = least > 0 ? std::sqrt(least) : 0;
  const double error =
      a.error == 0 ? 0 : (root + low > 0 ? a.error / (root + low) : std::sqrt(a.error));
  return rounded({root, error});
}

Tracked Tracker::function(double value, double argument_error, double slope) const {
  const double own = 2 * formats_.function_units * arithmetic_.unit + oracle_function;
  const double error = scaled(slope, argument_error);
  return {value, error + own * (std::fabs(value) + error) + arithmetic_.least};
}

Tracked Tracker::exponential(Tracked a) const {
  const double value = real::exp(a.value);
  const double slope = a.error == 0 ? 0 : value * real::exp_minus_1(a.error) / a.error;
  return function(value, a.error, slope);
}

Tracked Tracker::sigmoid(Tracked a) const {
  return function(real::sigmoid(a.value), a.error, 0.25);
}
Tracked Tracker::tanh(Tracked a) const { return function(real::tanh(a.value), a.error, 1); }

// gamma_n = n u / (1 - n u).
double Tracker::spread(std::int64_t roundings) const {
  const double part = static_cast<double>(roundings) * arithmetic_.unit;
  return part < 1 ? part / (1 - part) : no_bound;
}

Tracked Tracker::sum(Tracked total, double magnitudes, std::int64_t count) const {
  if (count < 2) return total;
  const std::int64_t longest = formats_.longest_sum > 0 ? formats_.longest_sum : count - 1;
  const double own = scaled(spread(longest) + static_cast<double>(count) * oracle_unit, magnitudes);
  return {total.value, total.error + own + static_cast<double>(count) * arithmetic_.least};
}

Tracked Tracker::dot(Tracked total, double magnitudes, std::int64_t count) const {
  const auto terms = static_cast<double>(count);
  const double oracle = scaled(terms * oracle_unit, magnitudes);
  if (formats_.exact_dot) return rounded({total.value, total.error + oracle});
  const std::int64_t longest = formats_.longest_sum > 0 ? formats_.longest_sum : count - 1;
  const double own = scaled(spread(longest + 1), magnitudes);
  return {total.value, total.error + own + oracle + 2 * terms * arithmetic_.least};
}

}  // namespace weft::graph
