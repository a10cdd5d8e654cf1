// SPDX-License-Identifier: Apache-2.0
// popops: elementwise operations one at a time.

#include <algorithm>

#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "poplar/Program.hpp"
#include "popops/ElementWise.hpp"
#include "poputil/Broadcast.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void need_same_type(const Tensor& a, const Tensor& b, const std::string& operation) {
  need(a.elementType() == b.elementType(), "popops: " + operation + " of " +
                                               a.elementType().toString() + " and " +
                                               b.elementType().toString() + ": cast one of them");
}

void need_output(const Tensor& out, const poplar::Type& type, const Shape& shape,
                 const std::string& operation) {
  need(out.elementType() == type, "popops: the output of " + operation + " has type " +
                                      out.elementType().toString() + ", the result " +
                                      type.toString());
  need(out.shape() == shape, "popops: the output of " + operation + " has shape " +
                                 poputil::shapeToString(out.shape()) + ", the result " +
                                 poputil::shapeToString(shape));
  need(out.isParallelWriteable(),
       "popops: the output of " + operation + " holds an element twice, or a constant");
}

Shape broadcast_shape(Tensor a, Tensor b) {
  poputil::broadcastToMatch(a, b);
  return a.shape();
}

std::size_t tiles_of(const Graph& graph, const Tensor& t) {
  std::size_t count = 0;
  for (const auto& tile : graph.getTileMapping(t)) count += tile.empty() ? 0U : 1U;
  return count;
}

/// The result's place: that of an operand of its shape, or linear.
Tensor result_for(Graph& graph, const std::vector<Tensor>& operands, const Shape& shape,
                  const poplar::Type& type, const DebugContext& context) {
  std::vector<Tensor> whole;
  for (const Tensor& operand : operands) {
    if (operand.shape() == shape) whole.push_back(operand);
  }
  if (!whole.empty()) return createOutputForElementWiseOp(graph, whole, type, context);
  const Tensor out = graph.addVariable(type, shape, context);
  poputil::mapTensorLinearly(graph, out);
  return out;
}

/// `b`, or a copy when it shares elements with what is written in place.
Tensor apart(Graph& graph, const Tensor& written, const Tensor& b, Sequence& prog,
             const DebugContext& context) {
  if (!b.intersectsWith(written)) return b;
  return poputil::duplicate(graph, b, prog, named(context, "copy"));
}

}  // namespace

Tensor createOutputForElementWiseOp(Graph& graph, const std::vector<Tensor>& inputs,
                                    const poplar::Type& outputType, const DebugContext& context) {
  need(!inputs.empty(), "createOutputForElementWiseOp: no inputs");
  const Tensor* best = nullptr;
  std::size_t most = 0;
  for (const Tensor& input : inputs) {
    if (input.containsAliases() || input.containsConstant()) continue;
    const std::size_t tiles = tiles_of(graph, input);
    if (best == nullptr || tiles > most) best = &input;
    most = std::max(most, tiles);
  }
  if (best != nullptr) return graph.clone(outputType, *best, context);
  const Tensor out = graph.addVariable(outputType, inputs.front().shape(), context);
  poputil::mapTensorLinearly(graph, out);
  return out;
}

Tensor map(Graph& graph, expr::UnaryOpType op, const Tensor& A, Sequence& prog,
           const DebugContext& debugContext, const OptionFlags& options) {
  const auto type = result_type(op, A.elementType());
  const Tensor out = result_for(graph, {A}, A.shape(), type, named(debugContext, name_of(op)));
  mapWithOutput(graph, op, A, out, prog, debugContext, options);
  return out;
}
void mapInPlace(Graph& graph, expr::UnaryOpType op, const Tensor& A, Sequence& prog,
                const DebugContext& debugContext, const OptionFlags& options) {
  mapWithOutput(graph, op, A, A, prog, debugContext, options);
}
void mapWithOutput(Graph& graph, expr::UnaryOpType op, const Tensor& A, const Tensor& out,
                   Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::elementwise_table(), options);
  need_output(out, result_type(op, A.elementType()), A.shape(), name_of(op));
  const auto cs = graph.addComputeSet(named(debugContext, name_of(op)));
  const Tensor from = out == A ? A : apart(graph, out, A, prog, debugContext);
  add_unary(graph, cs, op, from, out);
  prog.add(Execute(cs, debugContext));
}

Tensor map(Graph& graph, expr::BinaryOpType op, const Tensor& A, const Tensor& B, Sequence& prog,
           const DebugContext& debugContext, const OptionFlags& options) {
  need_same_type(A, B, name_of(op));
  const Tensor out = result_for(graph, {A, B}, broadcast_shape(A, B),
                                result_type(op, A.elementType()), named(debugContext, name_of(op)));
  mapWithOutput(graph, op, A, B, out, prog, debugContext, options);
  return out;
}
void mapInPlace(Graph& graph, expr::BinaryOpType op, const Tensor& A, const Tensor& B,
                Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  mapWithOutput(graph, op, A, B, A, prog, debugContext, options);
}
void mapWithOutput(Graph& graph, expr::BinaryOpType op, const Tensor& A, const Tensor& B,
                   const Tensor& out, Sequence& prog, const DebugContext& debugContext,
                   const OptionFlags& options) {
  weft::check_options(weft::libraries::elementwise_table(), options);
  need_same_type(A, B, name_of(op));
  need_output(out, result_type(op, A.elementType()), broadcast_shape(A, B), name_of(op));
  const auto cs = graph.addComputeSet(named(debugContext, name_of(op)));
  const Tensor a = out == A ? A : apart(graph, out, A, prog, debugContext);
  const Tensor b = apart(graph, out, B, prog, debugContext);
  add_binary(graph, cs, op, a, b, out);
  prog.add(Execute(cs, debugContext));
}

Tensor map(Graph& graph, expr::TernaryOpType op, const Tensor& A, const Tensor& B, const Tensor& C,
           Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  Tensor a = A, b = B, c = C;
  poputil::broadcastToMatch(a, b, c);
  const bool select = op == expr::TernaryOpType::SELECT;
  const Tensor out = result_for(graph, {A, B, C}, a.shape(), A.elementType(),
                                named(debugContext, select ? "Select" : "Clamp"));
  mapWithOutput(graph, op, A, B, C, out, prog, debugContext, options);
  return out;
}
void mapInPlace(Graph& graph, expr::TernaryOpType op, const Tensor& A, const Tensor& B,
                const Tensor& C, Sequence& prog, const DebugContext& debugContext,
                const OptionFlags& options) {
  mapWithOutput(graph, op, A, B, C, A, prog, debugContext, options);
}
void mapWithOutput(Graph& graph, expr::TernaryOpType op, const Tensor& A, const Tensor& B,
                   const Tensor& C, const Tensor& out, Sequence& prog,
                   const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::elementwise_table(), options);
  const bool select = op == expr::TernaryOpType::SELECT;
  const std::string name = select ? "Select" : "Clamp";
  need_same_type(A, B, name);
  need(C.elementType() == (select ? poplar::BOOL : A.elementType()),
       select ? "popops: Select wants a predicate of type bool"
              : "popops: Clamp wants three operands of one type");
  Tensor a = A, b = B, c = C;
  poputil::broadcastToMatch(a, b, c);
  need_output(out, A.elementType(), a.shape(), name);
  const auto cs = graph.addComputeSet(named(debugContext, name));
  add_ternary(graph, cs, op, apart(graph, out, A, prog, debugContext),
              apart(graph, out, B, prog, debugContext), apart(graph, out, C, prog, debugContext),
              out);
  prog.add(Execute(cs, debugContext));
}

namespace detail {

void mapNumberWithOutput(Graph& graph, expr::BinaryOpType op, const Tensor& A, double number,
                         bool reversed, const Tensor& out, Sequence& prog,
                         const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(elementwise_table(), options);
  need_output(out, result_type(op, A.elementType()), A.shape(), name_of(op));
  const auto cs = graph.addComputeSet(named(debugContext, name_of(op)));
  const Tensor from = out == A ? A : apart(graph, out, A, prog, debugContext);
  add_number(graph, cs, op, from, number, reversed, out);
  prog.add(Execute(cs, debugContext));
}
Tensor mapNumber(Graph& graph, expr::BinaryOpType op, const Tensor& A, double number, bool reversed,
                 Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  const auto type = result_type(op, A.elementType());
  const Tensor out = result_for(graph, {A}, A.shape(), type, named(debugContext, name_of(op)));
  mapNumberWithOutput(graph, op, A, number, reversed, out, prog, debugContext, options);
  return out;
}

}  // namespace detail

using expr::TernaryOpType;

Tensor select(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C, Sequence& prog,
              const DebugContext& debugContext, const OptionFlags& options) {
  return map(graph, TernaryOpType::SELECT, A, B, C, prog, debugContext, options);
}
void selectInPlace(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C, Sequence& prog,
                   const DebugContext& debugContext, const OptionFlags& options) {
  mapInPlace(graph, TernaryOpType::SELECT, A, B, C, prog, debugContext, options);
}
void selectWithOutput(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C,
                      const Tensor& out, Sequence& prog, const DebugContext& debugContext,
                      const OptionFlags& options) {
  mapWithOutput(graph, TernaryOpType::SELECT, A, B, C, out, prog, debugContext, options);
}
Tensor clamp(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C, Sequence& prog,
             const DebugContext& debugContext, const OptionFlags& options) {
  return map(graph, TernaryOpType::CLAMP, A, B, C, prog, debugContext, options);
}
void clampInPlace(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C, Sequence& prog,
                  const DebugContext& debugContext, const OptionFlags& options) {
  mapInPlace(graph, TernaryOpType::CLAMP, A, B, C, prog, debugContext, options);
}
void clampWithOutput(Graph& graph, const Tensor& A, const Tensor& B, const Tensor& C,
                     const Tensor& out, Sequence& prog, const DebugContext& debugContext,
                     const OptionFlags& options) {
  mapWithOutput(graph, TernaryOpType::CLAMP, A, B, C, out, prog, debugContext, options);
}

}  // namespace popops
