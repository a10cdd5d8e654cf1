// SPDX-License-Identifier: Apache-2.0
// Elementwise operations on tensors: unary, binary, ternary and whole expressions.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <popops/ElementWiseUtil.hpp>
#include <popops/Expr.hpp>
#include <popops/ExprOp.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace popops {

// The operands of a binary or ternary operation are broadcast to one shape: leading dimensions are
// added, dimensions of length 1 repeated. Types must agree (poplibs_error). f(...) returns a new
// tensor that lies where the first operand of full shape lies; fInPlace overwrites the first
// operand; fWithOutput writes `out`. Every overload appends to `prog`. Numbers take the type of the
// tensor they stand beside.

/// The value of an expression whose placeholder _n stands for ts[n - 1].
poplar::Tensor map(poplar::Graph& graph, const expr::Expr& expr,
                   const std::vector<poplar::Tensor>& ts, poplar::program::Sequence& prog,
                   const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
/// The same into ts[0].
void mapInPlace(poplar::Graph& graph, const expr::Expr& expr, const std::vector<poplar::Tensor>& ts,
                poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                const poplar::OptionFlags& options = {});
/// The same into `out`.
void mapWithOutput(poplar::Graph& graph, const expr::Expr& expr,
                   const std::vector<poplar::Tensor>& ts, const poplar::Tensor& out,
                   poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});

/// One operation by its number.
poplar::Tensor map(poplar::Graph& graph, expr::UnaryOpType op, const poplar::Tensor& A,
                   poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
void mapInPlace(poplar::Graph& graph, expr::UnaryOpType op, const poplar::Tensor& A,
                poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                const poplar::OptionFlags& options = {});
void mapWithOutput(poplar::Graph& graph, expr::UnaryOpType op, const poplar::Tensor& A,
                   const poplar::Tensor& out, poplar::program::Sequence& prog,
                   const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
poplar::Tensor map(poplar::Graph& graph, expr::BinaryOpType op, const poplar::Tensor& A,
                   const poplar::Tensor& B, poplar::program::Sequence& prog,
                   const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
void mapInPlace(poplar::Graph& graph, expr::BinaryOpType op, const poplar::Tensor& A,
                const poplar::Tensor& B, poplar::program::Sequence& prog,
                const poplar::DebugContext& debugContext = {},
                const poplar::OptionFlags& options = {});
void mapWithOutput(poplar::Graph& graph, expr::BinaryOpType op, const poplar::Tensor& A,
                   const poplar::Tensor& B, const poplar::Tensor& out,
                   poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
poplar::Tensor map(poplar::Graph& graph, expr::TernaryOpType op, const poplar::Tensor& A,
                   const poplar::Tensor& B, const poplar::Tensor& C,
                   poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
void mapInPlace(poplar::Graph& graph, expr::TernaryOpType op, const poplar::Tensor& A,
                const poplar::Tensor& B, const poplar::Tensor& C, poplar::program::Sequence& prog,
                const poplar::DebugContext& debugContext = {},
                const poplar::OptionFlags& options = {});
void mapWithOutput(poplar::Graph& graph, expr::TernaryOpType op, const poplar::Tensor& A,
                   const poplar::Tensor& B, const poplar::Tensor& C, const poplar::Tensor& out,
                   poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});

namespace detail {
/// An operation between a tensor and a number; `reversed`: the number is the left operand.
poplar::Tensor mapNumber(poplar::Graph& graph, expr::BinaryOpType op, const poplar::Tensor& A,
                         double number, bool reversed, poplar::program::Sequence& prog,
                         const poplar::DebugContext& debugContext,
                         const poplar::OptionFlags& options);
void mapNumberWithOutput(poplar::Graph& graph, expr::BinaryOpType op, const poplar::Tensor& A,
                         double number, bool reversed, const poplar::Tensor& out,
                         poplar::program::Sequence& prog, const poplar::DebugContext& debugContext,
                         const poplar::OptionFlags& options);
template <class T, class Result>
using IfNumber = typename std::enable_if<std::is_arithmetic<T>::value, Result>::type;
}  // namespace detail

#define WEFT_UNARY(name, op)                                                                    \
  inline poplar::Tensor name(                                                                   \
      poplar::Graph& graph, const poplar::Tensor& A, poplar::program::Sequence& prog,           \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) { \
    return map(graph, expr::UnaryOpType::op, A, prog, debugContext, options);                   \
  }                                                                                             \
  inline void name##InPlace(                                                                    \
      poplar::Graph& graph, const poplar::Tensor& A, poplar::program::Sequence& prog,           \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) { \
    mapInPlace(graph, expr::UnaryOpType::op, A, prog, debugContext, options);                   \
  }                                                                                             \
  inline void name##WithOutput(poplar::Graph& graph, const poplar::Tensor& A,                   \
                               const poplar::Tensor& out, poplar::program::Sequence& prog,      \
                               const poplar::DebugContext& debugContext = {},                   \
                               const poplar::OptionFlags& options = {}) {                       \
    mapWithOutput(graph, expr::UnaryOpType::op, A, out, prog, debugContext, options);           \
  }

#define WEFT_BINARY(name, op)                                                                      \
  inline poplar::Tensor name(poplar::Graph& graph, const poplar::Tensor& A,                        \
                             const poplar::Tensor& B, poplar::program::Sequence& prog,             \
                             const poplar::DebugContext& debugContext = {},                        \
                             const poplar::OptionFlags& options = {}) {                            \
    return map(graph, expr::BinaryOpType::op, A, B, prog, debugContext, options);                  \
  }                                                                                                \
  template <class T>                                                                               \
  detail::IfNumber<T, poplar::Tensor> name(                                                        \
      poplar::Graph& graph, const poplar::Tensor& A, T B, poplar::program::Sequence& prog,         \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) {    \
    return detail::mapNumber(graph, expr::BinaryOpType::op, A, static_cast<double>(B), false,      \
                             prog, debugContext, options);                                         \
  }                                                                                                \
  template <class T>                                                                               \
  detail::IfNumber<T, poplar::Tensor> name(                                                        \
      poplar::Graph& graph, T A, const poplar::Tensor& B, poplar::program::Sequence& prog,         \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) {    \
    return detail::mapNumber(graph, expr::BinaryOpType::op, B, static_cast<double>(A), true, prog, \
                             debugContext, options);                                               \
  }                                                                                                \
  inline void name##InPlace(poplar::Graph& graph, const poplar::Tensor& A,                         \
                            const poplar::Tensor& B, poplar::program::Sequence& prog,              \
                            const poplar::DebugContext& debugContext = {},                         \
                            const poplar::OptionFlags& options = {}) {                             \
    mapInPlace(graph, expr::BinaryOpType::op, A, B, prog, debugContext, options);                  \
  }                                                                                                \
  template <class T>                                                                               \
  detail::IfNumber<T, void> name##InPlace(                                                         \
      poplar::Graph& graph, const poplar::Tensor& A, T B, poplar::program::Sequence& prog,         \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) {    \
    detail::mapNumberWithOutput(graph, expr::BinaryOpType::op, A, static_cast<double>(B), false,   \
                                A, prog, debugContext, options);                                   \
  }                                                                                                \
  inline void name##WithOutput(                                                                    \
      poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,                      \
      const poplar::Tensor& out, poplar::program::Sequence& prog,                                  \
      const poplar::DebugContext& debugContext = {}, const poplar::OptionFlags& options = {}) {    \
    mapWithOutput(graph, expr::BinaryOpType::op, A, B, out, prog, debugContext, options);          \
  }                                                                                                \
  template <class T>                                                                               \
  detail::IfNumber<T, void> name##WithOutput(                                                      \
      poplar::Graph& graph, const poplar::Tensor& A, T B, const poplar::Tensor& out,               \
      poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},              \
      const poplar::OptionFlags& options = {}) {                                                   \
    detail::mapNumberWithOutput(graph, expr::BinaryOpType::op, A, static_cast<double>(B), false,   \
                                out, prog, debugContext, options);                                 \
  }                                                                                                \
  template <class T>                                                                               \
  detail::IfNumber<T, void> name##WithOutput(                                                      \
      poplar::Graph& graph, T A, const poplar::Tensor& B, const poplar::Tensor& out,               \
      poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},              \
      const poplar::OptionFlags& options = {}) {                                                   \
    detail::mapNumberWithOutput(graph, expr::BinaryOpType::op, B, static_cast<double>(A), true,    \
                                out, prog, debugContext, options);                                 \
  }

/// |A|.
WEFT_UNARY(abs, ABSOLUTE)
/// Arcsine of A.
WEFT_UNARY(asin, ASIN)
/// A with every bit inverted.
WEFT_UNARY(bitwiseNot, BITWISE_NOT)
/// Cube root of A.
WEFT_UNARY(cbrt, CBRT)
/// A rounded up.
WEFT_UNARY(ceil, CEIL)
/// Cosine of A (radians).
WEFT_UNARY(cos, COS)
/// Zero bits above the highest one of A.
WEFT_UNARY(countLeadingZeros, COUNT_LEADING_ZEROS)
/// Error function of A.
WEFT_UNARY(erf, ERF)
/// e^A.
WEFT_UNARY(exp, EXPONENT)
/// 2^A.
WEFT_UNARY(exp2, EXPONENT2)
/// e^A - 1.
WEFT_UNARY(expm1, EXPONENT_MINUS_ONE)
/// A rounded down.
WEFT_UNARY(floor, FLOOR)
/// 1 / A.
WEFT_UNARY(inv, INVERSE)
/// Whether A is a finite number.
WEFT_UNARY(isFinite, IS_FINITE)
/// Whether A is an infinity.
WEFT_UNARY(isInf, IS_INF)
/// Whether A is not a number.
WEFT_UNARY(isNaN, IS_NAN)
/// Natural logarithm of A.
WEFT_UNARY(log, LOGARITHM)
/// Natural logarithm of 1 + A.
WEFT_UNARY(log1p, LOGARITHM_ONE_PLUS)
/// True where A is false.
WEFT_UNARY(logicalNot, LOGICAL_NOT)
/// A rounded to nearest, ties to even.
WEFT_UNARY(nearbyInt, NEARBY_INT)
/// -A.
WEFT_UNARY(neg, NEGATE)
/// One bits of A.
WEFT_UNARY(popcount, POPCOUNT)
/// A where positive, else 0.
WEFT_UNARY(relu, RELU)
/// A rounded to nearest, ties away from zero.
WEFT_UNARY(round, ROUND)
/// 1 / sqrt(A).
WEFT_UNARY(rsqrt, RSQRT)
/// 1 / (1 + e^-A).
WEFT_UNARY(sigmoid, SIGMOID)
/// -1, 0 or 1.
WEFT_UNARY(signum, SIGNUM)
/// Sine of A (radians).
WEFT_UNARY(sin, SIN)
/// Square root of A.
WEFT_UNARY(sqrt, SQRT)
/// A * A.
WEFT_UNARY(square, SQUARE)
/// Tangent of A (radians).
WEFT_UNARY(tan, TAN)
/// Hyperbolic tangent of A.
WEFT_UNARY(tanh, TANH)
/// A rounded towards zero.
WEFT_UNARY(trunc, TRUNC)

/// A + B.
WEFT_BINARY(add, ADD)
/// angle of (B, A), radians.
WEFT_BINARY(atan2, ATAN2)
/// A & B.
WEFT_BINARY(bitwiseAnd, BITWISE_AND)
/// A | B.
WEFT_BINARY(bitwiseOr, BITWISE_OR)
/// A ^ B.
WEFT_BINARY(bitwiseXor, BITWISE_XOR)
/// ~(A ^ B).
WEFT_BINARY(bitwiseXnor, BITWISE_XNOR)
/// A / B.
WEFT_BINARY(div, DIVIDE)
/// A == B, boolean.
WEFT_BINARY(eq, EQUAL)
/// A >= B, boolean.
WEFT_BINARY(gteq, GREATER_THAN_EQUAL)
/// A > B, boolean.
WEFT_BINARY(gt, GREATER_THAN)
/// 1 / A^2 - B.
WEFT_BINARY(invStdDevToVariance, INV_STD_DEV_TO_VARIANCE)
/// A <= B, boolean.
WEFT_BINARY(lteq, LESS_THAN_EQUAL)
/// A and B.
WEFT_BINARY(logicalAnd, LOGICAL_AND)
/// A or B.
WEFT_BINARY(logicalOr, LOGICAL_OR)
/// A < B, boolean.
WEFT_BINARY(lt, LESS_THAN)
/// the larger.
WEFT_BINARY(max, MAXIMUM)
/// the smaller.
WEFT_BINARY(min, MINIMUM)
/// A * B.
WEFT_BINARY(mul, MULTIPLY)
/// A != B, boolean.
WEFT_BINARY(neq, NOT_EQUAL)
/// A^B.
WEFT_BINARY(pow, POWER)
/// A - B * trunc(A / B).
WEFT_BINARY(rem, REMAINDER)
/// A << B.
WEFT_BINARY(shiftLeft, SHIFT_LEFT)
/// A >> B, zeros shifted in.
WEFT_BINARY(shiftRight, SHIFT_RIGHT)
/// A >> B, the sign shifted in.
WEFT_BINARY(shiftRightSignExtend, SHIFT_RIGHT_SIGN_EXTEND)
/// A - B.
WEFT_BINARY(sub, SUBTRACT)
/// 1 / sqrt(A + B).
WEFT_BINARY(varianceToInvStdDev, VARIANCE_TO_INV_STD_DEV)

#undef WEFT_UNARY
#undef WEFT_BINARY

/// C ? A : B, by element; C is boolean.
poplar::Tensor select(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                      const poplar::Tensor& C, poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
void selectInPlace(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                   const poplar::Tensor& C, poplar::program::Sequence& prog,
                   const poplar::DebugContext& debugContext = {},
                   const poplar::OptionFlags& options = {});
void selectWithOutput(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                      const poplar::Tensor& C, const poplar::Tensor& out,
                      poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {},
                      const poplar::OptionFlags& options = {});
/// A, but at least B and at most C.
poplar::Tensor clamp(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                     const poplar::Tensor& C, poplar::program::Sequence& prog,
                     const poplar::DebugContext& debugContext = {},
                     const poplar::OptionFlags& options = {});
void clampInPlace(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                  const poplar::Tensor& C, poplar::program::Sequence& prog,
                  const poplar::DebugContext& debugContext = {},
                  const poplar::OptionFlags& options = {});
void clampWithOutput(poplar::Graph& graph, const poplar::Tensor& A, const poplar::Tensor& B,
                     const poplar::Tensor& C, const poplar::Tensor& out,
                     poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                     const poplar::OptionFlags& options = {});

}  // namespace popops
