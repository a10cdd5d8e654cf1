// SPDX-License-Identifier: Apache-2.0
// The error function in fp64, from what elementary.hpp has: accurate to about 2^-48.
#pragma once

namespace weft::numerics::elementary {

double erf(double x);
/// (1 + erf(x / sqrt(2))) / 2, near zero too: how much of a normal distribution lies below x.
double normal_below(double x);

}  // namespace weft::numerics::elementary
