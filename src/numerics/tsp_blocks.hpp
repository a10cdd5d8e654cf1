// SPDX-License-Identifier: Apache-2.0
// Blocks of products for hosts: a few elements by all lanes, by what the processor offers. Private
// to this room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "numerics/tsp_products.hpp"

namespace weft::numerics::tsp {

/// Whether kernels of the device space run on a host, and so may call host code.
inline constexpr bool device_is_host = std::is_same_v<DeviceMemory, Kokkos::HostSpace>;

inline constexpr std::size_t block_elements = 16;  ///< of a block; with a panel it fits into 32 KiB

/// What a block adds to DotCounts, in their order.
using BlockCounts = std::array<std::uint64_t, 3>;

/// As int8_pass, for up to block_elements elements; pointers are Int8Weights' and to the first.
struct Int8Block {
  const std::int16_t* transposed;
  const std::uint8_t* used;
  std::size_t rows;
  const std::byte* activations;
  std::size_t elements;
  std::int32_t* sums;
  Sums mode;
};
void int8_block(const Int8Block& block);

/// As fp16_pass, for up to block_elements elements; pointers are Fp16Weights' and to the first.
struct Fp16Block {
  const double* panels;
  const Spread* spreads;
  std::size_t rows;
  const std::byte* activations;  ///< lane 0 or 160 of the first element
  std::size_t elements;
  float* sums;
  Sums mode;
};
BlockCounts fp16_block(const Fp16Block& block);

/// The dot product of `rows` activations (a lane apart) and of weights (a row apart) added exactly.
WEFT_FUNCTION float exact_dot(const std::byte* activations, const Half* weights, std::size_t rows) {
  ExactSum<> sum;
  for (std::size_t k = 0; k < rows; ++k) {
    sum.add(static_cast<double>(float_from_half(load_lane<Half>(activations, k))) *
            static_cast<double>(float_from_half(weights[k * lane_count])));
  }
  return round_exact_sum(sum.sum, sum.lost);
}

/// What is left in a place of a fp32 sum.
[[gnu::always_inline]] WEFT_FUNCTION float settled(float before, float dot, Sums mode) {
  const float sum = mode == Sums::add ? before + dot : dot;
  return sum == sum ? sum : float_of(quiet_nan_bits);
}

}  // namespace weft::numerics::tsp
