// SPDX-License-Identifier: Apache-2.0
// Names of what a TSP's vector unit computes: element types and operations, without their code.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::numerics {

/// Type of a vector's elements. Its width is how many streams, memory slices or byte planes it
/// takes: one a byte.
enum class VectorType : std::uint8_t { i8, i16, i32, f16, f32 };
constexpr std::uint32_t width_of(VectorType type) {
  switch (type) {
    case VectorType::i8:
      return 1;
    case VectorType::i16:
    case VectorType::f16:
      return 2;
    case VectorType::i32:
    case VectorType::f32:
      return 4;
  }
  return 0;
}
constexpr bool is_float(VectorType type) {
  return type == VectorType::f16 || type == VectorType::f32;
}

/// Operations of an ALU. Operands a and b have one type, and so has the result, unless it says
/// otherwise. Integers wrap modulo 2^bits; `_saturating` ones stop at the ends. fp16 is computed in
/// fp32 and rounded once.
enum class VectorOperation : std::uint8_t {
  copy,
  convert,  ///< to the result's type: nearest even, saturating into integers; NaN becomes 0
  negate,
  absolute,
  relu,  ///< max(a, 0); NaN stays
  bit_not,
  add,
  subtract,
  multiply,
  add_saturating,
  subtract_saturating,
  multiply_saturating,
  maximum,
  minimum,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,   ///< a << (b mod bits)
  shift_right,  ///< arithmetic
  equal,        ///< comparisons give 1 or 0 in the operands' type
  less,
  less_equal,
  mask,  ///< b != 0 ? a : 0
  exponential,
  logarithm,
  hyperbolic_tangent,
  square_root,
  reciprocal_square_root,
  reciprocal,
  divide,
  count_
};

struct VectorOperationTraits {
  std::string_view name;      ///< as schedules write it: "add", "tanh"
  std::uint8_t operands = 1;  ///< 1 or 2
  bool integers = true;       ///< takes integer types
  bool floats = true;         ///< takes fp16 and fp32
  bool large = false;         ///< only the large ALUs have it
};
const VectorOperationTraits& traits_of(VectorOperation operation);
std::optional<VectorOperation> find_vector_operation(std::string_view name);
/// "i8", "f16" ...
std::string_view name_of(VectorType type);
std::optional<VectorType> find_vector_type(std::string_view name);

}  // namespace weft::numerics
