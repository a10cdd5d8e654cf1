// SPDX-License-Identifier: Apache-2.0
// The vector unit's operations on one lane: what each gives for every operand.
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/device_function.hpp"
#include "numerics/elementary_kernels.hpp"
#include "numerics/float16.hpp"
#include "numerics/float32.hpp"
#include "numerics/integers.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::numerics::tsp {

// Element types: std::int8_t, std::int16_t, std::int32_t, Half and float. Numbers with a fraction
// follow IEEE 754 with subnormals, to nearest even, and one NaN. No source says what the hardware
// does with NaN, subnormals, or integers beyond a shift's width: that is assumed.
inline constexpr FloatRules rules{};

template <typename T>
inline constexpr bool is_integer = std::is_signed_v<T>&& std::is_integral_v<T>;  // not Half

/// A value's nearest in T.
template <std::integral T>
WEFT_FUNCTION constexpr T saturate(std::int64_t value) {
  using Limits = std::numeric_limits<T>;
  const std::int64_t low = Limits::min();
  const std::int64_t high = Limits::max();
  return static_cast<T>(value < low ? low : (value > high ? high : value));
}

/// To nearest, ties to even, saturating; NaN gives 0.
template <std::integral T>
[[gnu::always_inline]] WEFT_FUNCTION T round_to_integer(float value) {
  constexpr double low = std::numeric_limits<T>::min();
  constexpr double high = std::numeric_limits<T>::max();
  constexpr double shift = 0x1.8p52;  // the last place of this is 1
  const double wide = value == value ? static_cast<double>(value) : 0.0;
  const double above = wide < low ? low : wide;
  const double within = above > high ? high : above;
  return static_cast<T>(static_cast<std::int32_t>((within + shift) - shift));
}

[[gnu::always_inline]] WEFT_FUNCTION float as_float(Half value) { return float_from_half(value); }
[[gnu::always_inline]] WEFT_FUNCTION float as_float(float value) { return value; }

/// To another type. Integers saturate; between floats, and from integers, values are rounded once.
template <typename To, typename From>
[[gnu::always_inline]] WEFT_FUNCTION To convert(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (is_integer<To> && is_integer<From>) {
    return saturate<To>(value);
  } else if constexpr (is_integer<To>) {
    return round_to_integer<To>(as_float(value));
  } else if constexpr (is_integer<From> && std::is_same_v<To, Half>) {
    return half_from_double(static_cast<double>(value));
  } else if constexpr (is_integer<From>) {
    return static_cast<float>(value);
  } else if constexpr (std::is_same_v<To, Half>) {
    return narrow(value, rules);
  } else {
    return widen(value, rules);
  }
}

/// A fp64 value of x, rounded once to x's type.
[[gnu::always_inline]] WEFT_FUNCTION float rounded(double value, float x) {
  return settle(static_cast<float>(value), x, x, rules);
}
[[gnu::always_inline]] WEFT_FUNCTION Half rounded(double value, Half x) {
  return settle(half_from_double(value), x, x, rules);
}

/// Functions of one float, accurate to 0.501 units in the last place.
template <VectorOperation operation, typename T>
WEFT_FUNCTION T function(T a) {
  using enum VectorOperation;
  const auto x = static_cast<double>(as_float(a));
  if constexpr (operation == exponential) return rounded(elementary::exp_kernel(x), a);
  if constexpr (operation == logarithm) return rounded(elementary::log_kernel(x), a);
  if constexpr (operation == hyperbolic_tangent) return rounded(elementary::tanh_kernel(x), a);
  if constexpr (operation == square_root) return rounded(std::sqrt(x), a);
  if constexpr (operation == reciprocal_square_root) return rounded(1.0 / std::sqrt(x), a);
  if constexpr (operation == reciprocal) return rounded(1.0 / x, a);
}

constexpr bool is_function(VectorOperation operation) {
  return operation >= VectorOperation::exponential && operation <= VectorOperation::reciprocal;
}

template <VectorOperation operation, typename T>
[[gnu::always_inline]] WEFT_FUNCTION T integer_operation(T a, T b) {
  using enum VectorOperation;
  using U = std::make_unsigned_t<T>;
  constexpr unsigned bits = 8 * sizeof(T);
  const std::int64_t x = a;
  const std::int64_t y = b;
  const unsigned by = static_cast<U>(b) % bits;
  if constexpr (operation == negate) return subtract_wrapping(T{0}, a);
  if constexpr (operation == absolute) return a < 0 ? subtract_wrapping(T{0}, a) : a;
  if constexpr (operation == relu) return a < 0 ? T{0} : a;
  if constexpr (operation == bit_not) return static_cast<T>(~a);
  if constexpr (operation == add) return add_wrapping(a, b);
  if constexpr (operation == subtract) return subtract_wrapping(a, b);
  if constexpr (operation == multiply) return multiply_wrapping(a, b);
  if constexpr (operation == add_saturating) return saturate<T>(x + y);
  if constexpr (operation == subtract_saturating) return saturate<T>(x - y);
  if constexpr (operation == multiply_saturating) return saturate<T>(x * y);
  if constexpr (operation == maximum) return a < b ? b : a;
  if constexpr (operation == minimum) return b < a ? b : a;
  if constexpr (operation == bit_and) return static_cast<T>(a & b);
  if constexpr (operation == bit_or) return static_cast<T>(a | b);
  if constexpr (operation == bit_xor) return static_cast<T>(a ^ b);
  if constexpr (operation == shift_left) {
    return static_cast<T>(static_cast<U>(std::uint32_t{static_cast<U>(a)} << by));
  }
  if constexpr (operation == shift_right) return static_cast<T>(a >> by);
  if constexpr (operation == equal) return a == b;
  if constexpr (operation == less) return a < b;
  if constexpr (operation == less_equal) return a <= b;
}

/// 1 or 0 of a float type.
template <typename T>
[[gnu::always_inline]] WEFT_FUNCTION T truth(bool value) {
  if constexpr (std::is_same_v<T, Half>) {
    return static_cast<Half>(value ? 0x3c00 : 0);
  } else {
    return value ? 1.0F : 0.0F;
  }
}

/// fp32 gives the correctly rounded result. So does fp16: sum and product by way of fp32 (see
/// float16.hpp), a quotient by way of fp64.
template <VectorOperation operation, typename T>
[[gnu::always_inline]] WEFT_FUNCTION T float_operation(T a, T b) {
  using enum VectorOperation;
  if constexpr (operation == negate) return numerics::negate(a);              // NaN's sign too
  if constexpr (operation == absolute) return numerics::absolute(a);          // NaN's sign too
  if constexpr (operation == relu) return numerics::maximum(a, T{0}, rules);  // -0 gives +0
  if constexpr (operation == add) return numerics::add(a, b, rules);
  if constexpr (operation == subtract) return numerics::subtract(a, b, rules);
  if constexpr (operation == multiply) return numerics::multiply(a, b, rules);
  if constexpr (operation == maximum) return numerics::maximum(a, b, rules);
  if constexpr (operation == minimum) return numerics::minimum(a, b, rules);
  if constexpr (operation == equal) return truth<T>(as_float(a) == as_float(b));
  if constexpr (operation == less) return truth<T>(as_float(a) < as_float(b));
  if constexpr (operation == less_equal) return truth<T>(as_float(a) <= as_float(b));
  if constexpr (operation == divide && std::is_same_v<T, float>) return settle(a / b, a, b, rules);
  if constexpr (operation == divide && std::is_same_v<T, Half>) {
    const double quotient = static_cast<double>(as_float(a)) / static_cast<double>(as_float(b));
    return settle(half_from_double(quotient), a, b, rules);
  }
}

/// Any operation but convert; `b` is of no account where the operation has one operand.
template <VectorOperation operation, typename T>
[[gnu::always_inline]] WEFT_FUNCTION T operate(T a, T b) {
  using enum VectorOperation;
  if constexpr (operation == copy) return a;
  if constexpr (operation == mask && is_integer<T>) return b != 0 ? a : T{0};
  if constexpr (operation == mask && !is_integer<T>) return as_float(b) == 0 ? T{0} : a;
  if constexpr (operation != copy && operation != mask) {
    if constexpr (is_function(operation)) {
      return function<operation>(a);
    } else if constexpr (is_integer<T>) {
      return integer_operation<operation>(a, b);
    } else {
      return float_operation<operation>(a, b);
    }
  }
}

}  // namespace weft::numerics::tsp
