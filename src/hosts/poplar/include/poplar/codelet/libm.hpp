// SPDX-License-Identifier: Apache-2.0
// Sends a codelet's calls of elementary functions to weft's own (math.hpp), under whatever name C
// or C++ reaches them: the declarations here, the first of all, give the symbols other names.
#pragma once

#include "poplar/codelet/elementary.hpp"

#define WEFT_ONE(name)                                               \
  double name(double) noexcept(true) __asm__("weft_codelet_" #name); \
  float name##f(float) noexcept(true) __asm__("weft_codelet_" #name "f");
#define WEFT_TWO(name)                                                       \
  double name(double, double) noexcept(true) __asm__("weft_codelet_" #name); \
  float name##f(float, float) noexcept(true) __asm__("weft_codelet_" #name "f");

extern "C" {
WEFT_FUNCTIONS_OF_ONE(WEFT_ONE)
WEFT_FUNCTIONS_OF_TWO(WEFT_TWO)
// What a compiler makes of a sine and a cosine of the same angle.
void sincos(double, double*, double*) noexcept(true) __asm__("weft_codelet_sincos");
void sincosf(float, float*, float*) noexcept(true) __asm__("weft_codelet_sincosf");
}
#undef WEFT_ONE
#undef WEFT_TWO

// The same by names that no overload hides. The standard library calls them from constexpr
// functions; worked out by a compiler they would have that compiler's bits, so that they are no
// constant expressions.
#define WEFT_RUN(type, name, parameters, x, call)                \
  extern "C" type weft_codelet_##name parameters noexcept(true); \
  constexpr type weft_run_##name parameters {                    \
    if (__builtin_is_constant_evaluated()) {                     \
      if (x == x || x != x) throw "at run time only";            \
      return x;                                                  \
    } else {                                                     \
      return weft_codelet_##name call;                           \
    }                                                            \
  }
#define WEFT_ONE(name)                       \
  WEFT_RUN(double, name, (double x), x, (x)) \
  WEFT_RUN(float, name##f, (float x), x, (x))
#define WEFT_TWO(name)                                    \
  WEFT_RUN(double, name, (double x, double y), x, (x, y)) \
  WEFT_RUN(float, name##f, (float x, float y), x, (x, y))
WEFT_FUNCTIONS_OF_ONE(WEFT_ONE)
WEFT_FUNCTIONS_OF_TWO(WEFT_TWO)
#undef WEFT_ONE
#undef WEFT_TWO
#undef WEFT_RUN

namespace weft {
namespace codelet {

/// The larger and the smaller of two numbers; the other one of a NaN, the second of two zeros.
template <typename T>
constexpr T larger(T x, T y) {
  return x > y || y != y ? x : y;
}
template <typename T>
constexpr T smaller(T x, T y) {
  return x < y || y != y ? x : y;
}

}  // namespace codelet
}  // namespace weft

// The standard library, and programs, reach them as builtins too, which a compiler may take for the
// host's functions, or work out by itself.
#define __builtin_exp weft_run_exp
#define __builtin_expf weft_run_expf
#define __builtin_exp2 weft_run_exp2
#define __builtin_exp2f weft_run_exp2f
#define __builtin_expm1 weft_run_expm1
#define __builtin_expm1f weft_run_expm1f
#define __builtin_log weft_run_log
#define __builtin_logf weft_run_logf
#define __builtin_log2 weft_run_log2
#define __builtin_log2f weft_run_log2f
#define __builtin_log10 weft_run_log10
#define __builtin_log10f weft_run_log10f
#define __builtin_log1p weft_run_log1p
#define __builtin_log1pf weft_run_log1pf
#define __builtin_sin weft_run_sin
#define __builtin_sinf weft_run_sinf
#define __builtin_cos weft_run_cos
#define __builtin_cosf weft_run_cosf
#define __builtin_tan weft_run_tan
#define __builtin_tanf weft_run_tanf
#define __builtin_asin weft_run_asin
#define __builtin_asinf weft_run_asinf
#define __builtin_acos weft_run_acos
#define __builtin_acosf weft_run_acosf
#define __builtin_atan weft_run_atan
#define __builtin_atanf weft_run_atanf
#define __builtin_sinh weft_run_sinh
#define __builtin_sinhf weft_run_sinhf
#define __builtin_cosh weft_run_cosh
#define __builtin_coshf weft_run_coshf
#define __builtin_tanh weft_run_tanh
#define __builtin_tanhf weft_run_tanhf
#define __builtin_cbrt weft_run_cbrt
#define __builtin_cbrtf weft_run_cbrtf
#define __builtin_erf weft_run_erf
#define __builtin_erff weft_run_erff
#define __builtin_erfc weft_run_erfc
#define __builtin_erfcf weft_run_erfcf
#define __builtin_pow weft_run_pow
#define __builtin_powf weft_run_powf
#define __builtin_atan2 weft_run_atan2
#define __builtin_atan2f weft_run_atan2f
#define __builtin_fmax weft::codelet::larger<double>
#define __builtin_fmaxf weft::codelet::larger<float>
#define __builtin_fmin weft::codelet::smaller<double>
#define __builtin_fminf weft::codelet::smaller<float>
#include <cmath>
