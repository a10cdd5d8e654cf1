// SPDX-License-Identifier: Apache-2.0
// Multiplication by a power of two.
#pragma once

#include <bit>
#include <cstdint>

#include "numerics/float16.hpp"

namespace weft::numerics {

/// 2^exponent for -1022 <= exponent <= 1023.
constexpr double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// Exponents outside +-limit give the same fp32 or fp16 result as the limit: all zero or infinite.
constexpr int clamp_exponent(int exponent) {
  constexpr int limit = 600;
  return exponent > limit ? limit : (exponent < -limit ? -limit : exponent);
}

/// a * 2^by, rounded once.
constexpr float scale(float a, int by, FloatRules rules) {
  const double scaled = static_cast<double>(operand(a, rules)) * power_of_two(clamp_exponent(by));
  return settle(static_cast<float>(scaled), a, a, rules);
}
constexpr Half scale(Half a, int by, FloatRules rules) {
  const double scaled =
      static_cast<double>(wide_operand(a, rules)) * power_of_two(clamp_exponent(by));
  return settle(half_from_double(scaled), a, a, rules);
}

}  // namespace weft::numerics
