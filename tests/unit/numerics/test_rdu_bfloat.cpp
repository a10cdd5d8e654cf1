// SPDX-License-Identifier: Apache-2.0
// Pairs of bf16, their roundings, and sums of the output-stationary body.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "numerics/rdu_bfloat.hpp"
#include "numerics/stochastic.hpp"

namespace weft::numerics {
namespace {

TEST(RduPairs, PackRoundsToNearestEven) {
  const auto packed = [](float a, float b) {
    return apply(PairOperation::pack, bits_of(a), bits_of(b), 0);
  };
  EXPECT_EQ(packed(1.0F, -2.0F), 0xc0003f80U);
  EXPECT_EQ(packed(1.0F + 0x1p-8F, 1.0F + 0x3p-8F), 0x3f823f80U) << "ties to even";
  EXPECT_EQ(packed(std::nanf(""), std::numeric_limits<float>::max()), 0x7f807fc0U);
  EXPECT_EQ(apply(PairOperation::low, 0xc0003f80U, 0, 0), bits_of(1.0F));
  EXPECT_EQ(apply(PairOperation::high, 0xc0003f80U, 0, 0), bits_of(-2.0F));
}

TEST(RduPairs, RandomRoundingIsRightOnAverageAndStaysFinite) {
  const float value = 1.0F + 0x1p-7F * 0.25F;
  std::uint64_t state = 5;
  int up = 0;
  constexpr int draws = 4000;
  for (int i = 0; i < draws; ++i) {
    const std::uint32_t pair =
        apply(PairOperation::pack_random, bits_of(value), bits_of(-1.0F), random_bits(state));
    EXPECT_EQ(pair >> 16U, 0xbf80U) << "a bf16 stays";
    up += (pair & 0xffffU) == 0x3f81U ? 1 : 0;
    EXPECT_TRUE((pair & 0xffffU) == 0x3f80U || (pair & 0xffffU) == 0x3f81U);
  }
  EXPECT_NEAR(up, draws / 4, 110) << "four standard deviations";
  EXPECT_EQ(bfloat16_stochastic(std::numeric_limits<float>::max(), 0xffffU), 0x7f7fU);
  EXPECT_EQ(bfloat16_stochastic(-std::numeric_limits<float>::infinity(), 0xffffU), 0xff80U);
}

TEST(RduBody, AddsInOrderAndRoundsEachSum) {
  OutputStationaryBody body;
  std::uint32_t left[16] = {bits_of(1.0F), bits_of(0x1p-24F), 0, 0, 0, bits_of(-3.0F)};
  std::uint32_t right[16] = {};
  right[0] = bfloat_pair(1.0F, 2.0F);
  right[15] = bfloat_pair(0.0F, 0.5F);
  body.step(left, right, 0xffffU);
  left[0] = bits_of(0x1p-24F);
  body.step(left, right, 0xffffU);  // 1 + 2^-24 is 1
  body.step(left, right, 0xfffeU);  // columns 0 and 1 get nothing
  EXPECT_EQ(body.word(0, 0), 0U) << "not finished";
  body.finish();
  EXPECT_EQ(body.word(0, 0), bits_of(1.0F));
  EXPECT_EQ(body.word(1, 0), bits_of(0x1p-23F));
  EXPECT_EQ(body.word(0, 31), bits_of(0.5F));
  EXPECT_EQ(body.word(5, 31), bits_of(-4.5F));
  EXPECT_EQ(body.word(5, 1), bits_of(-12.0F));
  EXPECT_EQ(body.word(6, 0), 0U);
}

}  // namespace
}  // namespace weft::numerics
