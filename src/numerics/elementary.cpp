// SPDX-License-Identifier: Apache-2.0
// Exponential, logarithm, power and hyperbolic functions: reduce the argument, then a Taylor
// polynomial whose first left-out term is below 2^-46.
#include "numerics/elementary.hpp"

#include <bit>
#include <cstdint>
#include <limits>

#include "numerics/scale.hpp"

namespace weft::numerics::elementary {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double ln_2 = 0x1.62e42fefa39efp-1;
constexpr double ln_2_high = 0x1.62e42fefa0000p-1;  // 36 bits: times a small integer is exact
constexpr double ln_2_low = 0x1.cf79abc9e3b3ap-40;
constexpr double overflow = 700.0;  // beyond fp32 and fp16 by far, within fp64

double nearest_integer(double x) {
  return static_cast<double>(static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5));
}

// e^r for |r| <= ln(2) / 2.
double exp_polynomial(double r) {
  constexpr int terms = 12;
  double sum = 1.0;
  for (int k = terms; k >= 1; --k) sum = 1.0 + sum * (r / k);
  return sum;
}

// 1 / (2 k + 1) series of 2 atanh(s), |s| <= 0.1716.
double log_polynomial(double s) {
  constexpr int terms = 11;
  const double square = s * s;
  double sum = 0.0;
  for (int k = terms; k >= 1; --k) sum = square * (1.0 / (2 * k + 1) + sum);
  return 2.0 * (s + s * sum);
}

struct Split {
  double mantissa;  ///< in [sqrt(1/2), sqrt(2))
  double exponent;
};

// For x normal and positive; every positive fp32 and fp16 is normal in fp64.
Split split(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  auto exponent = static_cast<int>(bits >> 52U) - 1023;
  const std::uint64_t fraction = bits & 0xfffffffffffffULL;
  double mantissa = std::bit_cast<double>(fraction | std::bit_cast<std::uint64_t>(1.0));
  if (mantissa >= 0x1.6a09e667f3bcdp+0) {
    mantissa *= 0.5;
    ++exponent;
  }
  return {mantissa, static_cast<double>(exponent)};
}

// What log gives for arguments that are no positive finite number.
double log_special(double x) { return x == 0 ? -infinity : (x > 0 ? x : nan); }
bool is_positive_finite(double x) { return x > 0 && x < infinity; }

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

double exp(double x) {
  if (x != x) return x;
  if (x > overflow) return infinity;
  if (x < -overflow) return 0.0;
  const double n = nearest_integer(x / ln_2);
  const double r = (x - n * ln_2_high) - n * ln_2_low;
  return exp_polynomial(r) * power_of_two(static_cast<int>(n));
}

double exp2(double x) {
  if (x != x) return x;
  if (x > overflow) return infinity;
  if (x < -overflow) return 0.0;
  const double n = nearest_integer(x);
  return exp_polynomial((x - n) * ln_2) * power_of_two(static_cast<int>(n));
}

double log(double x) {
  if (!is_positive_finite(x)) return log_special(x);
  const auto [m, e] = split(x);
  return e * ln_2 + log_polynomial((m - 1.0) / (m + 1.0));
}

double log2(double x) {
  if (!is_positive_finite(x)) return log_special(x);
  const auto [m, e] = split(x);
  return e + log_polynomial((m - 1.0) / (m + 1.0)) / ln_2;
}

double tanh(double x) {
  const double magnitude = x < 0 ? -x : x;
  if (magnitude < 0x1p-12) return x * (1.0 - x * x / 3.0);
  if (magnitude > 20.0) return x < 0 ? -1.0 : 1.0;
  const double squared = exp(2.0 * x);  // e^x squared; a NaN comes this way and stays one
  return (squared - 1.0) / (squared + 1.0);
}

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
