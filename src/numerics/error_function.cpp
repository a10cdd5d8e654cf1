// SPDX-License-Identifier: Apache-2.0
// A series where it is short, a continued fraction elsewhere.
#include "numerics/error_function.hpp"

#include "numerics/elementary.hpp"

namespace weft::numerics::elementary {
namespace {

constexpr double sqrt_half = 0x1.6a09e667f3bcdp-1;
constexpr double one_over_sqrt_pi = 0x1.20dd750429b6dp-1;

// exp(-x^2 scale), the square exact: rounded, it would cost as many digits as it has before the
// point. fp32 holds half of the digits of x, whose square is exact.
double exp_of_square(double x, double scale) {
  const auto high = static_cast<double>(static_cast<float>(x));
  return exp(-high * high * scale) * exp(-(x - high) * (x + high) * scale);
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
  return 2.0 * one_over_sqrt_pi * exp(-square) * sum;
}

// erfc(x) exp(x^2) for x >= 0.7: Laplace's continued fraction, from behind; so many parts give all
// digits.
double erfc_by_fraction(double x) {
  double below = x;
  for (int n = x < 2 ? 350 : 60; n >= 1; --n) below = x + (0.5 * n) / below;
  return one_over_sqrt_pi / below;
}

}  // namespace

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

}  // namespace weft::numerics::elementary
