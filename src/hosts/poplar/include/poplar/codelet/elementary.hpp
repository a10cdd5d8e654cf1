// SPDX-License-Identifier: Apache-2.0
// The elementary functions that weft has of its own, so that codelets get the same bits everywhere.
#pragma once

#define WEFT_FUNCTIONS_OF_ONE(apply)                                                              \
  apply(exp) apply(exp2) apply(expm1) apply(log) apply(log2) apply(log10) apply(log1p) apply(sin) \
      apply(cos) apply(tan) apply(asin) apply(acos) apply(atan) apply(sinh) apply(cosh)           \
          apply(tanh) apply(cbrt) apply(erf) apply(erfc)
#define WEFT_FUNCTIONS_OF_TWO(apply) apply(pow) apply(atan2) apply(fmax) apply(fmin)
