// SPDX-License-Identifier: Apache-2.0
// Dot products of fp16 vectors by exact integers, written apart from numerics/: the oracle of the
// products.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "unit/numerics/half_oracle.hpp"

namespace weft::numerics::oracle {

inline constexpr std::uint32_t float_nan_bits = 0x7fc00000U;

/// An exact value in units of 2^-48 to the bits of the nearest fp32, ties to even. Zero is +0. No
/// such value is subnormal or overflows.
inline std::uint32_t round_to_float(Wide value) {
  if (value == 0) return 0;
  const std::uint32_t sign = value < 0 ? 0x80000000U : 0U;
  const Wide magnitude = value < 0 ? -value : value;
  const int top = top_bit(magnitude);
  Wide significand = top <= 23 ? magnitude << (23 - top) : magnitude >> (top - 23);
  if (top > 23) {
    const Wide rest = magnitude - (significand << (top - 23));
    const Wide tie = Wide{1} << (top - 24);
    if (rest > tie || (rest == tie && significand % 2 != 0)) significand += 1;
  }
  // a carry out of the fraction moves the exponent by itself
  const Wide field = (Wide{top - 48 + 127} << 23) + significand - (Wide{1} << 23);
  return sign | static_cast<std::uint32_t>(field);
}

/// Sum of a[k * a_step] * b[k * b_step]: the bits of the answer.
inline std::uint32_t dot(const std::uint16_t* a, std::size_t a_step, const std::uint16_t* b,
                         std::size_t b_step, std::size_t depth) {
  Wide sum = 0;
  bool plus = false;
  bool minus = false;
  for (std::size_t k = 0; k < depth; ++k) {
    const Parts x = parts_of(a[k * a_step]);
    const Parts y = parts_of(b[k * b_step]);
    if (x.nan || y.nan) return float_nan_bits;
    if (x.infinite || y.infinite) {
      if ((!x.infinite && x.value == 0) || (!y.infinite && y.value == 0)) return float_nan_bits;
      (x.negative != y.negative ? minus : plus) = true;
    } else {
      sum += x.value * y.value;
    }
  }
  if (plus && minus) return float_nan_bits;
  if (plus || minus) return minus ? 0xff800000U : 0x7f800000U;
  return round_to_float(sum);
}

}  // namespace weft::numerics::oracle
