// SPDX-License-Identifier: Apache-2.0
// `half`, the fp16 number of codelets: every operation on two of them is rounded to fp16, mixed
// with float it is a float, mixed with an integer the integer becomes a half.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "poplar/codelet/half_bits.hpp"

namespace weft {
namespace codelet {
/// A number on its way to a half: rounded so that rounding it again is as rounding it once.
template <typename T>
constexpr float single(T value) {
  if constexpr (std::is_floating_point<T>::value && sizeof(T) > sizeof(float)) {
    return odd_float(static_cast<double>(value));
  } else {
    return static_cast<float>(value);
  }
}
}  // namespace codelet
}  // namespace weft

namespace poplar {

class half {
 public:
  half() = default;
  template <typename T, typename = std::enable_if_t<std::is_arithmetic<T>::value>>
  constexpr half(T value) : bits_(weft::codelet::round_half(weft::codelet::single(value))) {}

  constexpr operator float() const { return weft::codelet::widen_half(bits_); }

  static constexpr half from_bits(std::uint16_t bits) { return half(Bits{bits}); }
  constexpr std::uint16_t bits() const { return bits_; }

  template <typename T>
  constexpr half& operator+=(T value) {
    return *this = *this + value;
  }
  template <typename T>
  constexpr half& operator-=(T value) {
    return *this = *this - value;
  }
  template <typename T>
  constexpr half& operator*=(T value) {
    return *this = *this * value;
  }
  template <typename T>
  constexpr half& operator/=(T value) {
    return *this = *this / value;
  }
  constexpr half& operator++() { return *this += half(1); }
  constexpr half& operator--() { return *this -= half(1); }
  constexpr half operator++(int) {
    const half before = *this;
    ++*this;
    return before;
  }
  constexpr half operator--(int) {
    const half before = *this;
    --*this;
    return before;
  }

  friend constexpr half operator+(half a, half b) {
    return static_cast<float>(a) + static_cast<float>(b);
  }
  friend constexpr half operator-(half a, half b) {
    return static_cast<float>(a) - static_cast<float>(b);
  }
  friend constexpr half operator*(half a, half b) {
    return static_cast<float>(a) * static_cast<float>(b);
  }
  friend constexpr half operator/(half a, half b) {
    return weft::codelet::quotient(static_cast<float>(a), static_cast<float>(b));
  }
  friend constexpr half operator+(half a) { return a; }
  friend constexpr half operator-(half a) {
    return from_bits(static_cast<std::uint16_t>(a.bits_ ^ 0x8000U));
  }

 private:
  struct Bits {
    std::uint16_t value;
  };
  explicit constexpr half(Bits bits) : bits_(bits.value) {}
  std::uint16_t bits_;
};

}  // namespace poplar

namespace weft {
namespace codelet {
/// The type of half op T.
template <typename T>
using with_half = std::conditional_t<std::is_floating_point<T>::value, T, poplar::half>;
}  // namespace codelet
}  // namespace weft

namespace poplar {

#define WEFT_MIXED(op)                                                             \
  template <typename T, typename = std::enable_if_t<std::is_arithmetic<T>::value>> \
  constexpr weft::codelet::with_half<T> operator op(half a, T b) {                 \
    using Common = weft::codelet::with_half<T>;                                    \
    return static_cast<Common>(a) op static_cast<Common>(b);                       \
  }                                                                                \
  template <typename T, typename = std::enable_if_t<std::is_arithmetic<T>::value>> \
  constexpr weft::codelet::with_half<T> operator op(T a, half b) {                 \
    using Common = weft::codelet::with_half<T>;                                    \
    return static_cast<Common>(a) op static_cast<Common>(b);                       \
  }
WEFT_MIXED(+)
WEFT_MIXED(-)
WEFT_MIXED(*)
WEFT_MIXED(/)
#undef WEFT_MIXED

}  // namespace poplar

using half = poplar::half;

namespace std {
template <>
class numeric_limits<poplar::half> {
 public:
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = false;
  static constexpr bool is_exact = false;
  static constexpr bool is_bounded = true;
  static constexpr bool is_modulo = false;
  static constexpr bool is_iec559 = true;
  static constexpr bool has_infinity = true;
  static constexpr bool has_quiet_NaN = true;
  static constexpr bool has_signaling_NaN = true;
  static constexpr bool has_denorm_loss = false;
  static constexpr bool traps = false;
  static constexpr bool tinyness_before = false;
  static constexpr float_round_style round_style = round_to_nearest;
  static constexpr int radix = 2;
  static constexpr int digits = 11;
  static constexpr int digits10 = 3;
  static constexpr int max_digits10 = 5;
  static constexpr int min_exponent = -13;
  static constexpr int min_exponent10 = -4;
  static constexpr int max_exponent = 16;
  static constexpr int max_exponent10 = 4;
  static constexpr poplar::half min() { return poplar::half::from_bits(0x0400); }
  static constexpr poplar::half max() { return poplar::half::from_bits(0x7bff); }
  static constexpr poplar::half lowest() { return poplar::half::from_bits(0xfbff); }
  static constexpr poplar::half epsilon() { return poplar::half::from_bits(0x1400); }
  static constexpr poplar::half round_error() { return poplar::half::from_bits(0x3800); }
  static constexpr poplar::half infinity() { return poplar::half::from_bits(0x7c00); }
  static constexpr poplar::half quiet_NaN() { return poplar::half::from_bits(0x7e00); }
  static constexpr poplar::half signaling_NaN() { return poplar::half::from_bits(0x7d00); }
  static constexpr poplar::half denorm_min() { return poplar::half::from_bits(0x0001); }
};
}  // namespace std
