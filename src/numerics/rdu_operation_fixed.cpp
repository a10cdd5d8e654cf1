// SPDX-License-Identifier: Apache-2.0
// Fixed-point words and bits of the RDU, and conversions.
#include <cmath>

#include "numerics/rdu_word_parts.hpp"

namespace weft::numerics::words {
namespace {

using Kind = WordType::Kind;
using Operation = WordOperation;

constexpr std::uint32_t word_bits = 32;

std::uint64_t magnitude_of(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

/// By magnitudes: a dividend of 32 bits with as many of a fraction fills 64.
std::uint32_t divide_fixed(const WordType& type, std::int64_t x, std::int64_t y) {
  if (y == 0) return wrapped(type, -1);
  const std::uint64_t quotient = (magnitude_of(x) << type.fraction_bits) / magnitude_of(y);
  return wrapped(type, static_cast<std::int64_t>((x < 0) != (y < 0) ? 0 - quotient : quotient));
}

std::uint32_t remainder_fixed(const WordType& type, std::int64_t x, std::int64_t y) {
  if (y == 0) return wrapped(type, x);
  const std::int64_t rest = x % y;
  return wrapped(type, rest < 0 ? rest + y : rest);
}

std::uint32_t shift_fixed(Operation operation, const WordType& type, std::int64_t x,
                          std::uint32_t by) {
  const bool all = by >= word_bits;
  if (operation == Operation::shift_left) {
    return wrapped(type, all ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << by));
  }
  if (operation == Operation::shift_right) return wrapped(type, x >> (all ? word_bits : by));
  const std::uint64_t mask = (std::uint64_t{1} << width_of(type)) - 1;
  return wrapped(type,
                 static_cast<std::int64_t>(all ? 0 : (static_cast<std::uint64_t>(x) & mask) >> by));
}

std::int64_t floor_places(const WordType& type, std::int64_t x) {
  return x - (x & ((std::int64_t{1} << type.fraction_bits) - 1));
}

/// Functions of fixed numbers, in fp32.
std::uint32_t function_fixed(Operation operation, const WordType& type, std::uint32_t a,
                             std::uint32_t b) {
  const std::uint32_t x = convert(type, word_f32, a);
  const std::uint32_t y = convert(type, word_f32, b);
  return convert(word_f32, type, apply_f32(operation, x, y, 0));
}

/// Towards zero; wraps. Every fp32 from 2^62 on has zeros where the word is.
std::uint32_t fixed_of(double value, const WordType& to) {
  if (std::isnan(value)) return 0;
  if (std::isinf(value)) return wrapped(to, value < 0 ? least_places(to) : most_places(to));
  const double places = std::trunc(std::ldexp(value, to.fraction_bits));
  constexpr double limit = 0x1p62;
  return std::fabs(places) < limit ? wrapped(to, static_cast<std::int64_t>(places)) : 0;
}

std::uint32_t float_of_places(double value, const WordType& to) {
  return to.kind == Kind::f32 ? word_of(static_cast<float>(value))
                              : word_of(half_from_double(value));
}

std::uint32_t convert_fixed(const WordType& to, std::int64_t places, std::uint32_t fraction) {
  if (to.kind != Kind::fixed) {
    return float_of_places(std::ldexp(static_cast<double>(places), -static_cast<int>(fraction)),
                           to);
  }
  if (to.fraction_bits < fraction) return wrapped(to, places >> (fraction - to.fraction_bits));
  return wrapped(to, static_cast<std::int64_t>(static_cast<std::uint64_t>(places)
                                               << (to.fraction_bits - fraction)));
}

}  // namespace

std::uint32_t convert(const WordType& type, const WordType& to, std::uint32_t word) {
  if (type == to) return word;
  const bool floats = type.kind == Kind::f32 || type.kind == Kind::f16;
  if (!floats) {
    if (to.kind == Kind::bit) return word != 0 ? 1 : 0;
    const bool bit = type.kind == Kind::bit;
    return convert_fixed(to, bit ? std::int64_t{word & 1U} : places_of(type, word),
                         bit ? 0 : type.fraction_bits);
  }
  const float value = type.kind == Kind::f32 ? single_of(word) : float_from_half(half_of(word));
  if (to.kind == Kind::bit) return value == 0 ? 0 : 1;
  if (to.kind == Kind::fixed) return fixed_of(value, to);
  return float_of_places(static_cast<double>(value), to);
}

std::uint32_t apply_fixed(Operation operation, const WordType& type, std::uint32_t a,
                          std::uint32_t b, std::uint32_t c) {
  const std::int64_t x = places_of(type, a);
  const std::int64_t y = places_of(type, b);
  switch (operation) {
    case Operation::add:
      return wrapped(type, x + y);
    case Operation::subtract:
      return wrapped(type, x - y);
    case Operation::multiply:
      return multiply_fixed(type, a, b);
    case Operation::divide:
      return divide_fixed(type, x, y);
    case Operation::reciprocal:
      return divide_fixed(type, std::int64_t{1} << type.fraction_bits, x);
    case Operation::remainder:
      return remainder_fixed(type, x, y);
    case Operation::minimum:
      return x < y ? a : b;
    case Operation::maximum:
      return x > y ? a : b;
    case Operation::negate:
      return wrapped(type, -x);
    case Operation::absolute:
      return wrapped(type, x < 0 ? -x : x);
    case Operation::bit_and:
      return a & b;
    case Operation::bit_or:
      return a | b;
    case Operation::bit_xor:
      return a ^ b;
    case Operation::bit_not:
      return wrapped(type, ~x);
    case Operation::shift_left:
    case Operation::shift_right:
    case Operation::shift_right_unsigned:
      return shift_fixed(operation, type, x, b);
    case Operation::equal:
      return x == y ? 1 : 0;
    case Operation::unequal:
      return x != y ? 1 : 0;
    case Operation::less:
      return x < y ? 1 : 0;
    case Operation::less_equal:
      return x <= y ? 1 : 0;
    case Operation::multiply_add:
      return wrapped(type, places_of(type, multiply_fixed(type, a, b)) + places_of(type, c));
    case Operation::floor:
      return wrapped(type, floor_places(type, x));
    case Operation::ceil:
      return wrapped(type, -floor_places(type, -x));
    default:
      return function_fixed(operation, type, a, b);
  }
}

std::uint32_t apply_bit(Operation operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
    case Operation::bit_and:
    case Operation::minimum:
      return a & b & 1U;
    case Operation::bit_or:
    case Operation::maximum:
      return (a | b) & 1U;
    case Operation::bit_xor:
    case Operation::unequal:
      return (a ^ b) & 1U;
    case Operation::bit_not:
      return ~a & 1U;
    case Operation::equal:
      return ~(a ^ b) & 1U;
    case Operation::less:
      return ~a & b & 1U;
    case Operation::less_equal:
      return (~a | b) & 1U;
    default:
      return 0;
  }
}

}  // namespace weft::numerics::words
