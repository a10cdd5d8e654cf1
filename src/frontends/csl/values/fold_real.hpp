// SPDX-License-Identifier: Apache-2.0
// The real numbers of fold.hpp: a tile's own arithmetic on the bits of f16 and f32, fp64 for those
// without a width.
#pragma once

#include "frontends/csl/values/fold.hpp"
#include "numerics/scalar.hpp"

namespace weft::csl {

inline constexpr const char* zero_divisor = "division by zero";

/// Those that real and whole numbers share: / % << >> and comparisons.
numerics::Binary binary_of(TokenKind op);

/// out = a op b; a comparison gives 0 or 1 in `integer`. @return null, or why there is no result.
const char* fold_real(TokenKind op, const Type& type, Scalar a, Scalar b, FloatRules rules,
                      Scalar& out);
/// The sign bit flipped, of a NaN too.
Scalar negated_real(const Type& type, Scalar a);
/// Rounded once.
Scalar real_as_real(const Type& from, const Type& to, Scalar a, FloatRules rules);
Scalar integer_as_real(const Type& to, std::int64_t value, bool is_unsigned);
Scalar math_of_real(program::wse::MathFunction function, const Type& type, Scalar a,
                    FloatRules rules);
/// Of a number without a width as an f32; of any NaN those of the quiet one.
std::uint32_t f32_bits_of(double value);

}  // namespace weft::csl
