// SPDX-License-Identifier: Apache-2.0
// Functions element by element on the IPU's vector types: half2_fmax, float4_sqrt and their kin.
#pragma once

#include <cmath>

#include "ipudef.h"

#define WEFT_UNARY(vector, n, name)                                 \
  inline vector vector##_##name(vector x) {                         \
    for (unsigned i = 0; i < n; ++i) x[i] = std::name(float(x[i])); \
    return x;                                                       \
  }
#define WEFT_BINARY(vector, n, name)                                             \
  inline vector vector##_##name(vector x, vector y) {                            \
    for (unsigned i = 0; i < n; ++i) x[i] = std::name(float(x[i]), float(y[i])); \
    return x;                                                                    \
  }
#define WEFT_FUNCTIONS(vector, n) \
  WEFT_UNARY(vector, n, ceil)     \
  WEFT_UNARY(vector, n, cos)      \
  WEFT_UNARY(vector, n, exp)      \
  WEFT_UNARY(vector, n, exp2)     \
  WEFT_UNARY(vector, n, fabs)     \
  WEFT_UNARY(vector, n, floor)    \
  WEFT_UNARY(vector, n, log)      \
  WEFT_UNARY(vector, n, log10)    \
  WEFT_UNARY(vector, n, log2)     \
  WEFT_UNARY(vector, n, rint)     \
  WEFT_UNARY(vector, n, round)    \
  WEFT_UNARY(vector, n, sin)      \
  WEFT_UNARY(vector, n, sqrt)     \
  WEFT_UNARY(vector, n, tanh)     \
  WEFT_UNARY(vector, n, trunc)    \
  WEFT_BINARY(vector, n, fmax)    \
  WEFT_BINARY(vector, n, fmin)    \
  WEFT_BINARY(vector, n, pow)     \
  WEFT_BINARY(vector, n, copysign)
WEFT_FUNCTIONS(float2, 2)
WEFT_FUNCTIONS(float4, 4)
WEFT_FUNCTIONS(half2, 2)
WEFT_FUNCTIONS(half4, 4)
#undef WEFT_FUNCTIONS
#undef WEFT_BINARY
#undef WEFT_UNARY
