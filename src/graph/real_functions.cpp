// SPDX-License-Identifier: Apache-2.0
// Elementary functions in fp64: those of numerics/, and what needs more than these keep near zero.
#include "graph/real_functions.hpp"

#include <cmath>
#include <limits>

#include "numerics/elementary.hpp"
#include "numerics/error_function.hpp"

namespace weft::graph::real {
namespace {

namespace elementary = numerics::elementary;

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

double erf(double x) { return elementary::erf(x); }
double normal_below(double x) { return elementary::normal_below(x); }

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
