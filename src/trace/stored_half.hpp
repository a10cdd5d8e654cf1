// SPDX-License-Identifier: Apache-2.0
// Half precision as files hold it: the netCDF data model has no such type, and its library does
// not survive one, so f16 results stand as f32 with their own type in an attribute. Every bit
// pattern, those of NaNs included, comes back as it was; internal to trace.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace weft::trace {

/// Attribute of an f32 dataset whose elements are f16, and its value.
inline constexpr const char* stored_element_attribute = "element_type";
inline constexpr const char* stored_half = "f16";

/// The bits of the f32 that has the half's value; NaNs keep their payload at the top.
constexpr std::uint32_t widened_half(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 31U;
  const std::uint32_t fraction = half & 0x3ffU;
  if (exponent == 31) return sign | 0x7f800000U | fraction << 13U;
  if (exponent > 0) return sign | (exponent + 112U) << 23U | fraction << 13U;
  if (fraction == 0) return sign;
  const auto shift = static_cast<std::uint32_t>(std::countl_zero(fraction)) - 21U;
  return sign | (113U - shift) << 23U | ((fraction << shift) & 0x3ffU) << 13U;
}

/// The inverse, for bits that widened_half() gives.
constexpr std::uint16_t narrowed_half(std::uint32_t single) {
  const std::uint32_t sign = (single >> 16U) & 0x8000U;
  const std::uint32_t exponent = (single >> 23U) & 255U;
  const std::uint32_t fraction = (single >> 13U) & 0x3ffU;
  if (exponent == 255) return static_cast<std::uint16_t>(sign | 0x7c00U | fraction);
  if (exponent > 112) return static_cast<std::uint16_t>(sign | (exponent - 112U) << 10U | fraction);
  if (exponent < 103) return static_cast<std::uint16_t>(sign);
  return static_cast<std::uint16_t>(sign | (0x400U | fraction) >> (113U - exponent));
}

/// Arrays of them, as bytes.
inline std::vector<std::byte> widened_halves(const std::vector<std::byte>& bytes) {
  std::vector<std::byte> wide(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size() / 2; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, bytes.data() + 2 * i, sizeof half);
    const std::uint32_t single = widened_half(half);
    std::memcpy(wide.data() + 4 * i, &single, sizeof single);
  }
  return wide;
}

inline std::vector<std::byte> narrowed_halves(const std::vector<std::byte>& bytes) {
  std::vector<std::byte> narrow(bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size() / 4; ++i) {
    std::uint32_t single = 0;
    std::memcpy(&single, bytes.data() + 4 * i, sizeof single);
    const std::uint16_t half = narrowed_half(single);
    std::memcpy(narrow.data() + 2 * i, &half, sizeof half);
  }
  return narrow;
}

}  // namespace weft::trace
