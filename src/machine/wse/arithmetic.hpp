// SPDX-License-Identifier: Apache-2.0
// Scalar arithmetic on register values: 64 bits that hold a value of some type, extended.
#pragma once

#include <cstdint>

#include "machine/wse/decode.hpp"
#include "numerics/integers.hpp"
#include "numerics/math.hpp"
#include "numerics/scalar.hpp"

namespace weft::machine::wse {

using form::MathFunction;
using form::Operation;
using form::Type;
using numerics::Binary;
using numerics::Half;

/// Cuts a value to the type's width and extends it again.
inline std::uint64_t wrap(std::uint64_t value, unsigned shift, bool is_signed) {
  return numerics::wrap(value, {shift, is_signed});
}
inline std::uint64_t wrap(std::uint64_t value, Type type) {
  const unsigned bits = 8 * form::bytes_of(type);
  return wrap(value, 64 - bits, type >= Type::i8 && type <= Type::i64);
}

inline float f32_of(std::uint64_t bits) {
  return numerics::float_of(static_cast<std::uint32_t>(bits));
}
inline std::uint64_t bits_of(float value) { return numerics::bits_of(value); }
inline std::uint64_t bits_of(Half value) { return value; }

/// `operation`, of add to greater_equal but those of one operand.
constexpr Binary binary_of(Operation operation) {
  const auto from = [operation](Operation first, Binary binary) {
    return static_cast<Binary>(static_cast<unsigned>(operation) - static_cast<unsigned>(first) +
                               static_cast<unsigned>(binary));
  };
  return operation <= Operation::maximum ? from(Operation::add, Binary::add)
                                         : from(Operation::equal, Binary::equal);
}
static_assert(binary_of(Operation::bit_and) == Binary::bit_and);
static_assert(binary_of(Operation::maximum) == Binary::maximum);
static_assert(binary_of(Operation::greater_equal) == Binary::greater_equal);

/// Arithmetic and comparison of two numbers of one floating type; program::wse::validate lets no
/// other operation come here.
template <typename Float>
std::uint64_t float_binary(Operation operation, Float a, Float b, numerics::FloatRules rules) {
  return numerics::with(binary_of(operation), [&](auto constant) -> std::uint64_t {
    constexpr Binary binary = decltype(constant)::value;
    if constexpr (binary >= Binary::equal) {
      return numerics::real<binary>(a, b, rules) ? 1 : 0;
    } else if constexpr (numerics::is_of_reals(binary)) {
      return bits_of(numerics::real<binary>(a, b, rules));
    } else {
      __builtin_unreachable();
    }
  });
}

inline std::uint64_t float_binary(Operation operation, Type type, std::uint64_t a, std::uint64_t b,
                                  numerics::FloatRules rules) {
  if (type == Type::f32) return float_binary(operation, f32_of(a), f32_of(b), rules);
  return float_binary(operation, static_cast<Half>(a), static_cast<Half>(b), rules);
}

template <typename Float>
std::uint64_t float_math(MathFunction function, Float a, Float b, numerics::FloatRules rules) {
  switch (function) {
    case MathFunction::sqrt:
      return bits_of(numerics::square_root(a, rules));
    case MathFunction::exp:
      return bits_of(numerics::exp(a, rules));
    case MathFunction::log:
      return bits_of(numerics::log(a, rules));
    case MathFunction::sin:
      return bits_of(numerics::sin(a, rules));
    case MathFunction::cos:
      return bits_of(numerics::cos(a, rules));
    case MathFunction::tanh:
      return bits_of(numerics::tanh(a, rules));
    case MathFunction::pow:
      return bits_of(numerics::pow(a, b, rules));
    case MathFunction::floor:
      return bits_of(numerics::floor(a, rules));
    case MathFunction::ceil:
      return bits_of(numerics::ceil(a, rules));
    case MathFunction::absolute:
      return bits_of(numerics::absolute(a));
    case MathFunction::inverse_sqrt:
      return bits_of(numerics::inverse_sqrt(a, rules));
    case MathFunction::reciprocal:
      return bits_of(numerics::reciprocal(a, rules));
    case MathFunction::sign:
      return bits_of(numerics::sign(a, rules));
    case MathFunction::log2:
      return bits_of(numerics::log2(a, rules));
    case MathFunction::exp2:
      return bits_of(numerics::exp2(a, rules));
    case MathFunction::atan:
      return bits_of(numerics::atan(a, rules));
    case MathFunction::count_:
      break;
  }
  return 0;
}

/// Functions of floating numbers; of integers only absolute and sign have a meaning.
inline std::uint64_t math(MathFunction function, Type type, std::uint64_t a, std::uint64_t b,
                          numerics::FloatRules rules) {
  if (type == Type::f32) return float_math(function, f32_of(a), f32_of(b), rules);
  if (type == Type::f16) {
    return float_math(function, static_cast<Half>(a), static_cast<Half>(b), rules);
  }
  const auto value = static_cast<std::int64_t>(a);
  const bool negative = value < 0 && type <= Type::i64;
  if (function == MathFunction::sign) {
    return wrap(negative ? ~std::uint64_t{0} : std::uint64_t{a != 0}, type);
  }
  return wrap(negative ? 0 - a : a, type);
}

inline std::uint64_t float_to_integer(float value, Type to) {
  switch (to) {
    case Type::boolean:
      return value != 0.0F;
    case Type::i8:
      return static_cast<std::uint64_t>(std::int64_t{numerics::truncate_to<std::int8_t>(value)});
    case Type::i16:
      return static_cast<std::uint64_t>(std::int64_t{numerics::truncate_to<std::int16_t>(value)});
    case Type::i32:
      return static_cast<std::uint64_t>(std::int64_t{numerics::truncate_to<std::int32_t>(value)});
    case Type::i64:
      return static_cast<std::uint64_t>(numerics::truncate_to<std::int64_t>(value));
    case Type::u8:
      return numerics::truncate_to<std::uint8_t>(value);
    case Type::u16:
      return numerics::truncate_to<std::uint16_t>(value);
    case Type::u32:
      return numerics::truncate_to<std::uint32_t>(value);
    default:
      return numerics::truncate_to<std::uint64_t>(value);
  }
}

/// A value of one type as another: integers wrap, floating numbers round, or truncate towards zero.
inline std::uint64_t convert(Type from, Type to, std::uint64_t a, numerics::FloatRules rules) {
  if (is_float(from)) {
    const float value =
        from == Type::f32 ? f32_of(a) : numerics::widen(static_cast<Half>(a), rules);
    if (to == Type::f32) return from == to ? a : bits_of(value);
    if (to == Type::f16) return from == to ? a : numerics::narrow(value, rules);
    return float_to_integer(value, to);
  }
  if (to == Type::boolean) return a != 0;
  if (!is_float(to)) return wrap(a, to);
  const bool is_signed = from >= Type::i8 && from <= Type::i64;
  if (to == Type::f32) {
    return bits_of(is_signed ? static_cast<float>(static_cast<std::int64_t>(a))
                             : static_cast<float>(a));
  }
  // Beyond 2^53, where fp64 would round, fp16 is infinite.
  return numerics::half_from_double(is_signed ? static_cast<double>(static_cast<std::int64_t>(a))
                                              : static_cast<double>(a));
}

/// The bits of a value of one type, read as another of the same size.
inline std::uint64_t bitcast(Type from, Type to, std::uint64_t a) {
  const unsigned bits = 8 * form::bytes_of(from);
  return wrap(wrap(a, 64 - bits, false), to);
}

/// The sign bit flipped, or the negative, wrapped.
inline std::uint64_t negate(Type type, std::uint64_t a) {
  if (type == Type::f32) return a ^ 0x80000000U;
  if (type == Type::f16) return a ^ 0x8000U;
  return wrap(0 - a, type);
}

/// Of two integers, as an instruction says.
inline std::uint64_t integer_binary(const Code& c, std::uint64_t a, std::uint64_t b) {
  return numerics::with(binary_of(c.operation), [&](auto constant) {
    return numerics::integer<decltype(constant)::value>(a, b, {c.shift, c.is_signed});
  });
}

}  // namespace weft::machine::wse
