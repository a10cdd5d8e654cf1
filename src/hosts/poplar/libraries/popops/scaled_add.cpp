// SPDX-License-Identifier: Apache-2.0
// popops: A = a A + b B, in place.
#include "hosts/poplar/libraries/library_options.hpp"
#include "hosts/poplar/libraries/popops/by_tile.hpp"
#include "popops/Cast.hpp"
#include "popops/ElementWise.hpp"
#include "popops/ScaledAdd.hpp"
#include "poputil/Broadcast.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// B as the vertices of A take it: of the same shape, floating point as it is, integers alike.
Tensor ready(Graph& graph, const Tensor& A, Tensor B, Sequence& prog, const DebugContext& context) {
  need(A.elementType() == poplar::FLOAT || A.elementType() == poplar::HALF ||
           A.elementType() == poplar::INT || A.elementType() == poplar::UNSIGNED_INT,
       "popops::scaledAddTo: not for elements of type " + A.elementType().toString());
  need(A.shape() == B.shape(), "popops::scaledAddTo: shapes " + poputil::shapeToString(A.shape()) +
                                   " and " + poputil::shapeToString(B.shape()) + " differ");
  const bool floating = A.elementType() == poplar::FLOAT || A.elementType() == poplar::HALF;
  const bool fits =
      A.elementType() == B.elementType() ||
      (floating && (B.elementType() == poplar::FLOAT || B.elementType() == poplar::HALF));
  if (!fits) B = cast(graph, B, A.elementType(), prog, context);
  if (B.intersectsWith(A)) B = poputil::duplicate(graph, B, prog, named(context, "copy"));
  return B;
}

void scaled_add(Graph& graph, const Tensor& A, Tensor B, double scale, Sequence& prog,
                const DebugContext& context) {
  B = ready(graph, A, B, prog, context);
  const auto cs = graph.addComputeSet(named(context, "AddTo"));
  const MemoryOrder order(A);
  const Tensor a = order.of(A).flatten();
  const Tensor b = order.of(B).flatten();
  const auto name = [&](const char* base) {
    return poputil::templateVertex(base, A.elementType(), B.elementType());
  };
  by_tile(
      graph, a,
      [&](const Intervals& region) {
        const auto v = graph.addVertex(cs, name("popops::ScaledAdd1D"));
        graph.connect(v["a"], elements_of(a, region));
        graph.connect(v["b"], elements_of(b, region));
        set_number(graph, v["scaleB"], A.elementType(), scale);
        return v;
      },
      [&](const std::vector<Intervals>& regions) {
        const auto v = graph.addVertex(cs, name("popops::ScaledAdd2D"));
        graph.connect(v["a"], rows_of(a, regions));
        graph.connect(v["b"], rows_of(b, regions));
        set_number(graph, v["scaleB"], A.elementType(), scale);
        return v;
      });
  prog.add(Execute(cs, context));
}

/// Factors from tensors; `scaleA` may be missing.
void scaled_add(Graph& graph, const Tensor& A, const Tensor* scaleA, Tensor B, Tensor scaleB,
                bool negative, Sequence& prog, const DebugContext& context) {
  need(scaleB.numElements() == 1 && (scaleA == nullptr || scaleA->numElements() == 1),
       "popops::scaledAddTo: a factor has one element");
  B = ready(graph, A, B, prog, context);
  const bool floating = A.elementType() == poplar::FLOAT || A.elementType() == poplar::HALF;
  const bool fits =
      floating ? scaleB.elementType() == poplar::FLOAT || scaleB.elementType() == poplar::HALF
               : scaleB.elementType() == A.elementType();
  if (!fits) scaleB = cast(graph, scaleB, A.elementType(), prog, context);
  const bool mixed = A.elementType() != B.elementType();
  if (mixed && scaleB.elementType() == poplar::HALF) {
    scaleB = cast(graph, scaleB, poplar::FLOAT, prog, context);
  }
  if (A.elementType() == poplar::FLOAT && scaleB.elementType() == poplar::HALF) {
    scaleB = cast(graph, scaleB, poplar::FLOAT, prog, context);
  }
  Tensor first = scaleA == nullptr ? scaleB : *scaleA;
  if (first.elementType() != scaleB.elementType()) {
    first = cast(graph, first, scaleB.elementType(), prog, context);
  }
  const auto cs = graph.addComputeSet(named(context, "AddTo"));
  const Tensor a = A.flatten();
  const Tensor b = B.flatten();
  for (const auto& [tile, regions] : regions_by_tile(graph, A)) {
    for (const auto& region : regions) {
      const auto v =
          graph.addVertex(cs, poputil::templateVertex("popops::ScaledAddTensor", A.elementType(),
                                                      B.elementType(), scaleB.elementType()));
      graph.connect(v["a"], elements_of(a, region));
      graph.connect(v["b"], elements_of(b, region));
      graph.connect(v["scaleA"], first.flatten()[0]);
      graph.connect(v["scaleB"], scaleB.flatten()[0]);
      graph.setInitialValue(v["negative"], negative);
      graph.setInitialValue(v["scalesA"], scaleA != nullptr);
      graph.setTileMapping(v, tile);
    }
  }
  prog.add(Execute(cs, context));
}

}  // namespace

void scaledAddTo(Graph& graph, Tensor A, Tensor B, float scaleB, Sequence& prog,
                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, B, static_cast<double>(scaleB), prog, debugContext);
}
void scaledSubtractFrom(Graph& graph, Tensor A, Tensor B, float scaleB, Sequence& prog,
                        const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, B, -static_cast<double>(scaleB), prog, debugContext);
}
void scaledAddTo(Graph& graph, Tensor A, Tensor B, Tensor scaleB, Sequence& prog,
                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, nullptr, B, scaleB, false, prog, debugContext);
}
void scaledSubtractFrom(Graph& graph, Tensor A, Tensor B, Tensor scaleB, Sequence& prog,
                        const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, nullptr, B, scaleB, true, prog, debugContext);
}
void scaledAddTo(Graph& graph, Tensor A, float scaleA, Tensor B, float scaleB, Sequence& prog,
                 const DebugContext& debugContext, const OptionFlags& options) {
  mulInPlace(graph, A, scaleA, prog, debugContext);
  scaledAddTo(graph, A, B, scaleB, prog, debugContext, options);
}
void scaledAddTo(Graph& graph, Tensor A, Tensor scaleA, Tensor B, Tensor scaleB, Sequence& prog,
                 const DebugContext& debugContext, const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, &scaleA, B, scaleB, false, prog, debugContext);
}
void scaledSubtractFrom(Graph& graph, Tensor A, float scaleA, Tensor B, float scaleB,
                        Sequence& prog, const DebugContext& debugContext,
                        const OptionFlags& options) {
  scaledAddTo(graph, A, scaleA, B, -scaleB, prog, debugContext, options);
}
void scaledSubtractFrom(Graph& graph, Tensor A, Tensor scaleA, Tensor B, Tensor scaleB,
                        Sequence& prog, const DebugContext& debugContext,
                        const OptionFlags& options) {
  weft::check_options(weft::libraries::scaled_add_table(), options);
  scaled_add(graph, A, &scaleA, B, scaleB, true, prog, debugContext);
}

}  // namespace popops
