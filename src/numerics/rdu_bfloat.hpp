// SPDX-License-Identifier: Apache-2.0
// Pairs of bfloat16 in the RDU's words, and its output-stationary body.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "numerics/half.hpp"

namespace weft::numerics {

/// A word of 32 bits holds two bf16: the low half is the element with the even place.
enum class PairOperation : std::uint8_t {
  low,          ///< of a pair, as fp32: exact
  high,         ///< likewise
  pack,         ///< two fp32, each rounded to nearest, ties to even
  pack_random,  ///< two fp32, each rounded away from zero with the probability of what it loses; by
                ///< the third word, whose halves are compared with what is lost
  count_
};
std::string_view name_of(PairOperation operation);
std::optional<PairOperation> pair_operation_of(std::string_view name);
constexpr std::uint32_t operands_of(PairOperation operation) {
  return operation < PairOperation::pack ? 1 : operation == PairOperation::pack ? 2 : 3;
}

/// The one NaN of fp32 words.
constexpr std::uint32_t bfloat_word_of(float value) {
  return is_nan(value) ? 0x7fc00000U : bits_of(value);
}
constexpr std::uint32_t bfloat_pair(float low, float high) {
  const std::uint32_t upper = bfloat16_from_float(high);
  return upper << 16U | bfloat16_from_float(low);
}
/// By 16 random bits. Finite values stay finite.
constexpr std::uint16_t bfloat16_stochastic(float value, std::uint32_t random) {
  constexpr std::uint32_t largest = 0x7f7f;
  const std::uint32_t bits = bits_of(value);
  if ((bits & 0x7f800000U) == 0x7f800000U) return bfloat16_from_float(value);
  const std::uint32_t magnitude = ((bits & 0x7fffffffU) + (random & 0xffffU)) >> 16U;
  return static_cast<std::uint16_t>(std::min(magnitude, largest) | ((bits >> 16U) & 0x8000U));
}

constexpr std::uint32_t apply(PairOperation operation, std::uint32_t a, std::uint32_t b,
                              std::uint32_t c) {
  switch (operation) {
    case PairOperation::low:
      return bfloat_word_of(float_of(a << 16U));
    case PairOperation::high:
      return bfloat_word_of(float_of(a & 0xffff0000U));
    case PairOperation::pack:
      return bfloat_pair(float_of(a), float_of(b));
    default:
      return std::uint32_t{bfloat16_stochastic(float_of(b), c >> 16U)} << 16U |
             bfloat16_stochastic(float_of(a), c);
  }
}

/// 6 rows by 32 columns of sums in fp32, to which a step adds the products of a column of 6 bf16
/// and a row of 32: the product is exact, the sum rounded to nearest.
struct OutputStationaryBody {
  static constexpr std::uint32_t rows = 6;
  static constexpr std::uint32_t columns = 32;
  static constexpr std::uint32_t pairs = columns / 2;
  std::array<float, rows * columns> sums{};  ///< [row][column], of what is added up
  std::array<float, rows * columns> done{};  ///< of what was, before

  void clear() { sums.fill(0.0F); }
  void finish() { done = sums; }
  /// `left`: words of lanes 0 to 5, fp32 of which the upper half counts. `right`: 16 pairs; those
  /// of lanes outside of `mask` add nothing.
  void step(const std::uint32_t* left, const std::uint32_t* right, std::uint32_t mask) {
    constexpr std::uint32_t whole = (1U << pairs) - 1;
    std::array<float, columns> row;
    for (std::uint32_t p = 0; p < pairs; ++p) {
      row[2 * p] = float_of(right[p] << 16U);
      row[2 * p + 1] = float_of(right[p] & 0xffff0000U);
    }
    for (std::uint32_t r = 0; r < rows; ++r) {
      const float factor = float_of(left[r] & 0xffff0000U);
      float* sum = sums.data() + std::size_t{r} * columns;
      if ((mask & whole) == whole) {
        for (std::uint32_t c = 0; c < columns; ++c) sum[c] += factor * row[c];
        continue;
      }
      for (std::uint32_t c = 0; c < columns; ++c) {
        if (((mask >> (c / 2)) & 1U) != 0) sum[c] += factor * row[c];
      }
    }
  }
  /// What was added up before, as a word; 0 of rows that are none.
  std::uint32_t word(std::uint32_t row, std::uint32_t column) const {
    return row < rows ? bfloat_word_of(done[std::size_t{row} * columns + column]) : 0;
  }
};

}  // namespace weft::numerics
