// SPDX-License-Identifier: Apache-2.0
// Arithmetic on known numbers: see fold.hpp.
#include "frontends/csl/values/fold.hpp"

#include <cmath>

#include "frontends/csl/values/fold_real.hpp"
#include "numerics/scalar.hpp"

namespace weft::csl {
namespace {

using numerics::Binary;

constexpr const char* too_large = "the result needs more than 64 bits";

/// Bits a value of `type` wraps to; 64 for identities and comptime numbers (which must not wrap).
unsigned width(const Type& type) {
  switch (type.kind) {
    case TypeKind::integer:
      return type.bits;
    case TypeKind::boolean:
      return 1;
    default:
      return 64;
  }
}

numerics::IntegerType form_of(const Type& type) {
  const bool is_signed =
      type.kind == TypeKind::integer ? type.is_signed : type.kind != TypeKind::boolean;
  return {64 - width(type), is_signed};
}

std::int64_t wrap(const Type& type, std::int64_t value) {
  return static_cast<std::int64_t>(
      numerics::wrap(static_cast<std::uint64_t>(value), form_of(type)));
}

/// As a tile computes it: a quotient, a remainder, a shift or a comparison.
std::int64_t integer_on_tile(TokenKind op, const Type& type, std::int64_t a, std::int64_t b) {
  return numerics::with(binary_of(op), [&](auto constant) {
    return static_cast<std::int64_t>(numerics::integer<decltype(constant)::value>(
        static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b), form_of(type)));
  });
}

bool is_unsigned_64(const Type& type) {
  return type.kind == TypeKind::integer && type.bits == 64 && !type.is_signed;
}

const char* fold_division(TokenKind op, const Type& type, std::int64_t a, std::int64_t b,
                          std::int64_t& out) {
  if (b == 0) return zero_divisor;
  const bool quotient = op == TokenKind::slash;
  if (is_unsigned_64(type)) {
    out = integer_on_tile(op, type, a, b);
    return nullptr;
  }
  if (b == -1) {
    if (!quotient) {
      out = 0;
      return nullptr;
    }
    return __builtin_sub_overflow(std::int64_t{0}, a, &out) ? does_not_fit : nullptr;
  }
  out = integer_on_tile(op, type, a, b);
  return nullptr;
}

/// out = a op b modulo 2^64, of + - *. @return does_not_fit when 64 bits do not hold it.
const char* fold_sum(TokenKind op, bool is_unsigned, std::int64_t a, std::int64_t b,
                     std::int64_t& out) {
  const auto apply = [op](auto x, auto y, auto* result) {
    if (op == TokenKind::plus) return __builtin_add_overflow(x, y, result);
    if (op == TokenKind::minus) return __builtin_sub_overflow(x, y, result);
    return __builtin_mul_overflow(x, y, result);
  };
  bool overflow = false;
  if (is_unsigned) {
    std::uint64_t result = 0;
    overflow = apply(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b), &result);
    out = static_cast<std::int64_t>(result);
  } else {
    overflow = apply(a, b, &out);
  }
  return overflow ? does_not_fit : nullptr;
}

const char* fold_shift(TokenKind op, const Type& type, std::int64_t a, std::int64_t b,
                       std::int64_t& out) {
  if (b < 0 || b >= static_cast<std::int64_t>(width(type))) {
    return "the shift distance is outside of the type";
  }
  if (op == TokenKind::shr) {
    out = integer_on_tile(op, type, a, b);
    return nullptr;
  }
  out = integer_on_tile(op, type, a, b);
  if (type.kind == TypeKind::comptime_integer && (out >> b) != a) return too_large;
  return nullptr;
}

const char* fold_integer(TokenKind op, const Type& type, std::int64_t a, std::int64_t b,
                         std::int64_t& out) {
  switch (op) {
    case TokenKind::plus:
    case TokenKind::minus:
    case TokenKind::star:
      return fold_sum(op, is_unsigned_64(type), a, b, out);
    case TokenKind::slash:
    case TokenKind::percent:
      return fold_division(op, type, a, b, out);
    case TokenKind::shl:
    case TokenKind::shr:
      return fold_shift(op, type, a, b, out);
    case TokenKind::ampersand:
      out = a & b;
      return nullptr;
    case TokenKind::pipe:
      out = a | b;
      return nullptr;
    case TokenKind::caret:
      out = a ^ b;
      return nullptr;
    default:
      return "this operator does not apply to integers";
  }
}

/// Cuts a result of 64 bits to its type. `error`: what computing it said. Comptime integers, which
/// have no width, never wrap.
const char* fit(const char* error, const Type& type, bool checked, std::int64_t& value) {
  if (error != nullptr && error != does_not_fit) return error;
  if (type.kind == TypeKind::comptime_integer) return error == nullptr ? nullptr : too_large;
  const std::int64_t whole = value;
  value = wrap(type, whole);
  return checked && (error != nullptr || value != whole) ? does_not_fit : nullptr;
}

std::string number_text(const Type& type, Scalar value) {
  if (type.is_real()) return std::to_string(real_value(type, value));
  if (is_unsigned_64(type)) return std::to_string(static_cast<std::uint64_t>(value.integer));
  return std::to_string(value.integer);
}

const char* real_to_integer(const Type& to, double value, bool checked, std::int64_t& out) {
  if (std::isnan(value)) return "not a number has no integer value";
  const double whole = std::trunc(value);
  if (checked && whole != value) return "this number has a fraction";
  if (whole < -9.2233720368547758e18 || whole >= 9.2233720368547758e18) {
    return "this number is outside of the integer type";
  }
  out = static_cast<std::int64_t>(whole);
  if (wrap(to, out) != out) return "this number is outside of the integer type";
  return nullptr;
}

}  // namespace

bool is_comparison(TokenKind op) {
  return op >= TokenKind::equal && op <= TokenKind::greater_equal;
}

const char* fold_binary(TokenKind op, const Type& type, Scalar a, Scalar b, bool checked,
                        FloatRules rules, Scalar& out) {
  if (type.is_real()) return fold_real(op, type, a, b, rules, out);
  if (is_comparison(op)) {
    out.integer = integer_on_tile(op, type, a.integer, b.integer);
    return nullptr;
  }
  const char* error = fold_integer(op, type, a.integer, b.integer, out.integer);
  const bool cuts = op == TokenKind::shl;  // bits that are shifted out are gone
  return fit(error, type, checked && !cuts, out.integer);
}

const char* fold_unary(TokenKind op, const Type& type, Scalar a, bool checked, Scalar& out) {
  switch (op) {
    case TokenKind::minus:
      if (type.is_real()) {
        out = negated_real(type, a);
        return nullptr;
      }
      return fit(fold_sum(TokenKind::minus, is_unsigned_64(type), 0, a.integer, out.integer), type,
                 checked, out.integer);
    case TokenKind::tilde:
      if (type.is_real()) return "this operator does not apply to real numbers";
      out.integer = wrap(type, ~a.integer);
      return nullptr;
    default:
      out.integer = a.integer == 0 ? 1 : 0;
      return nullptr;
  }
}

std::string explain(const char* error, TokenKind op, const Type& type, Scalar a, const Scalar* b) {
  if (error != does_not_fit) return error;
  const std::string first = number_text(type, a);
  const std::string what = b == nullptr ? std::string(spelling(op)) + "(" + first + ")"
                                        : first + " " + spelling(op) + " " + number_text(type, *b);
  return what + " does not fit " + type.text +
         (type.is_real() ? "" : ": at compile time overflow is an error; use a wider type");
}

const char* fold_convert(const Type& from, const Type& to, Scalar a, bool checked, FloatRules rules,
                         Scalar& out) {
  if (to.is_real()) {
    out = from.is_real() ? real_as_real(from, to, a, rules)
                         : integer_as_real(to, a.integer, is_unsigned_64(from));
    const bool was_finite = !from.is_real() || std::isfinite(real_value(from, a));
    const bool lost = checked && was_finite && !std::isfinite(real_value(to, out));
    return lost ? "this value does not fit the type" : nullptr;
  }
  if (from.is_real()) return real_to_integer(to, real_value(from, a), checked, out.integer);
  out.integer = to.kind == TypeKind::boolean ? (a.integer != 0 ? 1 : 0) : wrap(to, a.integer);
  const bool changes_sign = is_unsigned_64(to) != is_unsigned_64(from) && a.integer < 0;
  if (checked && (out.integer != a.integer || changes_sign)) {
    return "this value does not fit the type";
  }
  return nullptr;
}

bool has_known_math(program::wse::MathFunction function) {
  using enum program::wse::MathFunction;
  return function == floor || function == ceil || function == absolute || function == sign ||
         function == tanh;
}

const char* fold_math(program::wse::MathFunction function, const Type& type, Scalar a,
                      FloatRules rules, Scalar& out) {
  if (type.is_real()) {
    out = math_of_real(function, type, a, rules);
    return nullptr;
  }
  const bool is_negative = a.integer < 0 && !is_unsigned_64(type);
  if (function == program::wse::MathFunction::sign) {
    out.integer = is_negative ? -1 : a.integer != 0 ? 1 : 0;
    return nullptr;
  }
  if (!is_negative) {
    out = a;
    return nullptr;
  }
  return fold_unary(TokenKind::minus, type, a, true, out);
}

std::uint64_t register_bits(const Type& type, Scalar value) {
  if (type.kind == TypeKind::comptime_real) return f32_bits_of(value.real);
  return static_cast<std::uint64_t>(value.integer);
}

Scalar from_register_bits(const Type& type, std::uint64_t bits) {
  const std::uint64_t all = ~std::uint64_t{0};
  Scalar out;
  out.integer = type.kind == TypeKind::real
                    ? static_cast<std::int64_t>(bits & (all >> (64U - type.bits)))
                    : wrap(type, static_cast<std::int64_t>(bits));
  return out;
}

}  // namespace weft::csl
