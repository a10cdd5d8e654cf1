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

/// What ordered() gave the order of.
[[gnu::always_inline]] WEFT_FUNCTION float float_of_order(std::int32_t order) {
  const auto below = static_cast<std::uint32_t>(order >> 31) >> 1U;
  return float_of(static_cast<std::uint32_t>(order) ^ below);
}

/// A value's nearest in T.
template <std::integral T, std::integral Wide>
[[gnu::always_inline]] WEFT_FUNCTION constexpr T saturate(Wide value) {
  if constexpr (sizeof(Wide) <= sizeof(T)) {
    return value;
  } else {
    constexpr Wide low = std::numeric_limits<T>::min();
    constexpr Wide high = std::numeric_limits<T>::max();
    const Wide above = value < low ? low : value;
    return static_cast<T>(above > high ? high : above);
  }
}

/// To nearest, ties to even, saturating; NaN gives 0. Bits are compared, and choices made by masks:
/// compilers vectorise that.
template <std::integral T>
[[gnu::always_inline]] WEFT_FUNCTION T round_to_integer(float value) {
  using Wide = std::conditional_t<sizeof(T) == 4, double, float>;
  constexpr Wide shift = sizeof(T) == 4 ? 0x1.8p52 : 0x1.8p23;  // the last place of this is 1
  constexpr std::int32_t low = ordered(static_cast<float>(std::numeric_limits<T>::min()));
  // the largest float that rounds into T
  constexpr float last =
      sizeof(T) == 4 ? 0x1.fffffep30F : static_cast<float>(std::numeric_limits<T>::max());
  constexpr std::int32_t high = ordered(last);
  const std::int32_t order = ordered(value);
  const std::int32_t above = order < low ? low : order;
  const std::int32_t within = above > high ? high : above;
  const Wide wide = float_of_order(within);
  const auto whole = static_cast<std::int32_t>((wide + shift) - shift);
  // what lies above goes from the last to the end
  constexpr std::int32_t more = std::numeric_limits<T>::max() - static_cast<std::int32_t>(last);
  const std::int32_t ended = whole + ((-(above ^ within) >> 31) & more);
  const std::uint32_t magnitude = bits_of(value) & 0x7fffffffU;
  return static_cast<T>(select_less(0x7f800000U, magnitude, 0U, static_cast<std::uint32_t>(ended)));
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

/// Integers in the order of the numbers, -0 below +0; NaN lies outside the infinities.
[[gnu::always_inline]] WEFT_FUNCTION std::int16_t in_order(Half value) {
  const auto bits = static_cast<std::int16_t>(value);
  return static_cast<std::int16_t>(bits ^ ((bits >> 15) & 0x7fff));
}

/// The larger or smaller of two; NaN if either is; +0 is larger than -0.
template <bool larger>
[[gnu::always_inline]] WEFT_FUNCTION Half extreme(Half a, Half b) {
  const bool first = larger ? in_order(a) > in_order(b) : in_order(a) < in_order(b);
  const Half chosen = first ? a : b;
  return is_nan(a) || is_nan(b) ? half_quiet_nan : chosen;
}
template <bool larger>
[[gnu::always_inline]] WEFT_FUNCTION float extreme(float a, float b) {
  const bool first = larger ? ordered(a) > ordered(b) : ordered(a) < ordered(b);
  const float chosen = first ? a : b;
  return is_nan(a) || is_nan(b) ? float_of(quiet_nan_bits) : chosen;
}

/// a + b or a - b; where it leaves T, the end at that side, which is a's.
template <bool minus, typename T>
[[gnu::always_inline]] WEFT_FUNCTION T sum_saturating(T a, T b) {
  if constexpr (sizeof(T) < 4) {
    return saturate<T>(minus ? a - b : a + b);
  } else {
    const T sum = minus ? subtract_wrapping(a, b) : add_wrapping(a, b);
    const T outside = (minus ? a ^ b : ~(a ^ b)) & (a ^ sum);
    return outside < 0 ? (a >> 31) ^ std::numeric_limits<T>::max() : sum;
  }
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
  using Wide = std::conditional_t<sizeof(T) < 4, std::int32_t, std::int64_t>;
  const unsigned by = static_cast<U>(b) % bits;
  if constexpr (operation == negate) return subtract_wrapping(T{0}, a);
  if constexpr (operation == absolute) return a < 0 ? subtract_wrapping(T{0}, a) : a;
  if constexpr (operation == relu) return a < 0 ? T{0} : a;
  if constexpr (operation == bit_not) return static_cast<T>(~a);
  if constexpr (operation == add) return add_wrapping(a, b);
  if constexpr (operation == subtract) return subtract_wrapping(a, b);
  if constexpr (operation == multiply) return multiply_wrapping(a, b);
  if constexpr (operation == add_saturating) return sum_saturating<false>(a, b);
  if constexpr (operation == subtract_saturating) return sum_saturating<true>(a, b);
  if constexpr (operation == multiply_saturating) return saturate<T>(Wide{a} * Wide{b});
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
  if constexpr (operation == negate) return numerics::negate(a);      // NaN's sign too
  if constexpr (operation == absolute) return numerics::absolute(a);  // NaN's sign too
  if constexpr (operation == relu) return extreme<true>(a, T{0});     // -0 gives +0
  if constexpr (operation == add) return numerics::add(a, b, rules);
  if constexpr (operation == subtract) return numerics::subtract(a, b, rules);
  if constexpr (operation == multiply) return numerics::multiply(a, b, rules);
  if constexpr (operation == maximum) return extreme<true>(a, b);
  if constexpr (operation == minimum) return extreme<false>(a, b);
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
