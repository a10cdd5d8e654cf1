// SPDX-License-Identifier: Apache-2.0
// fp16: conversions over all values; arithmetic over all pairs of a set that has every exponent,
// and (tier long) over all pairs there are, against exact integers.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "numerics/float16.hpp"
#include "unit/numerics/half_oracle.hpp"
#include "unit/numerics/random_bits.hpp"

namespace weft::numerics {
namespace {

constexpr FloatRules ieee{};
constexpr FloatRules unfused{.fused_f16 = false};

// Every exponent and sign with the fractions where rounding turns: ends, middle, one bit, all bits.
std::vector<Half> telling_values() {
  std::vector<Half> out;
  for (unsigned exponent = 0; exponent < 32; ++exponent) {
    for (const unsigned fraction : {0U, 1U, 2U, 511U, 512U, 513U, 682U, 1022U, 1023U}) {
      for (const unsigned sign : {0U, 0x8000U}) {
        out.push_back(static_cast<Half>(sign | (exponent << 10U) | fraction));
      }
    }
  }
  return out;
}

// The oracle's NaN has no sign or payload, and neither has a canonical one.
TEST(Half, FromAndToFloatOverAllValues) {
  for (unsigned i = 0; i < 65536; ++i) {
    const auto h = static_cast<Half>(i);
    const float f = float_from_half(h);
    const oracle::Parts p = oracle::parts_of(h);
    if (p.nan) {
      EXPECT_TRUE(is_nan(f));
      EXPECT_EQ(half_from_float(f), h | 0x0200U);
      EXPECT_EQ(half_from_double(static_cast<double>(f)), h | 0x0200U);
      continue;
    }
    if (!p.infinite) {
      ASSERT_EQ(static_cast<double>(f), static_cast<double>(p.value) * 0x1p-24) << i;
    }
    ASSERT_EQ(half_from_float(f), h) << i;
    ASSERT_EQ(half_from_double(static_cast<double>(f)), h) << i;
  }
}

// Around every boundary between two neighbouring fp16 numbers: the tie, and just beside it.
TEST(Half, RoundsTiesToEvenAtEveryBoundary) {
  for (unsigned i = 0; i < 0x7c00; ++i) {
    const double low = static_cast<double>(float_from_half(static_cast<Half>(i)));
    const double high =
        i == 0x7bff ? 65536.0 : static_cast<double>(float_from_half(static_cast<Half>(i + 1)));
    const auto tie = static_cast<float>((low + high) / 2);
    const auto even = static_cast<Half>(i % 2 == 0 ? i : i + 1);
    ASSERT_EQ(half_from_float(tie), even) << i;
    ASSERT_EQ(half_from_float(-tie), even | 0x8000U) << i;
    ASSERT_EQ(half_from_float(std::nextafterf(tie, 0.0F)), i);
    ASSERT_EQ(half_from_float(std::nextafterf(tie, 1e6F)), i + 1);
    const auto wide = static_cast<double>(tie);
    ASSERT_EQ(half_from_double(wide), even);
    ASSERT_EQ(half_from_double(std::nextafter(wide, 0.0)), i);
    ASSERT_EQ(half_from_double(std::nextafter(wide, 1e6)), i + 1);
  }
}

TEST(Half, RandomFloatsRoundAsTheOracleSays) {
  RandomBits random(1);
  for (int i = 0; i < 200000; ++i) {
    const unsigned exponent = 95U + random() % 50U;  // 2^-32 to 2^17
    const std::uint32_t bits = (random() & 0x807fffffU) | (exponent << 23U);
    const auto significand = static_cast<std::int64_t>((bits & 0x7fffffU) | 0x800000U);
    oracle::Wide exact = oracle::Wide{significand} << (exponent - 95U);  // units of 2^-55
    if ((bits >> 31U) != 0) exact = -exact;
    ASSERT_EQ(half_from_float(float_of(bits)), oracle::round_to_half(exact, 55, false)) << bits;
  }
}

void check_pair(Half a, Half b) {
  ASSERT_EQ(add(a, b, ieee), oracle::add(a, b)) << a << " " << b;
  ASSERT_EQ(subtract(a, b, ieee), is_nan(b) ? half_quiet_nan : oracle::add(a, negate(b)))
      << a << " " << b;
  ASSERT_EQ(multiply(a, b, ieee), oracle::multiply(a, b)) << a << " " << b;
}

TEST(Half, ArithmeticOnTellingPairs) {
  const auto values = telling_values();
  for (const Half a : values) {
    for (const Half b : values) check_pair(a, b);
  }
}

TEST(Half, MultiplyAddOnTellingTriples) {
  const auto values = telling_values();
  RandomBits random(2);
  for (int i = 0; i < 1000000; ++i) {
    const Half a = values[random() % values.size()];
    const Half b = values[random() % values.size()];
    const Half c = i % 2 == 0 ? values[random() % values.size()] : static_cast<Half>(random());
    ASSERT_EQ(multiply_add(a, b, c, ieee), oracle::fused(a, b, c)) << a << " " << b << " " << c;
    ASSERT_EQ(multiply_add(a, b, c, unfused), oracle::add(oracle::multiply(a, b), c))
        << a << " " << b << " " << c;
  }
}

// c near the midpoint that the product alone falls on: where rounding twice would show.
TEST(Half, MultiplyAddRoundsOnceBesideTies) {
  RandomBits random(3);
  int differ = 0;
  for (int i = 0; i < 1000000; ++i) {
    const auto a = static_cast<Half>(random() & 0x7bffU);
    const auto b = static_cast<Half>(random() & 0x7bffU);
    const auto c = static_cast<Half>((random() & 0x83ffU) | ((random() % 3U) << 10U));
    const Half once = multiply_add(a, b, c, ieee);
    ASSERT_EQ(once, oracle::fused(a, b, c)) << a << " " << b << " " << c;
    differ += once != multiply_add(a, b, c, unfused) ? 1 : 0;
  }
  EXPECT_GT(differ, 100) << "the two rules were never told apart";
}

TEST(Half, DivisionIsTheNearestToTheExactQuotient) {
  const auto values = telling_values();
  for (const Half a : values) {
    for (const Half b : values) {
      const oracle::Parts x = oracle::parts_of(a);
      const oracle::Parts y = oracle::parts_of(b);
      if (x.nan || y.nan || x.infinite || y.infinite || y.value == 0) continue;
      // 2^70 a / b, with the lowest bit set when the division leaves a rest: never a false tie
      oracle::Wide quotient = (x.value << 70) / y.value;
      if (quotient * y.value != (x.value << 70))
        quotient += (quotient < 0 ? -1 : 1) * (quotient % 2 == 0 ? 1 : 0);
      if (quotient == 0 && x.value != 0) continue;
      ASSERT_EQ(divide(a, b, ieee), oracle::round_to_half(quotient, 70, x.negative != y.negative))
          << a << " " << b;
    }
  }
}

TEST(Half, SquareRootsOfAllValues) {
  for (unsigned i = 0; i <= 0x7c00; ++i) {
    const Half root = square_root(static_cast<Half>(i), ieee);
    if (i == 0x7c00) {
      EXPECT_EQ(root, half_infinity);
      continue;
    }
    // root is nearest when the square of neither midpoint around it lies on the other side
    const oracle::Wide value = oracle::parts_of(static_cast<Half>(i)).value << 26;  // 2^-50
    const oracle::Wide r = oracle::parts_of(root).value;
    const oracle::Wide up = r + oracle::parts_of(static_cast<Half>(root + 1)).value;  // 2^-25
    const oracle::Wide down = i == 0 ? 0 : r + oracle::parts_of(static_cast<Half>(root - 1)).value;
    ASSERT_LE(down * down, value) << i;
    ASSERT_GE(up * up, value) << i;
  }
  EXPECT_EQ(square_root(Half{0x8000}, ieee), 0x8000);
  EXPECT_EQ(square_root(Half{0xbc00}, ieee), half_quiet_nan);
}

TEST(Half, UnaryOverAllValues) {
  for (unsigned i = 0; i < 65536; ++i) {
    const auto h = static_cast<Half>(i);
    ASSERT_EQ(negate(h), i ^ 0x8000U);
    ASSERT_EQ(absolute(h), i & 0x7fffU);
    ASSERT_EQ(narrow(widen(h, ieee), ieee), is_nan(h) ? half_quiet_nan : h);
    ASSERT_EQ(maximum(h, h, ieee), is_nan(h) ? half_quiet_nan : h);
  }
}

TEST(Half, MaximumAndComparisons) {
  EXPECT_EQ(maximum(Half{0x8000}, Half{0x0000}, ieee), 0x0000);
  EXPECT_EQ(minimum(Half{0x8000}, Half{0x0000}, ieee), 0x8000);
  EXPECT_EQ(maximum(Half{0x3c00}, Half{0xc000}, ieee), 0x3c00);
  EXPECT_EQ(minimum(Half{0x3c00}, Half{0xc000}, ieee), 0xc000);
  EXPECT_EQ(maximum(half_quiet_nan, Half{0x3c00}, ieee), half_quiet_nan);
  EXPECT_TRUE(equal(Half{0x8000}, Half{0x0000}));
  EXPECT_FALSE(equal(half_quiet_nan, half_quiet_nan));
  EXPECT_TRUE(less(Half{0xbc00}, Half{0x0001}));
}

TEST(Half, FlushingTakesSubnormalsAway) {
  constexpr FloatRules flushing{.flush_subnormals = true};
  EXPECT_EQ(add(Half{0x0001}, Half{0x8400}, flushing), 0x8400);  // operand
  EXPECT_EQ(add(Half{0x0401}, Half{0x8400}, flushing), 0x0000);  // result
  EXPECT_EQ(add(Half{0x0401}, Half{0x8400}, ieee), 0x0001);
  EXPECT_EQ(multiply(Half{0x8400}, Half{0x3800}, flushing), 0x8000);
  EXPECT_EQ(multiply_add(Half{0x03ff}, Half{0x3c00}, Half{0x3c00}, flushing), 0x3c00);
}

TEST(Half, NanRules) {
  constexpr FloatRules passing{.canonical_nan = false};
  EXPECT_EQ(add(Half{0x7c01}, Half{0xfe02}, ieee), half_quiet_nan);
  EXPECT_EQ(add(Half{0x7c01}, Half{0xfe02}, passing), 0x7e01);
  EXPECT_EQ(add(Half{0x3c00}, Half{0xfe02}, passing), 0xfe02);
  EXPECT_EQ(add(Half{0x7c00}, Half{0xfc00}, passing), half_quiet_nan);
}

TEST(Half, MixedMultiplyAdd) {
  // 1.5 x (1 + 2^-10) is exact in fp32 and not in fp16
  const Half a = 0x3e00;
  const Half b = 0x3c01;
  EXPECT_EQ(mixed_multiply_add(a, b, 0.0F, ieee), 1.5F * (1.0F + 0x1p-10F));
  constexpr FloatRules rounding{.exact_mixed_product = false};
  EXPECT_EQ(mixed_multiply_add(a, b, 0.0F, rounding), float_from_half(multiply(a, b, ieee)));
  EXPECT_NE(mixed_multiply_add(a, b, 0.0F, rounding), mixed_multiply_add(a, b, 0.0F, ieee));
  EXPECT_EQ(mixed_add(Half{0x0001}, 1.0F, ieee), 1.0F);
  EXPECT_EQ(mixed_add(Half{0x0001}, 0.0F, ieee), 0x1p-24F);
}

TEST(Bfloat16, RoundsToEven) {
  EXPECT_EQ(bfloat16_from_float(1.0F), 0x3f80);
  EXPECT_EQ(bfloat16_from_float(float_of(0x3f808000U)), 0x3f80);
  EXPECT_EQ(bfloat16_from_float(float_of(0x3f818000U)), 0x3f82);
  EXPECT_EQ(bfloat16_from_float(float_of(0x3f808001U)), 0x3f81);
  EXPECT_EQ(bfloat16_from_float(float_of(0x7f7fffffU)), 0x7f80);
  EXPECT_TRUE(is_nan(float_from_bfloat16(bfloat16_from_float(float_of(0x7f800001U)))));
}

// Tier long: some minutes. ctest runs it as numerics_exhaustive.
TEST(Half, DISABLED_ExhaustivePairs) {
  for (unsigned a = 0; a < 65536; ++a) {
    for (unsigned b = a; b < 65536; ++b) {
      const auto x = static_cast<Half>(a);
      const auto y = static_cast<Half>(b);
      ASSERT_EQ(add(x, y, ieee), oracle::add(x, y)) << a << " " << b;
      ASSERT_EQ(multiply(x, y, ieee), oracle::multiply(x, y)) << a << " " << b;
    }
  }
}

}  // namespace
}  // namespace weft::numerics
