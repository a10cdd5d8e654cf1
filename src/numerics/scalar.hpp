// SPDX-License-Identifier: Apache-2.0
// Operations on two numbers, for whoever computes them: a tile in a run, a compiler before it.
#pragma once

#include <cstdint>
#include <type_traits>

#include "numerics/float16.hpp"
#include "numerics/float32.hpp"

namespace weft::numerics {

enum class Binary : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  remainder,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,  ///< arithmetic where the type has a sign
  minimum,
  maximum,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
};

/// Integers of 64 - shift bits; a value lies in 64, extended by its sign or by zeros.
struct IntegerType {
  unsigned shift = 0;
  bool is_signed = true;
};

/// Cuts a value to the type's width and extends it again.
[[gnu::always_inline]] constexpr std::uint64_t wrap(std::uint64_t value, IntegerType type) {
  const std::uint64_t up = value << type.shift;
  return type.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(up) >> type.shift)
                        : up >> type.shift;
}

/// Quotient or remainder, towards zero, of b other than 0; of the least value and -1: it and 0.
template <bool quotient>
constexpr std::uint64_t divide_integers(std::uint64_t a, std::uint64_t b, IntegerType type) {
  if (!type.is_signed) return quotient ? a / b : a % b;
  const auto x = static_cast<std::int64_t>(a);
  const auto y = static_cast<std::int64_t>(b);
  if (y == -1) return quotient ? wrap(0 - a, type) : 0;
  return wrap(static_cast<std::uint64_t>(quotient ? x / y : x % y), type);
}

/// a op b of one type, wrapped; comparisons give 0 or 1. A divisor is not 0, and a shift is less
/// than the type's width: what those mean, the language of the program says.
template <Binary operation>
[[gnu::always_inline]] constexpr std::uint64_t integer(std::uint64_t a, std::uint64_t b,
                                                       IntegerType type) {
  using enum Binary;
  const auto below = [type](std::uint64_t x, std::uint64_t y) {
    return type.is_signed ? static_cast<std::int64_t>(x) < static_cast<std::int64_t>(y) : x < y;
  };
  if constexpr (operation == add) return wrap(a + b, type);
  if constexpr (operation == subtract) return wrap(a - b, type);
  if constexpr (operation == multiply) return wrap(a * b, type);
  if constexpr (operation == divide) return divide_integers<true>(a, b, type);
  if constexpr (operation == remainder) return divide_integers<false>(a, b, type);
  if constexpr (operation == bit_and) return a & b;
  if constexpr (operation == bit_or) return a | b;
  if constexpr (operation == bit_xor) return a ^ b;
  if constexpr (operation == shift_left) return wrap(a << b, type);
  if constexpr (operation == shift_right) {
    return type.is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(a) >> b) : a >> b;
  }
  if constexpr (operation == minimum) return below(a, b) ? a : b;
  if constexpr (operation == maximum) return below(a, b) ? b : a;
  if constexpr (operation == equal) return a == b;
  if constexpr (operation == not_equal) return a != b;
  if constexpr (operation == less) return below(a, b);
  if constexpr (operation == less_equal) return !below(b, a);
  if constexpr (operation == greater) return below(b, a);
  if constexpr (operation == greater_equal) return !below(a, b);
}

/// Numbers that are not rounded to a machine's formats, as compilers compute with: IEEE fp64.
constexpr double add(double a, double b, FloatRules /*rules*/) { return a + b; }
constexpr double subtract(double a, double b, FloatRules /*rules*/) { return a - b; }
constexpr double multiply(double a, double b, FloatRules /*rules*/) { return a * b; }
constexpr double divide(double a, double b, FloatRules /*rules*/) { return a / b; }
constexpr bool less(double a, double b) { return a < b; }
constexpr bool equal(double a, double b) { return a == b; }
constexpr bool less(float a, float b) { return a < b; }
constexpr bool equal(float a, float b) { return a == b; }

/// Whether an operation has a meaning for numbers with a fraction.
constexpr bool is_of_reals(Binary operation) {
  return operation <= Binary::divide || operation >= Binary::minimum;
}

/// a op b of Half, float, or (no minimum and maximum) double: a number, or of comparisons a bool.
template <Binary operation, typename Float>
requires(is_of_reals(operation)) constexpr auto real(Float a, Float b, FloatRules rules) {
  using enum Binary;
  if constexpr (operation == Binary::add) return numerics::add(a, b, rules);
  if constexpr (operation == Binary::subtract) return numerics::subtract(a, b, rules);
  if constexpr (operation == Binary::multiply) return numerics::multiply(a, b, rules);
  if constexpr (operation == Binary::divide) return numerics::divide(a, b, rules);
  if constexpr (operation == Binary::minimum) return numerics::minimum(a, b, rules);
  if constexpr (operation == Binary::maximum) return numerics::maximum(a, b, rules);
  if constexpr (operation == Binary::equal) return numerics::equal(a, b);
  if constexpr (operation == not_equal) return !numerics::equal(a, b);
  if constexpr (operation == Binary::less) return numerics::less(a, b);
  if constexpr (operation == less_equal) return numerics::less(a, b) || numerics::equal(a, b);
  if constexpr (operation == greater) return numerics::less(b, a);
  if constexpr (operation == greater_equal) return numerics::less(b, a) || numerics::equal(a, b);
}

/// body(std::integral_constant of the operation).
template <typename Body>
constexpr auto with(Binary operation, const Body& body) {
  using enum Binary;
  switch (operation) {
#define WEFT_WITH(name) \
  case name:            \
    return body(std::integral_constant<Binary, name>{})
    WEFT_WITH(add);
    WEFT_WITH(subtract);
    WEFT_WITH(multiply);
    WEFT_WITH(divide);
    WEFT_WITH(remainder);
    WEFT_WITH(bit_and);
    WEFT_WITH(bit_or);
    WEFT_WITH(bit_xor);
    WEFT_WITH(shift_left);
    WEFT_WITH(shift_right);
    WEFT_WITH(minimum);
    WEFT_WITH(maximum);
    WEFT_WITH(equal);
    WEFT_WITH(not_equal);
    WEFT_WITH(less);
    WEFT_WITH(less_equal);
    WEFT_WITH(greater);
    WEFT_WITH(greater_equal);
#undef WEFT_WITH
  }
  __builtin_unreachable();
}

}  // namespace weft::numerics
