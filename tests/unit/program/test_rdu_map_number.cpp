// SPDX-License-Identifier: Apache-2.0
// Numbers of the controller tree and words of the machine: one arithmetic.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu_tree {
namespace {

using numerics::WordOperation;
using numerics::WordType;

constexpr NumberType fixed_of(bool is_signed, int whole, int fraction) {
  return {NumberKind::fixed, is_signed, static_cast<std::uint8_t>(whole),
          static_cast<std::uint8_t>(fraction)};
}

const std::vector<NumberType>& types() {
  static const std::vector<NumberType> all = {
      bit_type,
      float_type,
      half_type,
      int_type,
      fixed_of(true, 8, 0),
      fixed_of(true, 16, 0),
      fixed_of(false, 8, 0),
      fixed_of(false, 16, 0),
      fixed_of(false, 32, 0),
      fixed_of(true, 16, 16),
      fixed_of(true, 8, 8),
      fixed_of(true, 24, 8),
      fixed_of(true, 1, 31),
      fixed_of(true, 0, 12),
      fixed_of(false, 8, 24),
      fixed_of(false, 0, 32),
      fixed_of(true, 1, 0),
      fixed_of(false, 5, 4),
  };
  return all;
}

constexpr int first_operation = static_cast<int>(Operation::add);
constexpr int last_operation = static_cast<int>(Operation::power);

int operands_of(Operation operation) {
  return static_cast<int>(numerics::operands_of(*word_operation(operation)));
}

/// Words as they occur, and the ones at the edges.
class Draw {
 public:
  explicit Draw(std::uint32_t seed) : random_(seed) {}

  Raw number(NumberType type) {
    const std::uint32_t bits = next();
    switch (next() % 6) {
      case 0:  // small
        return type.kind == NumberKind::floating ? from_integer(Raw{bits % 9} - 4, type)
                                                 : wrap_fixed(Raw{bits % 9} - 4, type);
      case 1:
        return edge(type, bits);
      case 2:  // halves and the like
        return from_double((static_cast<double>(bits % 4096) - 2048) / 256, type);
      default:
        break;
    }
    if (type == float_type) return Raw{bits};
    if (type == half_type) return Raw{bits & 0xffffU};
    return type.kind == NumberKind::bit ? Raw{bits & 1U} : wrap_fixed(Raw{bits}, type);
  }
  std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }

 private:
  static Raw edge(NumberType type, std::uint32_t bits) {
    const bool up = (bits & 1U) != 0;
    if (type.kind == NumberKind::bit) return up ? 1 : 0;
    if (type.kind == NumberKind::floating) {
      constexpr std::array<double, 6> edges = {0.0, -0.0, INFINITY, -INFINITY, NAN, 1e-40};
      return from_double(edges[bits % edges.size()], type);
    }
    const Raw greatest =
        wrap_fixed((Wide{1} << (type.bits() - (type.is_signed ? 1U : 0U))) - 1, type);
    return wrap_fixed(up ? greatest : Wide{greatest} + 1, type);
  }

  std::mt19937 random_;
};

Wide shifted(Operation operation, NumberType type, Wide a, Wide b) {
  const bool all = b < 0 || b >= 64;
  if (operation == Operation::shift_left) return all ? 0 : a << b;
  if (operation == Operation::shift_right) return all ? (a < 0 ? -1 : 0) : a >> b;
  return all ? 0 : (a & ((Wide{1} << type.bits()) - 1)) >> b;
}

/// What the documentation says of fixed numbers, in numbers that never overflow; nothing for
/// functions.
std::optional<Wide> expected(Operation operation, NumberType type, Wide a, Wide b) {
  const Wide one = Wide{1} << type.fraction;
  const auto floored = [one](Wide x) { return x - ((x % one) + one) % one; };
  switch (operation) {
    case Operation::add:
      return a + b;
    case Operation::subtract:
      return a - b;
    case Operation::multiply:
      return floored(a * b) / one;
    case Operation::divide:
      return b == 0 ? Wide{-1} : a * one / b;
    case Operation::remainder:
      return b == 0 ? a : (a % b < 0 ? a % b + b : a % b);
    case Operation::negate:
      return -a;
    case Operation::absolute:
      return a < 0 ? -a : a;
    case Operation::minimum:
      return std::min(a, b);
    case Operation::maximum:
      return std::max(a, b);
    case Operation::bit_and:
      return a & b;
    case Operation::bit_or:
      return a | b;
    case Operation::bit_xor:
      return a ^ b;
    case Operation::bit_not:
      return -1 - a;
    case Operation::shift_left:
    case Operation::shift_right:
    case Operation::shift_right_unsigned:
      return shifted(operation, type, a, b);
    case Operation::less:
      return a < b ? 1 : 0;
    case Operation::less_equal:
      return a <= b ? 1 : 0;
    case Operation::equal:
      return a == b ? 1 : 0;
    case Operation::not_equal:
      return a != b ? 1 : 0;
    case Operation::floor:
      return floored(a);
    case Operation::ceil:
      return floored(a + one - 1);
    default:
      return std::nullopt;
  }
}

bool gives_bit(Operation operation) {
  return operation >= Operation::less && operation <= Operation::not_equal;
}

/// Tree and words agree on `count` operands of each operation and type, and with what is
/// documented.
void compare_operations(int count) {
  for (const NumberType& type : types()) {
    const WordType word = word_type(type);
    Draw draw(7);
    for (int o = first_operation; o <= last_operation; ++o) {
      const auto operation = static_cast<Operation>(o);
      if (operation == Operation::convert) continue;
      const WordOperation of_words = *word_operation(operation);
      for (int i = 0; i < count; ++i) {
        std::array<Raw, 3> raw = {draw.number(type), draw.number(type), draw.number(type)};
        if (operation == Operation::select) raw[0] &= 1;
        const auto used = std::span(raw).first(static_cast<std::size_t>(operands_of(operation)));
        const auto tree = evaluate(operation, type, used);
        const bool there = numerics::takes(of_words, word);
        ASSERT_EQ(tree.has_value(), there) << to_text(operation) << " of " << to_text(type);
        if (!there) break;
        const std::uint32_t made = numerics::apply(of_words, word, word, word_of(raw[0]),
                                                   word_of(raw[1]), word_of(raw[2]));
        const NumberType to = gives_bit(operation) ? bit_type : type;
        ASSERT_EQ(*tree, number_of(made, to))
            << to_text(operation) << " of " << to_text(type) << ": " << raw[0] << ", " << raw[1];
        if (type.kind != NumberKind::fixed) continue;
        const auto known = expected(operation, type, raw[0], raw[1]);
        if (!known) continue;
        ASSERT_EQ(*tree, gives_bit(operation) ? static_cast<Raw>(*known) : wrap_fixed(*known, type))
            << to_text(operation) << " of " << to_text(type) << ": " << raw[0] << ", " << raw[1];
      }
    }
  }
}

/// The value in `to`, from the value itself.
Raw expected_conversion(double value, NumberType from, NumberType to) {
  if (to.kind == NumberKind::bit) return value == 0 ? 0 : 1;
  const bool down = from.kind == NumberKind::fixed && to.kind == NumberKind::fixed;
  return down ? wrap_fixed(static_cast<Wide>(std::floor(std::ldexp(value, to.fraction))), to)
              : from_double(value, to);
}

void compare_conversions(int count) {
  for (const NumberType& from : types()) {
    for (const NumberType& to : types()) {
      if (from == to) continue;
      Draw draw(11);
      for (int i = 0; i < count; ++i) {
        const Raw value = draw.number(from);
        const Raw made = convert(value, from, to);
        ASSERT_EQ(made, number_of(numerics::apply(WordOperation::convert, word_type(from),
                                                  word_type(to), word_of(value), 0, 0),
                                  to));
        if (std::isnan(to_double(value, from)) && to.kind == NumberKind::floating) continue;
        ASSERT_EQ(made, expected_conversion(to_double(value, from), from, to))
            << to_text(from) << " to " << to_text(to) << ": " << value;
      }
    }
  }
}

TEST(RduMapNumber, TreeAndWordsAgree) { compare_operations(10000); }
TEST(RduMapNumber, ConversionsAgree) { compare_conversions(2000); }
TEST(RduMapNumber, DISABLED_AMillionOfEach) {
  compare_operations(1000000);
  compare_conversions(1000000);
}

Raw of(Operation operation, NumberType type, Raw a, Raw b = 0) {
  const std::array<Raw, 2> operands = {a, b};
  return evaluate(operation, type, operands).value_or(-999);
}

TEST(RduMapNumber, QuotientsGoTowardsZeroAndRemaindersUp) {
  for (const NumberType& type : {int_type, fixed_of(true, 64, 0), fixed_of(true, 8, 0)}) {
    EXPECT_EQ(of(Operation::divide, type, -7, 2), -3);
    EXPECT_EQ(of(Operation::divide, type, 7, 0), -1);
    EXPECT_EQ(of(Operation::remainder, type, -7, 2), 1);
    EXPECT_EQ(of(Operation::remainder, type, -7, -2), -3);
    EXPECT_EQ(of(Operation::remainder, type, 7, -2), 1);
    EXPECT_EQ(of(Operation::shift_left, type, 1, 64), 0);
    EXPECT_EQ(of(Operation::shift_right, type, -8, 200), -1);
    EXPECT_EQ(of(Operation::shift_right, type, -8, -1), -1);
  }
  EXPECT_EQ(of(Operation::divide, fixed_of(false, 64, 0), -1, 2), INT64_MAX);
  EXPECT_EQ(of(Operation::less, fixed_of(false, 64, 0), 1, -1), 1);
}

TEST(RduMapNumber, FloatsOfEachSizeFollowOneRule) {
  for (const NumberType& type : {float_type, half_type, double_type}) {
    const auto number = [&type](double value) { return from_double(value, type); };
    const auto real = [&](Operation operation, double a, double b = 0) {
      return to_double(of(operation, type, number(a), number(b)), type);
    };
    EXPECT_EQ(real(Operation::maximum, NAN, 3), 3);
    EXPECT_TRUE(std::isnan(real(Operation::maximum, 3, NAN)));
    EXPECT_TRUE(std::signbit(real(Operation::minimum, 0.0, -0.0)));
    EXPECT_FALSE(std::signbit(real(Operation::minimum, -0.0, 0.0)));
    EXPECT_EQ(real(Operation::remainder, -7.5, 2), 0.5);
    EXPECT_EQ(real(Operation::remainder, 7.5, -2), 1.5);
    EXPECT_TRUE(std::isnan(real(Operation::remainder, 1, 0)));
    EXPECT_EQ(real(Operation::ceil, -1.5), -1);
    EXPECT_EQ(real(Operation::sigmoid, 0), 0.5);
    EXPECT_EQ(real(Operation::inverse_square_root, 4), 0.5);
    EXPECT_EQ(real(Operation::power, 2, 5), 32);
  }
  EXPECT_EQ(of(Operation::negate, float_type, 0x7fc00000), 0x7fc00000);
}

TEST(RduMapNumber, ConversionsCutWrapAndSaturateInfinities) {
  const NumberType q8 = fixed_of(true, 8, 8);
  const auto single = [](double value) { return from_double(value, float_type); };
  EXPECT_EQ(convert(single(-1.75), float_type, int_type), -1);
  EXPECT_EQ(convert(single(300), float_type, q8), 44 << 8);
  EXPECT_EQ(convert(single(1e30), float_type, int_type), 0);
  EXPECT_EQ(convert(single(INFINITY), float_type, q8), 0x7fff);
  EXPECT_EQ(convert(single(-INFINITY), float_type, int_type), INT32_MIN);
  EXPECT_EQ(convert(from_double(INFINITY, double_type), double_type, int_type), INT32_MAX);
  EXPECT_EQ(convert(single(NAN), float_type, int_type), 0);
  EXPECT_EQ(convert(single(NAN), float_type, bit_type), 1);
  EXPECT_EQ(convert(single(-0.0), float_type, bit_type), 0);
  EXPECT_EQ(convert(-0x180, q8, int_type), -2);
  EXPECT_EQ(convert(single(65519), float_type, half_type), 0x7bff);
}

TEST(RduMapNumber, FunctionsOfFixedNumbersAreThoseOfFp32) {
  const NumberType q16 = fixed_of(true, 16, 16);
  const double root = static_cast<double>(std::sqrt(2.0F));
  EXPECT_EQ(of(Operation::square_root, q16, 2 << 16), from_double(root, q16));
  EXPECT_EQ(of(Operation::power, int_type, 3, 4), 81);
  EXPECT_EQ(of(Operation::exp, int_type, 1), 2);
}

TEST(RduMapNumber, MemoriesAreWordsAndBack) {
  const std::vector<Raw> numbers = {0, 1, -1, INT32_MIN, INT32_MAX};
  const std::vector<std::uint32_t> words = {0, 1, 0xffffffffU, 0x80000000U, 0x7fffffffU};
  EXPECT_EQ(words_of(numbers, int_type), words);
  EXPECT_EQ(raws_of(words, int_type), numbers);
  EXPECT_EQ(raws_of(words, float_type).back(), Raw{0x7fffffff});
  EXPECT_THROW(words_of(numbers, double_type), Error);
}

TEST(RduMapNumber, WiderNumbersAreNoWords) {
  for (const NumberType& type : {double_type, fixed_of(true, 64, 0), fixed_of(true, 17, 16)}) {
    EXPECT_FALSE(word_type_if(type).has_value());
    try {
      word_type(type);
      ADD_FAILURE() << to_text(type);
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::unsupported);
      EXPECT_NE(std::string(error.what()).find(to_text(type)), std::string::npos);
    }
  }
  EXPECT_FALSE(word_operation(Operation::read).has_value());
  EXPECT_FALSE(word_operation(Operation::constant).has_value());
}

}  // namespace
}  // namespace weft::program::rdu_tree
