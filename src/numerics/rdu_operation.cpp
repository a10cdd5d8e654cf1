// SPDX-License-Identifier: Apache-2.0
// What the RDU's pipelines do with a word.
#include "numerics/rdu_operation.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "numerics/elementary.hpp"

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
                        {"recip", 1},  {"tanh", 1}, {"sigmoid", 1}, {"floor", 1}, {"convert", 1}}};

const WordOperationTraits& traits_of(Operation operation) {
  return word_operations.at(static_cast<std::size_t>(operation));
}

std::uint32_t width_of_word(const WordType& type) {
  if (type.kind == Kind::bit) return 1;
  return type.kind == Kind::f32 ? 32U : std::uint32_t{type.integer_bits} + type.fraction_bits;
}

/// A fixed-point word as a whole number of its last places.
std::int64_t places_of(const WordType& type, std::uint32_t word) {
  return type.is_signed ? std::int64_t{static_cast<std::int32_t>(word)} : std::int64_t{word};
}

/// The low bits of a number, extended.
std::uint32_t wrapped(const WordType& type, std::int64_t places) {
  const std::uint32_t width = width_of_word(type);
  auto word = static_cast<std::uint32_t>(static_cast<std::uint64_t>(places));
  if (width == 32) return word;
  const std::uint32_t mask = (1U << width) - 1;
  word &= mask;
  const bool negative = type.is_signed && ((word >> (width - 1)) & 1U) != 0;
  return negative ? word | ~mask : word;
}

std::int64_t floored_quotient(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t floored_shift(std::int64_t value, std::uint32_t bits) { return value >> bits; }

float number_of(std::uint32_t word) { return std::bit_cast<float>(word); }

std::uint32_t word_of(float value) {
  constexpr std::uint32_t one_nan = 0x7fc00000U;
  return std::isnan(value) ? one_nan : std::bit_cast<std::uint32_t>(value);
}
std::uint32_t word_of(double value) { return word_of(static_cast<float>(value)); }

std::int64_t least_places(const WordType& type) {
  return type.is_signed ? -(std::int64_t{1} << (width_of_word(type) - 1)) : 0;
}
std::int64_t most_places(const WordType& type) {
  return (std::int64_t{1} << (width_of_word(type) - (type.is_signed ? 1 : 0))) - 1;
}

std::uint32_t fixed_of(double value, const WordType& to) {
  if (std::isnan(value)) return 0;
  const double places = std::floor(std::ldexp(value, to.fraction_bits));
  if (places <= static_cast<double>(least_places(to))) return wrapped(to, least_places(to));
  if (places >= static_cast<double>(most_places(to))) return wrapped(to, most_places(to));
  return wrapped(to, static_cast<std::int64_t>(places));
}

std::uint32_t convert_word(const WordType& type, const WordType& to, std::uint32_t word) {
  const bool from_number = type.kind == Kind::f32;
  if (to.kind == Kind::bit) return (from_number ? word << 1U : word) != 0 ? 1 : 0;
  if (from_number) return to.kind == Kind::f32 ? word : fixed_of(number_of(word), to);
  const std::int64_t places =
      type.kind == Kind::bit ? std::int64_t{word & 1U} : places_of(type, word);
  const std::uint32_t fraction = type.kind == Kind::bit ? 0 : type.fraction_bits;
  if (to.kind == Kind::f32) {
    return word_of(std::ldexp(static_cast<double>(places), -static_cast<int>(fraction)));
  }
  if (to.fraction_bits >= fraction) {
    const std::uint64_t scaled = static_cast<std::uint64_t>(places)
                                 << (to.fraction_bits - fraction);
    return wrapped(to, static_cast<std::int64_t>(scaled));
  }
  return wrapped(to, floored_shift(places, fraction - to.fraction_bits));
}

std::uint32_t apply_f32(Operation operation, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  const float x = number_of(a);
  const float y = number_of(b);
  switch (operation) {
    case Operation::add:
      return word_of(x + y);
    case Operation::subtract:
      return word_of(x - y);
    case Operation::multiply:
      return word_of(x * y);
    case Operation::divide:
      return word_of(x / y);
    case Operation::remainder:
      return word_of(x - y * std::floor(x / y));
    case Operation::minimum:
      return word_of(x < y ? x : y);
    case Operation::maximum:
      return word_of(x > y ? x : y);
    case Operation::negate:
      return word_of(-x);
    case Operation::absolute:
      return word_of(std::fabs(x));
    case Operation::equal:
      return x == y ? 1 : 0;
    case Operation::unequal:
      return x != y ? 1 : 0;
    case Operation::less:
      return x < y ? 1 : 0;
    case Operation::less_equal:
      return x <= y ? 1 : 0;
    case Operation::multiply_add: {
      const float product = x * y;
      return word_of(product + number_of(c));
    }
    case Operation::exponent:
      return word_of(elementary::exp(x));
    case Operation::logarithm:
      return word_of(elementary::log(x));
    case Operation::square_root:
      return word_of(std::sqrt(x));
    case Operation::reciprocal:
      return word_of(1.0F / x);
    case Operation::tanh:
      return word_of(elementary::tanh(x));
    case Operation::sigmoid:
      return word_of(elementary::sigmoid(x));
    case Operation::floor:
      return word_of(std::floor(x));
    default:
      return 0;
  }
}

std::uint32_t divide_fixed(const WordType& type, std::int64_t x, std::int64_t y) {
  if (y == 0) return wrapped(type, -1);
  const std::uint64_t scaled = static_cast<std::uint64_t>(x) << type.fraction_bits;
  return wrapped(type, floored_quotient(static_cast<std::int64_t>(scaled), y));
}

std::uint32_t multiply_fixed(const WordType& type, std::uint32_t a, std::uint32_t b) {
  if (type.is_signed) {
    return wrapped(type,
                   floored_shift(places_of(type, a) * places_of(type, b), type.fraction_bits));
  }
  const std::uint64_t product = std::uint64_t{a} * b;
  return wrapped(type, static_cast<std::int64_t>(product >> type.fraction_bits));
}

std::uint32_t apply_fixed(Operation operation, const WordType& type, std::uint32_t a,
                          std::uint32_t b, std::uint32_t c) {
  const std::int64_t x = places_of(type, a);
  const std::int64_t y = places_of(type, b);
  switch (operation) {
    case Operation::add:
      return wrapped(type, x + y);
    case Operation::subtract:
      return wrapped(type, x - y);
    case Operation::multiply:
      return multiply_fixed(type, a, b);
    case Operation::divide:
      return divide_fixed(type, x, y);
    case Operation::remainder:
      return y == 0 ? a : wrapped(type, x - y * floored_quotient(x, y));
    case Operation::minimum:
      return x < y ? a : b;
    case Operation::maximum:
      return x > y ? a : b;
    case Operation::negate:
      return wrapped(type, -x);
    case Operation::absolute:
      return wrapped(type, x < 0 ? -x : x);
    case Operation::bit_and:
      return a & b;
    case Operation::bit_or:
      return a | b;
    case Operation::bit_xor:
      return a ^ b;
    case Operation::bit_not:
      return wrapped(type, ~x);
    case Operation::shift_left:
      return wrapped(type, static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << (b & 31U)));
    case Operation::shift_right:
      return wrapped(type, floored_shift(x, b & 31U));
    case Operation::equal:
      return x == y ? 1 : 0;
    case Operation::unequal:
      return x != y ? 1 : 0;
    case Operation::less:
      return x < y ? 1 : 0;
    case Operation::less_equal:
      return x <= y ? 1 : 0;
    case Operation::multiply_add:
      return wrapped(type, places_of(type, multiply_fixed(type, a, b)) + places_of(type, c));
    case Operation::floor:
      return wrapped(type, floored_shift(x, type.fraction_bits) << type.fraction_bits);
    default:
      return 0;
  }
}

std::uint32_t apply_bit(Operation operation, std::uint32_t a, std::uint32_t b) {
  switch (operation) {
    case Operation::bit_and:
    case Operation::minimum:
      return a & b & 1U;
    case Operation::bit_or:
    case Operation::maximum:
      return (a | b) & 1U;
    case Operation::bit_xor:
    case Operation::unequal:
      return (a ^ b) & 1U;
    case Operation::bit_not:
      return ~a & 1U;
    case Operation::equal:
      return ~(a ^ b) & 1U;
    case Operation::less:
      return ~a & b & 1U;
    case Operation::less_equal:
      return (~a | b) & 1U;
    default:
      return 0;
  }
}

}  // namespace

std::string name_of(const WordType& type) {
  if (type.kind == Kind::f32) return "f32";
  if (type.kind == Kind::bit) return "bit";
  const std::string whole = std::to_string(type.integer_bits);
  if (type.fraction_bits == 0) return (type.is_signed ? "i" : "u") + whole;
  return (type.is_signed ? "q" : "uq") + whole + "." + std::to_string(type.fraction_bits);
}

std::optional<WordType> word_type_of(std::string_view name) {
  for (const WordType& type : {word_f32, word_bit}) {
    if (name == name_of(type)) return type;
  }
  for (std::uint32_t width = 1; width <= 32; ++width) {
    for (std::uint32_t fraction = 0; fraction < width; ++fraction) {
      for (const bool is_signed : {true, false}) {
        const WordType type{Kind::fixed, is_signed, static_cast<std::uint8_t>(width - fraction),
                            static_cast<std::uint8_t>(fraction)};
        if (name == name_of(type)) return type;
      }
    }
  }
  return std::nullopt;
}

bool is_word_type(const WordType& type) {
  if (type == word_f32 || type == word_bit) return true;
  const std::uint32_t width = width_of_word(type);
  return type.kind == Kind::fixed && type.integer_bits >= 1 && width <= 32;
}

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
      return type.kind != Kind::f32;
    case Operation::shift_left:
    case Operation::shift_right:
      return type.kind == Kind::fixed;
    case Operation::exponent:
    case Operation::logarithm:
    case Operation::square_root:
    case Operation::reciprocal:
    case Operation::tanh:
    case Operation::sigmoid:
      return type.kind == Kind::f32;
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
      return convert_word(type, to, a);
    default:
      break;
  }
  if (type.kind == Kind::f32) return apply_f32(operation, a, b, c);
  if (type.kind == Kind::bit) return apply_bit(operation, a, b);
  return apply_fixed(operation, type, a, b, c);
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
  const bool number = type.kind == Kind::f32;
  const bool bit = type.kind == Kind::bit;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  switch (operation) {
    case Operation::multiply:
      return number ? word_of(1.0F) : wrapped(type, std::int64_t{1} << type.fraction_bits);
    case Operation::minimum:
      if (bit) return 1;
      return number ? word_of(infinity) : wrapped(type, most_places(type));
    case Operation::maximum:
      if (bit) return 0;
      return number ? word_of(-infinity) : wrapped(type, least_places(type));
    case Operation::bit_and:
      return bit ? 1 : wrapped(type, -1);
    default:
      return 0;
  }
}

}  // namespace weft::numerics
