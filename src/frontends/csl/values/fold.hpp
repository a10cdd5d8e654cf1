// SPDX-License-Identifier: Apache-2.0
// Arithmetic on known numbers, with the wrap and rounding of their types.
#pragma once

#include <cstdint>
#include <string>

#include "frontends/csl/parse/token.hpp"
#include "frontends/csl/values/type.hpp"
#include "numerics/float_rules.hpp"
#include "program/wse_operations.hpp"

namespace weft::csl {

/// The payload of a known number. `real` is of comptime_float alone: an f16 or f32 is its bits, in
/// `integer`, because a host changes those of a NaN that passes through its own conversions.
struct Scalar {
  union {
    std::int64_t integer = 0;
    double real;
  };
};

/// Why an operation has no result where its value does not fit the type.
inline constexpr const char* does_not_fit = "the result does not fit the type";

using numerics::FloatRules;

/// out = a op b, both of `type`; comparisons give 0 or 1. Of f16 and f32 the bits that a tile of
/// these rules computes. `checked`: an integer that does not fit is an error (does_not_fit),
/// otherwise it wraps as it does on a tile. Shifts cut, as bits do.
/// @return null, or why there is no result.
const char* fold_binary(TokenKind op, const Type& type, Scalar a, Scalar b, bool checked,
                        FloatRules rules, Scalar& out);
/// out = op a, of `type`.
const char* fold_unary(TokenKind op, const Type& type, Scalar a, bool checked, Scalar& out);
/// The sentence for an error of fold_binary (fold_unary: `b` null), with the numbers.
std::string explain(const char* error, TokenKind op, const Type& type, Scalar a, const Scalar* b);
/// out = a, of type `from`, as type `to`. `checked`: a value that does not fit is an error,
/// otherwise integers wrap and real numbers are truncated. A NaN has no integer, and one that
/// passes through a comptime_float comes back as the quiet one.
const char* fold_convert(const Type& from, const Type& to, Scalar a, bool checked, FloatRules rules,
                         Scalar& out);
/// Whether a function of <math> has a value at compile time: the SDK's documentation lets the
/// others be evaluated at run time only.
bool has_known_math(program::wse::MathFunction function);
/// out = function(a), of `type`. Of integers: absolute and sign. A comptime_float is exact, but
/// for tanh, which is that of an f32.
const char* fold_math(program::wse::MathFunction function, const Type& type, Scalar a,
                      FloatRules rules, Scalar& out);
/// A number of a real type, for messages: exact but for a NaN.
double real_value(const Type& type, Scalar value);
/// The bits of a number as a 64-bit register holds them: sign- or zero-extended, or f16/f32 bits.
std::uint64_t register_bits(const Type& type, Scalar value);
/// The number of `type` whose bits are the low bits of `bits`.
Scalar from_register_bits(const Type& type, std::uint64_t bits);

bool is_comparison(TokenKind op);

}  // namespace weft::csl
