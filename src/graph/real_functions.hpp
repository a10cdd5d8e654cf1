// SPDX-License-Identifier: Apache-2.0
// Functions of the oracle: fp64, the same bits on every host, to a few units of 2^-52 of the
// result.
#pragma once

namespace weft::graph::real {

// exp is infinite above 700 and 0 below -700; sine and cosine of magnitudes above 2^20 take the
// argument as fp32 holds it.
double exp(double x);
double log(double x);
double log_1_plus(double x);   ///< log(1 + x)
double exp_minus_1(double x);  ///< exp(x) - 1
double tanh(double x);
double sigmoid(double x);
double erf(double x);
double normal_below(double x);  ///< Phi(x), of the normal distribution
double softplus(double x);
double sin(double x);
double cos(double x);
double pow(double x, double y);

}  // namespace weft::graph::real
