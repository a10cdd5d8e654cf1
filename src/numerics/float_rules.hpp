// SPDX-License-Identifier: Apache-2.0
// What a machine's floating-point units do where IEEE 754 leaves a choice.
#pragma once

#include <bit>
#include <cstdint>

namespace weft::numerics {

/// The choices of one machine; its topology says how each is known. Rounding is always to nearest,
/// ties to even.
struct FloatRules {
  bool flush_subnormals = false;    ///< subnormal operands and (after rounding) results become zero
  bool canonical_nan = true;        ///< false: the first NaN operand, made quiet, is passed on
  bool fused_f32 = true;            ///< fp32 multiply-add rounds once
  bool fused_f16 = true;            ///< fp16 multiply-add rounds once
  bool exact_mixed_product = true;  ///< fp16 x fp16 + fp32: the product is not rounded to fp16
  friend constexpr bool operator==(const FloatRules&, const FloatRules&) = default;
};

inline constexpr FloatRules unfused_f32_rules{.fused_f32 = false};
inline constexpr FloatRules unfused_f16_rules{.fused_f16 = false};

/// A fp16 number: its bits (1 sign, 5 exponent, 10 fraction).
using Half = std::uint16_t;

inline constexpr std::uint32_t quiet_nan_bits = 0x7fc00000U;
inline constexpr Half half_quiet_nan = 0x7e00;
inline constexpr Half half_infinity = 0x7c00;

constexpr std::uint32_t bits_of(float value) { return std::bit_cast<std::uint32_t>(value); }
constexpr float float_of(std::uint32_t bits) { return std::bit_cast<float>(bits); }
constexpr bool is_nan(float value) { return (bits_of(value) & 0x7fffffffU) > 0x7f800000U; }
constexpr bool is_nan(Half value) { return (value & 0x7fffU) > half_infinity; }

/// a < b ? yes : no for a, b < 2^31, by a mask: a compiler that sees a branch does not vectorise.
constexpr std::uint32_t select_less(std::uint32_t a, std::uint32_t b, std::uint32_t yes,
                                    std::uint32_t no) {
  const auto mask = static_cast<std::uint32_t>(static_cast<std::int32_t>(a - b) >> 31);
  return (yes & mask) | (no & ~mask);
}

/// Subnormals to zero of the same sign; all else unchanged.
constexpr float flush(float value) {
  const std::uint32_t bits = bits_of(value);
  return float_of((bits & 0x7f800000U) == 0 ? bits & 0x80000000U : bits);
}
constexpr Half flush(Half value) {
  return static_cast<Half>((value & 0x7c00U) == 0 ? value & 0x8000U : value);
}

}  // namespace weft::numerics
