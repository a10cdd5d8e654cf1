// SPDX-License-Identifier: Apache-2.0
// Rounding to fp16 and back, on bits: to nearest or stochastically, as the running codelet's tile
// says. Finite numbers beyond the range become the largest fp16.
#pragma once

#include <cstdint>

#include "poplar/codelet/context.hpp"

namespace weft {
namespace codelet {

// The builtin, because std::bit_cast is younger than C++17.
constexpr std::uint32_t bits_of(float value) { return __builtin_bit_cast(std::uint32_t, value); }
constexpr float float_of(std::uint32_t bits) { return __builtin_bit_cast(float, bits); }
/// a < b ? yes : no for a, b < 2^31, by a mask, so that loops are vectorised.
constexpr std::uint32_t select_less(std::uint32_t a, std::uint32_t b, std::uint32_t yes,
                                    std::uint32_t no) {
  const auto mask = static_cast<std::uint32_t>(static_cast<std::int32_t>(a - b) >> 31);
  return (yes & mask) | (no & ~mask);
}

/// Exact; a signalling NaN becomes quiet, as by a processor's conversion.
__attribute__((always_inline)) constexpr float float_from_half(std::uint16_t half) {
  const std::uint32_t magnitude = (half & 0x7fffU) << 13U;
  std::uint32_t bits = bits_of(float_of(magnitude) * 0x1p112F);
  bits |= select_less(magnitude, 0x0f800000U, 0U, 0x7f800000U);
  bits |= select_less(0x0f800000U, magnitude, 0x00400000U, 0U);
  return float_of(bits | (half & 0x8000U) << 16U);
}

/// To nearest, ties to even.
__attribute__((always_inline)) constexpr std::uint16_t nearest_half(float value) {
  constexpr std::uint32_t rebias = (127U - 15U) << 23U;
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  const std::uint32_t small = bits_of(float_of(magnitude) + 0.5F) - 0x3f000000U;
  const std::uint32_t odd = (magnitude >> 13U) & 1U;
  const std::uint32_t normal = (magnitude - rebias + 0xfffU + odd) >> 13U;
  std::uint32_t out = select_less(magnitude, 0x38800000U, small, normal);
  out = select_less(magnitude, 0x477ff000U, out, 0x7bffU);
  out = select_less(magnitude, 0x7f800000U, out, 0x7c00U);
  out = select_less(0x7f800000U, magnitude, 0x7e00U | ((magnitude >> 13U) & 0x3ffU), out);
  return static_cast<std::uint16_t>(out | ((bits >> 16U) & 0x8000U));
}

#ifdef __F16C__
// The processor's own conversions, the same bits.
typedef float HardwareFloats __attribute__((vector_size(16)));
typedef unsigned long long HardwareWords __attribute__((vector_size(16)));
typedef short HardwareHalves __attribute__((vector_size(16)));

/// float_from_half and nearest_half at run time.
__attribute__((always_inline)) inline float hardware_float(std::uint16_t half) {
  const HardwareHalves given = {static_cast<short>(half)};
  return __builtin_ia32_vcvtph2ps(given)[0];
}
__attribute__((always_inline)) inline std::uint16_t hardware_half(float value) {
  const HardwareFloats given = {value};
  const auto out = static_cast<std::uint16_t>(__builtin_ia32_vcvtps2ph(given, 0)[0]);
  if (__builtin_expect((out & 0x7c00U) == 0x7c00U, 0)) return nearest_half(value);
  return out;
}
#endif

/// Up with the probability of the discarded fraction: the fraction plus `random` carries. Values
/// of fp16 stay as they are.
inline std::uint16_t stochastic_half(float value, std::uint32_t random) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  if (magnitude >= 0x47800000U) return nearest_half(value);
  std::uint32_t out = 0;
  if (magnitude >= 0x38800000U) {
    out = (magnitude - ((127U - 15U) << 23U) + (random >> 19U)) >> 13U;
  } else {
    // In units of 2^-56: an integer part in the top, 32 bits of fraction (less is never rounded
    // up).
    const double units = static_cast<double>(float_of(magnitude)) * 0x1p56;
    out = static_cast<std::uint32_t>((static_cast<std::uint64_t>(units) + random) >> 32U);
  }
  if (out > 0x7bffU) out = 0x7bffU;
  return static_cast<std::uint16_t>(out | sign);
}

__attribute__((noinline, cold)) inline std::uint16_t stochastic_half(float value) {
  return stochastic_half(value, random_bits());
}

/// Whether the tile rounds stochastically. Const, and so not inlined: it holds for a whole
/// compute(), and loops have the question in front of them.
__attribute__((const, noinline)) inline bool rounds_stochastically() {
  return context->stochastic_rounding;
}

/// Exact, as fast as the processor can.
__attribute__((always_inline)) constexpr float widen_half(std::uint16_t half) {
#ifdef __F16C__
  if (!__builtin_is_constant_evaluated()) return hardware_float(half);
#endif
  return float_from_half(half);
}

/// As the tile rounds now.
__attribute__((always_inline)) constexpr std::uint16_t round_half(float value) {
  if (__builtin_is_constant_evaluated()) return nearest_half(value);
  if (__builtin_expect(rounds_stochastically(), 0)) return stochastic_half(value);
#ifdef __F16C__
  return hardware_half(value);
#else
  return nearest_half(value);
#endif
}

/// fp64 to fp32, rounded to odd: rounded again, to fp16, it is as if rounded once.
constexpr float odd_float(double value) {
  constexpr std::uint64_t low = (std::uint64_t{1} << 29U) - 1;  // what fp32 has no room for
  const auto bits = __builtin_bit_cast(std::uint64_t, value);
  const std::uint64_t sticky = (bits & low) != 0 ? low + 1 : 0;
  const bool finite = (bits << 1U) < (std::uint64_t{0x7ff} << 53U);
  if (!finite) return static_cast<float>(value);
  return static_cast<float>(__builtin_bit_cast(double, (bits & ~low) | sticky));
}

/// A quotient of fp16 numbers that fp16 then rounds: fp32 rounding before changes nothing but where
/// the fp16 result is subnormal.
constexpr float quotient(float a, float b) {
  const float out = a / b;
  const bool small = out < 0x1p-14F && out > -0x1p-14F;
  if (!small) return out;
  return odd_float(static_cast<double>(a) / static_cast<double>(b));
}

}  // namespace codelet
}  // namespace weft
