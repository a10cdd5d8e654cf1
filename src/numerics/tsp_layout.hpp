// SPDX-License-Identifier: Apache-2.0
// Runs of vectors of 320 lanes whose values lie in byte planes: how they are laid out and read.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/device_function.hpp"
#include "numerics/float_rules.hpp"
#include "numerics/tsp_operation.hpp"

namespace weft::numerics::tsp {

// A vector is a byte in each of 320 lanes: what a stream register or a word of memory holds. A
// value of more bytes lies in as many vectors, byte 0 (the least) of every lane in the first. A run
// of `count` elements is bytes [count][width_of(type)][320].

inline constexpr std::size_t lane_count = 320;

/// Bytes of a run.
constexpr std::size_t run_bytes(VectorType type, std::size_t count) {
  return count * width_of(type) * lane_count;
}

/// The value of a lane; `element` points to the element's first vector.
template <typename T>
[[gnu::always_inline]] WEFT_FUNCTION T load_lane(const std::byte* element, std::size_t lane) {
  if constexpr (sizeof(T) == 1) {
    return static_cast<T>(element[lane]);
  } else if constexpr (sizeof(T) == 2) {
    const unsigned low = static_cast<std::uint8_t>(element[lane]);
    const unsigned high = static_cast<std::uint8_t>(element[lane + lane_count]);
    return static_cast<T>(low | high << 8U);
  } else {
    std::uint32_t bits = 0;
    for (unsigned plane = 0; plane < 4; ++plane) {
      bits |= std::uint32_t{static_cast<std::uint8_t>(element[lane + plane * lane_count])}
              << (8U * plane);
    }
    return std::bit_cast<T>(bits);
  }
}

template <typename T>
[[gnu::always_inline]] WEFT_FUNCTION void store_lane(std::byte* element, std::size_t lane,
                                                     T value) {
  if constexpr (sizeof(T) == 1) {
    element[lane] = static_cast<std::byte>(value);
  } else if constexpr (sizeof(T) == 2) {
    const auto bits = static_cast<std::uint16_t>(value);
    element[lane] = static_cast<std::byte>(bits & 0xffU);
    element[lane + lane_count] = static_cast<std::byte>(bits >> 8U);
  } else {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned plane = 0; plane < 4; ++plane) {
      element[lane + plane * lane_count] = static_cast<std::byte>(bits >> (8U * plane) & 0xffU);
    }
  }
}

/// The bits of a value.
template <typename T>
using BitsOf = std::conditional_t<sizeof(T) == 1, std::uint8_t,
                                  std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint32_t>>;

// Many lanes at once, by loops that compilers vectorise: bytes and values lie apart.

template <std::size_t lanes, typename T>
[[gnu::always_inline]] WEFT_FUNCTION void load_lanes(const std::byte* element, std::size_t first,
                                                     T* values) {
  using Bits = BitsOf<T>;
  const auto* from = reinterpret_cast<const std::uint8_t*>(element) + first;
  if constexpr (sizeof(T) == 1) {
    for (std::size_t i = 0; i < lanes; ++i) values[i] = std::bit_cast<T>(from[i]);
  } else if constexpr (sizeof(T) == 2) {
    for (std::size_t i = 0; i < lanes; ++i) {
      values[i] = std::bit_cast<T>(static_cast<Bits>(from[i] | from[lane_count + i] << 8U));
    }
  } else {
    std::uint16_t low[lanes];
    std::uint16_t high[lanes];
    for (std::size_t i = 0; i < lanes; ++i) {
      low[i] = static_cast<std::uint16_t>(from[i] | from[lane_count + i] << 8U);
      high[i] =
          static_cast<std::uint16_t>(from[2 * lane_count + i] | from[3 * lane_count + i] << 8U);
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      values[i] = std::bit_cast<T>(low[i] | static_cast<Bits>(high[i]) << 16U);
    }
  }
}

template <std::size_t lanes, unsigned plane, typename T>
[[gnu::always_inline]] WEFT_FUNCTION void store_plane(std::uint8_t* to, const T* values) {
  for (std::size_t i = 0; i < lanes; ++i) {
    to[i] = static_cast<std::uint8_t>(std::bit_cast<BitsOf<T>>(values[i]) >> (8U * plane));
  }
}

template <std::size_t lanes, typename T>
[[gnu::always_inline]] WEFT_FUNCTION void store_lanes(std::byte* element, std::size_t first,
                                                      const T* values) {
  auto* to = reinterpret_cast<std::uint8_t*>(element) + first;
  store_plane<lanes, 0>(to, values);
  if constexpr (sizeof(T) > 1) store_plane<lanes, 1>(to + lane_count, values);
  if constexpr (sizeof(T) > 2) {
    store_plane<lanes, 2>(to + 2 * lane_count, values);
    store_plane<lanes, 3>(to + 3 * lane_count, values);
  }
}

// Whole runs, [count][320] values on the other side. Every pointer is into memory of the device
// space, and the work may be left when they return (base/kokkos.hpp).

void to_planes(const std::int16_t* values, std::size_t count, std::byte* run);
void to_planes(const std::int32_t* values, std::size_t count, std::byte* run);
void to_planes(const Half* values, std::size_t count, std::byte* run);
void to_planes(const float* values, std::size_t count, std::byte* run);
void from_planes(const std::byte* run, std::size_t count, std::int16_t* values);
void from_planes(const std::byte* run, std::size_t count, std::int32_t* values);
void from_planes(const std::byte* run, std::size_t count, Half* values);
void from_planes(const std::byte* run, std::size_t count, float* values);

}  // namespace weft::numerics::tsp
