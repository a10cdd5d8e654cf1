// SPDX-License-Identifier: Apache-2.0
// Functions in fp64 made from the elementary ones, in a fixed order of operations: the same bits on
// every host.
#pragma once

#include <cmath>

#include "numerics/elementary.hpp"

namespace weft::numerics::special {

inline constexpr double half_pi = 1.5707963267948966;

inline double asin(double x) {
  if (x >= 1.0 || x <= -1.0) {
    if (x > 1.0 || x < -1.0) return __builtin_nan("");
    return x > 0 ? half_pi : -half_pi;
  }
  return elementary::atan(x / std::sqrt((1.0 - x) * (1.0 + x)));
}

inline double atan2(double y, double x) {
  if (std::isnan(x) || std::isnan(y)) return __builtin_nan("");
  const bool left = std::signbit(x);
  if (y == 0.0) return std::copysign(left ? 2.0 * half_pi : 0.0, y);
  if (x == 0.0 || (std::isinf(y) && !std::isinf(x))) return std::copysign(half_pi, y);
  const double ratio = std::isinf(x) && std::isinf(y) ? 1.0 : std::fabs(y / x);
  const double angle = elementary::atan(ratio);
  return std::copysign(left ? 2.0 * half_pi - angle : angle, y);
}

inline double cbrt(double x) {
  if (x == 0.0 || std::isnan(x) || std::isinf(x)) return x;
  const double magnitude = std::fabs(x);
  double root = elementary::exp(elementary::log(magnitude) / 3.0);
  root -= (root * root * root - magnitude) / (3.0 * root * root);
  return std::copysign(root, x);
}

/// e^x - 1; the quotient takes back what rounding did to e^x near 1.
inline double expm1(double x) {
  const double power = elementary::exp(x);
  if (power == 1.0) return x;
  if (!(x > -0.5 && x < 0.5)) return power - 1.0;
  return (power - 1.0) * (x / elementary::log(power));
}

inline double log1p(double x) {
  const double sum = 1.0 + x;
  if (sum == 1.0) return x;
  if (!(x > -0.5 && x < 1.0)) return elementary::log(sum);
  return elementary::log(sum) * (x / (sum - 1.0));
}

/// The error function by its series of positive terms; from 4 on it is 1 in fp32.
inline double erf(double x) {
  if (std::isnan(x)) return x;
  const double magnitude = std::fabs(x);
  if (magnitude >= 4.0) return std::copysign(1.0, x);
  const double square = magnitude * magnitude;
  double term = magnitude;
  double sum = term;
  for (int n = 1; n < 200 && term > sum * 1e-18; ++n) {
    term *= 2.0 * square / (2 * n + 1);
    sum += term;
  }
  constexpr double two_over_root_pi = 1.1283791670955126;
  return std::copysign(two_over_root_pi * elementary::exp(-square) * sum, x);
}

/// x times the normal distribution's share below x; the limit, -0, of -infinity.
inline double gelu(double x) {
  const double share = 1.0 + erf(x * 0.7071067811865476);
  return share == 0.0 ? -0.0 : 0.5 * x * share;
}

}  // namespace weft::numerics::special
