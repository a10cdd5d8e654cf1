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

// The standard library reaches them as builtins, which not every compiler renames.
#define __builtin_expf expf
#define __builtin_exp2f exp2f
#define __builtin_expm1f expm1f
#define __builtin_logf logf
#define __builtin_log2f log2f
#define __builtin_log10f log10f
#define __builtin_log1pf log1pf
#define __builtin_sinf sinf
#define __builtin_cosf cosf
#define __builtin_tanf tanf
#define __builtin_asinf asinf
#define __builtin_acosf acosf
#define __builtin_atanf atanf
#define __builtin_sinhf sinhf
#define __builtin_coshf coshf
#define __builtin_tanhf tanhf
#define __builtin_cbrtf cbrtf
#define __builtin_erff erff
#define __builtin_erfcf erfcf
#define __builtin_powf powf
#define __builtin_atan2f atan2f
#include <cmath>
#undef __builtin_expf
#undef __builtin_exp2f
#undef __builtin_expm1f
#undef __builtin_logf
#undef __builtin_log2f
#undef __builtin_log10f
#undef __builtin_log1pf
#undef __builtin_sinf
#undef __builtin_cosf
#undef __builtin_tanf
#undef __builtin_asinf
#undef __builtin_acosf
#undef __builtin_atanf
#undef __builtin_sinhf
#undef __builtin_coshf
#undef __builtin_tanhf
#undef __builtin_cbrtf
#undef __builtin_erff
#undef __builtin_erfcf
#undef __builtin_powf
#undef __builtin_atan2f
