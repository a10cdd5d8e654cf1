// SPDX-License-Identifier: Apache-2.0
// The elementary functions of codelets, from the ten that the machine brings. fp64 inside: accurate
// far beyond fp32, and the same bits on every host. Without a machine, the host's libm.
#pragma once

#include "poplar/codelet/context.hpp"
#include "poplar/codelet/elementary.hpp"
#include "poplar/codelet/libm.hpp"

namespace weft {
namespace codelet {
namespace math {

#define WEFT_HOST_ONE(name) extern "C" double host_##name(double) __asm__(#name)
WEFT_HOST_ONE(exp);
WEFT_HOST_ONE(exp2);
WEFT_HOST_ONE(log);
WEFT_HOST_ONE(log2);
WEFT_HOST_ONE(sin);
WEFT_HOST_ONE(cos);
WEFT_HOST_ONE(tan);
WEFT_HOST_ONE(tanh);
WEFT_HOST_ONE(atan);
#undef WEFT_HOST_ONE
extern "C" double host_pow(double, double) __asm__("pow");

inline const Math& functions() {
  static constexpr Math host = {host_exp, host_exp2, host_log,  host_log2, host_sin,
                                host_cos, host_tan,  host_tanh, host_atan, host_pow};
  return context->math != nullptr ? *context->math : host;
}

inline double exp(double x) { return functions().exp(x); }
inline double exp2(double x) { return functions().exp2(x); }
inline double log(double x) { return functions().log(x); }
inline double log2(double x) { return functions().log2(x); }
inline double sin(double x) { return functions().sin(x); }
inline double cos(double x) { return functions().cos(x); }
inline double tan(double x) { return functions().tan(x); }
inline double tanh(double x) { return functions().tanh(x); }
inline double atan(double x) { return functions().atan(x); }
inline double pow(double x, double y) { return functions().pow(x, y); }

inline constexpr double pi = 0x1.921fb54442d18p+1;

inline double expm1(double x) {
  if (__builtin_fabs(x) > 0x1p-10) return exp(x) - 1;
  return x * (1 + x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x / 120))));
}
inline double log1p(double x) {
  if (!(__builtin_fabs(x) < 0x1p-10)) return log(1 + x);
  return x * (1 - x * (1.0 / 2 - x * (1.0 / 3 - x * (1.0 / 4 - x / 5))));
}
inline double log10(double x) { return log(x) * 0x1.bcb7b1526e50ep-2; }
inline double sinh(double x) {
  if (__builtin_fabs(x) > 0x1p-5) return (exp(x) - exp(-x)) / 2;
  const double square = x * x;
  return x * (1 + square * (1.0 / 6 + square * (1.0 / 120 + square / 5040)));
}
inline double cosh(double x) { return (exp(x) + exp(-x)) / 2; }
inline double asin(double x) { return atan(x / __builtin_sqrt((1 - x) * (1 + x))); }
inline double acos(double x) { return 2 * atan(__builtin_sqrt((1 - x) / (1 + x))); }
inline double cbrt(double x) {
  const double root = x == 0 ? 0 : pow(__builtin_fabs(x), 1.0 / 3);
  return __builtin_copysign(root, x);
}

inline double atan2(double y, double x) {
  if (x != x || y != y) return x + y;
  const bool negative = __builtin_signbit(x) != 0;
  double angle = 0;
  if (__builtin_isinf(x) && __builtin_isinf(y)) {
    angle = pi / 4;
  } else if (y == 0) {
    angle = 0;
  } else {
    angle = atan(__builtin_fabs(y / x));
  }
  return __builtin_copysign(negative ? pi - angle : angle, y);
}

/// erfc(x) for x >= 2, as a continued fraction.
inline double erfc_tail(double x) {
  double fraction = x;
  for (int k = 60; k >= 1; --k) fraction = x + (k / 2.0) / fraction;
  return exp(-x * x) / (fraction * 0x1.c5bf891b4ef6bp+0);  // sqrt(pi)
}
/// erf(x) for 0 <= x < 2, as a series of positive terms.
inline double erf_series(double x) {
  double term = x;
  double sum = x;
  for (int k = 1; k < 40; ++k) {
    term *= 2 * x * x / (2 * k + 1);
    sum += term;
  }
  return sum * exp(-x * x) * 0x1.20dd750429b6dp+0;  // 2 / sqrt(pi)
}
inline double erf(double x) {
  const double size = __builtin_fabs(x);
  if (x != x) return x;
  return __builtin_copysign(size < 2 ? erf_series(size) : 1 - erfc_tail(size), x);
}
inline double erfc(double x) {
  if (x != x) return x;
  return x < 2 ? 1 - erf(x) : erfc_tail(x);
}
inline double fmax(double x, double y) { return larger(x, y); }
inline double fmin(double x, double y) { return smaller(x, y); }

}  // namespace math
}  // namespace codelet
}  // namespace weft

// Weak: several wrappers may be linked into one program.
#define WEFT_DEFINE __attribute__((weak, visibility("hidden")))
#define WEFT_ONE(name)                                                                         \
  extern "C" WEFT_DEFINE double weft_codelet_##name(double x) noexcept(true);                  \
  double weft_codelet_##name(double x) noexcept(true) { return weft::codelet::math::name(x); } \
  extern "C" WEFT_DEFINE float weft_codelet_##name##f(float x) noexcept(true);                 \
  float weft_codelet_##name##f(float x) noexcept(true) {                                       \
    return static_cast<float>(weft::codelet::math::name(static_cast<double>(x)));              \
  }
WEFT_FUNCTIONS_OF_ONE(WEFT_ONE)
#undef WEFT_ONE

#define WEFT_TWO(name)                                                                  \
  extern "C" WEFT_DEFINE double weft_codelet_##name(double x, double y) noexcept(true); \
  double weft_codelet_##name(double x, double y) noexcept(true) {                       \
    return weft::codelet::math::name(x, y);                                             \
  }                                                                                     \
  extern "C" WEFT_DEFINE float weft_codelet_##name##f(float x, float y) noexcept(true); \
  float weft_codelet_##name##f(float x, float y) noexcept(true) {                       \
    return static_cast<float>(                                                          \
        weft::codelet::math::name(static_cast<double>(x), static_cast<double>(y)));     \
  }
WEFT_FUNCTIONS_OF_TWO(WEFT_TWO)
#undef WEFT_TWO

extern "C" WEFT_DEFINE void weft_codelet_sincos(double x, double* s, double* c) noexcept(true);
void weft_codelet_sincos(double x, double* s, double* c) noexcept(true) {
  *s = weft::codelet::math::sin(x);
  *c = weft::codelet::math::cos(x);
}
extern "C" WEFT_DEFINE void weft_codelet_sincosf(float x, float* s, float* c) noexcept(true);
void weft_codelet_sincosf(float x, float* s, float* c) noexcept(true) {
  *s = static_cast<float>(weft::codelet::math::sin(static_cast<double>(x)));
  *c = static_cast<float>(weft::codelet::math::cos(static_cast<double>(x)));
}
#undef WEFT_DEFINE
