// SPDX-License-Identifier: Apache-2.0
// popops: conversions between element types.
#include "popops/Cast.hpp"

#include "hosts/poplar/libraries/popops/by_tile.hpp"
#include "popops/ElementWise.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::ComputeSet;
using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Program;
using poplar::program::Sequence;
using namespace weft::libraries;

void cast(Graph& graph, Tensor src, Tensor dst, ComputeSet cs) {
  need(src.numElements() == dst.numElements(), "popops::cast: shapes " +
                                                   poputil::shapeToString(src.shape()) + " and " +
                                                   poputil::shapeToString(dst.shape()) + " differ");
  const MemoryOrder order(dst);
  const bool alike = src.shape() == dst.shape();
  const Tensor from = alike ? order.of(src).flatten() : src.flatten();
  const Tensor to = alike ? order.of(dst).flatten() : dst.flatten();
  by_tile(
      graph, to,
      [&](const Intervals& region) {
        const auto v = graph.addVertex(
            cs, poputil::templateVertex("popops::Cast1D", src.elementType(), dst.elementType()));
        graph.connect(v["in"], elements_of(from, region));
        graph.connect(v["out"], elements_of(to, region));
        return v;
      },
      [&](const std::vector<Intervals>& regions) {
        const auto v = graph.addVertex(
            cs, poputil::templateVertex("popops::Cast2D", src.elementType(), dst.elementType()));
        graph.connect(v["in"], rows_of(from, regions));
        graph.connect(v["out"], rows_of(to, regions));
        return v;
      });
}

Program cast(Graph& graph, Tensor src, Tensor dst, const DebugContext& debugContext) {
  if (src.elementType() == dst.elementType()) {
    return poplar::program::Copy(src.flatten(), dst.flatten(), false, debugContext);
  }
  const auto cs = graph.addComputeSet(named(debugContext, "Cast"));
  cast(graph, src, dst, cs);
  return poplar::program::Execute(cs, debugContext);
}

Tensor cast(Graph& graph, Tensor src, const poplar::Type& dstType, ComputeSet cs,
            const DebugContext& debugContext) {
  const Tensor dst =
      createOutputForElementWiseOp(graph, {src}, dstType, named(debugContext, "cast"));
  cast(graph, src, dst, cs);
  return dst;
}

Tensor cast(Graph& graph, const Tensor& src, const poplar::Type& dstType, Sequence& prog,
            const DebugContext& debugContext) {
  const Tensor dst =
      createOutputForElementWiseOp(graph, {src}, dstType, named(debugContext, "cast"));
  prog.add(cast(graph, src, dst, debugContext));
  return dst;
}

}  // namespace popops
