// SPDX-License-Identifier: Apache-2.0
// popops: matrices laid out otherwise.
#include "popops/Rearrange.hpp"

#include "hosts/poplar/libraries/support.hpp"
#include "poputil/Util.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops::rearrange {

using poplar::Tensor;
using namespace weft::libraries;

namespace {

unsigned tile_of(const poplar::Graph& graph, const Tensor& element) {
  const auto mapping = graph.getTileMapping(element);
  unsigned tile = 0;
  while (mapping[tile].empty()) ++tile;
  return tile;
}

}  // namespace

Tensor partialTranspose(poplar::Graph& graph, const Tensor& in, const poplar::ComputeSet& cs,
                        const poplar::DebugContext& debugContext) {
  const std::string who = "popops::rearrange::partialTranspose";
  need(in.rank() >= 2, who + ": a matrix has two dimensions, not " + std::to_string(in.rank()));
  const auto type = in.elementType();
  need(type == poplar::FLOAT || type == poplar::HALF || type == poplar::INT ||
           type == poplar::UNSIGNED_INT,
       who + ": for float, half, int and unsigned, not " + type.toString());
  Shape shape = in.shape();
  std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
  const Tensor out = graph.addVariable(type, shape, named(debugContext, "transposed"));
  if (in.numElements() == 0) return out;
  const std::size_t columns = shape[shape.size() - 2];
  const std::size_t elements = columns * shape.back();
  const std::size_t matrices = in.numElements() / elements;
  const Tensor from = in.reshape({matrices, elements});
  const Tensor to = out.reshape({matrices, elements});
  for (std::size_t i = 0; i < matrices; ++i) {
    const unsigned tile = tile_of(graph, from[i].slice(0, 1));
    const auto v = graph.addVertex(
        cs, poputil::templateVertex("popops::Transpose2d", type),
        {{"in", from[i]}, {"out", to[i]}, {"columns", static_cast<unsigned>(columns)}});
    graph.setTileMapping(to[i], tile);
    graph.setTileMapping(v, tile);
  }
  return out;
}

}  // namespace popops::rearrange
