// SPDX-License-Identifier: Apache-2.0
// Elementwise expressions as trees, for popops::map.
#pragma once

#include <memory>
#include <poplar/Type.hpp>
#include <popops/ExprOp.hpp>
#include <type_traits>

namespace popops {
namespace expr {

/// A node of an expression. Nodes never change and own their operands.
class Expr {
 public:
  enum class Kind { Constant, PlaceHolder, Cast, Unary, Binary, Ternary };
  virtual ~Expr() = default;
  virtual std::unique_ptr<Expr> clone() const = 0;
  Kind kind() const { return kind_; }

 protected:
  explicit Expr(Kind kind) : kind_(kind) {}

 private:
  Kind kind_;
};

/// Any expression by value.
class Any {
 public:
  Any(const Expr& expr) : expr_(expr.clone()) {}  // NOLINT: an expression is one of any kind
  Any(const Any& other) : expr_(other.expr_->clone()) {}
  Any(Any&&) = default;
  Any& operator=(const Any& other) {
    expr_ = other.expr_->clone();
    return *this;
  }
  Any& operator=(Any&&) = default;
  operator Expr&() { return *expr_; }
  operator const Expr&() const { return *expr_; }

 private:
  std::unique_ptr<Expr> expr_;
};

/// A number. Untyped ones (from int, bool, float literals) take the type of the operand beside
/// them.
class Const : public Expr {
 public:
  template <class T, class = typename std::enable_if<std::is_arithmetic<T>::value>::type>
  Const(T value)  // NOLINT: a number is an expression
      : Expr(Kind::Constant), value_(static_cast<double>(value)) {}
  Const(const poplar::Type& type, double value)
      : Expr(Kind::Constant), value_(value), type_(type), typed_(true) {}
  double value() const { return value_; }
  bool typed() const { return typed_; }
  const poplar::Type& type() const { return type_; }
  std::unique_ptr<Expr> clone() const override { return std::unique_ptr<Expr>(new Const(*this)); }

 private:
  double value_;
  poplar::Type type_ = poplar::FLOAT;
  bool typed_ = false;
};
inline Const ConstFloat(float value) { return Const(poplar::FLOAT, value); }
inline Const ConstHalf(float value) { return Const(poplar::HALF, value); }

/// The index-th tensor (from 1) of the list given to map().
class PlaceHolder : public Expr {
 public:
  explicit PlaceHolder(unsigned index) : Expr(Kind::PlaceHolder), index_(index) {}
  unsigned index() const { return index_; }
  std::unique_ptr<Expr> clone() const override {
    return std::unique_ptr<Expr>(new PlaceHolder(*this));
  }

 private:
  unsigned index_;
};

const PlaceHolder _1(1);
const PlaceHolder _2(2);
const PlaceHolder _3(3);
const PlaceHolder _4(4);
const PlaceHolder _5(5);
const PlaceHolder _6(6);
const PlaceHolder _7(7);
const PlaceHolder _8(8);
const PlaceHolder _9(9);
const PlaceHolder _10(10);
const PlaceHolder _11(11);
const PlaceHolder _12(12);
const PlaceHolder _13(13);
const PlaceHolder _14(14);
const PlaceHolder _15(15);
const PlaceHolder _16(16);
const PlaceHolder _17(17);
const PlaceHolder _18(18);
const PlaceHolder _19(19);
const PlaceHolder _20(20);

/// Conversion to a type.
class Cast : public Expr {
 public:
  Cast(const Expr& operand, const poplar::Type& type)
      : Expr(Kind::Cast), operand_(operand), type_(type) {}
  const Expr& operand() const { return operand_; }
  const poplar::Type& type() const { return type_; }
  std::unique_ptr<Expr> clone() const override { return std::unique_ptr<Expr>(new Cast(*this)); }

 private:
  Any operand_;
  poplar::Type type_;
};

class UnaryOp : public Expr {
 public:
  UnaryOp(UnaryOpType op, const Expr& operand) : Expr(Kind::Unary), op_(op), operand_(operand) {}
  UnaryOpType op() const { return op_; }
  const Expr& operand() const { return operand_; }
  std::unique_ptr<Expr> clone() const override { return std::unique_ptr<Expr>(new UnaryOp(*this)); }

 private:
  UnaryOpType op_;
  Any operand_;
};

class BinaryOp : public Expr {
 public:
  BinaryOp(BinaryOpType op, const Expr& left, const Expr& right)
      : Expr(Kind::Binary), op_(op), left_(left), right_(right) {}
  BinaryOpType op() const { return op_; }
  const Expr& left() const { return left_; }
  const Expr& right() const { return right_; }
  std::unique_ptr<Expr> clone() const override {
    return std::unique_ptr<Expr>(new BinaryOp(*this));
  }

 private:
  BinaryOpType op_;
  Any left_, right_;
};

class TernaryOp : public Expr {
 public:
  TernaryOp(TernaryOpType op, const Expr& first, const Expr& second, const Expr& third)
      : Expr(Kind::Ternary), op_(op), first_(first), second_(second), third_(third) {}
  TernaryOpType op() const { return op_; }
  const Expr& first() const { return first_; }
  const Expr& second() const { return second_; }
  const Expr& third() const { return third_; }
  std::unique_ptr<Expr> clone() const override {
    return std::unique_ptr<Expr>(new TernaryOp(*this));
  }

 private:
  TernaryOpType op_;
  Any first_, second_, third_;
};

// One class an operation, so that expressions read as they do in the manual: Add(_1, Mul(_2, 2)).
#define WEFT_UNARY(name, type)                                         \
  class name : public UnaryOp {                                        \
   public:                                                             \
    name(const Expr& operand) : UnaryOp(UnaryOpType::type, operand) {} \
  };
#define WEFT_BINARY(name, type)                                                              \
  class name : public BinaryOp {                                                             \
   public:                                                                                   \
    name(const Expr& left, const Expr& right) : BinaryOp(BinaryOpType::type, left, right) {} \
    template <class T, class = typename std::enable_if<std::is_arithmetic<T>::value>::type>  \
    name(const Expr& left, T right) : BinaryOp(BinaryOpType::type, left, Const(right)) {}    \
    template <class T, class = typename std::enable_if<std::is_arithmetic<T>::value>::type>  \
    name(T left, const Expr& right) : BinaryOp(BinaryOpType::type, Const(left), right) {}    \
  };
WEFT_UNARY(Abs, ABSOLUTE)
WEFT_UNARY(Asin, ASIN)
WEFT_UNARY(BitwiseNot, BITWISE_NOT)
WEFT_UNARY(Cbrt, CBRT)
WEFT_UNARY(Ceil, CEIL)
WEFT_UNARY(Cos, COS)
WEFT_UNARY(Erf, ERF)
WEFT_UNARY(Exp, EXPONENT)
WEFT_UNARY(Exp2, EXPONENT2)
WEFT_UNARY(Expm1, EXPONENT_MINUS_ONE)
WEFT_UNARY(Floor, FLOOR)
WEFT_UNARY(GeluErf, GELU_ERF)
WEFT_UNARY(Inv, INVERSE)
WEFT_UNARY(IsFinite, IS_FINITE)
WEFT_UNARY(IsInf, IS_INF)
WEFT_UNARY(IsNaN, IS_NAN)
WEFT_UNARY(Log, LOGARITHM)
WEFT_UNARY(Log1p, LOGARITHM_ONE_PLUS)
WEFT_UNARY(NearbyInt, NEARBY_INT)
WEFT_UNARY(Not, LOGICAL_NOT)
WEFT_UNARY(Neg, NEGATE)
WEFT_UNARY(Relu, RELU)
WEFT_UNARY(Round, ROUND)
WEFT_UNARY(Rsqrt, RSQRT)
WEFT_UNARY(Sigmoid, SIGMOID)
WEFT_UNARY(Signum, SIGNUM)
WEFT_UNARY(Sin, SIN)
WEFT_UNARY(Sqrt, SQRT)
WEFT_UNARY(Square, SQUARE)
WEFT_UNARY(Tan, TAN)
WEFT_UNARY(Tanh, TANH)
WEFT_UNARY(Trunc, TRUNC)
WEFT_BINARY(Add, ADD)
WEFT_BINARY(Atan2, ATAN2)
WEFT_BINARY(BitwiseAnd, BITWISE_AND)
WEFT_BINARY(BitwiseOr, BITWISE_OR)
WEFT_BINARY(BitwiseXor, BITWISE_XOR)
WEFT_BINARY(BitwiseXnor, BITWISE_XNOR)
WEFT_BINARY(Divide, DIVIDE)
WEFT_BINARY(Equal, EQUAL)
WEFT_BINARY(Gte, GREATER_THAN_EQUAL)
WEFT_BINARY(Gt, GREATER_THAN)
WEFT_BINARY(InvStdDevToVariance, INV_STD_DEV_TO_VARIANCE)
WEFT_BINARY(Lte, LESS_THAN_EQUAL)
WEFT_BINARY(And, LOGICAL_AND)
WEFT_BINARY(Or, LOGICAL_OR)
WEFT_BINARY(Lt, LESS_THAN)
WEFT_BINARY(Max, MAXIMUM)
WEFT_BINARY(Min, MINIMUM)
WEFT_BINARY(Mul, MULTIPLY)
WEFT_BINARY(NotEqual, NOT_EQUAL)
WEFT_BINARY(Pow, POWER)
WEFT_BINARY(Rem, REMAINDER)
WEFT_BINARY(Shl, SHIFT_LEFT)
WEFT_BINARY(Shr, SHIFT_RIGHT)
WEFT_BINARY(ShrSE, SHIFT_RIGHT_SIGN_EXTEND)
WEFT_BINARY(Sub, SUBTRACT)
WEFT_BINARY(VarianceToInvStdDev, VARIANCE_TO_INV_STD_DEV)
#undef WEFT_UNARY
#undef WEFT_BINARY

/// third ? first : second.
class Select : public TernaryOp {
 public:
  Select(const Expr& first, const Expr& second, const Expr& third)
      : TernaryOp(TernaryOpType::SELECT, first, second, third) {}
};
/// first, but at least second and at most third.
class Clamp : public TernaryOp {
 public:
  Clamp(const Expr& first, const Expr& second, const Expr& third)
      : TernaryOp(TernaryOpType::CLAMP, first, second, third) {}
};

#define WEFT_OPERATOR(symbol, name)                                                              \
  inline name operator symbol(const Expr& left, const Expr& right) { return name(left, right); } \
  template <class T>                                                                             \
  typename std::enable_if<std::is_arithmetic<T>::value, name>::type operator symbol(             \
      const Expr& left, T right) {                                                               \
    return name(left, Const(right));                                                             \
  }                                                                                              \
  template <class T>                                                                             \
  typename std::enable_if<std::is_arithmetic<T>::value, name>::type operator symbol(             \
      T left, const Expr& right) {                                                               \
    return name(Const(left), right);                                                             \
  }
WEFT_OPERATOR(+, Add)
WEFT_OPERATOR(&, BitwiseAnd)
WEFT_OPERATOR(|, BitwiseOr)
WEFT_OPERATOR(^, BitwiseXor)
WEFT_OPERATOR(/, Divide)
WEFT_OPERATOR(==, Equal)
WEFT_OPERATOR(>=, Gte)
WEFT_OPERATOR(>, Gt)
WEFT_OPERATOR(<=, Lte)
WEFT_OPERATOR(&&, And)
WEFT_OPERATOR(||, Or)
WEFT_OPERATOR(<, Lt)
WEFT_OPERATOR(*, Mul)
WEFT_OPERATOR(!=, NotEqual)
WEFT_OPERATOR(%, Rem)
WEFT_OPERATOR(<<, Shl)
WEFT_OPERATOR(>>, Shr)
WEFT_OPERATOR(-, Sub)
#undef WEFT_OPERATOR
inline Neg operator-(const Expr& operand) { return Neg(operand); }
inline Not operator!(const Expr& operand) { return Not(operand); }
inline BitwiseNot operator~(const Expr& operand) { return BitwiseNot(operand); }

}  // namespace expr
}  // namespace popops
