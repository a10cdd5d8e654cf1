// SPDX-License-Identifier: Apache-2.0
// Conversions between fp16 and wider formats, rounding to nearest, ties to even, once.
#pragma once

#include <bit>
#include <cstdint>

#include "numerics/float_rules.hpp"

namespace weft::numerics {

// Inlined always: a call left in a loop over an array would keep it from being vectorised.

/// Exact. NaN payloads keep their place at the top of the fraction.
[[gnu::always_inline]] constexpr float float_from_half(Half half) {
  // Read as fp32 the bits are too small by 2^112; the product is exact, subnormals included.
  constexpr float scale = 0x1p112F;
  const std::uint32_t magnitude = static_cast<std::uint32_t>(half & 0x7fffU) << 13U;
  std::uint32_t bits = bits_of(float_of(magnitude) * scale);
  bits |= select_less(magnitude, 0x0f800000U, 0U, 0x7f800000U);
  return float_of(bits | static_cast<std::uint32_t>(half & 0x8000U) << 16U);
}

/// Rounds; overflow gives infinity. NaN stays NaN, made quiet, with the top of its payload.
[[gnu::always_inline]] constexpr Half half_from_float(float value) {
  constexpr std::uint32_t half_one = 0x3f000000U;        // 0.5F: its last place is 2^-24
  constexpr std::uint32_t rebias = (127U - 15U) << 23U;  // of the exponent
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  const std::uint32_t small = bits_of(float_of(magnitude) + 0.5F) - half_one;
  const std::uint32_t odd = (magnitude >> 13U) & 1U;
  const std::uint32_t normal = (magnitude - rebias + 0xfffU + odd) >> 13U;
  const std::uint32_t nan = half_quiet_nan | ((magnitude >> 13U) & 0x3ffU);
  std::uint32_t out = select_less(magnitude, 0x38800000U, small, normal);  // 2^-14: subnormal
  out = select_less(magnitude, 0x477ff000U, out, half_infinity);           // 65520
  out = select_less(0x7f800000U, magnitude, nan, out);
  return static_cast<Half>(out | ((bits >> 16U) & 0x8000U));
}

/// As half_from_float, from fp64: rounds once where fp64 -> fp32 -> fp16 would round twice.
[[gnu::always_inline]] constexpr Half half_from_double(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = bits & 0x7fffffffffffffffULL;
  const auto sign = static_cast<std::uint32_t>(bits >> 48U) & 0x8000U;
  std::uint64_t out = 0;
  if (magnitude > 0x7ff0000000000000ULL) {
    out = half_quiet_nan | ((magnitude >> 42U) & 0x3ffU);
  } else if (magnitude >= 0x40effe0000000000ULL) {  // 65520
    out = half_infinity;
  } else if (magnitude < 0x3f10000000000000ULL) {  // 2^-14: the last place of 2^28 is 2^-24
    out = std::bit_cast<std::uint64_t>(std::bit_cast<double>(magnitude) + 0x1p28) -
          std::bit_cast<std::uint64_t>(0x1p28);
  } else {
    constexpr std::uint64_t rebias = std::uint64_t{1023 - 15} << 52U;
    const std::uint64_t odd = (magnitude >> 42U) & 1U;
    out = (magnitude - rebias + ((std::uint64_t{1} << 41U) - 1) + odd) >> 42U;
  }
  return static_cast<Half>(static_cast<std::uint32_t>(out) | sign);
}

/// bfloat16: the upper half of a fp32. Exact.
constexpr float float_from_bfloat16(std::uint16_t value) {
  return float_of(static_cast<std::uint32_t>(value) << 16U);
}
/// Rounds; overflow gives infinity; NaN stays NaN, made quiet.
constexpr std::uint16_t bfloat16_from_float(float value) {
  const std::uint32_t bits = bits_of(value);
  if (is_nan(value)) return static_cast<std::uint16_t>((bits >> 16U) | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7fffU + ((bits >> 16U) & 1U)) >> 16U);
}

}  // namespace weft::numerics
