// SPDX-License-Identifier: Apache-2.0
// poplin: matrix products as programs call them.

#include "poplin/MatMul.hpp"

#include "hosts/poplar/libraries/poplin/matmul_build.hpp"
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

void need_operands(const Shape& a, const Shape& b, std::size_t rank, const Type& type) {
  const std::string shapes = poputil::shapeToString(a) + " and " + poputil::shapeToString(b);
  need(a.size() == rank && b.size() == rank && a[rank - 1] == b[rank - 2] &&
           (rank == 2 || a[0] == b[0]),
       "poplin::matMul: shapes " + shapes + " do not multiply");
  need(product(a) != 0 && product(b) != 0, "poplin::matMul: " + shapes + " have no elements");
  need(type == poplar::HALF || type == poplar::FLOAT,
       "poplin::matMul: the AMP units multiply float and half, not " + type.toString());
}

/// Rank 3 shapes as one product of a group.
MatMulShape shape_of(const Shape& a, const Shape& b, const Type& type, const Type& partials,
                     std::size_t tiles) {
  const std::size_t rank = a.size();
  return {a[rank - 2], a[rank - 1], b[rank - 1], type, partials, tiles};
}

MatMulPlan planned(const Graph& graph, const MatMulShape& shape, const MatMulOptions& options,
                   matmul::PlanningCache* cache) {
  if (cache == nullptr) return plan_matmul(graph.getTarget(), shape, options.memory_share);
  auto& plans = cache->plans().by_shape;
  const auto key = std::make_pair(shape.key(), options.memory_share);
  const auto found = plans.find(key);
  if (found != plans.end()) return found->second;
  return plans[key] = plan_matmul(graph.getTarget(), shape, options.memory_share);
}

/// Products of groups side by side: each has its share of the tiles.
struct Grouped {
  std::size_t tiles_each = 1;
  std::size_t tiles = 1;
  std::size_t first_tile(std::size_t group) const { return group * tiles_each % tiles; }
};
Grouped spread(const Graph& graph, std::size_t groups) {
  const std::size_t tiles = graph.getTarget().getNumTiles();
  return {std::max<std::size_t>(1, tiles / groups), tiles};
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
  need(result.shape() == out.shape(), "poplin::matMulWithOutput: the output has shape " +
                                          poputil::shapeToString(out.shape()) + ", the result " +
                                          poputil::shapeToString(result.shape()));
  prog.add(poplar::program::Copy(result, out, false, debugContext));
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

namespace {

MatMulBuild build_for(Graph& graph, const Type& type, const Shape& a, const Shape& b,
                      const DebugContext& context, const OptionFlags& options,
                      matmul::PlanningCache* cache, bool& swapped) {
  need_operands(a, b, 2, type);
  const MatMulOptions chosen = matmul_options(options, type);
  const MatMulShape shape = shape_of(a, b, type, chosen.partials, graph.getTarget().getNumTiles());
  const MatMulPlan plan = planned(graph, shape, chosen, cache);
  swapped = plan.swapped;
  return {graph, shape, plan, 0, context};
}

}  // namespace

Tensor createMatMulInputLHS(Graph& graph, const Type& inputType, const Type& /*outputType*/,
                            const Shape& aShape, const Shape& bShape,
                            const DebugContext& debugContext, const OptionFlags& options,
                            matmul::PlanningCache* cache) {
  bool swapped = false;
  const MatMulBuild build =
      build_for(graph, inputType, aShape, bShape, debugContext, options, cache, swapped);
  return swapped ? build.right_blocks().matrix().transpose() : build.left_blocks().matrix();
}
Tensor createMatMulInputLHS(Graph& graph, const Type& dataType, const Shape& aShape,
                            const Shape& bShape, const DebugContext& debugContext,
                            const OptionFlags& options, matmul::PlanningCache* cache) {
  return createMatMulInputLHS(graph, dataType, dataType, aShape, bShape, debugContext, options,
                              cache);
}
Tensor createMatMulInputRHS(Graph& graph, const Type& inputType, const Type& /*outputType*/,
                            const Shape& aShape, const Shape& bShape,
                            const DebugContext& debugContext, const OptionFlags& options,
                            matmul::PlanningCache* cache) {
  bool swapped = false;
  const MatMulBuild build =
      build_for(graph, inputType, aShape, bShape, debugContext, options, cache, swapped);
  return swapped ? build.left_blocks().matrix().transpose() : build.right_blocks().matrix();
}
Tensor createMatMulInputRHS(Graph& graph, const Type& dataType, const Shape& aShape,
                            const Shape& bShape, const DebugContext& debugContext,
                            const OptionFlags& options, matmul::PlanningCache* cache) {
  return createMatMulInputRHS(graph, dataType, dataType, aShape, bShape, debugContext, options,
                              cache);
}
Tensor createMatMulOutput(Graph& graph, const Type& inputType, const Type& outputType,
                          const Shape& aShape, const Shape& bShape,
                          const DebugContext& debugContext, const OptionFlags& options,
                          matmul::PlanningCache* cache) {
  bool swapped = false;
  const MatMulBuild build =
      build_for(graph, inputType, aShape, bShape, debugContext, options, cache, swapped);
  const Tensor out = build.output_blocks(outputType).matrix();
  return swapped ? out.transpose() : out;
}

}  // namespace poplin
