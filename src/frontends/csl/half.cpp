// SPDX-License-Identifier: Apache-2.0
// fp16 at compile time: see half.hpp.
#include "frontends/csl/half.hpp"

#include <algorithm>
#include <cmath>

namespace weft::csl {

std::uint16_t half_bits(double value) {
  const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000 : 0);
  if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00);
  const double magnitude = std::fabs(value);
  if (magnitude >= 65520.0) return static_cast<std::uint16_t>(sign | 0x7c00);
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  // The last place of the result: 11 significant bits, not below the smallest subnormal 2^-24.
  const int last = std::max(exponent - 11, -24);
  const double units = std::nearbyint(std::ldexp(magnitude, -last));
  const double rounded = std::ldexp(units, last);
  if (rounded == 0.0) return sign;
  std::frexp(rounded, &exponent);
  if (exponent - 1 < -14) {
    return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::ldexp(rounded, 24)));
  }
  const auto fraction = static_cast<std::uint16_t>(std::ldexp(rounded, 11 - exponent)) & 0x3ff;
  return static_cast<std::uint16_t>(sign | ((exponent - 1 + 15) << 10) | fraction);
}

double from_half_bits(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const double fraction = bits & 0x3ff;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

}  // namespace weft::csl
