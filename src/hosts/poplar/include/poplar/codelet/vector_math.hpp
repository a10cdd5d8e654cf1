// SPDX-License-Identifier: Apache-2.0
// The vector functions of the IPU's library: ipu::exp and its kin on float, half and their vectors,
// and the older names, half2_fmax and the like.
#pragma once

#include <cmath>

#include "poplar/codelet/each.hpp"

#define WEFT_OLD_1(vector, name) \
  inline vector vector##_##name(vector x) { return ipu::name(x); }
#define WEFT_OLD_2(vector, name) \
  inline vector vector##_##name(vector x, vector y) { return ipu::name(x, y); }
#define WEFT_UNARY(name, function)                                      \
  namespace ipu {                                                       \
  template <typename T>                                                 \
  T name(T x) {                                                         \
    return weft::codelet::each(x, [](float v) { return function(v); }); \
  }                                                                     \
  }                                                                     \
  WEFT_OLD_1(float2, name)                                              \
  WEFT_OLD_1(float4, name)                                              \
  WEFT_OLD_1(half2, name)                                               \
  WEFT_OLD_1(half4, name)
#define WEFT_BINARY(name, function)                                                    \
  namespace ipu {                                                                      \
  template <typename T, typename U>                                                    \
  T name(T x, U y) {                                                                   \
    return weft::codelet::each(x, y, [](float v, float w) { return function(v, w); }); \
  }                                                                                    \
  }                                                                                    \
  WEFT_OLD_2(float2, name)                                                             \
  WEFT_OLD_2(float4, name)                                                             \
  WEFT_OLD_2(half2, name)                                                              \
  WEFT_OLD_2(half4, name)

WEFT_UNARY(ceil, std::ceil)
WEFT_UNARY(cos, std::cos)
WEFT_UNARY(exp, std::exp)
WEFT_UNARY(exp2, std::exp2)
WEFT_UNARY(fabs, std::fabs)
WEFT_UNARY(floor, std::floor)
WEFT_UNARY(log, std::log)
WEFT_UNARY(log10, std::log10)
WEFT_UNARY(log2, std::log2)
WEFT_UNARY(rint, std::rint)
WEFT_UNARY(round, std::round)
WEFT_UNARY(rsqrt, weft::codelet::inverse_root)
WEFT_UNARY(sigmoid, weft::codelet::sigmoid)
WEFT_UNARY(sin, std::sin)
WEFT_UNARY(sqrt, std::sqrt)
WEFT_UNARY(tanh, std::tanh)
WEFT_UNARY(trunc, std::trunc)
WEFT_BINARY(copysign, std::copysign)
WEFT_BINARY(fmax, std::fmax)
WEFT_BINARY(fmin, std::fmin)
WEFT_BINARY(pow, std::pow)
#undef WEFT_BINARY
#undef WEFT_UNARY
#undef WEFT_OLD_2
#undef WEFT_OLD_1

namespace ipu {
template <typename T>
T max(T x, T y) {
  return fmax(x, y);
}
template <typename T>
T min(T x, T y) {
  return fmin(x, y);
}
}  // namespace ipu
