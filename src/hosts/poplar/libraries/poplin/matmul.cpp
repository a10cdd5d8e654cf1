// SPDX-License-Identifier: Apache-2.0
// poplin: matrix products as programs call them.

#include "poplin/MatMul.hpp"

#include "hosts/poplar/libraries/poplin/matmul_build.hpp"
#include "hosts/poplar/libraries/poplin/matmul_groups.hpp"
#include "popops/Cast.hpp"
#include "popops/ScaledAdd.hpp"
#include "poputil/Util.hpp"

namespace poplin {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::Type;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

void copy_result(const std::string& who, const Tensor& result, const Tensor& out, Sequence& prog,
                 const DebugContext& context) {
  need(result.shape() == out.shape(), who + ": the output has shape " +
                                          poputil::shapeToString(out.shape()) + ", the result " +
                                          poputil::shapeToString(result.shape()));
  prog.add(poplar::program::Copy(result, out, false, context));
}

}  // namespace

Tensor matMulGrouped(Graph& graph, const Tensor& A, const Tensor& B, Sequence& prog,
                     const Type& outputType, const DebugContext& debugContext,
                     const OptionFlags& options, matmul::PlanningCache* cache) {
  const Lends sums(graph, "poplin", "popops");
  need_operands(A.shape(), B.shape(), 3, A.elementType());
  need(A.elementType() == B.elementType(), "poplin::matMul: the operands are of different types");
  const std::size_t groups = A.dim(0);
  const MatMulOptions chosen = matmul_options(options, A.elementType());
  const Grouped grouped = spread(graph, groups);
  const MatMulShape shape =
      shape_of(A.shape(), B.shape(), A.elementType(), chosen.partials, grouped.tiles_each);
  const MatMulPlan plan = planned(graph, shape, chosen, cache);
  const DebugContext context = named(debugContext, "matMul");
  MatMulSets sets{graph.addComputeSet(named(context, "Convolve")),
                  graph.addComputeSet(named(context, "Reduce")), false};
  const bool narrow = outputType == poplar::HALF || outputType == poplar::FLOAT;
  const Type type = narrow ? outputType : chosen.partials;
  std::vector<Tensor> out;
  for (std::size_t group = 0; group < groups; ++group) {
    MatMulBuild build(graph, shape, plan, grouped.first_tile(group), context);
    out.push_back(build.build(A[group], B[group], type, sets, prog).expand({0}));
  }
  prog.add(Execute(sets.multiply, context));
  if (sets.adds) prog.add(Execute(sets.add, context));
  const Tensor result = poplar::concat(out);
  return type == outputType ? result : popops::cast(graph, result, outputType, prog, context);
}

void matMulGroupedWithOutput(Graph& graph, const Tensor& A, const Tensor& B, Tensor& out,
                             Sequence& prog, const DebugContext& debugContext,
                             const OptionFlags& options, matmul::PlanningCache* cache) {
  const Tensor result =
      matMulGrouped(graph, A, B, prog, out.elementType(), debugContext, options, cache);
  copy_result("poplin::matMulGroupedWithOutput", result, out, prog, debugContext);
}

Tensor matMul(Graph& graph, const Tensor& A, const Tensor& B, Sequence& prog,
              const Type& outputType, const DebugContext& debugContext, const OptionFlags& options,
              matmul::PlanningCache* cache) {
  need_operands(A.shape(), B.shape(), 2, A.elementType());
  return matMulGrouped(graph, A.expand({0}), B.expand({0}), prog, outputType, debugContext, options,
                       cache)[0];
}
Tensor matMul(Graph& graph, const Tensor& A, const Tensor& B, Sequence& prog,
              const DebugContext& debugContext, const OptionFlags& options,
              matmul::PlanningCache* cache) {
  return matMul(graph, A, B, prog, A.elementType(), debugContext, options, cache);
}
void matMulWithOutput(Graph& graph, const Tensor& A, const Tensor& B, Tensor& out, Sequence& prog,
                      const DebugContext& debugContext, const OptionFlags& options,
                      matmul::PlanningCache* cache) {
  const Tensor result = matMul(graph, A, B, prog, out.elementType(), debugContext, options, cache);
  copy_result("poplin::matMulWithOutput", result, out, prog, debugContext);
}

void matMulAcc(Graph& graph, const Tensor& C, float k, const Tensor& A, const Tensor& B,
               Sequence& prog, const DebugContext& debugContext, const OptionFlags& options,
               matmul::PlanningCache* cache) {
  const Tensor product = matMul(graph, A, B, prog, C.elementType(), debugContext, options, cache);
  popops::scaledAddTo(graph, C, product, k, prog, debugContext);
}
void matMulAcc(Graph& graph, const Tensor& C, const Tensor& k, const Tensor& A, const Tensor& B,
               Sequence& prog, const DebugContext& debugContext, const OptionFlags& options,
               matmul::PlanningCache* cache) {
  const Tensor product = matMul(graph, A, B, prog, C.elementType(), debugContext, options, cache);
  popops::scaledAddTo(graph, C, product, k, prog, debugContext);
}
void matMulGroupedAcc(Graph& graph, const Tensor& C, float k, const Tensor& A, const Tensor& B,
                      Sequence& prog, const DebugContext& debugContext, const OptionFlags& options,
                      matmul::PlanningCache* cache) {
  const Tensor product =
      matMulGrouped(graph, A, B, prog, C.elementType(), debugContext, options, cache);
  popops::scaledAddTo(graph, C, product, k, prog, debugContext);
}
void matMulGroupedAcc(Graph& graph, const Tensor& C, const Tensor& k, const Tensor& A,
                      const Tensor& B, Sequence& prog, const DebugContext& debugContext,
                      const OptionFlags& options, matmul::PlanningCache* cache) {
  const Tensor product =
      matMulGrouped(graph, A, B, prog, C.elementType(), debugContext, options, cache);
  popops::scaledAddTo(graph, C, product, k, prog, debugContext);
}

Tensor transposeGroupedMatrix(const Tensor& A) {
  need(A.rank() == 3, "poplin::transposeGroupedMatrix: groups of matrices have three dimensions, " +
                          poputil::shapeToString(A.shape()) + " has not");
  return A.dimShuffle({0, 2, 1});
}

}  // namespace poplin
