// SPDX-License-Identifier: Apache-2.0
// Exponential, logarithm, power and hyperbolic functions, over the kernels.
#include "numerics/elementary.hpp"

#include <bit>
#include <cstdint>

#include "numerics/elementary_kernels.hpp"

namespace weft::numerics::elementary {
namespace {

bool is_odd_integer(double y) {
  if (!(y > -0x1p53 && y < 0x1p53)) return false;
  const auto whole = static_cast<std::int64_t>(y);
  return static_cast<double>(whole) == y && whole % 2 != 0;
}
bool is_integer(double y) {
  if (!(y > -0x1p53 && y < 0x1p53)) return y == y;
  return static_cast<double>(static_cast<std::int64_t>(y)) == y;
}

}  // namespace

double exp(double x) { return exp_kernel(x); }

double exp2(double x) {
  if (x != x) return x;
  if (x > overflow) return infinity;
  if (x < -overflow) return 0.0;
  const double n = nearest_integer(x);
  return exp_polynomial((x - n) * ln_2) * power_of_two(static_cast<int>(n));
}

double log(double x) { return log_kernel(x); }

double log2(double x) {
  if (!is_positive_finite(x)) return log_special(x);
  const auto [m, e] = split(x);
  return e + log_polynomial((m - 1.0) / (m + 1.0)) / ln_2;
}

double tanh(double x) { return tanh_kernel(x); }

double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

double pow(double x, double y) {
  if (y == 0 || x == 1.0) return 1.0;
  if (x != x || y != y) return nan;
  const double magnitude = x < 0 ? -x : x;
  const bool y_infinite = y == infinity || y == -infinity;
  if (y_infinite) {
    if (magnitude == 1.0) return 1.0;
    return (magnitude > 1.0) == (y > 0) ? infinity : 0.0;
  }
  const bool x_negative = (std::bit_cast<std::uint64_t>(x) >> 63U) != 0;
  if (x < 0 && x != -infinity && !is_integer(y)) return nan;
  const double sign = x_negative && is_odd_integer(y) ? -1.0 : 1.0;
  if (x == 0) return sign * (y < 0 ? infinity : 0.0);
  if (magnitude == infinity) return sign * (y > 0 ? infinity : 0.0);
  return sign * exp(y * log(magnitude));
}

}  // namespace weft::numerics::elementary
