// SPDX-License-Identifier: Apache-2.0
// fp16 numbers on the host, by popfloat's names.
#include <popfloat/experimental/CastToHalf.hpp>

#include "numerics/half.hpp"

namespace popfloat::experimental {

std::uint16_t singleToHalf(float value, bool enableNanooMode) {
  constexpr std::uint16_t magnitude = 0x7fffU;
  constexpr std::uint16_t infinity = 0x7c00U;
  const std::uint16_t bits = weft::numerics::half_from_float(value);
  // What overflows in this mode is no number; infinity itself stays.
  const bool overflow = (bits & magnitude) == infinity && value - value == 0.0F;
  return enableNanooMode && overflow ? static_cast<std::uint16_t>(bits | 0x200U) : bits;
}

float halfToSingle(std::uint16_t bits) { return weft::numerics::float_from_half(bits); }
std::uint16_t doubleToHalf(double value) { return weft::numerics::half_from_double(value); }
double halfToDouble(std::uint16_t bits) {
  return static_cast<double>(weft::numerics::float_from_half(bits));
}

}  // namespace popfloat::experimental
