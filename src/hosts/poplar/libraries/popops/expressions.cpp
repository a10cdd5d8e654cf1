// SPDX-License-Identifier: Apache-2.0
// popops: expressions, one operation after the other over temporary tensors.

#include <optional>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "poplar/Program.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::Type;
using poplar::program::Copy;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// What a part of an expression is worth: a tensor (an intermediate one may be overwritten) or a
/// number, which has a type only where the program gave it one.
struct Value {
  Tensor tensor;
  bool temporary = false;
  bool number = false;
  double constant = 0.0;
  std::optional<Type> type;
};

class Evaluation {
 public:
  Evaluation(Graph& graph, const std::vector<Tensor>& tensors, Sequence& prog,
             const DebugContext& context)
      : graph_(graph), tensors_(tensors), prog_(prog), context_(context) {}

  Value value(const expr::Expr& expression) {
    switch (expression.kind()) {
      case expr::Expr::Kind::Constant: {
        const auto& constant = static_cast<const expr::Const&>(expression);
        Value out;
        out.number = true;
        out.constant = constant.value();
        if (constant.typed()) out.type = constant.type();
        return out;
      }
      case expr::Expr::Kind::PlaceHolder: {
        const unsigned index = static_cast<const expr::PlaceHolder&>(expression).index();
        need(index >= 1 && index <= tensors_.size(), "popops::map: _" + std::to_string(index) +
                                                         " but only " +
                                                         weft::counted(tensors_.size(), "tensor"));
        return {tensors_[index - 1], false, false, 0.0, tensors_[index - 1].elementType()};
      }
      case expr::Expr::Kind::Cast: {
        const auto& cast = static_cast<const expr::Cast&>(expression);
        const Tensor from = tensor(value(cast.operand()), cast.type());
        if (from.elementType() == cast.type()) return temporary(from, false);
        return temporary(popops::cast(graph_, from, cast.type(), prog_, context_));
      }
      case expr::Expr::Kind::Unary:
        return unary(static_cast<const expr::UnaryOp&>(expression));
      case expr::Expr::Kind::Binary:
        return binary(static_cast<const expr::BinaryOp&>(expression));
      case expr::Expr::Kind::Ternary:
        return ternary(static_cast<const expr::TernaryOp&>(expression));
    }
    throw poputil::poplibs_error("popops::map: an expression of an unknown kind");
  }

  /// A number becomes a constant of one element.
  Tensor tensor(const Value& value, const Type& type) {
    if (!value.number) return value.tensor;
    const Type own = value.type.value_or(type);
    const Tensor constant =
        graph_.addConstant(own, {1}, static_cast<float>(value.constant), named(context_, "const"));
    graph_.setTileMapping(constant, 0);
    return constant;
  }

 private:
  static Value temporary(const Tensor& tensor, bool owned = true) {
    return {tensor, owned, false, 0.0, tensor.elementType()};
  }
  static Type type_of(const Value& a, const Value& b) {
    if (!a.number) return a.tensor.elementType();
    if (!b.number) return b.tensor.elementType();
    return a.type.value_or(b.type.value_or(poplar::FLOAT));
  }

  Value unary(const expr::UnaryOp& node) {
    const Value operand = value(node.operand());
    const Tensor from = tensor(operand, operand.type.value_or(poplar::FLOAT));
    const bool in_place =
        operand.temporary && result_type(node.op(), from.elementType()) == from.elementType();
    if (!in_place) return temporary(map(graph_, node.op(), from, prog_, context_));
    mapInPlace(graph_, node.op(), from, prog_, context_, {});
    return operand;
  }

  Value binary(const expr::BinaryOp& node) {
    const Value a = value(node.left());
    const Value b = value(node.right());
    if (!a.number && b.number) return with_number(node.op(), a, b.constant, false);
    if (a.number && !b.number) return with_number(node.op(), b, a.constant, true);
    const Type type = type_of(a, b);
    const Tensor left = tensor(a, type);
    const Tensor right = tensor(b, type);
    const bool in_place = a.temporary && result_type(node.op(), type) == type &&
                          left.numElements() >= right.numElements() && left.rank() >= right.rank();
    if (!in_place) return temporary(map(graph_, node.op(), left, right, prog_, context_));
    mapInPlace(graph_, node.op(), left, right, prog_, context_);
    return a;
  }
  Value with_number(expr::BinaryOpType op, const Value& operand, double number, bool reversed) {
    const Tensor& from = operand.tensor;
    const bool in_place =
        operand.temporary && result_type(op, from.elementType()) == from.elementType();
    if (!in_place) {
      return temporary(detail::mapNumber(graph_, op, from, number, reversed, prog_, context_, {}));
    }
    detail::mapNumberWithOutput(graph_, op, from, number, reversed, from, prog_, context_, {});
    return operand;
  }

  Value ternary(const expr::TernaryOp& node) {
    const Value a = value(node.first());
    const Value b = value(node.second());
    const Value c = value(node.third());
    const Type type = a.number && b.number && node.op() == expr::TernaryOpType::CLAMP
                          ? type_of(c, a)
                          : type_of(a, b);
    const Type third = node.op() == expr::TernaryOpType::SELECT ? poplar::BOOL : type;
    return temporary(map(graph_, node.op(), tensor(a, type), tensor(b, type), tensor(c, third),
                         prog_, context_));
  }

  Graph& graph_;
  const std::vector<Tensor>& tensors_;
  Sequence& prog_;
  const DebugContext& context_;
};

}  // namespace

Tensor map(Graph& graph, const expr::Expr& expr, const std::vector<Tensor>& ts, Sequence& prog,
           const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::elementwise_table(), options);
  Evaluation evaluation(graph, ts, prog, debugContext);
  const Value value = evaluation.value(expr);
  if (value.temporary) return value.tensor;
  if (!value.number) return poputil::duplicate(graph, value.tensor, prog, debugContext);
  return evaluation.tensor(value, poplar::FLOAT);
}

void mapWithOutput(Graph& graph, const expr::Expr& expr, const std::vector<Tensor>& ts,
                   const Tensor& out, Sequence& prog, const DebugContext& debugContext,
                   const OptionFlags& options) {
  weft::check_options(weft::libraries::elementwise_table(), options);
  Evaluation evaluation(graph, ts, prog, debugContext);
  Tensor result = evaluation.tensor(evaluation.value(expr), out.elementType());
  need(result.elementType() == out.elementType(),
       "popops::map: the expression has type " + result.elementType().toString() + ", the output " +
           out.elementType().toString());
  if (result.numElements() == 1 && out.numElements() != 1) {
    result = result.flatten().broadcast(static_cast<unsigned>(out.numElements()), 0);
  }
  need(result.numElements() == out.numElements(),
       "popops::map: the expression has shape " + poputil::shapeToString(result.shape()) +
           ", the output " + poputil::shapeToString(out.shape()));
  if (result.flatten() == out.flatten()) return;
  prog.add(Copy(result.flatten(), out.flatten(), false, debugContext));
}

void mapInPlace(Graph& graph, const expr::Expr& expr, const std::vector<Tensor>& ts, Sequence& prog,
                const DebugContext& debugContext, const OptionFlags& options) {
  need(!ts.empty(), "popops::mapInPlace: no tensors");
  mapWithOutput(graph, expr, ts, ts.front(), prog, debugContext, options);
}

}  // namespace popops
