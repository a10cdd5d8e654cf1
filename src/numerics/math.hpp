// SPDX-License-Identifier: Apache-2.0
// Mathematical functions of a machine's library, the same bits on every host: no call to libm
// rounds.
#pragma once

#include <cmath>

#include "numerics/elementary.hpp"
#include "numerics/float16.hpp"

namespace weft::numerics {

// Every function here is computed in fp64 and rounded once: the error is below 0.501 units in the
// last place (fp32 and fp16). Special values are those of C. What the vendor's library rounds to is
// not published; its results can differ in the last place.

#define WEFT_ELEMENTARY(name)                                                               \
  inline float name(float x, FloatRules rules) {                                            \
    return settle(static_cast<float>(elementary::name(operand(x, rules))), x, x, rules);    \
  }                                                                                         \
  inline Half name(Half x, FloatRules rules) {                                              \
    return settle(half_from_double(elementary::name(wide_operand(x, rules))), x, x, rules); \
  }

WEFT_ELEMENTARY(exp)
WEFT_ELEMENTARY(exp2)
WEFT_ELEMENTARY(log)
WEFT_ELEMENTARY(log2)
WEFT_ELEMENTARY(sin)
WEFT_ELEMENTARY(cos)
WEFT_ELEMENTARY(tan)
WEFT_ELEMENTARY(tanh)
WEFT_ELEMENTARY(atan)
WEFT_ELEMENTARY(sigmoid)
#undef WEFT_ELEMENTARY

inline float pow(float x, float y, FloatRules rules) {
  return settle(static_cast<float>(elementary::pow(operand(x, rules), operand(y, rules))), x, y,
                rules);
}
inline Half pow(Half x, Half y, FloatRules rules) {
  return settle(half_from_double(elementary::pow(wide_operand(x, rules), wide_operand(y, rules))),
                x, y, rules);
}

/// 1 / x, correctly rounded.
inline float reciprocal(float x, FloatRules rules) { return divide(1.0F, x, rules); }
inline Half reciprocal(Half x, FloatRules rules) { return divide(Half{0x3c00}, x, rules); }

/// 1 / sqrt(x); of zero: infinity.
inline float inverse_sqrt(float x, FloatRules rules) {
  const double root = std::sqrt(static_cast<double>(operand(x, rules)));
  return settle(static_cast<float>(1.0 / root), x, x, rules);
}
inline Half inverse_sqrt(Half x, FloatRules rules) {
  const double root = std::sqrt(static_cast<double>(wide_operand(x, rules)));
  return settle(half_from_double(1.0 / root), x, x, rules);
}

/// Exact.
inline float floor(float x, FloatRules rules) {
  return settle(std::floor(operand(x, rules)), x, x, rules);
}
inline float ceil(float x, FloatRules rules) {
  return settle(std::ceil(operand(x, rules)), x, x, rules);
}
inline Half floor(Half x, FloatRules rules) {
  return settle(half_from_float(std::floor(wide_operand(x, rules))), x, x, rules);
}
inline Half ceil(Half x, FloatRules rules) {
  return settle(half_from_float(std::ceil(wide_operand(x, rules))), x, x, rules);
}

/// -1, 0 or 1; NaN of NaN.
constexpr float sign(float x, FloatRules rules) {
  if (is_nan(x)) return nan_result(x, x, rules);
  return x > 0 ? 1.0F : (x < 0 ? -1.0F : 0.0F);
}
constexpr Half sign(Half x, FloatRules rules) {
  if (is_nan(x)) return nan_result(x, x, rules);
  return half_from_float(sign(float_from_half(x), rules));
}

}  // namespace weft::numerics
