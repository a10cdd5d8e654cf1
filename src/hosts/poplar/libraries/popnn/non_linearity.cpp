// SPDX-License-Identifier: Apache-2.0
// popnn: activation functions from elementwise operations and reductions.
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popnn/NonLinearity.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "popops/Reduce.hpp"
#include "poputil/Util.hpp"

namespace popnn {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Copy;
using poplar::program::Sequence;
using weft::libraries::named;
using weft::libraries::need;
namespace pe = popops::expr;

namespace {

constexpr float softmax_scale = 16384.0F;
constexpr double root_two_over_pi = 0.7978845608028654;

void need_floating(const Tensor& t) {
  need(t.elementType() == poplar::FLOAT || t.elementType() == poplar::HALF,
       "popnn: activation functions are for float and half, not " + t.elementType().toString());
}

bool is_softmax(NonLinearityType type) {
  return type == NonLinearityType::SOFTMAX || type == NonLinearityType::SOFTMAX_STABLE ||
         type == NonLinearityType::SOFTMAX_SCALED;
}

/// [rows][last dimension].
Tensor as_rows(const Tensor& t) {
  need(t.rank() >= 1, "popnn: softmax of a tensor without dimensions");
  const std::size_t columns = t.dim(t.rank() - 1);
  return t.reshape({columns == 0 ? 0 : t.numElements() / columns, columns});
}

Tensor softmax_rows(Graph& graph, NonLinearityType type, const Tensor& t, Sequence& prog,
                    const DebugContext& context) {
  const Tensor rows = as_rows(t);
  const Tensor largest =
      popops::reduce(graph, rows, {1}, popops::Operation::MAX, prog, named(context, "max"));
  const Tensor out =
      popops::sub(graph, rows, largest.expand({1}), prog, named(context, "subtractMax"));
  popops::expInPlace(graph, out, prog, context);
  const Tensor sum = popops::reduce(graph, out, poplar::FLOAT, {1}, popops::Operation::ADD, prog,
                                    named(context, "sum"));
  popops::invInPlace(graph, sum, prog, context);
  if (type == NonLinearityType::SOFTMAX_SCALED) {
    popops::mulInPlace(graph, sum, softmax_scale, prog, context);
  }
  const Tensor factor = out.elementType() == poplar::FLOAT
                            ? sum
                            : popops::cast(graph, sum, out.elementType(), prog, context);
  popops::mulInPlace(graph, out, factor.expand({1}), prog, context);
  return out.reshape(t.shape());
}

/// The function of _1, where it is not one operation.
pe::Any composed(NonLinearityType type) {
  using namespace popops::expr;
  switch (type) {
    case NonLinearityType::HARD_SIGMOID:
      return Min(Max(Add(Mul(_1, Const(0.2F)), Const(0.5F)), Const(0.0F)), Const(1.0F));
    case NonLinearityType::GELU: {
      const auto cube = Mul(Mul(_1, _1), _1);
      const auto inner = Mul(Add(_1, Mul(cube, Const(0.044715))), Const(root_two_over_pi));
      return Mul(Mul(_1, Const(0.5)), Add(Tanh(inner), Const(1.0)));
    }
    case NonLinearityType::SWISH:
      return Mul(_1, Sigmoid(_1));
    default:
      throw poputil::poplibs_error("popnn: an activation function of an unknown kind");
  }
}

bool is_one_operation(NonLinearityType type, pe::UnaryOpType& op) {
  switch (type) {
    case NonLinearityType::SIGMOID:
      op = pe::UnaryOpType::SIGMOID;
      return true;
    case NonLinearityType::RELU:
      op = pe::UnaryOpType::RELU;
      return true;
    case NonLinearityType::TANH:
      op = pe::UnaryOpType::TANH;
      return true;
    case NonLinearityType::GELU_ERF:
      op = pe::UnaryOpType::GELU_ERF;
      return true;
    default:
      return false;
  }
}

/// The derivative times the gradient: _1 is `act`, _2 the gradient.
pe::Any gradient(NonLinearityType type) {
  using namespace popops::expr;
  switch (type) {
    case NonLinearityType::SIGMOID:
      return Mul(_2, Mul(_1, Sub(Const(1.0F), _1)));
    case NonLinearityType::TANH:
      return Mul(_2, Sub(Const(1.0F), Mul(_1, _1)));
    case NonLinearityType::RELU:
      return Select(_2, Const(0.0F), Gt(_1, Const(0.0F)));
    case NonLinearityType::HARD_SIGMOID:
      return Select(Mul(_2, Const(0.2F)), Const(0.0F),
                    And(Gt(_1, Const(0.0F)), Lt(_1, Const(1.0F))));
    case NonLinearityType::SWISH: {
      const auto sigmoid = Sigmoid(_1);
      return Mul(_2, Add(sigmoid, Mul(_1, Mul(sigmoid, Sub(Const(1.0F), sigmoid)))));
    }
    case NonLinearityType::GELU: {
      const auto square = Mul(_1, _1);
      const auto inner =
          Mul(Mul(_1, Add(Mul(square, Const(0.044715)), Const(1.0))), Const(root_two_over_pi));
      const auto slope =
          Mul(Add(Mul(square, Const(3.0 * 0.044715)), Const(1.0)), Const(root_two_over_pi));
      const auto tanh = Tanh(inner);
      const auto bend = Mul(Mul(_1, Sub(Const(1.0), Mul(tanh, tanh))), slope);
      return Mul(_2, Mul(Add(Add(tanh, Const(1.0)), bend), Const(0.5)));
    }
    case NonLinearityType::GELU_ERF: {
      const auto part = Mul(Add(Erf(Mul(_1, Const(0.7071067811865476))), Const(1.0)), Const(0.5));
      const auto density = Mul(Exp(Mul(Mul(_1, _1), Const(-0.5))), Const(0.3989422804014327));
      return Mul(_2, Add(part, Mul(_1, density)));
    }
    default:
      throw poputil::poplibs_error("popnn: an activation function of an unknown kind");
  }
}

}  // namespace

Tensor nonLinearity(Graph& graph, NonLinearityType nonLinearityType, Tensor t, Sequence& prog,
                    const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  need_floating(t);
  const DebugContext context = named(debugContext, "Nonlinearity");
  if (is_softmax(nonLinearityType)) return softmax_rows(graph, nonLinearityType, t, prog, context);
  const weft::libraries::Lends operations(graph, "popnn", "popops");
  pe::UnaryOpType op{};
  if (is_one_operation(nonLinearityType, op)) return popops::map(graph, op, t, prog, context);
  return popops::map(graph, composed(nonLinearityType), {t}, prog, context);
}

void nonLinearityInPlace(Graph& graph, NonLinearityType nonLinearityType, Tensor t, Sequence& prog,
                         const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  pe::UnaryOpType op{};
  need_floating(t);
  if (is_one_operation(nonLinearityType, op)) {
    const weft::libraries::Lends operations(graph, "popnn", "popops");
    popops::mapInPlace(graph, op, t, prog, named(debugContext, "Nonlinearity"));
    return;
  }
  const Tensor out = nonLinearity(graph, nonLinearityType, t, prog, debugContext, options);
  prog.add(Copy(out, t, false, debugContext));
}

Tensor nonLinearityInputGradient(Graph& graph, NonLinearityType nonLinearityType, Tensor act,
                                 Tensor outGradient, Sequence& prog,
                                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::activation_table(), options);
  need_floating(act);
  need(act.shape() == outGradient.shape(),
       "popnn: activations of shape " + poputil::shapeToString(act.shape()) +
           " and a gradient of shape " + poputil::shapeToString(outGradient.shape()));
  const DebugContext context = named(debugContext, "NonlinearityGrad");
  if (!is_softmax(nonLinearityType)) {
    const weft::libraries::Lends operations(graph, "popnn", "popops");
    return popops::map(graph, gradient(nonLinearityType), {act, outGradient}, prog, context);
  }
  // out * (gradient - sum of out * gradient)
  const Tensor out = as_rows(act);
  const Tensor rows = as_rows(outGradient);
  const Tensor product = popops::mul(graph, out, rows, prog, context);
  const Tensor sum = popops::reduce(graph, product, {1}, popops::Operation::ADD, prog, context);
  const Tensor result = popops::sub(graph, rows, sum.expand({1}), prog, context);
  popops::mulInPlace(graph, result, out, prog, context);
  return result.reshape(act.shape());
}

}  // namespace popnn
