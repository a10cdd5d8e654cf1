// SPDX-License-Identifier: Apache-2.0
// popops: one-hot codes, counting, rows by number, and conjunction.
#include "popops/Encoding.hpp"

#include "hosts/poplar/libraries/support.hpp"
#include "popops/AllTrue.hpp"
#include "popops/Gather.hpp"
#include "popops/Reduce.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// Calls `add` for every interval of the flat tensor that lies on a tile.
template <class Add>
void for_intervals(Graph& graph, const Tensor& flat, const Add& add) {
  const auto mapping = graph.getTileMapping(flat);
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const auto& interval : mapping[tile]) graph.setTileMapping(add(interval), tile);
  }
}

void encode(Graph& graph, const Tensor& indices, const Tensor& encoded, Sequence& prog,
            const Tensor* on, const Tensor* off, const DebugContext& context) {
  need(encoded.rank() == 2 && indices.numElements() == encoded.dim(0),
       "popops::encodeOneHot: indices " + poputil::shapeToString(indices.shape()) +
           " for an output of shape " + poputil::shapeToString(encoded.shape()));
  const auto cs = graph.addComputeSet(named(context, "OneHotEncode"));
  const Tensor flat = encoded.flatten();
  const Tensor numbers = indices.flatten();
  const std::size_t classes = encoded.dim(1);
  const auto name =
      poputil::templateVertex("popops::EncodeOneHot", indices.elementType(), encoded.elementType());
  for_intervals(graph, flat, [&](const poplar::Interval& interval) {
    const auto v = graph.addVertex(cs, name);
    const std::size_t first = interval.begin() / classes;
    graph.connect(v["numbers"], numbers.slice(first, (interval.end() - 1) / classes + 1));
    graph.connect(v["out"], flat.slice(interval));
    if (on == nullptr) {
      graph.connect(v["on"], 1.0F);
      graph.connect(v["off"], 0.0F);
    } else {
      graph.connect(v["on"], on->flatten()[0]);
      graph.connect(v["off"], off->flatten()[0]);
    }
    graph.setInitialValue(v["first"], static_cast<unsigned>(interval.begin()));
    graph.setInitialValue(v["classes"], static_cast<unsigned>(classes));
    return v;
  });
  prog.add(Execute(cs, context));
}

}  // namespace

void encodeOneHot(Graph& graph, const Tensor& indices, const Tensor& encoded, Sequence& prog,
                  const DebugContext& debugContext) {
  encode(graph, indices, encoded, prog, nullptr, nullptr, debugContext);
}
void encodeOneHot(Graph& graph, const Tensor& indices, const Tensor& encoded, Sequence& prog,
                  const Tensor& on, const Tensor& off, const DebugContext& debugContext) {
  need(on.numElements() == 1 && off.numElements() == 1,
       "popops::encodeOneHot: on and off have one element");
  encode(graph, indices, encoded, prog, &on, &off, debugContext);
}

void iota(Graph& graph, const Tensor& t, unsigned startInteger, Sequence& prog,
          const DebugContext& debugContext) {
  need(
      t.elementType() == poplar::UNSIGNED_INT || t.elementType() == poplar::INT,
      "popops::iota: for elements of type int and unsigned int, not " + t.elementType().toString());
  const auto cs = graph.addComputeSet(named(debugContext, "Iota"));
  const Tensor flat = t.flatten();
  for_intervals(graph, flat, [&](const poplar::Interval& interval) {
    const auto v = graph.addVertex(cs, poputil::templateVertex("popops::Iota", t.elementType()));
    graph.connect(v["out"], flat.slice(interval));
    graph.setInitialValue(v["start"], startInteger + static_cast<unsigned>(interval.begin()));
    return v;
  });
  prog.add(Execute(cs, debugContext));
}
void iota(Graph& graph, const Tensor& t, int startInteger, Sequence& prog,
          const DebugContext& debugContext) {
  iota(graph, t, static_cast<unsigned>(startInteger), prog, debugContext);
}

Tensor gather(Graph& graph, const Tensor& input, const Tensor& indices, unsigned axis,
              Sequence& prog, const DebugContext& debugContext) {
  need(axis < input.rank() && indices.rank() == 1,
       "popops::gather: indices [n] along a dimension of the input");
  need(indices.elementType() == poplar::UNSIGNED_INT,
       "popops::gather: indices are unsigned, not " + indices.elementType().toString());
  const std::size_t count = indices.numElements();
  need(input.dim(axis) != 0 || count == 0, "popops::gather: there are no rows along dimension " +
                                               std::to_string(axis) + " of an input of shape " +
                                               poputil::shapeToString(input.shape()));
  const std::size_t width = input.dim(axis) == 0 ? 0 : input.numElements() / input.dim(axis);
  const Tensor rows = input.dimRoll(axis, 0).reshape({input.dim(axis), width});
  Shape shape = input.dimRoll(axis, 0).shape();
  shape[0] = count;
  const Tensor out =
      graph.addVariable(input.elementType(), {count, width}, named(debugContext, "gather"));
  const unsigned grain = graph.getTarget().getVectorWidth(input.elementType());
  const auto mapping = poputil::calcLinearTileMapping(graph, {width}, grain, grain);
  for (std::size_t row = 0; row < count; ++row) graph.setTileMapping(out[row], mapping);
  const auto cs = graph.addComputeSet(named(debugContext, "Gather"));
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const auto& columns : mapping[tile]) {
      const auto v =
          graph.addVertex(cs, poputil::templateVertex("popops::Gather", input.elementType()));
      graph.connect(v["in"], rows.slice(columns, 1).flatten());
      graph.connect(v["numbers"], indices);
      graph.connect(v["out"], out.slice(columns, 1).flatten());
      graph.setInitialValue(v["width"], static_cast<unsigned>(columns.size()));
      graph.setTileMapping(v, tile);
    }
  }
  prog.add(Execute(cs, debugContext));
  return out.reshape(shape).dimRoll(0, axis);
}

Tensor allTrue(Graph& graph, Tensor A, Sequence& prog, const DebugContext& debugContext) {
  need(A.elementType() == poplar::BOOL,
       "popops::allTrue: for elements of type bool, not " + A.elementType().toString());
  const Tensor out = graph.addVariable(poplar::BOOL, {}, named(debugContext, "allTrue"));
  graph.setTileMapping(out, 0);
  reduceWithOutput(graph, A.flatten(), out, {0}, Operation::LOGICAL_AND, prog, debugContext);
  return out;
}

}  // namespace popops
