// SPDX-License-Identifier: Apache-2.0
// fp16 arithmetic by exact integers, written apart from numerics/: the oracle its tests compare
// with.
#pragma once

#include <cstdint>

namespace weft::numerics::oracle {

__extension__ using Wide = __int128;

inline constexpr std::uint16_t nan_bits = 0x7e00;

struct Parts {
  bool negative;
  bool infinite;
  bool nan;
  Wide value;  ///< signed, in units of 2^-24: exact for every finite fp16
};

inline Parts parts_of(std::uint16_t bits) {
  const unsigned exponent = (bits >> 10U) & 31U;
  const unsigned fraction = bits & 1023U;
  Parts p{(bits >> 15U) != 0, exponent == 31 && fraction == 0, exponent == 31 && fraction != 0, 0};
  if (exponent == 31) return p;
  p.value = exponent == 0 ? Wide{fraction} : Wide{fraction + 1024U} << (exponent - 1U);
  if (p.negative) p.value = -p.value;
  return p;
}

inline int top_bit(Wide value) {
  int top = -1;
  for (; value != 0; value >>= 1) ++top;
  return top;
}

/// Rounds an exact value in units of 2^-scale to fp16: to nearest, ties to even. `negative` is the
/// sign of a zero.
inline std::uint16_t round_to_half(Wide value, int scale, bool negative) {
  if (value != 0) negative = value < 0;
  const auto sign = static_cast<std::uint16_t>(negative ? 0x8000U : 0U);
  const Wide magnitude = value < 0 ? -value : value;
  int exponent = top_bit(magnitude) - scale;
  if (value == 0 || exponent < -14) exponent = -14;
  const int shift = exponent - 10 + scale;  // the last place is 2^(exponent - 10)
  Wide quotient = shift >= 0 ? magnitude >> shift : magnitude << -shift;
  if (shift > 0) {
    const Wide rest = magnitude - (quotient << shift);
    const Wide tie = Wide{1} << (shift - 1);
    if (rest > tie || (rest == tie && quotient % 2 != 0)) quotient += 1;
  }
  // a subnormal has exponent field 0; a carry out of the fraction moves the field by itself
  const Wide field = quotient < 1024 ? quotient : quotient - 1024 + (Wide{exponent + 15} << 10);
  return static_cast<std::uint16_t>(sign | static_cast<unsigned>(field >= 0x7c00 ? 0x7c00 : field));
}

inline std::uint16_t infinity(bool negative) {
  return static_cast<std::uint16_t>(negative ? 0xfc00U : 0x7c00U);
}

/// a * b + c, with a sum of opposite zeros being +0.
inline std::uint16_t fused(std::uint16_t a, std::uint16_t b, std::uint16_t c) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  const Parts z = parts_of(c);
  const bool negative = x.negative != y.negative;
  if (x.nan || y.nan || z.nan) return nan_bits;
  if (x.infinite || y.infinite) {
    const bool zero = (!x.infinite && x.value == 0) || (!y.infinite && y.value == 0);
    return zero || (z.infinite && z.negative != negative) ? nan_bits : infinity(negative);
  }
  if (z.infinite) return infinity(z.negative);
  return round_to_half(x.value * y.value + (z.value << 24), 48, negative && z.negative);
}

inline std::uint16_t multiply(std::uint16_t a, std::uint16_t b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  const bool negative = x.negative != y.negative;
  if (x.nan || y.nan) return nan_bits;
  if (x.infinite || y.infinite) {
    const bool zero = (!x.infinite && x.value == 0) || (!y.infinite && y.value == 0);
    return zero ? nan_bits : infinity(negative);
  }
  return round_to_half(x.value * y.value, 48, negative);
}

inline std::uint16_t add(std::uint16_t a, std::uint16_t b) {
  const Parts x = parts_of(a);
  const Parts y = parts_of(b);
  if (x.nan || y.nan) return nan_bits;
  if (x.infinite && y.infinite && x.negative != y.negative) return nan_bits;
  if (x.infinite) return infinity(x.negative);
  if (y.infinite) return infinity(y.negative);
  return round_to_half(x.value + y.value, 24, x.negative && y.negative);
}

}  // namespace weft::numerics::oracle
