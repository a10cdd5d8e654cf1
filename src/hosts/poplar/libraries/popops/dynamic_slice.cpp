// SPDX-License-Identifier: Apache-2.0
// popops: slices and updates at places known when the program runs.
#include <algorithm>

#include "hosts/poplar/libraries/popops/slice_options.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "popops/DynamicSlice.hpp"
#include "popops/Zero.hpp"
#include "poputil/TileMapping.hpp"
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

/// `t` as [length along dim][the rest].
Tensor rows_along(const Tensor& t, std::size_t dim) {
  const Tensor rolled = t.dimRoll(static_cast<unsigned>(dim), 0);
  return rolled.reshape(
      {t.dim(static_cast<unsigned>(dim)), t.numElements() / t.dim(static_cast<unsigned>(dim))});
}

void need_slice(const Tensor& t, const Tensor& offset, const std::vector<std::size_t>& dims,
                const std::vector<std::size_t>& sizes) {
  need(dims.size() == sizes.size() && offset.numElements() == dims.size(),
       "popops::dynamicSlice: one size and one offset a dimension");
  need(offset.elementType() == poplar::UNSIGNED_INT,
       "popops::dynamicSlice: offsets are unsigned, not " + offset.elementType().toString());
  for (std::size_t i = 0; i < dims.size(); ++i) {
    need(dims[i] < t.rank() && sizes[i] <= t.dim(static_cast<unsigned>(dims[i])),
         "popops::dynamicSlice: no slice of " + std::to_string(sizes[i]) + " along dimension " +
             std::to_string(dims[i]) + " of " + poputil::shapeToString(t.shape()));
  }
}

bool takes_nothing(const Tensor& t, const std::vector<std::size_t>& sizes) {
  return t.numElements() == 0 || std::find(sizes.begin(), sizes.end(), 0U) != sizes.end();
}

/// The result of a slice along one dimension, placed as the first row of `t` is.
Tensor new_slice(Graph& graph, const Tensor& t, std::size_t dim, std::size_t size,
                 const DebugContext& context) {
  Shape shape = t.shape();
  shape[dim] = size;
  const Tensor out = graph.addVariable(t.elementType(), shape, context);
  const auto mapping = graph.getTileMapping(rows_along(t, dim)[0]);
  const Tensor rows = rows_along(out, dim);
  for (std::size_t row = 0; row < size; ++row) graph.setTileMapping(rows[row], mapping);
  return out;
}

/// Vertices that move rows between `whole` and `part`, on the tiles of the first row of `whole`.
void add_vertices(Graph& graph, poplar::ComputeSet cs, bool update, const Tensor& whole,
                  const Tensor& part, const Tensor& offset, std::size_t dim, bool remaps) {
  const Tensor all = rows_along(whole, dim);
  const Tensor some = rows_along(part, dim);
  const auto mapping = graph.getTileMapping(all[0]);
  const auto name = poputil::templateVertex(
      update ? "popops::DynamicUpdateSlice1d" : "popops::DynamicSlice1d", whole.elementType());
  for (unsigned tile = 0; tile < mapping.size(); ++tile) {
    for (const auto& columns : mapping[tile]) {
      const auto v = graph.addVertex(cs, name);
      graph.connect(v[update ? "out" : "in"], all.slice(columns, 1).flatten());
      graph.connect(v[update ? "in" : "out"], some.slice(columns, 1).flatten());
      graph.connect(v["offset"], offset);
      graph.setInitialValue(v["width"], static_cast<unsigned>(columns.size()));
      graph.setInitialValue(v["remaps"], remaps);
      graph.setTileMapping(v, tile);
    }
  }
}

}  // namespace

Tensor createSliceableTensor(Graph& graph, const poplar::Type& type,
                             const std::vector<std::size_t>& shape,
                             const std::vector<std::size_t>& dims,
                             const std::vector<std::size_t>& /*sizes*/, std::size_t minGrainSize,
                             const DebugContext& debugContext) {
  const Tensor t = graph.addVariable(type, shape, debugContext);
  std::vector<unsigned> order;
  std::size_t sliced = 1;
  for (const std::size_t dim : dims) {
    order.push_back(static_cast<unsigned>(dim));
    sliced *= shape.at(dim);
  }
  for (unsigned i = 0; i < shape.size(); ++i) {
    if (std::find(dims.begin(), dims.end(), i) == dims.end()) order.push_back(i);
  }
  if (t.numElements() == 0) return t;
  const Tensor rows = t.dimShuffle(order).reshape({sliced, t.numElements() / sliced});
  const unsigned grain = graph.getTarget().getVectorWidth(type);
  const auto mapping = poputil::calcLinearTileMapping(
      graph, {rows.dim(1)}, static_cast<unsigned>(std::max<std::size_t>(minGrainSize, grain)),
      grain);
  for (std::size_t row = 0; row < sliced; ++row) graph.setTileMapping(rows[row], mapping);
  return t;
}

Tensor createSliceTensor(Graph& graph, const Tensor& t, const std::vector<std::size_t>& dims,
                         const std::vector<std::size_t>& sizes, std::size_t numIndices,
                         const DebugContext& debugContext) {
  Shape shape = t.shape();
  for (std::size_t i = 0; i < dims.size(); ++i) shape.at(dims[i]) = sizes.at(i);
  std::vector<Tensor> slices;
  for (std::size_t i = 0; i < numIndices; ++i) {
    Tensor from = t;
    for (std::size_t d = 0; d < dims.size(); ++d) {
      from = from.slice(0, sizes[d], static_cast<unsigned>(dims[d]));
    }
    slices.push_back(graph.clone(from, debugContext).expand({0}));
  }
  need(!slices.empty(), "popops::createSliceTensor: no slices");
  return poplar::concat(slices);
}

void dynamicSliceWithOutput(Graph& graph, const Tensor& output, const Tensor& t,
                            const Tensor& offset, const std::vector<std::size_t>& dims,
                            const std::vector<std::size_t>& sizes, Sequence& prog,
                            const DebugContext& debugContext, const OptionFlags& options) {
  need_slice(t, offset, dims, sizes);
  const SliceOptions chosen = slice_options("popops::dynamicSlice", options);
  if (takes_nothing(t, sizes)) return;
  Tensor from = t;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const bool last = i + 1 == dims.size();
    const Tensor to =
        last ? output : new_slice(graph, from, dims[i], sizes[i], named(debugContext, "slice"));
    if (chosen.pads && !chosen.remaps) zero(graph, to, prog, named(debugContext, "padding"));
    const auto cs = graph.addComputeSet(named(debugContext, "dynamicSlice"));
    add_vertices(graph, cs, false, from, to, offset.flatten()[i], dims[i], chosen.remaps);
    prog.add(Execute(cs, debugContext));
    from = to;
  }
  if (dims.empty()) prog.add(poplar::program::Copy(t, output, false, debugContext));
}

Tensor dynamicSlice(Graph& graph, const Tensor& t, const Tensor& offset,
                    const std::vector<std::size_t>& dims, const std::vector<std::size_t>& sizes,
                    Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  need_slice(t, offset, dims, sizes);
  Tensor out = t;
  if (takes_nothing(t, sizes)) {
    for (std::size_t i = 0; i < dims.size(); ++i) {
      out = out.slice(0, sizes[i], static_cast<unsigned>(dims[i]));
    }
    return out;
  }
  for (std::size_t i = 0; i < dims.size(); ++i) {
    out = new_slice(graph, out, dims[i], sizes[i], named(debugContext, "slice"));
  }
  if (dims.empty()) out = graph.clone(t, debugContext);
  dynamicSliceWithOutput(graph, out, t, offset, dims, sizes, prog, debugContext, options);
  return out;
}

void dynamicUpdate(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offset,
                   const std::vector<std::size_t>& dims, const std::vector<std::size_t>& sizes,
                   Sequence& prog, const DebugContext& debugContext, const OptionFlags& options) {
  need_slice(t, offset, dims, sizes);
  const SliceOptions chosen = slice_options("popops::dynamicSlice", options);
  if (takes_nothing(t, sizes)) return;
  if (dims.empty()) {
    prog.add(poplar::program::Copy(s, t, false, debugContext));
    return;
  }
  // From the second dimension on: the slice along the first is read, updated and written back.
  Tensor part = s;
  if (dims.size() > 1) {
    const Tensor first = offset.flatten().slice(0, 1);
    part = dynamicSlice(graph, t, first, {dims[0]}, {sizes[0]}, prog, debugContext, options);
    dynamicUpdate(graph, part, s, offset.flatten().slice(1, dims.size()),
                  {dims.begin() + 1, dims.end()}, {sizes.begin() + 1, sizes.end()}, prog,
                  debugContext, options);
  }
  const auto cs = graph.addComputeSet(named(debugContext, "dynamicUpdate"));
  add_vertices(graph, cs, true, t, part, offset.flatten()[0], dims[0], chosen.remaps);
  prog.add(Execute(cs, debugContext));
}

}  // namespace popops
