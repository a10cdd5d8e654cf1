// SPDX-License-Identifier: Apache-2.0
// fp16 arithmetic of a machine, and fp16 products added in fp32.
#pragma once

#include <cmath>

#include "numerics/float32.hpp"
#include "numerics/half.hpp"

namespace weft::numerics {

/// The NaN that an operation on a and b gives.
constexpr Half nan_result(Half a, Half b, FloatRules rules) {
  if (rules.canonical_nan) return half_quiet_nan;
  if (is_nan(a)) return static_cast<Half>(a | 0x0200U);
  return is_nan(b) ? static_cast<Half>(b | 0x0200U) : half_quiet_nan;
}

[[gnu::always_inline]] constexpr Half settle(Half result, Half a, Half b, FloatRules rules) {
  const Half flushed = rules.flush_subnormals ? flush(result) : result;
  if (!rules.canonical_nan) return is_nan(flushed) ? nan_result(a, b, rules) : flushed;
  const std::uint32_t magnitude = flushed & 0x7fffU;
  return static_cast<Half>(select_less(half_infinity, magnitude, half_quiet_nan, flushed));
}

[[gnu::always_inline]] constexpr float wide_operand(Half value, FloatRules rules) {
  return float_from_half(rules.flush_subnormals ? flush(value) : value);
}

// fp32 has 24 >= 2 * 11 + 2 significant bits: a sum, product or root of fp16 numbers rounded to
// fp32 and then to fp16 is the one rounded to fp16 at once (Figueroa 1995). Subnormal results too:
// such sums are exact, and so are all products. A quotient may be subnormal, so it goes through
// fp64.
[[gnu::always_inline]] constexpr Half add(Half a, Half b, FloatRules rules) {
  return settle(half_from_float(wide_operand(a, rules) + wide_operand(b, rules)), a, b, rules);
}
[[gnu::always_inline]] constexpr Half subtract(Half a, Half b, FloatRules rules) {
  return settle(half_from_float(wide_operand(a, rules) - wide_operand(b, rules)), a, b, rules);
}
[[gnu::always_inline]] constexpr Half multiply(Half a, Half b, FloatRules rules) {
  return settle(half_from_float(wide_operand(a, rules) * wide_operand(b, rules)), a, b, rules);
}
inline Half divide(Half a, Half b, FloatRules rules) {
  const double quotient =
      static_cast<double>(wide_operand(a, rules)) / static_cast<double>(wide_operand(b, rules));
  return settle(half_from_double(quotient), a, b, rules);
}
inline Half square_root(Half a, FloatRules rules) {
  return settle(half_from_float(std::sqrt(wide_operand(a, rules))), a, a, rules);
}

/// a * b + c, rounded once. The product has 22 bits; where the fp64 sum is not exact, one addend is
/// so small that it decides no rounding to 11 bits: a representable fp16 lies between the sum and
/// the nearest midpoint. Subnormal results are exact in fp64.
[[gnu::always_inline]] constexpr Half fused_multiply_add(Half a, Half b, Half c) {
  const double product = static_cast<double>(float_from_half(a) * float_from_half(b));
  return half_from_double(product + static_cast<double>(float_from_half(c)));
}

/// a * b + c: rounded once, or after the product and after the sum, as the rules say.
[[gnu::always_inline]] constexpr Half multiply_add(Half a, Half b, Half c, FloatRules rules) {
  const Half x = rules.flush_subnormals ? flush(a) : a;
  const Half y = rules.flush_subnormals ? flush(b) : b;
  const Half z = rules.flush_subnormals ? flush(c) : c;
  const Half first = is_nan(a) ? a : b;
  if (rules.fused_f16) return settle(fused_multiply_add(x, y, z), first, c, rules);
  const Half product = half_from_float(float_from_half(x) * float_from_half(y));
  const float sum = wide_operand(product, rules) + float_from_half(z);
  return settle(half_from_float(sum), first, c, rules);
}

/// fp16 a * fp16 b + fp32 c in fp32. The exact product has 22 bits, so it needs no rounding there.
[[gnu::always_inline]] constexpr float mixed_multiply_add(Half a, Half b, float c,
                                                          FloatRules rules) {
  const float x = wide_operand(a, rules);
  const float y = wide_operand(b, rules);
  float product = x * y;
  if (!rules.exact_mixed_product) product = wide_operand(half_from_float(product), rules);
  const float first = is_nan(x) ? x : y;
  return settle(product + operand(c, rules), first, c, rules);
}
/// fp16 a + fp32 b in fp32.
constexpr float mixed_add(Half a, float b, FloatRules rules) {
  return add(wide_operand(a, rules), b, rules);
}

constexpr Half negate(Half a) { return static_cast<Half>(a ^ 0x8000U); }
constexpr Half absolute(Half a) { return static_cast<Half>(a & 0x7fffU); }

/// NaN if either is NaN; +0 is larger than -0.
constexpr Half maximum(Half a, Half b, FloatRules rules) {
  const float larger = maximum(wide_operand(a, rules), wide_operand(b, rules), rules);
  return settle(half_from_float(larger), a, b, rules);
}
constexpr Half minimum(Half a, Half b, FloatRules rules) {
  const float smaller = minimum(wide_operand(a, rules), wide_operand(b, rules), rules);
  return settle(half_from_float(smaller), a, b, rules);
}
constexpr bool equal(Half a, Half b) { return float_from_half(a) == float_from_half(b); }
constexpr bool less(Half a, Half b) { return float_from_half(a) < float_from_half(b); }

/// fp32 to fp16 and back, with the rules.
constexpr Half narrow(float value, FloatRules rules) {
  const Half rounded = half_from_float(operand(value, rules));
  return settle(rounded, rounded, rounded, rules);
}
constexpr float widen(Half value, FloatRules rules) {
  const float wide = wide_operand(value, rules);
  return settle(wide, wide, wide, rules);
}

}  // namespace weft::numerics
