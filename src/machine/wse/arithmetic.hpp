// SPDX-License-Identifier: Apache-2.0
// Scalar arithmetic on register values: 64 bits that hold a value of some type, extended.
#pragma once

#include <cstdint>

#include "machine/wse/decode.hpp"
#include "numerics/integers.hpp"
#include "numerics/math.hpp"

namespace weft::machine::wse {

using form::MathFunction;
using form::Operation;
using form::Type;
using numerics::Half;

/// Cuts a value to the type's width and extends it again.
inline std::uint64_t wrap(std::uint64_t value, unsigned shift, bool is_signed) {
  const std::uint64_t up = value << shift;
  return is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(up) >> shift)
                   : up >> shift;
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

/// Arithmetic and comparison of two numbers of one floating type; program::wse::validate lets no
/// other operation come here.
template <typename Float>
std::uint64_t float_binary(Operation operation, Float a, Float b, numerics::FloatRules rules) {
  const auto less = [](Float x, Float y) {
    if constexpr (sizeof(Float) == 2) {
      return numerics::less(x, y);
    } else {
      return x < y;
    }
  };
  const auto equal = [](Float x, Float y) {
    if constexpr (sizeof(Float) == 2) {
      return numerics::equal(x, y);
    } else {
      return x == y;
    }
  };
  switch (operation) {
    case Operation::add:
      return bits_of(numerics::add(a, b, rules));
    case Operation::subtract:
      return bits_of(numerics::subtract(a, b, rules));
    case Operation::multiply:
      return bits_of(numerics::multiply(a, b, rules));
    case Operation::divide:
      return bits_of(numerics::divide(a, b, rules));
    case Operation::minimum:
      return bits_of(numerics::minimum(a, b, rules));
    case Operation::maximum:
      return bits_of(numerics::maximum(a, b, rules));
    case Operation::equal:
      return equal(a, b);
    case Operation::not_equal:
      return !equal(a, b);
    case Operation::less:
      return less(a, b);
    case Operation::less_equal:
      return less(a, b) || equal(a, b);
    case Operation::greater:
      return less(b, a);
    case Operation::greater_equal:
      return less(b, a) || equal(a, b);
    default:
      __builtin_unreachable();
  }
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

/// Quotient or remainder of integers; b is not 0.
inline std::uint64_t divide(Operation operation, Type type, std::uint64_t a, std::uint64_t b) {
  const bool quotient = operation == Operation::divide;
  if (type < Type::i8 || type > Type::i64) return quotient ? a / b : a % b;
  const auto x = static_cast<std::int64_t>(a);
  const auto y = static_cast<std::int64_t>(b);
  if (y == -1) return quotient ? wrap(0 - a, type) : 0;  // the least value has no positive
  return wrap(static_cast<std::uint64_t>(quotient ? x / y : x % y), type);
}

}  // namespace weft::machine::wse
