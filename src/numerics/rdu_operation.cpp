// SPDX-License-Identifier: Apache-2.0
// What the RDU's pipelines do with a word: which operations there are, and which a type has.
#include "numerics/rdu_operation.hpp"

#include <array>
#include <limits>

#include "numerics/rdu_word_parts.hpp"

namespace weft::numerics {

namespace {

using Kind = WordType::Kind;
using Operation = WordOperation;

struct WordOperationTraits {
  std::string_view name;
  std::uint32_t operands;
};
constexpr std::array<WordOperationTraits, static_cast<std::size_t>(Operation::count_)>
    word_operations = {{{"copy", 1},   {"add", 2},  {"sub", 2},     {"mul", 2},   {"div", 2},
                        {"rem", 2},    {"min", 2},  {"max", 2},     {"neg", 1},   {"abs", 1},
                        {"and", 2},    {"or", 2},   {"xor", 2},     {"not", 1},   {"shl", 2},
                        {"shr", 2},    {"eq", 2},   {"ne", 2},      {"lt", 2},    {"le", 2},
                        {"select", 3}, {"fma", 3},  {"exp", 1},     {"log", 1},   {"sqrt", 1},
                        {"recip", 1},  {"tanh", 1}, {"sigmoid", 1}, {"floor", 1}, {"convert", 1},
                        {"shru", 2},   {"ceil", 1}, {"rsqrt", 1},   {"sin", 1},   {"cos", 1},
                        {"pow", 2},    {"erf", 1}}};

const WordOperationTraits& traits_of(Operation operation) {
  return word_operations.at(static_cast<std::size_t>(operation));
}

bool is_float(const WordType& type) { return type.kind == Kind::f32 || type.kind == Kind::f16; }

}  // namespace

std::string_view name_of(WordOperation operation) { return traits_of(operation).name; }

std::optional<WordOperation> word_operation_of(std::string_view name) {
  for (std::size_t i = 0; i < word_operations.size(); ++i) {
    if (word_operations[i].name == name) return static_cast<WordOperation>(i);
  }
  return std::nullopt;
}

std::uint32_t operands_of(WordOperation operation) { return traits_of(operation).operands; }

bool takes(WordOperation operation, const WordType& type) {
  switch (operation) {
    case Operation::copy:
    case Operation::select:
    case Operation::convert:
    case Operation::equal:
    case Operation::unequal:
    case Operation::less:
    case Operation::less_equal:
    case Operation::minimum:
    case Operation::maximum:
      return true;
    case Operation::bit_and:
    case Operation::bit_or:
    case Operation::bit_xor:
    case Operation::bit_not:
      return !is_float(type);
    case Operation::shift_left:
    case Operation::shift_right:
    case Operation::shift_right_unsigned:
      return type.kind == Kind::fixed;
    default:
      return type.kind != Kind::bit && operation < Operation::count_;
  }
}

WordType result_of(WordOperation operation, const WordType& type, const WordType& to) {
  switch (operation) {
    case Operation::convert:
      return to;
    case Operation::equal:
    case Operation::unequal:
    case Operation::less:
    case Operation::less_equal:
      return word_bit;
    default:
      return type;
  }
}

std::uint32_t apply(WordOperation operation, const WordType& type, const WordType& to,
                    std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  switch (operation) {
    case Operation::copy:
      return a;
    case Operation::select:
      return (a & 1U) != 0 ? b : c;
    case Operation::convert:
      return words::convert(type, to, a);
    default:
      break;
  }
  switch (type.kind) {
    case Kind::f32:
      return words::apply_f32(operation, a, b, c);
    case Kind::f16:
      return words::apply_f16(operation, a, b, c);
    case Kind::bit:
      return words::apply_bit(operation, a, b);
    default:
      return words::apply_fixed(operation, type, a, b, c);
  }
}

bool is_associative(WordOperation operation) {
  switch (operation) {
    case Operation::add:
    case Operation::multiply:
    case Operation::minimum:
    case Operation::maximum:
    case Operation::bit_and:
    case Operation::bit_or:
    case Operation::bit_xor:
      return true;
    default:
      return false;
  }
}

std::uint32_t identity_of(WordOperation operation, const WordType& type) {
  const auto number = [&type](float value) {
    return words::convert(word_f32, type, words::word_of(value));
  };
  const bool bit = type.kind == Kind::bit;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (operation) {
    case Operation::multiply:
      return number(1.0F);
    case Operation::minimum:
      return bit ? 1 : number(infinity);
    case Operation::maximum:
      return bit ? 0 : number(-infinity);
    case Operation::bit_and:
      return bit ? 1 : words::wrapped(type, -1);
    default:
      return 0;
  }
}

}  // namespace weft::numerics
