// SPDX-License-Identifier: Apache-2.0
// Functions in fp64 under the libraries' names.
#pragma once

#include "numerics/special.hpp"

namespace weft::library {

namespace elementary = weft::numerics::elementary;
using weft::numerics::special::asin;
using weft::numerics::special::atan2;
using weft::numerics::special::cbrt;
using weft::numerics::special::erf;
using weft::numerics::special::expm1;
using weft::numerics::special::gelu;
using weft::numerics::special::half_pi;
using weft::numerics::special::log1p;

inline constexpr double infinity = __builtin_huge_val();

}  // namespace weft::library
