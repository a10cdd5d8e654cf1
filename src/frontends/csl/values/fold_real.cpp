// SPDX-License-Identifier: Apache-2.0
// Arithmetic on known real numbers: see fold_real.hpp.
#include "frontends/csl/values/fold_real.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "numerics/math.hpp"

namespace weft::csl {
namespace {

using numerics::Binary;
using numerics::Half;
using program::wse::MathFunction;

/// body(Half, float or double of any value), by the type's format.
template <typename Body>
auto in_format(const Type& type, const Body& body) {
  if (type.kind == TypeKind::comptime_real) return body(double{});
  return type.bits == 16 ? body(Half{}) : body(float{});
}

template <typename Float>
Float content(Scalar value) {
  if constexpr (std::is_same_v<Float, double>) {
    return value.real;
  } else if constexpr (std::is_same_v<Float, float>) {
    return numerics::float_of(static_cast<std::uint32_t>(value.integer));
  } else {
    return static_cast<Half>(value.integer);
  }
}

Scalar scalar_of(double value) {
  Scalar out;
  out.real = value;
  return out;
}
Scalar scalar_of(float value) {
  Scalar out;
  out.integer = numerics::bits_of(value);
  return out;
}
Scalar scalar_of(Half value) {
  Scalar out;
  out.integer = value;
  return out;
}

/// Whether `op` is of real numbers and which; comparisons are.
bool find_operation(TokenKind op, Binary& out) {
  switch (op) {
    case TokenKind::plus:
      out = Binary::add;
      return true;
    case TokenKind::minus:
      out = Binary::subtract;
      return true;
    case TokenKind::star:
      out = Binary::multiply;
      return true;
    default:
      out = binary_of(op);
      return op == TokenKind::slash || is_comparison(op);
  }
}

/// `operation`, none of minimum and maximum.
template <typename Float>
Scalar apply(Binary operation, Float a, Float b, FloatRules rules) {
  return numerics::with(operation, [&](auto constant) {
    constexpr Binary binary = decltype(constant)::value;
    Scalar out;
    if constexpr (binary >= Binary::equal) {
      out.integer = numerics::real<binary>(a, b, rules) ? 1 : 0;
    } else if constexpr (binary <= Binary::divide) {
      out = scalar_of(numerics::real<binary>(a, b, rules));
    }
    return out;
  });
}

template <typename Float>
Float math(MathFunction function, Float a, FloatRules rules) {
  switch (function) {
    case MathFunction::floor:
      return numerics::floor(a, rules);
    case MathFunction::ceil:
      return numerics::ceil(a, rules);
    case MathFunction::absolute:
      return numerics::absolute(a);
    case MathFunction::sign:
      return numerics::sign(a, rules);
    default:
      return numerics::tanh(a, rules);
  }
}

double math(MathFunction function, double a, FloatRules rules) {
  switch (function) {
    case MathFunction::floor:
      return std::floor(a);
    case MathFunction::ceil:
      return std::ceil(a);
    case MathFunction::absolute:
      return std::fabs(a);
    case MathFunction::sign:
      return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a;
    default:
      return static_cast<double>(numerics::tanh(static_cast<float>(a), rules));
  }
}

/// A number without a width, rounded to a type: as it is written into memory, by no tile.
Scalar rounded(const Type& to, double value) {
  if (to.kind == TypeKind::comptime_real) return scalar_of(value);
  if (to.bits == 32) return scalar_of(numerics::float_of(f32_bits_of(value)));
  return scalar_of(std::isnan(value) ? numerics::half_quiet_nan
                                     : numerics::half_from_double(value));
}

}  // namespace

Binary binary_of(TokenKind op) {
  switch (op) {
    case TokenKind::slash:
      return Binary::divide;
    case TokenKind::percent:
      return Binary::remainder;
    case TokenKind::shl:
      return Binary::shift_left;
    case TokenKind::shr:
      return Binary::shift_right;
    case TokenKind::equal:
      return Binary::equal;
    case TokenKind::not_equal:
      return Binary::not_equal;
    case TokenKind::less:
      return Binary::less;
    case TokenKind::less_equal:
      return Binary::less_equal;
    case TokenKind::greater:
      return Binary::greater;
    default:
      return Binary::greater_equal;
  }
}

std::uint32_t f32_bits_of(double value) {
  if (std::isnan(value)) return numerics::quiet_nan_bits;
  return numerics::bits_of(static_cast<float>(value));
}

double real_value(const Type& type, Scalar value) {
  return in_format(type, [&](auto format) {
    using Float = decltype(format);
    if constexpr (std::is_same_v<Float, double>) {
      return value.real;
    } else {
      const auto number = content<Float>(value);
      if (numerics::is_nan(number)) return std::numeric_limits<double>::quiet_NaN();
      if constexpr (std::is_same_v<Float, float>) return static_cast<double>(number);
      if constexpr (std::is_same_v<Float, Half>) {
        return static_cast<double>(numerics::float_from_half(number));
      }
    }
  });
}

const char* fold_real(TokenKind op, const Type& type, Scalar a, Scalar b, FloatRules rules,
                      Scalar& out) {
  Binary operation = Binary::add;
  if (!find_operation(op, operation)) return "this operator does not apply to real numbers";
  const bool exact = type.kind == TypeKind::comptime_real;
  if (exact && operation == Binary::divide && b.real == 0.0) return zero_divisor;
  out = in_format(type, [&](auto format) {
    using Float = decltype(format);
    return apply(operation, content<Float>(a), content<Float>(b), rules);
  });
  if (exact && !is_comparison(op) && !std::isfinite(out.real)) return does_not_fit;
  return nullptr;
}

Scalar negated_real(const Type& type, Scalar a) {
  return in_format(type, [&](auto format) {
    using Float = decltype(format);
    if constexpr (std::is_same_v<Float, double>) return scalar_of(-a.real);
    if constexpr (!std::is_same_v<Float, double>) {
      return scalar_of(numerics::negate(content<Float>(a)));
    }
  });
}

Scalar real_as_real(const Type& from, const Type& to, Scalar a, FloatRules rules) {
  if (from.kind == to.kind && from.bits == to.bits) return a;
  if (from.kind != TypeKind::real || to.kind != TypeKind::real) {
    return rounded(to, real_value(from, a));
  }
  if (to.bits == 16) return scalar_of(numerics::narrow(content<float>(a), rules));
  return scalar_of(numerics::widen(content<Half>(a), rules));
}

Scalar integer_as_real(const Type& to, std::int64_t value, bool is_unsigned) {
  const auto whole = static_cast<std::uint64_t>(value);
  // An f32 from 64 bits at once: by way of fp64 it would be rounded twice.
  if (to.kind == TypeKind::real && to.bits == 32) {
    return scalar_of(is_unsigned ? static_cast<float>(whole) : static_cast<float>(value));
  }
  return rounded(to, is_unsigned ? static_cast<double>(whole) : static_cast<double>(value));
}

Scalar math_of_real(MathFunction function, const Type& type, Scalar a, FloatRules rules) {
  return in_format(type, [&](auto format) {
    return scalar_of(math(function, content<decltype(format)>(a), rules));
  });
}

}  // namespace weft::csl
