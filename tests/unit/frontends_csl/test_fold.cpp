// SPDX-License-Identifier: Apache-2.0
// What the compiler computes is what a tile computes: the same operands, the same bits.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>
#include <vector>

#include "frontends/csl/values/fold.hpp"
#include "numerics/scalar.hpp"

namespace weft::csl {
namespace {

using numerics::Binary;

constexpr std::array operations{std::pair{TokenKind::plus, Binary::add},
                                std::pair{TokenKind::minus, Binary::subtract},
                                std::pair{TokenKind::star, Binary::multiply},
                                std::pair{TokenKind::slash, Binary::divide},
                                std::pair{TokenKind::percent, Binary::remainder},
                                std::pair{TokenKind::ampersand, Binary::bit_and},
                                std::pair{TokenKind::pipe, Binary::bit_or},
                                std::pair{TokenKind::caret, Binary::bit_xor},
                                std::pair{TokenKind::shl, Binary::shift_left},
                                std::pair{TokenKind::shr, Binary::shift_right},
                                std::pair{TokenKind::equal, Binary::equal},
                                std::pair{TokenKind::not_equal, Binary::not_equal},
                                std::pair{TokenKind::less, Binary::less},
                                std::pair{TokenKind::less_equal, Binary::less_equal},
                                std::pair{TokenKind::greater, Binary::greater},
                                std::pair{TokenKind::greater_equal, Binary::greater_equal}};

Type number(TypeKind kind, std::uint8_t bits, bool is_signed) {
  Type type;
  type.kind = kind;
  type.bits = bits;
  type.is_signed = is_signed;
  return type;
}

void expect_integers_as_on_a_tile(std::uint8_t bits, bool is_signed) {
  const Type type = number(TypeKind::integer, bits, is_signed);
  const numerics::IntegerType form{64U - bits, is_signed};
  std::vector<std::uint64_t> operands{0, 1, 2, 7, 15, 31, 63, ~std::uint64_t{0}};
  for (const unsigned shift : {7U, 15U, 31U, 63U}) operands.push_back(std::uint64_t{1} << shift);
  std::mt19937_64 random(bits);
  for (int i = 0; i < 60; ++i) operands.push_back(random() >> (random() % 64));
  for (std::uint64_t& operand : operands) operand = numerics::wrap(operand, form);
  std::size_t computed = 0;
  for (const auto& [token, binary] : operations) {
    for (const std::uint64_t a : operands) {
      for (const std::uint64_t b : operands) {
        Scalar out;
        if (fold_binary(token, type, from_register_bits(type, a), from_register_bits(type, b),
                        false, {}, out) != nullptr) {
          continue;
        }
        ++computed;
        const std::uint64_t on_tile = numerics::with(binary, [&](auto constant) {
          return numerics::integer<decltype(constant)::value>(a, b, form);
        });
        ASSERT_EQ(register_bits(type, out), on_tile)
            << spelling(token) << " of " << a << " and " << b << ", " << int(bits) << " bits";
      }
    }
  }
  EXPECT_GT(computed, 13 * operands.size() * operands.size());
}

TEST(Fold, IntegersAreThoseOfATile) {
  for (const std::uint8_t bits :
       {std::uint8_t{8}, std::uint8_t{16}, std::uint8_t{32}, std::uint8_t{64}}) {
    expect_integers_as_on_a_tile(bits, true);
    expect_integers_as_on_a_tile(bits, false);
  }
}

template <typename Float, typename OfBits, typename ToBits>
void expect_reals_as_on_a_tile(std::uint8_t bits, const OfBits& of_bits, const ToBits& to_bits) {
  const Type type = number(TypeKind::real, bits, true);
  std::mt19937_64 random(bits);
  const auto edge = [&](std::uint64_t i) {
    const std::uint64_t sign = (i & 1U) << (bits - 1U);
    const std::uint64_t infinity = bits == 16 ? 0x7c00U : 0x7f800000U;
    const std::array<std::uint64_t, 6> values{0, 1, infinity, infinity - 1, infinity / 2, 2};
    return sign | values[i / 2 % values.size()];
  };
  for (std::uint64_t i = 0; i < 40000; ++i) {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    const std::uint64_t a = i % 3 == 0 ? edge(random()) : random() & mask;
    const std::uint64_t b = i % 5 == 0 ? edge(random()) : random() & mask;
    for (const auto& [token, binary] : operations) {
      if (!numerics::is_of_reals(binary)) continue;
      Scalar out;
      ASSERT_EQ(fold_binary(token, type, from_register_bits(type, a), from_register_bits(type, b),
                            false, {}, out),
                nullptr);
      const std::uint64_t on_tile = numerics::with(binary, [&](auto constant) -> std::uint64_t {
        constexpr Binary operation = decltype(constant)::value;
        const Float x = of_bits(a);
        const Float y = of_bits(b);
        if constexpr (operation >= Binary::equal) {
          return numerics::real<operation>(x, y, {}) ? 1 : 0;
        } else if constexpr (numerics::is_of_reals(operation)) {
          return to_bits(numerics::real<operation>(x, y, {}));
        }
        return 0;
      });
      const bool comparison = is_comparison(token);
      const auto ours =
          comparison ? static_cast<std::uint64_t>(out.integer) : register_bits(type, out);
      ASSERT_EQ(ours, on_tile) << spelling(token) << " of bits " << a << " and " << b;
    }
  }
}

TEST(Fold, RealsAreThoseOfATile) {
  expect_reals_as_on_a_tile<numerics::Half>(
      16, [](std::uint64_t bits) { return static_cast<numerics::Half>(bits); },
      [](numerics::Half half) { return std::uint64_t{half}; });
  expect_reals_as_on_a_tile<float>(
      32, [](std::uint64_t bits) { return numerics::float_of(static_cast<std::uint32_t>(bits)); },
      [](float value) { return std::uint64_t{numerics::bits_of(value)}; });
}

}  // namespace
}  // namespace weft::csl
