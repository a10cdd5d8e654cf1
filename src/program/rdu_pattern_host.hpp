// SPDX-License-Identifier: Apache-2.0
// What patterns are computed with on the host, and the families of them that have a file each.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "program/rdu_pattern.hpp"
#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

/// Words of fp32, row-major; of a pattern's result each is a bf16. Of a column of whole numbers the
/// words themselves.
struct HostMatrix {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::vector<std::uint32_t> words;

  HostMatrix(std::uint32_t r, std::uint32_t c) : rows(r), columns(c), words(std::size_t{r} * c) {}
  std::uint32_t& at(std::uint32_t row, std::uint32_t column) {
    return words[std::size_t{row} * columns + column];
  }
  std::uint32_t at(std::uint32_t row, std::uint32_t column) const {
    return words[std::size_t{row} * columns + column];
  }
};
using HostOperands = std::vector<const HostMatrix*>;

inline std::uint32_t operate(WordOperation operation, std::uint32_t a, std::uint32_t b = 0) {
  return HostArithmetic().operate(operation, a, b);
}
inline std::uint32_t word_of_real(float value) { return std::bit_cast<std::uint32_t>(value); }

/// The pixel that place `of_window` of a window sees, whose result is row `row` of all images';
/// none beside the image.
std::uint32_t pixel_on_host(const Window& window, std::uint32_t row, std::uint32_t of_window);

/// largest, mean, depthwise; not rounded yet.
HostMatrix windows_on_host(const Pattern& of, const HostOperands& operands);
/// lstm, gru, rounded.
HostMatrix recurrent_on_host(const Pattern& of, const HostOperands& operands);
/// What only moves. Category::input for numbers of rows that a table has not.
HostMatrix moved_on_host(const Pattern& of, const HostOperands& operands);

}  // namespace weft::program::rdu
