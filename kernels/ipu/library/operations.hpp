// SPDX-License-Identifier: Apache-2.0
// What the elementwise operations do to one element of each type.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "popops/ExprOp.hpp"
#include "special.hpp"

namespace weft::library {

using poplar::half;
using popops::expr::BinaryOpType;
using popops::expr::UnaryOpType;

template <class T>
inline constexpr bool is_floating = std::is_same_v<T, float> || std::is_same_v<T, half>;
template <class T>
inline constexpr bool is_boolean = std::is_same_v<T, bool>;

[[noreturn]] inline void fault(const char* what) { throw weft::program::ipu::CodeletFault{what}; }

/// A function in fp64, rounded once to T.
template <class T, class Function>
T rounded(T x, Function function) {
  return static_cast<T>(function(static_cast<double>(static_cast<float>(x))));
}

/// NaN if either is NaN; +0 is larger than -0.
inline float larger(float a, float b) {
  if (a != a || b != b) return std::numeric_limits<float>::quiet_NaN();
  if (a == b) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
inline float smaller(float a, float b) { return -larger(-a, -b); }

/// Rounded to nearest, ties away from zero, and ties to even.
inline float round_away(float x) {
  const float whole = std::trunc(x);
  const float rest = x - whole;
  return rest >= 0.5F ? whole + 1.0F : (rest <= -0.5F ? whole - 1.0F : whole);
}
inline float round_even(float x) {
  if (!(x > -8388608.0F && x < 8388608.0F)) return x;
  const float magic = std::copysign(8388608.0F, x);
  return std::copysign((x + magic) - magic, x);
}

template <UnaryOpType op, class T>
T float_unary(T value) {
  using U = UnaryOpType;
  const float x = static_cast<float>(value);
  if constexpr (op == U::ABSOLUTE) return static_cast<T>(std::fabs(x));
  if constexpr (op == U::NEGATE) return -value;
  if constexpr (op == U::SQUARE) return value * value;
  if constexpr (op == U::SQRT) return static_cast<T>(std::sqrt(x));
  if constexpr (op == U::RELU) return x > 0.0F ? value : static_cast<T>(x != x ? x : 0.0F);
  if constexpr (op == U::INVERSE) return static_cast<T>(1.0F) / value;
  if constexpr (op == U::RSQRT) return rounded(value, [](double v) { return 1.0 / std::sqrt(v); });
  if constexpr (op == U::CEIL) return static_cast<T>(std::ceil(x));
  if constexpr (op == U::FLOOR) return static_cast<T>(std::floor(x));
  if constexpr (op == U::TRUNC) return static_cast<T>(std::trunc(x));
  if constexpr (op == U::ROUND) return static_cast<T>(round_away(x));
  if constexpr (op == U::NEARBY_INT) return static_cast<T>(round_even(x));
  if constexpr (op == U::SIGNUM) {
    return static_cast<T>(x > 0.0F ? 1.0F : (x < 0.0F ? -1.0F : x));
  }
  if constexpr (op == U::ASIN) return rounded(value, asin);
  if constexpr (op == U::CBRT) return rounded(value, cbrt);
  if constexpr (op == U::COS) return rounded(value, elementary::cos);
  if constexpr (op == U::ERF) return rounded(value, erf);
  if constexpr (op == U::EXPONENT) return rounded(value, elementary::exp);
  if constexpr (op == U::EXPONENT2) return rounded(value, elementary::exp2);
  if constexpr (op == U::EXPONENT_MINUS_ONE) return rounded(value, expm1);
  if constexpr (op == U::GELU_ERF) return rounded(value, gelu);
  if constexpr (op == U::LOGARITHM) return rounded(value, elementary::log);
  if constexpr (op == U::LOGARITHM_ONE_PLUS) return rounded(value, log1p);
  if constexpr (op == U::SIGMOID) return rounded(value, elementary::sigmoid);
  if constexpr (op == U::SIN) return rounded(value, elementary::sin);
  if constexpr (op == U::TAN) return rounded(value, elementary::tan);
  if constexpr (op == U::TANH) return rounded(value, elementary::tanh);
  fault("this operation has no meaning for floating-point numbers");
}

template <UnaryOpType op, class T>
T integer_unary(T x) {
  using U = UnaryOpType;
  using Bits = std::make_unsigned_t<T>;
  const auto bits = static_cast<Bits>(x);
  constexpr int width = std::numeric_limits<Bits>::digits;
  if constexpr (op == U::ABSOLUTE) return x < 0 ? static_cast<T>(Bits{0} - bits) : x;
  if constexpr (op == U::NEGATE) return static_cast<T>(Bits{0} - bits);
  if constexpr (op == U::SQUARE) return static_cast<T>(bits * bits);
  if constexpr (op == U::BITWISE_NOT) return static_cast<T>(~bits);
  if constexpr (op == U::SIGNUM) return static_cast<T>((x > 0) - (x < 0));
  if constexpr (op == U::RELU) return x > 0 ? x : T{0};
  if constexpr (op == U::POPCOUNT) return static_cast<T>(__builtin_popcountll(bits));
  if constexpr (op == U::COUNT_LEADING_ZEROS) {
    return static_cast<T>(bits == 0 ? width : __builtin_clzll(bits) - (64 - width));
  }
  fault("this operation has no meaning for integers");
}

/// op(x) in the type of the operand.
template <UnaryOpType op, class T>
T unary(T x) {
  if constexpr (is_floating<T>) {
    return float_unary<op>(x);
  } else if constexpr (is_boolean<T>) {
    if constexpr (op == UnaryOpType::LOGICAL_NOT) return !x;
    fault("this operation has no meaning for booleans");
  } else {
    return integer_unary<op>(x);
  }
}

/// op(x) where the result is boolean.
template <UnaryOpType op, class T>
bool unary_test(T value) {
  if constexpr (is_floating<T>) {
    const float x = static_cast<float>(value);
    if constexpr (op == UnaryOpType::IS_FINITE) return std::isfinite(x);
    if constexpr (op == UnaryOpType::IS_INF) return std::isinf(x);
    if constexpr (op == UnaryOpType::IS_NAN) return std::isnan(x);
  }
  fault("this test has no meaning for this type");
}

template <BinaryOpType op, class T>
T float_binary(T left, T right) {
  using B = BinaryOpType;
  const float a = static_cast<float>(left);
  const float b = static_cast<float>(right);
  if constexpr (op == B::ADD) return left + right;
  if constexpr (op == B::SUBTRACT) return left - right;
  if constexpr (op == B::MULTIPLY) return left * right;
  if constexpr (op == B::DIVIDE) return left / right;
  if constexpr (op == B::MAXIMUM) return static_cast<T>(larger(a, b));
  if constexpr (op == B::MINIMUM) return static_cast<T>(smaller(a, b));
  if constexpr (op == B::ATAN2) {
    return static_cast<T>(atan2(static_cast<double>(a), static_cast<double>(b)));
  }
  if constexpr (op == B::POWER) {
    return static_cast<T>(elementary::pow(static_cast<double>(a), static_cast<double>(b)));
  }
  if constexpr (op == B::REMAINDER) return static_cast<T>(std::fmod(a, b));  // exact
  if constexpr (op == B::VARIANCE_TO_INV_STD_DEV) {
    return static_cast<T>(1.0 / std::sqrt(static_cast<double>(a) + static_cast<double>(b)));
  }
  if constexpr (op == B::INV_STD_DEV_TO_VARIANCE) {
    const double deviation = static_cast<double>(a);
    return static_cast<T>(1.0 / (deviation * deviation) - static_cast<double>(b));
  }
  fault("this operation has no meaning for floating-point numbers");
}

template <BinaryOpType op, class T>
T integer_division(T a, T b) {
  if (b == 0) fault("integer division by zero");
  if constexpr (std::is_signed_v<T>) {
    if (b == -1)
      return op == BinaryOpType::DIVIDE
                 ? static_cast<T>(0U - static_cast<std::make_unsigned_t<T>>(a))
                 : T{0};
  }
  return static_cast<T>(op == BinaryOpType::DIVIDE ? a / b : a % b);
}

template <BinaryOpType op, class T>
T integer_binary(T a, T b) {
  using B = BinaryOpType;
  using Bits = std::make_unsigned_t<T>;
  const auto x = static_cast<Bits>(a);
  const auto y = static_cast<Bits>(b);
  constexpr auto width = static_cast<Bits>(std::numeric_limits<Bits>::digits);
  if constexpr (op == B::ADD) return static_cast<T>(x + y);
  if constexpr (op == B::SUBTRACT) return static_cast<T>(x - y);
  if constexpr (op == B::MULTIPLY) return static_cast<T>(x * y);
  if constexpr (op == B::DIVIDE || op == B::REMAINDER) return integer_division<op>(a, b);
  if constexpr (op == B::MAXIMUM) return a > b ? a : b;
  if constexpr (op == B::MINIMUM) return a < b ? a : b;
  if constexpr (op == B::BITWISE_AND) return static_cast<T>(x & y);
  if constexpr (op == B::BITWISE_OR) return static_cast<T>(x | y);
  if constexpr (op == B::BITWISE_XOR) return static_cast<T>(x ^ y);
  if constexpr (op == B::BITWISE_XNOR) return static_cast<T>(~(x ^ y));
  if constexpr (op == B::SHIFT_LEFT) return y < width ? static_cast<T>(x << y) : T{0};
  if constexpr (op == B::SHIFT_RIGHT) return y < width ? static_cast<T>(x >> y) : T{0};
  if constexpr (op == B::SHIFT_RIGHT_SIGN_EXTEND) {
    return static_cast<T>(a >> (y < width ? y : static_cast<Bits>(width - 1)));
  }
  fault("this operation has no meaning for integers");
}

/// op(a, b) where the result is boolean.
template <BinaryOpType op, class T>
bool binary_test(T left, T right) {
  using B = BinaryOpType;
  using Plain = std::conditional_t<is_floating<T>, float, T>;
  const auto a = static_cast<Plain>(left);
  const auto b = static_cast<Plain>(right);
  if constexpr (op == B::EQUAL) return a == b;
  if constexpr (op == B::NOT_EQUAL) return a != b;
  if constexpr (op == B::GREATER_THAN) return a > b;
  if constexpr (op == B::GREATER_THAN_EQUAL) return a >= b;
  if constexpr (op == B::LESS_THAN) return a < b;
  if constexpr (op == B::LESS_THAN_EQUAL) return a <= b;
  if constexpr (op == B::LOGICAL_AND) return a != Plain{} && b != Plain{};
  if constexpr (op == B::LOGICAL_OR) return a != Plain{} || b != Plain{};
  fault("this test has no meaning for this type");
}

/// op(a, b) in the type of the operands.
template <BinaryOpType op, class T>
T binary(T a, T b) {
  if constexpr (is_floating<T>) {
    return float_binary<op>(a, b);
  } else if constexpr (is_boolean<T>) {
    if constexpr (op == BinaryOpType::LOGICAL_AND || op == BinaryOpType::MINIMUM) return a && b;
    if constexpr (op == BinaryOpType::LOGICAL_OR || op == BinaryOpType::MAXIMUM) return a || b;
    if constexpr (op == BinaryOpType::BITWISE_AND) return a && b;
    if constexpr (op == BinaryOpType::BITWISE_OR) return a || b;
    if constexpr (op == BinaryOpType::BITWISE_XOR) return a != b;
    if constexpr (op == BinaryOpType::BITWISE_XNOR) return a == b;
    return binary_test<op>(a, b);
    fault("this operation has no meaning for booleans");
  } else {
    return integer_binary<op>(a, b);
  }
}

}  // namespace weft::library
