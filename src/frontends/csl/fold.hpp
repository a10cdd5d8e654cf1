// SPDX-License-Identifier: Apache-2.0
// Arithmetic on known numbers, with the wrap and rounding of their types.
#pragma once

#include <cstdint>

#include "frontends/csl/token.hpp"
#include "frontends/csl/type.hpp"

namespace weft::csl {

/// The payload of a known number: `integer` or `real`, as its type says.
struct Scalar {
  union {
    std::int64_t integer = 0;
    double real;
  };
};

/// out = a op b, both of `type`; comparisons give 0 or 1.
/// @return null, or why there is no result.
const char* fold_binary(TokenKind op, const Type& type, Scalar a, Scalar b, Scalar& out);
/// out = op a, of `type`.
const char* fold_unary(TokenKind op, const Type& type, Scalar a, Scalar& out);
/// out = a, of type `from`, as type `to`. `checked`: a value that does not fit is an error,
/// otherwise integers wrap and real numbers are truncated.
const char* fold_convert(const Type& from, const Type& to, Scalar a, bool checked, Scalar& out);
/// The bits of a number as a 64-bit register holds them: sign- or zero-extended, or f16/f32 bits.
std::uint64_t register_bits(const Type& type, Scalar value);
/// The number of `type` whose bits are the low bits of `bits`.
Scalar from_register_bits(const Type& type, std::uint64_t bits);

bool is_comparison(TokenKind op);

}  // namespace weft::csl
