// SPDX-License-Identifier: Apache-2.0
// Arithmetic on known numbers: see fold.hpp.
#include "frontends/csl/fold.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "numerics/math.hpp"
#include "numerics/scalar.hpp"

namespace weft::csl {
namespace {

using numerics::Binary;
using program::wse::MathFunction;

constexpr const char* too_large = "the result needs more than 64 bits";
constexpr const char* zero_divisor = "division by zero";

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

/// As a tile computes it: a quotient, a remainder, a shift or a comparison.
std::int64_t integer_on_tile(TokenKind op, const Type& type, std::int64_t a, std::int64_t b) {
  return numerics::with(binary_of(op), [&](auto constant) {
    return static_cast<std::int64_t>(numerics::integer<decltype(constant)::value>(
        static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b), form_of(type)));
  });
}

/// The sum, difference, product or quotient as a tile rounds it; of comptime numbers in fp64.
template <Binary operation>
double real_on_tile(const Type& type, double a, double b) {
  const numerics::FloatRules rules;
  if (type.kind != TypeKind::real) return numerics::real<operation>(a, b, rules);
  if (type.bits == 16) {
    return static_cast<double>(numerics::float_from_half(numerics::real<operation>(
        numerics::half_from_double(a), numerics::half_from_double(b), rules)));
  }
  return static_cast<double>(
      numerics::real<operation>(static_cast<float>(a), static_cast<float>(b), rules));
}

double round_to(const Type& type, double value) {
  if (type.kind != TypeKind::real) return value;
  if (type.bits == 16) {
    const numerics::Half half = numerics::half_from_double(value);
    return static_cast<double>(
        numerics::float_from_half(numerics::is_nan(half) ? numerics::half_quiet_nan : half));
  }
  return static_cast<double>(static_cast<float>(value));
}

bool is_unsigned_64(const Type& type) {
  return type.kind == TypeKind::integer && type.bits == 64 && !type.is_signed;
}

std::int64_t compare_reals(TokenKind op, double a, double b) {
  return numerics::with(binary_of(op), [&](auto constant) -> std::int64_t {
    constexpr Binary operation = decltype(constant)::value;
    if constexpr (operation >= Binary::equal) return numerics::real<operation>(a, b, {}) ? 1 : 0;
    return 0;
  });
}

const char* fold_real(TokenKind op, const Type& type, double a, double b, Scalar& out) {
  switch (op) {
    case TokenKind::plus:
      out.real = real_on_tile<Binary::add>(type, a, b);
      break;
    case TokenKind::minus:
      out.real = real_on_tile<Binary::subtract>(type, a, b);
      break;
    case TokenKind::star:
      out.real = real_on_tile<Binary::multiply>(type, a, b);
      break;
    case TokenKind::slash:
      if (b == 0.0 && type.kind == TypeKind::comptime_real) return zero_divisor;
      out.real = real_on_tile<Binary::divide>(type, a, b);
      break;
    default:
      return "this operator does not apply to real numbers";
  }
  if (type.kind == TypeKind::comptime_real && !std::isfinite(out.real)) return does_not_fit;
  out.real = round_to(type, out.real);
  return nullptr;
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
  if (type.is_real()) return std::to_string(value.real);
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
                        Scalar& out) {
  if (is_comparison(op)) {
    out.integer = type.is_real() ? compare_reals(op, a.real, b.real)
                                 : integer_on_tile(op, type, a.integer, b.integer);
    return nullptr;
  }
  if (type.is_real()) return fold_real(op, type, a.real, b.real, out);
  const char* error = fold_integer(op, type, a.integer, b.integer, out.integer);
  const bool cuts = op == TokenKind::shl;  // bits that are shifted out are gone
  return fit(error, type, checked && !cuts, out.integer);
}

const char* fold_unary(TokenKind op, const Type& type, Scalar a, bool checked, Scalar& out) {
  switch (op) {
    case TokenKind::minus:
      if (type.is_real()) {
        out.real = -a.real;
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

const char* fold_convert(const Type& from, const Type& to, Scalar a, bool checked, Scalar& out) {
  if (to.is_real()) {
    const double value = from.is_real() ? a.real
                         : is_unsigned_64(from)
                             ? static_cast<double>(static_cast<std::uint64_t>(a.integer))
                             : static_cast<double>(a.integer);
    out.real = round_to(to, value);
    const bool lost = checked && std::isfinite(value) && !std::isfinite(out.real);
    return lost ? "this value does not fit the type" : nullptr;
  }
  if (from.is_real()) return real_to_integer(to, a.real, checked, out.integer);
  out.integer = to.kind == TypeKind::boolean ? (a.integer != 0 ? 1 : 0) : wrap(to, a.integer);
  const bool changes_sign = is_unsigned_64(to) != is_unsigned_64(from) && a.integer < 0;
  if (checked && (out.integer != a.integer || changes_sign)) {
    return "this value does not fit the type";
  }
  return nullptr;
}

namespace {

/// Of an f32, or of an f16 that the same function of an f32 is rounded to.
float math_of_float(MathFunction function, float a) {
  const numerics::FloatRules rules;
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

double math_of_real(MathFunction function, const Type& type, double a) {
  if (type.kind == TypeKind::real && type.bits == 16 && function == MathFunction::tanh) {
    return static_cast<double>(
        numerics::float_from_half(numerics::tanh(numerics::half_from_double(a), {})));
  }
  if (type.kind == TypeKind::real || function == MathFunction::tanh) {
    return static_cast<double>(math_of_float(function, static_cast<float>(a)));
  }
  switch (function) {
    case MathFunction::floor:
      return std::floor(a);
    case MathFunction::ceil:
      return std::ceil(a);
    case MathFunction::absolute:
      return std::fabs(a);
    default:
      return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a;
  }
}

}  // namespace

bool has_known_math(MathFunction function) {
  return function == MathFunction::floor || function == MathFunction::ceil ||
         function == MathFunction::absolute || function == MathFunction::sign ||
         function == MathFunction::tanh;
}

const char* fold_math(MathFunction function, const Type& type, Scalar a, Scalar& out) {
  if (type.is_real()) {
    out.real = round_to(type, math_of_real(function, type, a.real));
    return nullptr;
  }
  const bool is_negative = a.integer < 0 && !is_unsigned_64(type);
  if (function == MathFunction::sign) {
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
  if (!type.is_real()) return static_cast<std::uint64_t>(value.integer);
  if (type.bits == 16) return numerics::half_from_double(value.real);
  return std::bit_cast<std::uint32_t>(static_cast<float>(value.real));
}

Scalar from_register_bits(const Type& type, std::uint64_t bits) {
  Scalar out;
  if (type.is_real()) {
    out.real =
        type.bits == 16
            ? static_cast<double>(numerics::float_from_half(static_cast<numerics::Half>(bits)))
            : static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    return out;
  }
  out.integer = wrap(type, static_cast<std::int64_t>(bits));
  return out;
}

}  // namespace weft::csl
