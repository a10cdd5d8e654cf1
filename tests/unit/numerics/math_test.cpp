// SPDX-License-Identifier: Apache-2.0
// Mathematical functions against the C library's fp64, over arguments spread across all of fp32.
#include "numerics/math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "unit/numerics/random_bits.hpp"

namespace weft::numerics {
namespace {

constexpr FloatRules ieee{};
constexpr double bound_ulp = 0.501;

double ulp_at(double value) {
  const int exponent = std::max(std::ilogb(std::fabs(value)), -126);
  return std::ldexp(1.0, exponent - 23);
}

void check(const char* name, float x, float ours, double exact) {
  if (std::isnan(exact)) {
    ASSERT_TRUE(is_nan(ours)) << name << "(" << std::hexfloat << x << ")";
    return;
  }
  if (std::isinf(static_cast<float>(exact)) || exact == 0) {
    ASSERT_EQ(ours, static_cast<float>(exact)) << name << "(" << std::hexfloat << x << ")";
    return;
  }
  ASSERT_LE(std::fabs(static_cast<double>(ours) - exact) / ulp_at(exact), bound_ulp)
      << name << "(" << std::hexfloat << x << ") = " << ours << ", not " << exact;
}

template <typename Ours, typename Exact>
void sweep(const char* name, const Ours& ours, const Exact& exact) {
  RandomBits random(7);
  for (int i = 0; i < 300000; ++i) {
    const float x =
        i % 2 == 0 ? float_of(random()) : static_cast<float>(static_cast<int>(random())) * 0x1p-26F;
    check(name, x, ours(x), exact(static_cast<double>(x)));
    if (testing::Test::HasFatalFailure()) return;
  }
  for (const std::uint32_t bits : {0U, 0x80000000U, 0x3f800000U, 0xbf800000U, 0x7f800000U,
                                   0xff800000U, 0x7fc00000U, 1U, 0x007fffffU, 0x7f7fffffU}) {
    check(name, float_of(bits), ours(float_of(bits)), exact(static_cast<double>(float_of(bits))));
  }
}

#define WEFT_SWEEP(name)                                            \
  sweep(                                                            \
      #name, [](float x) { return weft::numerics::name(x, ieee); }, \
      [](double x) { return std::name(x); })

TEST(Math, Exp) { WEFT_SWEEP(exp); }
TEST(Math, Exp2) { WEFT_SWEEP(exp2); }
TEST(Math, Log) { WEFT_SWEEP(log); }
TEST(Math, Log2) { WEFT_SWEEP(log2); }
TEST(Math, Sin) { WEFT_SWEEP(sin); }
TEST(Math, Cos) { WEFT_SWEEP(cos); }
TEST(Math, Tan) { WEFT_SWEEP(tan); }
TEST(Math, Tanh) { WEFT_SWEEP(tanh); }
TEST(Math, Atan) { WEFT_SWEEP(atan); }
TEST(Math, Floor) { WEFT_SWEEP(floor); }
TEST(Math, Ceil) { WEFT_SWEEP(ceil); }
TEST(Math, InverseSqrt) {
  sweep(
      "inverse_sqrt", [](float x) { return inverse_sqrt(x, ieee); },
      [](double x) { return 1.0 / std::sqrt(x); });
}
TEST(Math, Reciprocal) {
  sweep(
      "reciprocal", [](float x) { return reciprocal(x, ieee); }, [](double x) { return 1.0 / x; });
}
TEST(Math, Sigmoid) {
  sweep(
      "sigmoid", [](float x) { return sigmoid(x, ieee); },
      [](double x) { return 1.0 / (1.0 + std::exp(-x)); });
}

// The fp32 numbers nearest to a multiple of pi / 2, where a bad reduction loses every digit.
TEST(Math, TrigonometryNearMultiplesOfHalfPi) {
  for (const float x :
       {0x1.921fb6p+0F, 0x1.921fb4p+0F, 0x1.6cbe3ep+2F, 16367173.0F * 0x1p72F, 0x1.f3e0d6p+23F,
        0x1.99bc5cp+28F, 0x1.fffffep+127F, 1048576.0F, 1048575.9F}) {
    for (const float signed_x : {x, -x}) {
      check("sin", signed_x, sin(signed_x, ieee), std::sin(static_cast<double>(signed_x)));
      check("cos", signed_x, cos(signed_x, ieee), std::cos(static_cast<double>(signed_x)));
    }
  }
}

TEST(Math, Pow) {
  RandomBits random(9);
  const auto power = [](float x, float y) {
    check("pow", x, pow(x, y, ieee), std::pow(static_cast<double>(x), static_cast<double>(y)));
  };
  for (int i = 0; i < 300000; ++i) {
    const float x = float_of((random() & 0xffffffU) + 0x3f000000U);
    power(x, static_cast<float>(static_cast<int>(random())) * 0x1p-24F);
    power(-x, static_cast<float>(static_cast<int>(random() % 41U)) - 20.0F);
    if (testing::Test::HasFatalFailure()) return;
  }
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = float_of(quiet_nan_bits);
  for (const float x : {0.0F, -0.0F, 1.0F, -1.0F, 0.5F, -0.5F, 2.0F, -2.0F, inf, -inf, nan}) {
    for (const float y : {0.0F, -0.0F, 1.0F, -1.0F, 0.5F, -0.5F, 2.0F, 3.0F, -3.0F, inf, -inf, nan,
                          0x1p24F, 0x1.000002p23F}) {
      power(x, y);
      const double exact = std::pow(static_cast<double>(x), static_cast<double>(y));
      if (!std::isnan(exact)) {
        EXPECT_EQ(std::signbit(pow(x, y, ieee)), std::signbit(exact)) << x << " " << y;
      }
    }
  }
}

TEST(Math, HalfRoundsOnce) {
  for (unsigned i = 0; i < 65536; ++i) {
    const auto h = static_cast<Half>(i);
    const auto x = static_cast<double>(float_from_half(h));
    for (const auto& [ours, exact] :
         {std::pair{exp(h, ieee), std::exp(x)}, std::pair{tanh(h, ieee), std::tanh(x)},
          std::pair{sin(h, ieee), std::sin(x)}, std::pair{log(h, ieee), std::log(x)}}) {
      if (std::isnan(exact)) {
        ASSERT_EQ(ours, half_quiet_nan) << i;
      } else {
        ASSERT_EQ(ours, half_from_double(exact)) << i;
      }
    }
  }
}

TEST(Math, SignAndZeroes) {
  EXPECT_EQ(sign(-3.0F, ieee), -1.0F);
  EXPECT_EQ(sign(0.0F, ieee), 0.0F);
  EXPECT_TRUE(std::signbit(sin(-0.0F, ieee)));
  EXPECT_TRUE(std::signbit(tanh(-0.0F, ieee)));
  EXPECT_TRUE(std::signbit(floor(-0.0F, ieee)));
  EXPECT_EQ(square_root(2.0F, ieee), 0x1.6a09e6p+0F);
}

}  // namespace
}  // namespace weft::numerics
