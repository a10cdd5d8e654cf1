// SPDX-License-Identifier: Apache-2.0
// Halves as files hold them: their values in fp32, and every bit back.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "trace/stored_half.hpp"

namespace weft::trace {
namespace {

/// The value by the definition of the format.
double value_of(std::uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const double fraction = half & 0x3ff;
  const double size =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (half & 0x8000) != 0 ? -size : size;
}

TEST(StoredHalf, HasItsValueAndComesBackBitForBit) {
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const std::uint32_t wide = widened_half(half);
    EXPECT_EQ(narrowed_half(wide), half);
    const float single = std::bit_cast<float>(wide);
    if ((half & 0x7fff) > 0x7c00) {
      EXPECT_TRUE(std::isnan(single)) << bits;
    } else if ((half & 0x7fff) == 0x7c00) {
      EXPECT_TRUE(std::isinf(single)) << bits;
    } else {
      EXPECT_EQ(static_cast<double>(single), value_of(half)) << bits;
    }
    EXPECT_EQ(std::signbit(single), half >= 0x8000);
  }
}

}  // namespace
}  // namespace weft::trace
