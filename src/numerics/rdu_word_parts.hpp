// SPDX-License-Identifier: Apache-2.0
// What the operations on the RDU's words are made of.
#pragma once

#include <bit>
#include <cstdint>

#include "numerics/float16.hpp"
#include "numerics/rdu_operation.hpp"

namespace weft::numerics::words {

constexpr std::uint32_t width_of(const WordType& type) {
  switch (type.kind) {
    case WordType::Kind::bit:
      return 1;
    case WordType::Kind::f16:
      return 16;
    case WordType::Kind::f32:
      return 32;
    default:
      return std::uint32_t{type.integer_bits} + type.fraction_bits;
  }
}

/// A fixed-point word as a whole number of its last places.
constexpr std::int64_t places_of(const WordType& type, std::uint32_t word) {
  return type.is_signed ? std::int64_t{static_cast<std::int32_t>(word)} : std::int64_t{word};
}

/// The low bits of a number, extended.
constexpr std::uint32_t wrapped(const WordType& type, std::int64_t places) {
  const std::uint32_t width = width_of(type);
  auto word = static_cast<std::uint32_t>(static_cast<std::uint64_t>(places));
  if (width == 32) return word;
  const std::uint32_t mask = (1U << width) - 1;
  word &= mask;
  const bool negative = type.is_signed && ((word >> (width - 1)) & 1U) != 0;
  return negative ? word | ~mask : word;
}

constexpr std::int64_t least_places(const WordType& type) {
  return type.is_signed ? -(std::int64_t{1} << (width_of(type) - 1)) : 0;
}
constexpr std::int64_t most_places(const WordType& type) {
  return (std::int64_t{1} << (width_of(type) - (type.is_signed ? 1 : 0))) - 1;
}

constexpr std::uint32_t multiply_fixed(const WordType& type, std::uint32_t a, std::uint32_t b) {
  if (type.is_signed) {
    return wrapped(type, (places_of(type, a) * places_of(type, b)) >> type.fraction_bits);
  }
  const std::uint64_t product = std::uint64_t{a} * b;
  return wrapped(type, static_cast<std::int64_t>(product >> type.fraction_bits));
}

inline float single_of(std::uint32_t word) { return std::bit_cast<float>(word); }
constexpr Half half_of(std::uint32_t word) { return static_cast<Half>(word); }
/// With the one NaN.
inline std::uint32_t word_of(float value) {
  return is_nan(value) ? quiet_nan_bits : bits_of(value);
}
inline std::uint32_t word_of(Half value) {
  return is_nan(value) ? std::uint32_t{half_quiet_nan} : std::uint32_t{value};
}

std::uint32_t apply_f32(WordOperation operation, std::uint32_t a, std::uint32_t b, std::uint32_t c);
std::uint32_t apply_f16(WordOperation operation, std::uint32_t a, std::uint32_t b, std::uint32_t c);
std::uint32_t apply_fixed(WordOperation operation, const WordType& type, std::uint32_t a,
                          std::uint32_t b, std::uint32_t c);
std::uint32_t apply_bit(WordOperation operation, std::uint32_t a, std::uint32_t b);
std::uint32_t convert(const WordType& type, const WordType& to, std::uint32_t word);

}  // namespace weft::numerics::words
