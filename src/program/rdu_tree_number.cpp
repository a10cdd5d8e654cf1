// SPDX-License-Identifier: Apache-2.0
// Numbers of the controller tree: see rdu_tree_number.hpp.
#include "program/rdu_tree_number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>

#include "base/number_text.hpp"
#include "numerics/elementary.hpp"
#include "numerics/half.hpp"
#include "program/rdu_map_number.hpp"

namespace weft::program::rdu_tree {
namespace {

// Numbers that fit a word of the machine are computed as its words are; what follows is of wider
// ones, which the host alone has.

float single_of(Raw raw) { return std::bit_cast<float>(static_cast<std::uint32_t>(raw)); }
Raw raw_of(float value) { return static_cast<Raw>(std::bit_cast<std::uint32_t>(value)); }
double double_of(Raw raw) { return std::bit_cast<double>(raw); }
Raw raw_of(double value) { return std::bit_cast<Raw>(value); }
numerics::Half half_of(Raw raw) { return static_cast<numerics::Half>(raw); }
Raw raw_of(numerics::Half value) { return static_cast<Raw>(value); }

Raw least_fixed(NumberType type) {
  return type.is_signed ? wrap_fixed(Wide{1} << (type.bits() - 1), type) : 0;
}
Raw most_fixed(NumberType type) { return wrap_fixed(~Wide{least_fixed(type)}, type); }

Wide floor_of(double value) {
  if (!(value == value)) return 0;
  constexpr double limit = 1e37;
  const double low = std::floor(std::min(std::max(value, -limit), limit));
  return static_cast<Wide>(low);
}

Wide wide_of(Raw raw, NumberType type) {
  return type.is_signed ? Wide{raw} : Wide{static_cast<std::uint64_t>(raw)};
}

std::optional<Raw> fixed(Operation operation, NumberType type, std::span<const Raw> operands) {
  const Wide a = wide_of(operands[0], type);
  const Wide b = operands.size() > 1 ? wide_of(operands[1], type) : 0;
  using enum Operation;
  switch (operation) {
    case add:
      return wrap_fixed(a + b, type);
    case subtract:
      return wrap_fixed(a - b, type);
    case multiply:
      return wrap_fixed((a * b) >> type.fraction, type);
    case divide:
      if (b == 0) return wrap_fixed(-1, type);
      return wrap_fixed((a * (Wide{1} << type.fraction)) / b, type);
    case remainder: {
      if (b == 0) return operands[0];
      const Wide rest = a % b;
      return wrap_fixed(rest < 0 ? rest + b : rest, type);
    }
    case negate:
      return wrap_fixed(-a, type);
    case absolute:
      return wrap_fixed(a < 0 ? -a : a, type);
    case minimum:
      return a < b ? operands[0] : operands[1];
    case maximum:
      return a > b ? operands[0] : operands[1];
    case less:
      return a < b ? 1 : 0;
    case less_equal:
      return a <= b ? 1 : 0;
    case equal:
      return a == b ? 1 : 0;
    case not_equal:
      return a != b ? 1 : 0;
    case floor:
      return wrap_fixed((a >> type.fraction) * (Wide{1} << type.fraction), type);
    case ceil:
      return wrap_fixed(-(((-a) >> type.fraction) * (Wide{1} << type.fraction)), type);
    default: {
      // Functions of fixed numbers are computed in fp32, as the units compute them
      std::array<Raw, 2> wide = {rdu_tree::convert(operands[0], type, float_type), 0};
      if (operands.size() > 1) wide[1] = rdu_tree::convert(operands[1], type, float_type);
      const auto result = evaluate(operation, float_type, std::span(wide).first(operands.size()));
      if (!result) return std::nullopt;
      return rdu_tree::convert(*result, float_type, type);
    }
  }
}

std::optional<Raw> bitwise(Operation operation, NumberType type, std::span<const Raw> operands) {
  const auto a = static_cast<std::uint64_t>(operands[0]);
  const auto b = static_cast<std::uint64_t>(operands.size() > 1 ? operands[1] : 0);
  const std::uint64_t shift = b > 63 ? 63 : b;
  using enum Operation;
  switch (operation) {
    case bit_and:
      return wrap_fixed(static_cast<Raw>(a & b), type);
    case bit_or:
      return wrap_fixed(static_cast<Raw>(a | b), type);
    case bit_xor:
      return wrap_fixed(static_cast<Raw>(a ^ b), type);
    case bit_not:
      return wrap_fixed(static_cast<Raw>(~a), type);
    case shift_left:
      return wrap_fixed(b > 63 ? Raw{0} : static_cast<Raw>(a << shift), type);
    case shift_right:
      return wrap_fixed(wide_of(operands[0], type) >> shift, type);
    default: {
      const std::uint64_t mask = type.bits() == 64 ? ~0ULL : (1ULL << type.bits()) - 1;
      return wrap_fixed(static_cast<Raw>(b > 63 ? 0 : (a & mask) >> shift), type);
    }
  }
}

std::optional<Raw> double_function(Operation operation, double a, double b) {
  using enum Operation;
  switch (operation) {
    case floor:
      return raw_of(std::floor(a));
    case ceil:
      return raw_of(std::ceil(a));
    case exp:
      return raw_of(numerics::elementary::exp(a));
    case log:
      return raw_of(numerics::elementary::log(a));
    case square_root:
      return raw_of(std::sqrt(a));
    case inverse_square_root:
      return raw_of(1.0 / std::sqrt(a));
    case sigmoid:
      return raw_of(numerics::elementary::sigmoid(a));
    case tanh:
      return raw_of(numerics::elementary::tanh(a));
    case sine:
      return raw_of(numerics::elementary::sin(a));
    case cosine:
      return raw_of(numerics::elementary::cos(a));
    case power:
      return raw_of(numerics::elementary::pow(a, b));
    default:
      return std::nullopt;
  }
}

std::optional<Raw> floating_double(Operation operation, double a, double b) {
  using enum Operation;
  switch (operation) {
    case add:
      return raw_of(a + b);
    case subtract:
      return raw_of(a - b);
    case multiply:
      return raw_of(a * b);
    case divide:
      return raw_of(a / b);
    case remainder: {
      const double rest = std::fmod(a, b);
      return raw_of(rest < 0 ? rest + b : rest);
    }
    case negate:
      return raw_of(-a);
    case absolute:
      return raw_of(std::fabs(a));
    case minimum:
      return raw_of(a < b ? a : b);
    case maximum:
      return raw_of(a > b ? a : b);
    case less:
      return a < b ? 1 : 0;
    case less_equal:
      return a <= b ? 1 : 0;
    case equal:
      return a == b ? 1 : 0;
    case not_equal:
      return a == b ? 0 : 1;
    default:
      return double_function(operation, a, b);
  }
}

bool is_bitwise(Operation operation) {
  return operation >= Operation::bit_and && operation <= Operation::shift_right_unsigned;
}
bool is_shift(Operation operation) {
  return operation >= Operation::shift_left && operation <= Operation::shift_right_unsigned;
}

/// As the machine computes it.
std::optional<Raw> evaluate_words(Operation operation, const numerics::WordType& word,
                                  NumberType type, std::span<const Raw> operands) {
  const auto made = word_operation(operation);
  if (!made || !numerics::takes(*made, word)) return std::nullopt;
  std::array<std::uint32_t, 3> words{};
  for (std::size_t i = 0; i < operands.size(); ++i) words[i] = word_of(operands[i]);
  // The number of places may be one that no word holds: then all bits go, as for any large one
  constexpr std::uint32_t all_bits_go = 0xffffffffU;
  if (is_shift(operation) && (operands[1] >> 32) != 0) words[1] = all_bits_go;
  const std::uint32_t result = numerics::apply(*made, word, word, words[0], words[1], words[2]);
  const bool bit = numerics::result_of(*made, word, word) == numerics::word_bit;
  return number_of(result, bit ? bit_type : type);
}

}  // namespace

std::optional<Raw> evaluate(Operation operation, NumberType type, std::span<const Raw> operands) {
  if (operation == Operation::select) return operands[0] != 0 ? operands[1] : operands[2];
  if (const auto word = word_type_if(type)) {
    return evaluate_words(operation, *word, type, operands);
  }
  if (type.kind == NumberKind::floating) {
    const double b = operands.size() > 1 ? double_of(operands[1]) : 0;
    return floating_double(operation, double_of(operands[0]), b);
  }
  return is_bitwise(operation) ? bitwise(operation, type, operands)
                               : fixed(operation, type, operands);
}

Raw convert(Raw value, NumberType from, NumberType to) {
  if (from == to) return value;
  const auto from_word = word_type_if(from);
  const auto to_word = word_type_if(to);
  if (from_word && to_word) {
    const auto convert_word = numerics::WordOperation::convert;
    return number_of(numerics::apply(convert_word, *from_word, *to_word, word_of(value), 0, 0), to);
  }
  if (to.kind == NumberKind::bit) return to_double(value, from) != 0.0 ? 1 : 0;
  const bool exact = from.kind != NumberKind::floating;
  if (exact && to.kind == NumberKind::fixed) {
    const int up = static_cast<int>(to.fraction) - static_cast<int>(from.fraction);
    const Wide wide = wide_of(value, from);
    return wrap_fixed(up >= 0 ? wide * (Wide{1} << up) : wide >> -up, to);
  }
  if (exact && from.fraction == 0 && to == float_type) {
    return raw_of(static_cast<float>(wide_of(value, from)));
  }
  return from_double(to_double(value, from), to);
}

Raw from_double(double value, NumberType type) {
  switch (type.kind) {
    case NumberKind::bit:
      return value != 0.0 ? 1 : 0;
    case NumberKind::fixed: {
      // Towards zero, as a decimal number is cut
      if (std::isinf(value)) return value < 0 ? least_fixed(type) : most_fixed(type);
      const double scaled = std::ldexp(value, type.fraction);
      return wrap_fixed(scaled < 0 ? -floor_of(-scaled) : floor_of(scaled), type);
    }
    case NumberKind::floating:
      break;
  }
  if (type == double_type) return raw_of(value);
  if (type == half_type) return raw_of(numerics::half_from_double(value));
  return raw_of(static_cast<float>(value));
}

Raw from_integer(std::int64_t value, NumberType type) {
  if (type.kind == NumberKind::bit) return value != 0 ? 1 : 0;
  if (type.kind == NumberKind::fixed) {
    return wrap_fixed(Wide{value} * (Wide{1} << type.fraction), type);
  }
  if (type == float_type) return raw_of(static_cast<float>(value));
  return from_double(static_cast<double>(value), type);
}

double to_double(Raw value, NumberType type) {
  switch (type.kind) {
    case NumberKind::bit:
      return value != 0 ? 1 : 0;
    case NumberKind::fixed: {
      const double whole = type.is_signed ? static_cast<double>(value)
                                          : static_cast<double>(static_cast<std::uint64_t>(value));
      return std::ldexp(whole, -static_cast<int>(type.fraction));
    }
    case NumberKind::floating:
      break;
  }
  if (type == double_type) return double_of(value);
  if (type == half_type) return static_cast<double>(numerics::float_from_half(half_of(value)));
  return static_cast<double>(single_of(value));
}

std::int64_t to_integer(Raw value, NumberType type) {
  if (type.kind == NumberKind::bit) return value;
  if (type.kind == NumberKind::fixed) return value >> type.fraction;
  const double real = to_double(value, type);
  return static_cast<std::int64_t>(real < 0 ? -floor_of(-real) : floor_of(real));
}

std::string number_text(Raw value, NumberType type) {
  if (type.kind == NumberKind::bit) return value != 0 ? "true" : "false";
  if (type.kind == NumberKind::fixed && type.fraction == 0) {
    return type.is_signed ? std::to_string(value)
                          : std::to_string(static_cast<std::uint64_t>(value));
  }
  return type == float_type ? general(to_double(value, type), 9) : shortest(to_double(value, type));
}

std::string to_text(NumberType type) {
  if (type == bit_type) return "Bit";
  if (type == int_type) return "Int";
  if (type == float_type) return "Float";
  if (type == double_type) return "Double";
  const std::string sizes = std::to_string(type.whole) + "," + std::to_string(type.fraction) + "]";
  if (type.kind == NumberKind::floating) return "FltPt[" + sizes;
  return std::string("FixPt[") + (type.is_signed ? "TRUE," : "FALSE,") + sizes;
}

std::optional<std::string> fault_of(NumberType type) {
  if (type.kind == NumberKind::floating) {
    const bool known = type == float_type || type == double_type || type == half_type;
    if (known) return std::nullopt;
    return to_text(type) + " is none of the formats that there are: (11,5), (24,8), (53,11)";
  }
  if (type.bits() == 0 || type.bits() > 64) return to_text(type) + " has not 1 to 64 bits";
  return std::nullopt;
}

std::string_view to_text(Operation operation) {
  constexpr std::array<std::string_view, 49> names = {"constant",
                                                      "iterator",
                                                      "parameter",
                                                      "add",
                                                      "subtract",
                                                      "multiply",
                                                      "divide",
                                                      "remainder",
                                                      "negate",
                                                      "absolute",
                                                      "minimum",
                                                      "maximum",
                                                      "bit_and",
                                                      "bit_or",
                                                      "bit_xor",
                                                      "bit_not",
                                                      "shift_left",
                                                      "shift_right",
                                                      "shift_right_unsigned",
                                                      "less",
                                                      "less_equal",
                                                      "equal",
                                                      "not_equal",
                                                      "select",
                                                      "convert",
                                                      "floor",
                                                      "ceil",
                                                      "exp",
                                                      "log",
                                                      "square_root",
                                                      "inverse_square_root",
                                                      "sigmoid",
                                                      "tanh",
                                                      "sine",
                                                      "cosine",
                                                      "power",
                                                      "read",
                                                      "write",
                                                      "dequeue",
                                                      "enqueue",
                                                      "stream_field",
                                                      "read_modify_write",
                                                      "set_bound",
                                                      "start_merge",
                                                      "shift_in",
                                                      "reset",
                                                      "peek",
                                                      "held",
                                                      "lock"};
  return names[static_cast<std::size_t>(operation)];
}

bool is_memory_operation(Operation operation) { return operation >= Operation::read; }

bool is_effect(Operation operation) {
  return operation > Operation::read && operation < Operation::peek;
}

}  // namespace weft::program::rdu_tree
