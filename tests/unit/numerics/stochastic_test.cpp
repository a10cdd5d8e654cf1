// SPDX-License-Identifier: Apache-2.0
// Stochastic rounding to fp16: how often up, what stays, where the range ends.
#include "numerics/stochastic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace {

using namespace weft::numerics;

constexpr std::uint32_t most = 0xffffffffU;

double share_rounded_up(float value, Half low, Half high) {
  std::uint64_t state = random_state(7, 3, 1);
  constexpr int draws = 20000;
  int up = 0;
  for (int i = 0; i < draws; ++i) {
    const Half out = half_stochastic(value, random_bits(state));
    EXPECT_TRUE(out == low || out == high) << out;
    up += out == high ? 1 : 0;
  }
  return static_cast<double>(up) / draws;
}

TEST(Stochastic, ValuesOfFp16Stay) {
  for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
    const auto half = static_cast<Half>(bits);
    if (is_nan(half)) continue;
    const float value = float_from_half(half);
    EXPECT_EQ(half_stochastic(value, 0), half) << bits;
    EXPECT_EQ(half_stochastic(value, most), half) << bits;
    EXPECT_EQ(half_saturated(value), half) << bits;
  }
}

TEST(Stochastic, UpAsOftenAsTheDiscardedFraction) {
  const float step = 0x1p-10F;  // of fp16 at 1
  EXPECT_NEAR(share_rounded_up(1.0F + 0.25F * step, 0x3c00, 0x3c01), 0.25, 0.02);
  EXPECT_NEAR(share_rounded_up(1.0F + 0.5F * step, 0x3c00, 0x3c01), 0.5, 0.02);
  EXPECT_NEAR(share_rounded_up(-1.0F - 0.75F * step, 0xbc00, 0xbc01), 0.75, 0.02);
  EXPECT_NEAR(share_rounded_up(2.75F * 0x1p-24F, 0x0002, 0x0003), 0.75, 0.02);
  EXPECT_NEAR(share_rounded_up(0x1p-14F - 0x1p-26F, 0x03ff, 0x0400), 0.75, 0.02);
}

TEST(Stochastic, TheProbabilityIsExact) {
  // One discarded bit pattern of 13: it rounds up for exactly that many of the 2^13 top bits.
  for (const std::uint32_t fraction : {1U, 2U, 4095U, 4096U, 8191U}) {
    const float value = float_of(0x3f800000U + fraction);
    std::uint32_t up = 0;
    for (std::uint32_t top = 0; top < 8192; ++top) {
      up += half_stochastic(value, top << 19U) == 0x3c01 ? 1U : 0U;
    }
    EXPECT_EQ(up, fraction);
  }
}

TEST(Stochastic, TheRangeEndsAtTheLargestNumber) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const std::uint32_t random : {0U, most}) {
    EXPECT_EQ(half_stochastic(65504.0F, random), 0x7bff);
    EXPECT_EQ(half_stochastic(65535.0F, random), 0x7bff);
    EXPECT_EQ(half_stochastic(-1e30F, random), 0xfbff);
    EXPECT_EQ(half_stochastic(infinity, random), 0x7c00);
    EXPECT_EQ(half_stochastic(-infinity, random), 0xfc00);
    EXPECT_TRUE(is_nan(half_stochastic(std::nanf(""), random)));
  }
  EXPECT_EQ(half_saturated(65519.0F), 0x7bff);
  EXPECT_EQ(half_saturated(65520.0F), 0x7bff);
  EXPECT_EQ(half_saturated(-1e30F), 0xfbff);
  EXPECT_EQ(half_saturated(infinity), 0x7c00);
  EXPECT_TRUE(is_nan(half_saturated(std::nanf(""))));
}

TEST(Stochastic, TooSmallToCount) {
  EXPECT_EQ(half_stochastic(0x1p-24F * 0x1p-33F, most), 0);
  EXPECT_EQ(half_stochastic(0x1p-24F * 0x1p-32F, most), 1);
  EXPECT_EQ(half_stochastic(-0x1p-149F, 0), 0x8000);
}

TEST(RandomState, DiffersByTileAndStep) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t tile = 0; tile < 100; ++tile) {
    for (std::uint64_t step = 0; step < 100; ++step) seen.insert(random_state(0, tile, step));
  }
  EXPECT_EQ(seen.size(), 10000U);
  EXPECT_NE(random_state(1, 0, 0), random_state(0, 0, 0));
}

TEST(RandomState, IsTheSameEverywhere) {
  std::uint64_t state = 0;
  EXPECT_EQ(random_bits(state), 0xe220a839U);  // splitmix64 of seed 0: e220a8397b1dcdaf
  EXPECT_EQ(random_bits(state), 0x6e789e6aU);  // 6e789e6aa1b965f4
}

}  // namespace
