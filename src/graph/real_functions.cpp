// SPDX-License-Identifier: Apache-2.0
// Elementary functions in fp64: those of numerics/, and what needs more than these keep near zero.
#include "graph/real_functions.hpp"

#include <cmath>
#include <limits>

#include "numerics/elementary.hpp"

namespace weft::graph::real {
namespace {

namespace elementary = numerics::elementary;

constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
constexpr double one_over_sqrt_pi = 0x1.20dd750429b6dp-1;

// exp(-x^2 scale), the square exact: rounded, it would cost as many digits as it has before the
// point. fp32 holds half of the digits of x, whose square is exact.
double exp_of_square(double x, double scale) {
  const auto high = static_cast<double>(static_cast<float>(x));
  return elementary::exp(-high * high * scale) * elementary::exp(-(x - high) * (x + high) * scale);
}

// erf(x) exp(x^2) sqrt(pi) / 2 = sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)): no term is negative.
double erf_by_series(double x) {
  const double square = x * x;
  double term = x;
  double sum = x;
  for (int n = 1; n < 200; ++n) {
    term *= 2.0 * square / (2 * n + 1);
    sum += term;
    if (term < sum * 0x1p-56 && term > -sum * 0x1p-56) break;
  }
  return 2.0 * one_over_sqrt_pi * elementary::exp(-square) * sum;
}

// erfc(x) exp(x^2) for x >= 0.7: Laplace's continued fraction, from behind; so many parts give all
// digits.
double erfc_by_fraction(double x) {
  double below = x;
  for (int n = x < 2 ? 350 : 60; n >= 1; --n) below = x + (0.5 * n) / below;
  return one_over_sqrt_pi / below;
}

double whole_power(double x, int n) {
  double result = 1.0;
  for (int i = 0; i < n; ++i) result *= x;
  return result;
}

}  // namespace

double exp(double x) { return elementary::exp(x); }

double log(double x) {
  constexpr double subnormal = 0x1p-1022;
  constexpr double log_of_scale = 0x1.62e42fefa39efp+5;  // log(2^64)
  if (x > 0 && x < subnormal) return elementary::log(x * 0x1p64) - log_of_scale;
  return elementary::log(x);
}

// 1 + x is rounded; the quotient makes up for it (Kahan).
double log_1_plus(double x) {
  const double sum = 1.0 + x;
  if (sum == 1.0) return x;
  const double part = sum - 1.0;
  return part - part == 0 ? log(sum) * (x / part) : log(sum);
}

double exp_minus_1(double x) {
  const double power = elementary::exp(x);
  if (power == 1.0) return x;
  const double less = power - 1.0;
  if (less == -1.0 || less - less != 0) return less;
  return less * x / log(power);
}

double tanh(double x) {
  if (!(x > -0.5 && x < 0.5)) return elementary::tanh(x);
  const double square = x * x;
  double below = 17.0;  // Lambert's continued fraction
  for (int k = 15; k >= 1; k -= 2) below = k + square / below;
  return x / below;
}

double sigmoid(double x) { return elementary::sigmoid(x); }

double erf(double x) {
  if (x != x) return x;
  const double size = x < 0 ? -x : x;
  if (size < 2) return erf_by_series(x);
  const double rest = size > 30 ? 0.0 : erfc_by_fraction(size) * exp_of_square(size, 1.0);
  return x < 0 ? rest - 1.0 : 1.0 - rest;
}

double normal_below(double x) {
  if (x != x) return x;
  const double size = x < 0 ? -x : x;
  if (size < 1) return 0.5 + 0.5 * erf_by_series(x * sqrt_half);
  const double tail =
      size > 40 ? 0.0 : 0.5 * erfc_by_fraction(size * sqrt_half) * exp_of_square(size, 0.5);
  return x < 0 ? tail : 1.0 - tail;
}

double softplus(double x) {
  if (x != x) return x;
  const double tail = log_1_plus(elementary::exp(x > 0 ? -x : x));
  return x > 0 ? x + tail : tail;
}

double sin(double x) { return x == 0 ? x : elementary::sin(x); }
double cos(double x) { return elementary::cos(x); }

double pow(double x, double y) {
  constexpr double most = 64;
  if (y >= 0 && y <= most && y == static_cast<double>(static_cast<int>(y))) {
    return whole_power(x, static_cast<int>(y));
  }
  if (y < 0 && y >= -most && y == static_cast<double>(static_cast<int>(y))) {
    return 1.0 / whole_power(x, static_cast<int>(-y));
  }
  if (y == 0.5 && x > 0) return std::sqrt(x);
  return elementary::pow(x, y);
}

}  // namespace weft::graph::real
