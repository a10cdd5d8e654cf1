// SPDX-License-Identifier: Apache-2.0
// Numbers of the controller tree: their formats and what an operation on them gives.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft::program::rdu_tree {

enum class NumberKind : std::uint8_t { bit, fixed, floating };

/// A number's format. Fixed: integer bits (the sign's included) and fraction bits, 64 at most in
/// all. Floating: `whole` is the significand with its hidden bit, `fraction` the exponent; fp16
/// (11, 5), fp32 (24, 8), fp64 (53, 11).
struct NumberType {
  NumberKind kind = NumberKind::bit;
  bool is_signed = false;
  std::uint8_t whole = 1;
  std::uint8_t fraction = 0;
  bool operator==(const NumberType&) const = default;
  constexpr unsigned bits() const { return unsigned{whole} + fraction; }
};

inline constexpr NumberType bit_type{};
inline constexpr NumberType int_type{NumberKind::fixed, true, 32, 0};
inline constexpr NumberType float_type{NumberKind::floating, true, 24, 8};
inline constexpr NumberType double_type{NumberKind::floating, true, 53, 11};
inline constexpr NumberType half_type{NumberKind::floating, true, 11, 5};

/// "Bit", "Int", "FixPt[TRUE,16,16]", "Float".
std::string to_text(NumberType type);
/// What is wrong with a format, or nothing.
std::optional<std::string> fault_of(NumberType type);

/// The bits of a number. Fixed: value x 2^fraction, extended by its sign or by zeros. Floating: its
/// IEEE bits. Bit: 0 or 1.
using Raw = std::int64_t;

enum class Operation : std::uint8_t {
  constant,
  iterator,   ///< the counter of a controller
  parameter,  ///< of a combining function
  // Of numbers of one format
  add,
  subtract,
  multiply,
  divide,
  remainder,
  negate,
  absolute,
  minimum,
  maximum,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shift_left,  ///< by a number without fraction
  shift_right,
  shift_right_unsigned,
  less,
  less_equal,
  equal,
  not_equal,
  select,  ///< a bit, then the value for 1, then for 0
  convert,
  floor,
  ceil,
  exp,
  log,
  square_root,
  inverse_square_root,
  sigmoid,
  tanh,
  sine,
  cosine,
  power,
  // Of memories
  read,   ///< address; registers have none
  write,  ///< value, then address
  dequeue,
  enqueue,            ///< value
  stream_field,       ///< another field of the token that arguments[0] took
  read_modify_write,  ///< value, address: adds, gives what is there then
  set_bound,          ///< merge buffers: how many elements a way has (value, way)
  start_merge,        ///< merge buffers: begins anew
  shift_in,           ///< register_file: value, address without the dimension that is shifted
  reset,              ///< register_file, reg: what it began with
  peek,               ///< fifo, lifo: what would be taken next; 0 of an empty one
  held,               ///< fifo, lifo: how many it holds
  lock,               ///< of a number: held by the accesses that name this node
};

/// "add", "less_equal", ...
std::string_view to_text(Operation operation);
bool is_effect(Operation operation);  ///< changes a memory
bool is_memory_operation(Operation operation);

/// `operation` on numbers of format `type` (of the operands; comparisons give a bit): what
/// numerics::WordOperation says of words, of wider numbers too. Nothing where numbers of the format
/// have no such operation.
std::optional<Raw> evaluate(Operation operation, NumberType type, std::span<const Raw> operands);

Raw convert(Raw value, NumberType from, NumberType to);
/// Rounds towards zero and wraps into fixed formats (0 of NaN, the nearest of infinities), to
/// nearest into floating ones.
Raw from_double(double value, NumberType type);
Raw from_integer(std::int64_t value, NumberType type);
double to_double(Raw value, NumberType type);
/// Towards minus infinity, of a fixed number; towards zero, of a floating one.
std::int64_t to_integer(Raw value, NumberType type);
/// As Spatial prints it: "-1.5", "7", "0.1".
std::string number_text(Raw value, NumberType type);

/// Wide enough for the product of two numbers.
__extension__ using Wide = __int128;

/// Cuts to the format and extends again.
constexpr Raw wrap_fixed(Wide value, NumberType type) {
  const unsigned shift = 64 - type.bits();
  const auto up = static_cast<std::uint64_t>(value) << shift;
  return type.is_signed ? static_cast<Raw>(up) >> shift : static_cast<Raw>(up >> shift);
}

}  // namespace weft::program::rdu_tree
