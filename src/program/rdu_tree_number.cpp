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
#include "numerics/float16.hpp"
#include "numerics/float32.hpp"
#include "numerics/math.hpp"
#include "numerics/scalar.hpp"

namespace weft::program::rdu_tree {
namespace {

constexpr numerics::FloatRules tree_rules{};

float single_of(Raw raw) { return std::bit_cast<float>(static_cast<std::uint32_t>(raw)); }
Raw raw_of(float value) { return static_cast<Raw>(std::bit_cast<std::uint32_t>(value)); }
double double_of(Raw raw) { return std::bit_cast<double>(raw); }
Raw raw_of(double value) { return std::bit_cast<Raw>(value); }
numerics::Half half_of(Raw raw) { return static_cast<numerics::Half>(raw); }
Raw raw_of(numerics::Half value) { return static_cast<Raw>(value); }

Wide floor_of(double value) {
  if (!(value == value)) return 0;
  constexpr double limit = 1e37;
  const double low = std::floor(std::min(std::max(value, -limit), limit));
  return static_cast<Wide>(low);
}

std::optional<Raw> fixed(Operation operation, NumberType type, std::span<const Raw> operands) {
  const Wide a = operands[0];
  const Wide b = operands.size() > 1 ? operands[1] : 0;
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
      return a < b ? operands[1] : operands[0];
    case less:
      return a < b ? 1 : 0;
    case less_equal:
      return a <= b ? 1 : 0;
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
      return wrap_fixed(operands[0] >> shift, type);
    default: {
      const std::uint64_t mask = type.bits() == 64 ? ~0ULL : (1ULL << type.bits()) - 1;
      return wrap_fixed(static_cast<Raw>(b > 63 ? 0 : (a & mask) >> shift), type);
    }
  }
}

template <typename Float>
std::optional<Raw> floating_function(Operation operation, Float a, Float b) {
  using enum Operation;
  switch (operation) {
    case floor:
      return raw_of(numerics::floor(a, tree_rules));
    case ceil:
      return raw_of(numerics::ceil(a, tree_rules));
    case exp:
      return raw_of(numerics::exp(a, tree_rules));
    case log:
      return raw_of(numerics::log(a, tree_rules));
    case square_root:
      return raw_of(numerics::square_root(a, tree_rules));
    case inverse_square_root:
      return raw_of(numerics::inverse_sqrt(a, tree_rules));
    case sigmoid:
      return raw_of(numerics::sigmoid(a, tree_rules));
    case tanh:
      return raw_of(numerics::tanh(a, tree_rules));
    case sine:
      return raw_of(numerics::sin(a, tree_rules));
    case cosine:
      return raw_of(numerics::cos(a, tree_rules));
    case power:
      return raw_of(numerics::pow(a, b, tree_rules));
    default:
      return std::nullopt;
  }
}

template <typename Float>
std::optional<Raw> floating(Operation operation, Float a, Float b) {
  using enum Operation;
  switch (operation) {
    case add:
      return raw_of(numerics::add(a, b, tree_rules));
    case subtract:
      return raw_of(numerics::subtract(a, b, tree_rules));
    case multiply:
      return raw_of(numerics::multiply(a, b, tree_rules));
    case divide:
      return raw_of(numerics::divide(a, b, tree_rules));
    case negate:
      return raw_of(numerics::negate(a));
    case absolute:
      return raw_of(numerics::absolute(a));
    case minimum:
      return raw_of(numerics::minimum(a, b, tree_rules));
    case maximum:
      return raw_of(numerics::maximum(a, b, tree_rules));
    case less:
      return numerics::less(a, b) ? 1 : 0;
    case less_equal:
      return numerics::less(a, b) || numerics::equal(a, b) ? 1 : 0;
    case equal:
      return numerics::equal(a, b) ? 1 : 0;
    case not_equal:
      return numerics::equal(a, b) ? 0 : 1;
    default:
      return floating_function(operation, a, b);
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
    case negate:
      return raw_of(-a);
    case absolute:
      return raw_of(a < 0 ? -a : a);
    case minimum:
      return raw_of(b < a ? b : a);
    case maximum:
      return raw_of(a < b ? b : a);
    case less:
      return a < b ? 1 : 0;
    case less_equal:
      return a <= b ? 1 : 0;
    case equal:
      return a == b ? 1 : 0;
    case not_equal:
      return a == b ? 0 : 1;
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
    case power:
      return raw_of(numerics::elementary::pow(a, b));
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Raw> evaluate(Operation operation, NumberType type, std::span<const Raw> operands) {
  using enum Operation;
  if (operation == select) return operands[0] != 0 ? operands[1] : operands[2];
  const bool floats = type.kind == NumberKind::floating;
  if (!floats && operation == equal) return operands[0] == operands[1] ? 1 : 0;
  if (!floats && operation == not_equal) return operands[0] != operands[1] ? 1 : 0;
  if (operation >= bit_and && operation <= shift_right_unsigned) {
    return floats ? std::nullopt : bitwise(operation, type, operands);
  }
  if (!floats) return fixed(operation, type, operands);
  const Raw b = operands.size() > 1 ? operands[1] : 0;
  if (type == double_type) {
    return floating_double(operation, double_of(operands[0]), double_of(b));
  }
  if (type == half_type) return floating(operation, half_of(operands[0]), half_of(b));
  return floating(operation, single_of(operands[0]), single_of(b));
}

Raw convert(Raw value, NumberType from, NumberType to) {
  if (from == to) return value;
  if (to.kind == NumberKind::bit) return to_double(value, from) != 0.0 ? 1 : 0;
  const bool exact = from.kind != NumberKind::floating;
  if (exact && to.kind == NumberKind::fixed) {
    const int up = static_cast<int>(to.fraction) - static_cast<int>(from.fraction);
    const Wide wide = value;
    return wrap_fixed(up >= 0 ? wide * (Wide{1} << up) : wide >> -up, to);
  }
  if (exact && from.fraction == 0 && to == float_type) return raw_of(static_cast<float>(value));
  return from_double(to_double(value, from), to);
}

Raw from_double(double value, NumberType type) {
  switch (type.kind) {
    case NumberKind::bit:
      return value != 0.0 ? 1 : 0;
    case NumberKind::fixed: {
      // Towards zero, as a decimal number is cut
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
  constexpr std::array<std::string_view, 45> names = {"constant",
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
                                                      "start_merge"};
  return names[static_cast<std::size_t>(operation)];
}

bool is_memory_operation(Operation operation) { return operation >= Operation::read; }

bool is_effect(Operation operation) { return operation > Operation::read; }

}  // namespace weft::program::rdu_tree
