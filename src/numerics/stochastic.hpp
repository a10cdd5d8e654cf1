// SPDX-License-Identifier: Apache-2.0
// Stochastic rounding from fp32 to fp16, and the counter whose values decide it.
#pragma once

#include <cstdint>

#include "numerics/half.hpp"

namespace weft::numerics {

/// The finaliser of splitmix64: every bit of the result depends on every bit of x.
constexpr std::uint64_t mix_bits(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

inline constexpr std::uint64_t random_increment = 0x9e3779b97f4a7c15ULL;

/// Where the random numbers of a tile begin in a step; the same on every host and rank count.
constexpr std::uint64_t random_state(std::uint64_t seed, std::uint64_t tile, std::uint64_t step) {
  const std::uint64_t by_step = mix_bits(seed + random_increment * (step + 1));
  return mix_bits(by_step + random_increment * (tile + 1));
}

/// 32 random bits; the state counts on.
constexpr std::uint32_t random_bits(std::uint64_t& state) {
  state += random_increment;
  return static_cast<std::uint32_t>(mix_bits(state) >> 32U);
}

inline constexpr std::uint32_t half_largest = 0x7bff;

/// To fp16, away from zero with the probability of the discarded fraction (to 2^-13 of the last
/// place, subnormals to 2^-32), else towards zero. Values of fp16 stay; finite values beyond the
/// range become the largest fp16, infinities stay, NaN stays, made quiet.
constexpr Half half_stochastic(float value, std::uint32_t random) {
  const std::uint32_t bits = bits_of(value);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  std::uint32_t out = 0;
  if (magnitude >= 0x7f800000U) return half_from_float(value);
  if (magnitude >= 0x47800000U) {  // 65536
    out = half_largest;
  } else if (magnitude >= 0x38800000U) {  // 2^-14
    constexpr std::uint32_t rebias = (127U - 15U) << 23U;
    out = (magnitude - rebias + (random >> 19U)) >> 13U;
  } else {  // units of 2^-24, with 32 bits of fraction
    const auto units =
        static_cast<std::uint64_t>(static_cast<double>(float_of(magnitude)) * 0x1p56);
    out = static_cast<std::uint32_t>((units + random) >> 32U);
  }
  return static_cast<Half>((out < half_largest ? out : half_largest) | sign);
}

/// To nearest, ties to even, as half_from_float; but finite values beyond the range become the
/// largest fp16.
constexpr Half half_saturated(float value) {
  const Half out = half_from_float(value);
  const bool finite = (bits_of(value) & 0x7f800000U) != 0x7f800000U;
  if (!finite || (out & 0x7fffU) != half_infinity) return out;
  return static_cast<Half>(half_largest | (out & 0x8000U));
}

}  // namespace weft::numerics
