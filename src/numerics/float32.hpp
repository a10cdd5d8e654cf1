// SPDX-License-Identifier: Apache-2.0
// fp32 arithmetic of a machine: host operations that are correctly rounded, plus its own rules.
#pragma once

#include <cmath>
#include <cstdint>

#include "numerics/float_rules.hpp"

namespace weft::numerics {

constexpr float quiet(float nan) { return float_of(bits_of(nan) | 0x00400000U); }

/// The NaN that an operation on a and b gives.
constexpr float nan_result(float a, float b, FloatRules rules) {
  if (rules.canonical_nan) return float_of(quiet_nan_bits);
  if (is_nan(a)) return quiet(a);
  return is_nan(b) ? quiet(b) : float_of(quiet_nan_bits);
}

/// Applies the rules to a rounded result of a and b.
constexpr float settle(float result, float a, float b, FloatRules rules) {
  const float flushed = rules.flush_subnormals ? flush(result) : result;
  return flushed == flushed ? flushed : nan_result(a, b, rules);
}

constexpr float operand(float value, FloatRules rules) {
  return rules.flush_subnormals ? flush(value) : value;
}

constexpr float add(float a, float b, FloatRules rules) {
  return settle(operand(a, rules) + operand(b, rules), a, b, rules);
}
constexpr float subtract(float a, float b, FloatRules rules) {
  return settle(operand(a, rules) - operand(b, rules), a, b, rules);
}
constexpr float multiply(float a, float b, FloatRules rules) {
  return settle(operand(a, rules) * operand(b, rules), a, b, rules);
}
/// x / 0 is an infinity, 0 / 0 a NaN.
inline float divide(float a, float b, FloatRules rules) {
  return settle(operand(a, rules) / operand(b, rules), a, b, rules);
}
inline float square_root(float a, FloatRules rules) {
  return settle(std::sqrt(operand(a, rules)), a, a, rules);
}

/// a * b + c, rounded once, on hosts without such an instruction too.
inline float fused_multiply_add(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  // The product is exact in fp64. The sum is rounded to odd there: fp64 has more than two bits more
  // than fp32, so rounding that to fp32 is right (Boldo and Melquiond, IEEE Trans. Comput. 2008).
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const double wide = static_cast<double>(c);
  const double sum = product + wide;
  const double part = sum - product;
  const double error = (product - (sum - part)) + (wide - part);
  auto bits = std::bit_cast<std::uint64_t>(sum);
  const bool even = (bits & 1U) == 0;
  const bool outward = (error > 0.0) == (sum > 0.0);
  const bool inexact = error > 0.0 || error < 0.0;  // false for the NaN that infinities make
  bits = inexact && even ? (outward ? bits + 1 : bits - 1) : bits;
  return static_cast<float>(std::bit_cast<double>(bits));
#endif
}

/// a * b + c: rounded once, or after the product and after the sum, as the rules say.
inline float multiply_add(float a, float b, float c, FloatRules rules) {
  const float x = operand(a, rules);
  const float y = operand(b, rules);
  const float z = operand(c, rules);
  const float result = rules.fused_f32 ? fused_multiply_add(x, y, z) : operand(x * y, rules) + z;
  return settle(result, is_nan(a) ? a : b, c, rules);
}

/// Bit operations: exact for every operand, NaN and subnormals included.
constexpr float negate(float a) { return float_of(bits_of(a) ^ 0x80000000U); }
constexpr float absolute(float a) { return float_of(bits_of(a) & 0x7fffffffU); }

/// Bits as an integer in the order of the numbers, -0 below +0; NaN lies outside the infinities.
constexpr std::int32_t ordered(float value) {
  const auto bits = static_cast<std::int32_t>(bits_of(value));
  return bits ^ static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 31) >> 1U);
}

/// NaN if either is NaN; +0 is larger than -0.
constexpr float maximum(float a, float b, FloatRules rules) {
  const float x = operand(a, rules);
  const float y = operand(b, rules);
  const float larger = ordered(x) > ordered(y) ? x : y;
  const float with_nan = x == x ? larger : x;
  return settle(y == y ? with_nan : y, a, b, rules);
}
constexpr float minimum(float a, float b, FloatRules rules) {
  return is_nan(a) || is_nan(b) ? nan_result(a, b, rules)
                                : negate(maximum(negate(a), negate(b), rules));
}

}  // namespace weft::numerics
