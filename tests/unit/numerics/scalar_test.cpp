// SPDX-License-Identifier: Apache-2.0
// Operations on two numbers against the host's own types: edges against edges, and random operands.
#include "numerics/scalar.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <optional>
#include <random>
#include <vector>

namespace weft::numerics {
namespace {

__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 WideBits;

constexpr std::array operations{Binary::add,         Binary::subtract,  Binary::multiply,
                                Binary::divide,      Binary::remainder, Binary::bit_and,
                                Binary::bit_or,      Binary::bit_xor,   Binary::shift_left,
                                Binary::shift_right, Binary::minimum,   Binary::maximum,
                                Binary::equal,       Binary::not_equal, Binary::less,
                                Binary::less_equal,  Binary::greater,   Binary::greater_equal};

std::uint64_t run(Binary operation, std::uint64_t a, std::uint64_t b, IntegerType type) {
  return with(operation,
              [&](auto constant) { return integer<decltype(constant)::value>(a, b, type); });
}

/// The same in 128 bits, cut to T; none where the operation has no result.
template <typename T>
std::optional<std::uint64_t> expected(Binary operation, T a, T b) {
  const Wide x = a;
  const Wide y = b;
  const auto cut = [](Wide value) { return static_cast<std::uint64_t>(static_cast<T>(value)); };
  switch (operation) {
    case Binary::add:
      return cut(x + y);
    case Binary::subtract:
      return cut(x - y);
    case Binary::multiply:
      return cut(static_cast<Wide>(static_cast<WideBits>(x) * static_cast<WideBits>(y)));
    case Binary::divide:
      return y == 0 ? std::nullopt : std::optional(cut(x / y));
    case Binary::remainder:
      return y == 0 ? std::nullopt : std::optional(cut(x % y));
    case Binary::bit_and:
      return cut(x & y);
    case Binary::bit_or:
      return cut(x | y);
    case Binary::bit_xor:
      return cut(x ^ y);
    case Binary::shift_left:
    case Binary::shift_right: {
      if (y < 0 || y >= 8 * static_cast<int>(sizeof(T))) return std::nullopt;
      const auto by = static_cast<unsigned>(y);
      return cut(operation == Binary::shift_right
                     ? x >> by
                     : static_cast<Wide>(static_cast<WideBits>(x) << by));
    }
    case Binary::minimum:
      return cut(x < y ? x : y);
    case Binary::maximum:
      return cut(x < y ? y : x);
    case Binary::equal:
      return x == y;
    case Binary::not_equal:
      return x != y;
    case Binary::less:
      return x < y;
    case Binary::less_equal:
      return x <= y;
    case Binary::greater:
      return x > y;
    case Binary::greater_equal:
      return x >= y;
  }
  return std::nullopt;
}

template <typename T>
class Integers : public testing::Test {};
using Types = testing::Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                             std::uint32_t, std::int64_t, std::uint64_t>;
TYPED_TEST_SUITE(Integers, Types);

TYPED_TEST(Integers, AreThoseOfTheHost) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const IntegerType type{static_cast<unsigned>(64 - 8 * sizeof(T)), Limits::is_signed};
  std::vector<T> operands{0,
                          1,
                          2,
                          3,
                          static_cast<T>(-1),
                          static_cast<T>(-2),
                          7,
                          8,
                          63,
                          Limits::min(),
                          static_cast<T>(Limits::min() + 1),
                          Limits::max(),
                          static_cast<T>(Limits::max() - 1),
                          static_cast<T>(Limits::max() / 2)};
  std::mt19937_64 random(5);
  for (int i = 0; i < 100; ++i) operands.push_back(static_cast<T>(random()));
  std::size_t without_result = 0;
  for (const T a : operands) {
    for (const T b : operands) {
      for (const Binary operation : operations) {
        const auto right = expected(operation, a, b);
        without_result += right ? 0U : 1U;
        if (!right) continue;
        const auto x = static_cast<std::uint64_t>(a);
        const auto y = static_cast<std::uint64_t>(b);
        ASSERT_EQ(run(operation, x, y, type), *right)
            << "operation " << static_cast<int>(operation) << " of " << +a << " and " << +b;
      }
    }
  }
  EXPECT_GT(without_result, 0U);
}

TEST(IntegerWrap, CutsAndExtends) {
  EXPECT_EQ(wrap(0x12345, {48, false}), 0x2345U);
  EXPECT_EQ(wrap(0x18765, {48, true}), 0xffffffffffff8765U);
  EXPECT_EQ(wrap(3, {63, false}), 1U);
  EXPECT_EQ(wrap(~std::uint64_t{0}, {0, true}), ~std::uint64_t{0});
}

template <typename Float>
void expect_comparisons(Float a, Float b, bool less, bool equal) {
  const FloatRules rules;
  EXPECT_EQ((real<Binary::less>(a, b, rules)), less);
  EXPECT_EQ((real<Binary::equal>(a, b, rules)), equal);
  EXPECT_EQ((real<Binary::not_equal>(a, b, rules)), !equal);
  EXPECT_EQ((real<Binary::less_equal>(a, b, rules)), less || equal);
  EXPECT_EQ((real<Binary::greater>(b, a, rules)), less);
  EXPECT_EQ((real<Binary::greater_equal>(b, a, rules)), less || equal);
}

TEST(Reals, CompareAsNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  expect_comparisons(-0.0F, 0.0F, false, true);
  expect_comparisons(1.0F, 2.0F, true, false);
  expect_comparisons(nan, 1.0F, false, false);
  expect_comparisons(nan, nan, false, false);
  expect_comparisons(Half{0x8000}, Half{0}, false, true);
  expect_comparisons(Half{0xbc00}, Half{0x3c00}, true, false);
  expect_comparisons(half_quiet_nan, Half{0x3c00}, false, false);
  expect_comparisons(-1.0, 2.0, true, false);
}

/// What a compiler that keeps numbers in fp64 gets by rounding once is what a tile computes.
TEST(Reals, RoundOnce) {
  std::mt19937_64 random(6);
  const FloatRules rules;
  const auto check = [&]<Binary operation>(std::integral_constant<Binary, operation>) {
    const auto bits = static_cast<std::uint32_t>(random());
    const float a = float_of(bits);
    const float b = float_of(static_cast<std::uint32_t>(random()));
    const auto wide = real<operation>(static_cast<double>(a), static_cast<double>(b), rules);
    const float right = static_cast<float>(wide);
    const float ours = real<operation>(a, b, rules);
    ASSERT_TRUE(bits_of(ours) == bits_of(right) || (is_nan(ours) && is_nan(right)));
    const auto h = static_cast<Half>(random());
    const auto g = static_cast<Half>(random());
    const double exact = real<operation>(static_cast<double>(float_from_half(h)),
                                         static_cast<double>(float_from_half(g)), rules);
    const Half half = real<operation>(h, g, rules);
    ASSERT_TRUE(half == half_from_double(exact) || (is_nan(half) && exact != exact));
  };
  for (int i = 0; i < 100000; ++i) {
    check(std::integral_constant<Binary, Binary::add>{});
    check(std::integral_constant<Binary, Binary::subtract>{});
    check(std::integral_constant<Binary, Binary::multiply>{});
    check(std::integral_constant<Binary, Binary::divide>{});
  }
}

}  // namespace
}  // namespace weft::numerics
