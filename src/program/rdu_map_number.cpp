// SPDX-License-Identifier: Apache-2.0
// Numbers of the controller tree as words: see rdu_map_number.hpp.
#include "program/rdu_map_number.hpp"

#include <array>
#include <string>

#include "base/error.hpp"

namespace weft::program::rdu_tree {

using numerics::WordOperation;
using numerics::WordType;

std::optional<WordType> word_type_if(NumberType type) {
  if (type == float_type) return numerics::word_f32;
  if (type == half_type) return numerics::word_f16;
  if (type.kind == NumberKind::bit) return numerics::word_bit;
  const WordType fixed{WordType::Kind::fixed, type.is_signed, type.whole, type.fraction};
  const bool held = type.kind == NumberKind::fixed && numerics::is_word_type(fixed);
  return held ? std::optional<WordType>(fixed) : std::nullopt;
}

WordType word_type(NumberType type) {
  if (const auto found = word_type_if(type)) return *found;
  fail(Category::unsupported, "numbers of " + to_text(type) + " do not fit a word of 32 bits");
}

std::optional<WordOperation> word_operation(Operation operation) {
  using enum WordOperation;
  // In the order of Operation, from add on
  constexpr std::array words = {add,       subtract,   multiply,    divide,
                                remainder, negate,     absolute,    minimum,
                                maximum,   bit_and,    bit_or,      bit_xor,
                                bit_not,   shift_left, shift_right, shift_right_unsigned,
                                less,      less_equal, equal,       unequal,
                                select,    convert,    floor,       ceil,
                                exponent,  logarithm,  square_root, inverse_square_root,
                                sigmoid,   tanh,       sine,        cosine,
                                power};
  constexpr auto first = static_cast<std::size_t>(Operation::add);
  static_assert(first + words.size() == static_cast<std::size_t>(Operation::power) + 1);
  const auto index = static_cast<std::size_t>(operation);
  if (index < first || index - first >= words.size()) return std::nullopt;
  return words[index - first];
}

std::uint32_t word_of(Raw value) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value));
}

Raw number_of(std::uint32_t word, NumberType type) {
  const bool extended = type.kind == NumberKind::fixed && type.is_signed;
  return extended ? Raw{static_cast<std::int32_t>(word)} : Raw{word};
}

std::vector<std::uint32_t> words_of(std::span<const Raw> numbers, NumberType type) {
  word_type(type);
  std::vector<std::uint32_t> words;
  words.reserve(numbers.size());
  for (const Raw each : numbers) words.push_back(word_of(each));
  return words;
}

std::vector<Raw> raws_of(std::span<const std::uint32_t> words, NumberType type) {
  word_type(type);
  std::vector<Raw> numbers;
  numbers.reserve(words.size());
  for (const std::uint32_t each : words) numbers.push_back(number_of(each, type));
  return numbers;
}

}  // namespace weft::program::rdu_tree
