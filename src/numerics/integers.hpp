// SPDX-License-Identifier: Apache-2.0
// Wrapping integer operations, shifts that never are undefined, and float to integer conversion.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "numerics/float_rules.hpp"

namespace weft::numerics {

/// Modulo 2^bits, for signed types too.
template <std::integral T>
constexpr T add_wrapping(T a, T b) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
}
template <std::integral T>
constexpr T subtract_wrapping(T a, T b) {
  using U = std::make_unsigned_t<T>;
  return static_cast<T>(static_cast<U>(static_cast<U>(a) - static_cast<U>(b)));
}
template <std::integral T>
constexpr T multiply_wrapping(T a, T b) {
  using U = std::make_unsigned_t<T>;
  // 1U: 16-bit operands would be multiplied as int, which can overflow
  return static_cast<T>(static_cast<U>(1U * static_cast<U>(a) * static_cast<U>(b)));
}

/// a + b + carry; carry becomes the carry out of bit 15.
constexpr std::uint16_t add_with_carry(std::uint16_t a, std::uint16_t b, bool& carry) {
  const std::uint32_t sum = static_cast<std::uint32_t>(a) + b + (carry ? 1U : 0U);
  carry = (sum >> 16U) != 0;
  return static_cast<std::uint16_t>(sum);
}

/// Shifts by the width or more push every bit out (arithmetic: leave copies of the sign).
constexpr std::uint16_t shift_left(std::uint16_t a, std::uint16_t by) {
  return by < 16 ? static_cast<std::uint16_t>(static_cast<std::uint32_t>(a) << by)
                 : std::uint16_t{0};
}
constexpr std::uint16_t shift_right_logical(std::uint16_t a, std::uint16_t by) {
  return by < 16 ? static_cast<std::uint16_t>(a >> by) : std::uint16_t{0};
}
constexpr std::uint16_t shift_right_arithmetic(std::uint16_t a, std::uint16_t by) {
  const auto value = static_cast<std::int16_t>(a);
  return static_cast<std::uint16_t>(value >> (by < 16 ? by : 15));
}

/// Towards zero; out of range gives the nearest limit, NaN gives 0.
template <std::integral T>
constexpr T truncate_to(float value) {
  using Limits = std::numeric_limits<T>;
  constexpr int digits = Limits::digits;
  // 2^digits, the first value above the range, is a power of two and so exact in fp32
  constexpr float above = static_cast<float>(Limits::max() / 2 + 1) * 2.0F;
  static_assert(digits <= 64);
  if (is_nan(value)) return 0;
  if (value >= above) return Limits::max();
  if constexpr (std::is_signed_v<T>) {
    if (value < -above) return Limits::min();
  } else {
    if (value <= -1.0F) return 0;
  }
  return static_cast<T>(value);
}

}  // namespace weft::numerics
