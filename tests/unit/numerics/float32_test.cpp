// SPDX-License-Identifier: Apache-2.0
// fp32: fused multiply-add against the C library's, and the rules that IEEE 754 leaves open.
#include "numerics/float32.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "numerics/integers.hpp"
#include "numerics/scale.hpp"
#include "unit/numerics/random_bits.hpp"

namespace weft::numerics {
namespace {

constexpr FloatRules ieee{};
constexpr FloatRules flushing{.flush_subnormals = true};
constexpr FloatRules passing{.canonical_nan = false};
constexpr FloatRules unfused{.fused_f32 = false};

float canonical(float value) { return is_nan(value) ? float_of(quiet_nan_bits) : value; }

void check_fma(float a, float b, float c) {
  const float expected = canonical(std::fma(a, b, c));
  ASSERT_EQ(bits_of(multiply_add(a, b, c, ieee)), bits_of(expected))
      << std::hexfloat << a << " " << b << " " << c;
}

TEST(Float32, FusedMultiplyAddOnAnyBits) {
  RandomBits random(1);
  for (int i = 0; i < 1000000; ++i) {
    check_fma(float_of(random()), float_of(random()), float_of(random()));
  }
}

// Exponents so that the addend meets the product's last places, subnormal results among them.
TEST(Float32, FusedMultiplyAddWhereItIsHard) {
  RandomBits random(2);
  const auto with_exponent = [&random](unsigned exponent) {
    const std::uint32_t few = random() % 2 == 0 ? random() : random() & random() & random();
    return float_of((few & 0x807fffffU) | (exponent << 23U));
  };
  int differ = 0;
  for (int i = 0; i < 1000000; ++i) {
    const unsigned e = i % 3 == 0 ? 40U + random() % 30U : 100U + random() % 30U;
    const int product = static_cast<int>(2 * e) - 127;
    const int addend = std::max(0, product - 30 + static_cast<int>(random() % 60U));
    const float a = with_exponent(e);
    const float b = with_exponent(e);
    const float c = with_exponent(static_cast<unsigned>(addend));
    check_fma(a, b, c);
    differ += multiply_add(a, b, c, ieee) != multiply_add(a, b, c, unfused) ? 1 : 0;
  }
  EXPECT_GT(differ, 1000) << "the two rules were never told apart";
}

TEST(Float32, NanRules) {
  const float first = float_of(0x7f800001U);
  const float second = float_of(0xffc00002U);
  EXPECT_EQ(bits_of(add(first, second, ieee)), quiet_nan_bits);
  EXPECT_EQ(bits_of(add(first, second, passing)), 0x7fc00001U);
  EXPECT_EQ(bits_of(multiply(1.0F, second, passing)), 0xffc00002U);
  EXPECT_EQ(bits_of(multiply_add(1.0F, 2.0F, second, passing)), 0xffc00002U);
  EXPECT_EQ(bits_of(subtract(float_of(0x7f800000U), float_of(0x7f800000U), passing)),
            quiet_nan_bits);
  EXPECT_EQ(bits_of(negate(first)), 0xff800001U);
}

TEST(Float32, FlushingTakesSubnormalsAway) {
  const float least_normal = 0x1p-126F;
  const float subnormal = 0x1p-127F;
  EXPECT_EQ(add(subnormal, subnormal, flushing), 0.0F);
  EXPECT_EQ(add(subnormal, subnormal, ieee), least_normal);
  EXPECT_EQ(bits_of(multiply(-least_normal, 0.5F, flushing)), 0x80000000U);
  EXPECT_EQ(multiply(least_normal, 0.5F, ieee), subnormal);
  EXPECT_EQ(multiply_add(subnormal, 1.0F, 1.0F, flushing), 1.0F);
  EXPECT_EQ(maximum(subnormal, -1.0F, flushing), 0.0F);
}

TEST(Float32, MaximumAndMinimum) {
  EXPECT_EQ(bits_of(maximum(-0.0F, 0.0F, ieee)), 0U);
  EXPECT_EQ(bits_of(maximum(0.0F, -0.0F, ieee)), 0U);
  EXPECT_EQ(bits_of(minimum(0.0F, -0.0F, ieee)), 0x80000000U);
  EXPECT_EQ(maximum(1.0F, 2.0F, ieee), 2.0F);
  EXPECT_EQ(minimum(1.0F, 2.0F, ieee), 1.0F);
  EXPECT_TRUE(is_nan(maximum(float_of(quiet_nan_bits), 1.0F, ieee)));
  EXPECT_TRUE(is_nan(minimum(1.0F, float_of(quiet_nan_bits), ieee)));
}

TEST(Scale, IsLdexp) {
  RandomBits random(3);
  for (int i = 0; i < 200000; ++i) {
    const float value = float_of(random());
    const int by = static_cast<std::int16_t>(random() % 600U) - 300;
    ASSERT_EQ(bits_of(scale(value, by, ieee)), bits_of(canonical(std::ldexp(value, by))));
  }
  EXPECT_EQ(scale(1.0F, 32767, ieee), HUGE_VALF);
  EXPECT_EQ(scale(1.0F, -32768, ieee), 0.0F);
  EXPECT_EQ(scale(Half{0x3c00}, -24, ieee), 0x0001);
  EXPECT_EQ(scale(Half{0x3c00}, -25, ieee), 0x0000);
}

TEST(Integers, Wrap) {
  EXPECT_EQ(add_wrapping<std::int16_t>(32767, 1), -32768);
  EXPECT_EQ(subtract_wrapping<std::uint16_t>(0, 1), 65535);
  EXPECT_EQ(multiply_wrapping<std::uint16_t>(65535, 65535), 1);
  EXPECT_EQ(multiply_wrapping<std::int32_t>(65536, 65536), 0);
  bool carry = true;
  EXPECT_EQ(add_with_carry(0xffff, 0, carry), 0);
  EXPECT_TRUE(carry);
  EXPECT_EQ(add_with_carry(1, 2, carry), 4);
  EXPECT_FALSE(carry);
}

TEST(Integers, ShiftsBeyondTheWidth) {
  EXPECT_EQ(shift_left(1, 15), 0x8000);
  EXPECT_EQ(shift_left(1, 16), 0);
  EXPECT_EQ(shift_right_logical(0x8000, 15), 1);
  EXPECT_EQ(shift_right_logical(0x8000, 16), 0);
  EXPECT_EQ(shift_right_arithmetic(0x8000, 15), 0xffff);
  EXPECT_EQ(shift_right_arithmetic(0x8000, 200), 0xffff);
  EXPECT_EQ(shift_right_arithmetic(0x4000, 200), 0);
}

TEST(Integers, TruncationSaturates) {
  EXPECT_EQ(truncate_to<std::int16_t>(1.99F), 1);
  EXPECT_EQ(truncate_to<std::int16_t>(-1.99F), -1);
  EXPECT_EQ(truncate_to<std::int16_t>(32767.9F), 32767);
  EXPECT_EQ(truncate_to<std::int16_t>(32768.0F), 32767);
  EXPECT_EQ(truncate_to<std::int16_t>(-32768.9F), -32768);
  EXPECT_EQ(truncate_to<std::int16_t>(-1e9F), -32768);
  EXPECT_EQ(truncate_to<std::uint16_t>(-0.5F), 0);
  EXPECT_EQ(truncate_to<std::uint16_t>(-5.0F), 0);
  EXPECT_EQ(truncate_to<std::int32_t>(2147483648.0F), 2147483647);
  EXPECT_EQ(truncate_to<std::int32_t>(-2147483648.0F), -2147483647 - 1);
  EXPECT_EQ(truncate_to<std::uint32_t>(4294967040.0F), 4294967040U);
  EXPECT_EQ(truncate_to<std::int64_t>(1e30F), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(truncate_to<std::uint64_t>(1e30F), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(truncate_to<std::int32_t>(float_of(quiet_nan_bits)), 0);
}

}  // namespace
}  // namespace weft::numerics
