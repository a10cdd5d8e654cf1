// SPDX-License-Identifier: Apache-2.0
// Words of the RDU's lanes and what its pipelines do with them, one word at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weft::numerics {

/// What the 32 bits of a word are. Fixed point (integers have no fraction): the value times
/// 2^fraction_bits, two's complement where signed, held extended to 32 bits; results wrap to
/// integer_bits + fraction_bits. fp32 and fp16 (in the low half, above it zeros): rounded to
/// nearest even, one NaN (0x7fc00000, 0x7e00). Bit: 0 or 1.
struct WordType {
  enum class Kind : std::uint8_t { fixed, f32, bit, f16 };
  Kind kind = Kind::fixed;
  bool is_signed = true;
  std::uint8_t integer_bits = 32;  ///< sign included; with the fraction 1 to 32
  std::uint8_t fraction_bits = 0;
  friend bool operator==(const WordType&, const WordType&) = default;
};
inline constexpr WordType word_i32{};
inline constexpr WordType word_u32{WordType::Kind::fixed, false, 32, 0};
inline constexpr WordType word_f32{WordType::Kind::f32, true, 0, 0};
inline constexpr WordType word_f16{WordType::Kind::f16, true, 0, 0};
inline constexpr WordType word_bit{WordType::Kind::bit, false, 1, 0};

/// "i32", "u8", "q16.16" (signed fixed point), "uq8.24", "f32", "f16", "bit".
std::string name_of(const WordType& type);
/// Nothing where it is no such name.
std::optional<WordType> word_type_of(std::string_view name);
/// False for widths that no word has.
bool is_word_type(const WordType& type);

/// What Spatial's emulation says of its numbers: products and conversions between fixed types drop
/// bits towards minus infinity, quotients and conversions from floating types towards zero.
enum class WordOperation : std::uint8_t {
  copy,
  add,
  subtract,
  multiply,
  divide,     ///< fixed: towards zero; by 0: all bits 1, as wide as the type
  remainder,  ///< of a quotient towards zero, then + b where it is below 0; by 0: fixed a, else NaN
  minimum,    ///< the second where either is NaN, or both are zeros
  maximum,
  negate,
  absolute,
  bit_and,
  bit_or,
  bit_xor,
  bit_not,
  shift_left,   ///< by the second, an integer; below 0 or by the width and more: all bits go
  shift_right,  ///< likewise, copies of the sign come in
  equal,        ///< this and what follows give bits
  unequal,
  less,
  less_equal,
  select,        ///< second where the first, a bit, is 1, else third
  multiply_add,  ///< a * b, rounded, + c, rounded
  exponent,      ///< this and the next five, of fixed numbers: in fp32, converted there and back
  logarithm,
  square_root,
  reciprocal,  ///< 1 / a, as divide
  tanh,
  sigmoid,
  floor,                 ///< to a whole number of the same type
  convert,               ///< to the type of the result; fixed: wraps, 0 of NaN, the nearest of
                         ///< infinities; bit: whether it is not 0
  shift_right_unsigned,  ///< zeros come in at the type's width
  ceil,
  inverse_square_root,  ///< this and what follows as exponent
  sine,
  cosine,
  power,
  error_function,
  count_
};
std::string_view name_of(WordOperation operation);
std::optional<WordOperation> word_operation_of(std::string_view name);
/// How many words it takes: 1 to 3.
std::uint32_t operands_of(WordOperation operation);
/// True where the operation is one of the type; `select`, `copy` and `convert` are of every.
bool takes(WordOperation operation, const WordType& type);
/// The type of the result where it is not `to` (convert): bits of comparisons, else `type`.
WordType result_of(WordOperation operation, const WordType& type, const WordType& to);

/// What is asked for, of operands of `type`. Words that stand beyond operands_of() do nothing.
std::uint32_t apply(WordOperation operation, const WordType& type, const WordType& to,
                    std::uint32_t a, std::uint32_t b, std::uint32_t c);

/// The same of `count` words each, out[i] of a[i], b[i], c[i], without a choice a word. Operands
/// beyond operands_of() are not read; `out` is none of the operands.
void apply_all(WordOperation operation, const WordType& type, const WordType& to,
               const std::uint32_t* a, const std::uint32_t* b, const std::uint32_t* c,
               std::uint32_t* out, std::size_t count);
/// out[i] = what is asked for of out[i - 1] and a[i], the first of `start` and a[0].
void fold_all(WordOperation operation, const WordType& type, std::uint32_t start,
              const std::uint32_t* a, std::uint32_t* out, std::size_t count);

/// What changes nothing: 0 of add, 1 of multiply, the type's greatest of minimum ...; operations
/// that have none are refused by is_associative().
bool is_associative(WordOperation operation);
std::uint32_t identity_of(WordOperation operation, const WordType& type);

}  // namespace weft::numerics
