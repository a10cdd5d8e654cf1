// SPDX-License-Identifier: Apache-2.0
// Words of the RDU: fixed point that floors and wraps, fp32, bits.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "numerics/rdu_operation.hpp"

namespace weft::numerics {
namespace {

using Op = WordOperation;
constexpr WordType q8{WordType::Kind::fixed, true, 8, 8};
constexpr WordType u4{WordType::Kind::fixed, false, 4, 0};
constexpr WordType fraction{WordType::Kind::fixed, false, 0, 32};

std::uint32_t of(Op op, const WordType& type, std::int64_t a, std::int64_t b = 0) {
  return apply(op, type, type, static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), 0);
}
float real(Op op, float a, float b = 0) {
  return std::bit_cast<float>(apply(op, word_f32, word_f32, std::bit_cast<std::uint32_t>(a),
                                    std::bit_cast<std::uint32_t>(b), 0));
}

TEST(RduOperation, IntegersWrapAndDivideTowardsZero) {
  EXPECT_EQ(of(Op::add, word_i32, 0x7fffffff, 1), 0x80000000U);
  EXPECT_EQ(of(Op::divide, word_i32, -7, 2), static_cast<std::uint32_t>(-3));
  EXPECT_EQ(of(Op::remainder, word_i32, -7, 2), 1U);
  EXPECT_EQ(of(Op::divide, word_i32, 5, 0), 0xffffffffU);
  EXPECT_EQ(of(Op::remainder, word_i32, 5, 0), 5U);
  EXPECT_EQ(of(Op::multiply, word_u32, 0xffffffffLL, 0xffffffffLL), 1U);
  EXPECT_EQ(of(Op::less, word_u32, 1, -1), 1U);
  EXPECT_EQ(of(Op::less, word_i32, 1, -1), 0U);
  EXPECT_EQ(of(Op::add, u4, 15, 2), 1U);
  EXPECT_EQ(of(Op::shift_right, word_i32, -8, 1), static_cast<std::uint32_t>(-4));
  EXPECT_EQ(of(Op::shift_right, word_u32, -8, 1), 0x7ffffffcU);
  EXPECT_EQ(of(Op::shift_right_unsigned, word_i32, -8, 28), 15U);
  EXPECT_EQ(of(Op::shift_left, word_i32, 1, 32), 0U);
  EXPECT_EQ(of(Op::shift_right, word_i32, -8, 32), 0xffffffffU);
}

TEST(RduOperation, FixedPointDropsBitsAndWraps) {
  EXPECT_EQ(of(Op::multiply, q8, 0x180, 0x180), 0x240U);  // 1.5 x 1.5 = 2.25
  EXPECT_EQ(of(Op::multiply, q8, -1, 1), 0xffffffffU);    // -2^-16 is floored to -2^-8
  EXPECT_EQ(of(Op::divide, q8, 0x100, 0x300), 0x55U);
  EXPECT_EQ(of(Op::add, q8, 0x7fff, 1), 0xffff8000U);
  EXPECT_EQ(apply(Op::convert, q8, word_i32, static_cast<std::uint32_t>(-0x180), 0, 0),
            static_cast<std::uint32_t>(-2));
  EXPECT_EQ(apply(Op::convert, word_i32, q8, 3, 0, 0), 0x300U);
  EXPECT_EQ(std::bit_cast<float>(apply(Op::convert, q8, word_f32, 0x180, 0, 0)), 1.5F);
  EXPECT_EQ(apply(Op::convert, word_f32, q8, std::bit_cast<std::uint32_t>(INFINITY), 0, 0),
            0x7fffU);
  EXPECT_EQ(apply(Op::convert, word_f32, q8, std::bit_cast<std::uint32_t>(300.5F), 0, 0), 0x2c80U);
  EXPECT_EQ(of(Op::multiply, fraction, 0x80000000LL, 0x80000000LL), 0x40000000U);
  EXPECT_EQ(of(Op::divide, fraction, 1, 2), 0x80000000U);
}

TEST(RduOperation, HalvesAreRoundedOnce) {
  EXPECT_EQ(of(Op::add, word_f16, 0x3c00, 0x1000), 0x3c00U);  // 1 + 2^-11: a tie, to even
  EXPECT_EQ(of(Op::multiply_add, word_f16, 0x3c00, 0x3c00), 0x3c00U);
  EXPECT_EQ(of(Op::subtract, word_f16, 0x7c00, 0x7c00), 0x7e00U);
  EXPECT_EQ(of(Op::remainder, word_f16, 0xc700, 0x4000), 0x3c00U);  // -7 rem 2
  EXPECT_EQ(apply(Op::convert, word_f16, word_f32, 0x3c00, 0, 0), 0x3f800000U);
  EXPECT_EQ(apply(Op::convert, word_i32, word_f16, 2049, 0, 0), 0x6800U);
}

TEST(RduOperation, RealsHaveOneNan) {
  EXPECT_EQ(real(Op::add, 1.5F, 2.0F), 3.5F);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(real(Op::subtract, INFINITY, INFINITY)), 0x7fc00000U);
  EXPECT_EQ(real(Op::maximum, std::nanf(""), 3.0F), 3.0F);
  EXPECT_EQ(real(Op::exponent, 0.0F), 1.0F);
  EXPECT_EQ(real(Op::square_root, 2.0F), std::sqrt(2.0F));
}

TEST(RduOperation, NamesAreRead) {
  for (const WordType& type : {word_i32, word_u32, word_f32, word_f16, word_bit, q8, u4}) {
    EXPECT_EQ(word_type_of(name_of(type)), type);
  }
  EXPECT_EQ(word_type_of(name_of(fraction)), fraction);
  EXPECT_EQ(word_type_of("i33"), std::nullopt);
  EXPECT_EQ(word_type_of("q32.1"), std::nullopt);
  for (std::uint8_t o = 0; o < static_cast<std::uint8_t>(Op::count_); ++o) {
    EXPECT_EQ(word_operation_of(name_of(static_cast<Op>(o))), static_cast<Op>(o));
  }
}

TEST(RduOperation, AnIdentityChangesNothing) {
  for (const WordType& type : {word_i32, word_u32, word_f32, word_f16, word_bit, q8, u4}) {
    for (std::uint8_t o = 0; o < static_cast<std::uint8_t>(Op::count_); ++o) {
      const Op op = static_cast<Op>(o);
      if (!is_associative(op) || !takes(op, type)) continue;
      for (const std::uint32_t word : {0U, 1U}) {
        const std::uint32_t value =
            type.kind == WordType::Kind::f32 || type.kind == WordType::Kind::f16
                ? apply(Op::convert, word_i32, type, word, 0, 0)
                : word;
        EXPECT_EQ(apply(op, type, type, identity_of(op, type), value, 0), value)
            << name_of(op) << " " << name_of(type);
      }
    }
  }
}

}  // namespace
}  // namespace weft::numerics
