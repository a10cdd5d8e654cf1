// SPDX-License-Identifier: Apache-2.0
// Exponential, logarithm and hyperbolic tangent in fp64, for kernels of the device space too:
// reduce the argument, then a Taylor polynomial whose first left-out term is below 2^-46.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "base/device_function.hpp"
#include "numerics/scale.hpp"

namespace weft::numerics::elementary {

// Contracts: elementary.hpp.

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double ln_2 = 0x1.62e42fefa39efp-1;
inline constexpr double ln_2_high =
    0x1.62e42fefa0000p-1;  // 36 bits: times a small integer is exact
inline constexpr double ln_2_low = 0x1.cf79abc9e3b3ap-40;
inline constexpr double overflow = 700.0;  // beyond fp32 and fp16 by far, within fp64

WEFT_FUNCTION double nearest_integer(double x) {
  return static_cast<double>(static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5));
}

/// e^r for |r| <= ln(2) / 2.
WEFT_FUNCTION double exp_polynomial(double r) {
  constexpr int terms = 12;
  double sum = 1.0;
  for (int k = terms; k >= 1; --k) sum = 1.0 + sum * (r / k);
  return sum;
}

/// 1 / (2 k + 1) series of 2 atanh(s), |s| <= 0.1716.
WEFT_FUNCTION double log_polynomial(double s) {
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

/// For x normal and positive; every positive fp32 and fp16 is normal in fp64.
WEFT_FUNCTION Split split(double x) {
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

/// What log gives for arguments that are no positive finite number.
WEFT_FUNCTION double log_special(double x) { return x == 0 ? -infinity : (x > 0 ? x : nan); }
WEFT_FUNCTION bool is_positive_finite(double x) { return x > 0 && x < infinity; }

WEFT_FUNCTION double exp_kernel(double x) {
  if (x != x) return x;
  if (x > overflow) return infinity;
  if (x < -overflow) return 0.0;
  const double n = nearest_integer(x / ln_2);
  const double r = (x - n * ln_2_high) - n * ln_2_low;
  return exp_polynomial(r) * power_of_two(static_cast<int>(n));
}

WEFT_FUNCTION double log_kernel(double x) {
  if (!is_positive_finite(x)) return log_special(x);
  const auto [m, e] = split(x);
  return e * ln_2 + log_polynomial((m - 1.0) / (m + 1.0));
}

WEFT_FUNCTION double tanh_kernel(double x) {
  const double magnitude = x < 0 ? -x : x;
  if (magnitude < 0x1p-12) return x * (1.0 - x * x / 3.0);
  if (magnitude > 20.0) return x < 0 ? -1.0 : 1.0;
  const double squared = exp_kernel(2.0 * x);  // e^x squared; a NaN comes this way and stays one
  return (squared - 1.0) / (squared + 1.0);
}

}  // namespace weft::numerics::elementary
