// SPDX-License-Identifier: Apache-2.0
// Elementary functions in fp64 from additions, products and quotients alone, so that every host
// gives the same bits; accurate to about 2^-45, far more than fp32 needs.
#pragma once

namespace weft::numerics::elementary {

// Arguments are values of fp32 or fp16; special values are those of C's <math.h>.
double exp(double x);
double exp2(double x);
double log(double x);
double log2(double x);
double sin(double x);
double cos(double x);
double tan(double x);
double tanh(double x);
double atan(double x);
double pow(double x, double y);
double sigmoid(double x);  ///< 1 / (1 + exp(-x))

}  // namespace weft::numerics::elementary
