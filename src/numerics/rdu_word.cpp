// SPDX-License-Identifier: Apache-2.0
// Types of the RDU's words and their names.
#include <string>

#include "numerics/rdu_word_parts.hpp"

namespace weft::numerics {

std::string name_of(const WordType& type) {
  using Kind = WordType::Kind;
  if (type.kind == Kind::f32) return "f32";
  if (type.kind == Kind::f16) return "f16";
  if (type.kind == Kind::bit) return "bit";
  const std::string whole = std::to_string(type.integer_bits);
  if (type.fraction_bits == 0) return (type.is_signed ? "i" : "u") + whole;
  return (type.is_signed ? "q" : "uq") + whole + "." + std::to_string(type.fraction_bits);
}

std::optional<WordType> word_type_of(std::string_view name) {
  for (const WordType& type : {word_f32, word_f16, word_bit}) {
    if (name == name_of(type)) return type;
  }
  for (std::uint32_t width = 1; width <= 32; ++width) {
    for (std::uint32_t fraction = 0; fraction <= width; ++fraction) {
      for (const bool is_signed : {true, false}) {
        const WordType type{WordType::Kind::fixed, is_signed,
                            static_cast<std::uint8_t>(width - fraction),
                            static_cast<std::uint8_t>(fraction)};
        if (name == name_of(type)) return type;
      }
    }
  }
  return std::nullopt;
}

bool is_word_type(const WordType& type) {
  if (type == word_f32 || type == word_f16 || type == word_bit) return true;
  const std::uint32_t width = words::width_of(type);
  return type.kind == WordType::Kind::fixed && width >= 1 && width <= 32;
}

}  // namespace weft::numerics
