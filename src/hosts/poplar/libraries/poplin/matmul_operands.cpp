// SPDX-License-Identifier: Apache-2.0
// poplin: operands and results made for a product.

#include <functional>

#include "hosts/poplar/libraries/poplin/matmul_build.hpp"
#include "hosts/poplar/libraries/poplin/matmul_groups.hpp"
#include "poplin/MatMul.hpp"

namespace poplin {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::Type;
using namespace weft::libraries;

namespace {

struct Request {
  const Type& type;
  Shape a, b;  ///< [groups][...]
  const DebugContext& context;
  const OptionFlags& options;
  matmul::PlanningCache* cache;
};

/// What `one` makes of each group's build, and of whether the plan exchanges the operands.
Tensor of_groups(Graph& graph, const Request& request,
                 const std::function<Tensor(const MatMulBuild&, bool)>& one) {
  need_operands(request.a, request.b, 3, request.type);
  const MatMulOptions chosen = matmul_options(request.options, request.type);
  const Grouped grouped = spread(graph, request.a[0]);
  const MatMulShape shape =
      shape_of(request.a, request.b, request.type, chosen.partials, grouped.tiles_each);
  const MatMulPlan plan = planned(graph, shape, chosen, request.cache);
  std::vector<Tensor> out;
  for (std::size_t group = 0; group < request.a[0]; ++group) {
    const MatMulBuild build(graph, shape, plan, grouped.first_tile(group), request.context);
    out.push_back(one(build, plan.swapped).expand({0}));
  }
  return poplar::concat(out);
}

Tensor left_of(const MatMulBuild& build, bool swapped) {
  return swapped ? build.right_blocks().matrix().transpose() : build.left_blocks().matrix();
}
Tensor right_of(const MatMulBuild& build, bool swapped) {
  return swapped ? build.left_blocks().matrix().transpose() : build.right_blocks().matrix();
}

/// One group of shapes of two dimensions.
Shape one_group(const Shape& shape) {
  need(shape.size() == 2, "poplin::createMatMulInput: a matrix has two dimensions, not " +
                              std::to_string(shape.size()));
  return {1, shape[0], shape[1]};
}

}  // namespace

Tensor createMatMulGroupedInputLHS(Graph& graph, const Type& inputType, const Type& /*outputType*/,
                                   const Shape& aShape, const Shape& bShape,
                                   const DebugContext& debugContext, const OptionFlags& options,
                                   matmul::PlanningCache* cache) {
  return of_groups(graph, {inputType, aShape, bShape, debugContext, options, cache}, left_of);
}
Tensor createMatMulGroupedInputRHS(Graph& graph, const Type& inputType, const Type& /*outputType*/,
                                   const Shape& aShape, const Shape& bShape,
                                   const DebugContext& debugContext, const OptionFlags& options,
                                   matmul::PlanningCache* cache) {
  return of_groups(graph, {inputType, aShape, bShape, debugContext, options, cache}, right_of);
}
Tensor createMatMulGroupedOutput(Graph& graph, const Type& inputType, const Type& outputType,
                                 const Shape& aShape, const Shape& bShape,
                                 const DebugContext& debugContext, const OptionFlags& options,
                                 matmul::PlanningCache* cache) {
  return of_groups(graph, {inputType, aShape, bShape, debugContext, options, cache},
                   [&](const MatMulBuild& build, bool swapped) {
                     const Tensor out = build.output_blocks(outputType).matrix();
                     return swapped ? out.transpose() : out;
                   });
}

Tensor createMatMulInputLHS(Graph& graph, const Type& inputType, const Type& outputType,
                            const Shape& aShape, const Shape& bShape,
                            const DebugContext& debugContext, const OptionFlags& options,
                            matmul::PlanningCache* cache) {
  return createMatMulGroupedInputLHS(graph, inputType, outputType, one_group(aShape),
                                     one_group(bShape), debugContext, options, cache)[0];
}
Tensor createMatMulInputLHS(Graph& graph, const Type& dataType, const Shape& aShape,
                            const Shape& bShape, const DebugContext& debugContext,
                            const OptionFlags& options, matmul::PlanningCache* cache) {
  return createMatMulInputLHS(graph, dataType, dataType, aShape, bShape, debugContext, options,
                              cache);
}
Tensor createMatMulInputRHS(Graph& graph, const Type& inputType, const Type& outputType,
                            const Shape& aShape, const Shape& bShape,
                            const DebugContext& debugContext, const OptionFlags& options,
                            matmul::PlanningCache* cache) {
  return createMatMulGroupedInputRHS(graph, inputType, outputType, one_group(aShape),
                                     one_group(bShape), debugContext, options, cache)[0];
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
  return createMatMulGroupedOutput(graph, inputType, outputType, one_group(aShape),
                                   one_group(bShape), debugContext, options, cache)[0];
}

}  // namespace poplin
