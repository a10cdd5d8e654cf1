// SPDX-License-Identifier: Apache-2.0
// poputil: tensors spread linearly over tiles.
#include <algorithm>

#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Program.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"

namespace poputil {

using poplar::Graph;
using poplar::Interval;
using poplar::Tensor;
using weft::libraries::ceil_divide;
using weft::libraries::need;
using Mapping = std::vector<std::vector<Interval>>;

namespace {

/// At least 128 bytes on a tile that has anything.
unsigned default_minimum(const Graph& graph, const Tensor& t) {
  const auto bytes = graph.getTarget().getTypeSize(t.elementType());
  return static_cast<unsigned>(ceil_divide<std::size_t>(128, bytes));
}
unsigned default_grain(const Graph& graph, const Tensor& t) {
  return graph.getTarget().getVectorWidth(t.elementType());
}

}  // namespace

Mapping calcLinearTileMapping(const Graph& graph, std::vector<std::size_t> shape,
                              unsigned minElementsPerTile, unsigned grainSize) {
  const std::size_t elements = weft::libraries::product(shape);
  Mapping mapping(graph.getTarget().getNumTiles());
  if (elements == 0) return mapping;
  const auto parts = splitRegions({Interval(0, elements)}, grainSize,
                                  graph.getTarget().getNumTiles(), minElementsPerTile);
  std::copy(parts.begin(), parts.end(), mapping.begin());
  return mapping;
}

Mapping calcLinearTileMapping(const Graph& graph, const Tensor& t) {
  return calcLinearTileMapping(graph, t.shape(), default_minimum(graph, t),
                               default_grain(graph, t));
}

void mapTensorLinearly(Graph& graph, const Tensor& t, unsigned minElementsPerTile,
                       unsigned grainSize) {
  graph.setTileMapping(t, calcLinearTileMapping(graph, t.shape(), minElementsPerTile, grainSize));
}
void mapTensorLinearly(Graph& graph, const Tensor& t) {
  graph.setTileMapping(t, calcLinearTileMapping(graph, t));
}

unsigned mapTensorLinearlyWithOffset(Graph& graph, const Tensor& t, unsigned minElementsPerTile,
                                     unsigned grainSize, unsigned offset, bool ascending) {
  const auto linear = calcLinearTileMapping(graph, t.shape(), minElementsPerTile, grainSize);
  const auto tiles = static_cast<unsigned>(linear.size());
  Mapping mapping(tiles);
  unsigned used = 0;
  for (unsigned tile = 0; tile < tiles; ++tile) {
    if (linear[tile].empty()) continue;
    used = tile + 1;
    const unsigned shifted = (tile + offset) % tiles;
    mapping[ascending ? shifted : tiles - 1 - shifted] = linear[tile];
  }
  graph.setTileMapping(t, mapping);
  return (offset + used) % tiles;
}
unsigned mapTensorLinearlyWithOffset(Graph& graph, const Tensor& t, unsigned offset,
                                     bool ascending) {
  return mapTensorLinearlyWithOffset(graph, t, default_minimum(graph, t), default_grain(graph, t),
                                     offset, ascending);
}

unsigned getTileImbalance(const Mapping& mapping, unsigned minElementsPerTile, unsigned grainSize) {
  std::size_t most = 0;
  std::size_t sum = 0;
  for (const auto& tile : mapping) {
    const std::size_t here = weft::libraries::size_of(tile);
    most = std::max(most, here);
    sum += here;
  }
  need(grainSize != 0 && !mapping.empty(), "the imbalance of nothing: no tiles, or grains of 0");
  const std::size_t even = ceil_divide(ceil_divide<std::size_t>(sum, grainSize), mapping.size());
  const std::size_t best = std::max<std::size_t>(even * grainSize, minElementsPerTile);
  return static_cast<unsigned>(most > best ? most - best : 0);
}
unsigned getTileImbalance(const Graph& graph, const Tensor& t, unsigned minElementsPerTile,
                          unsigned grainSize) {
  return getTileImbalance(graph.getTileMapping(t), minElementsPerTile, grainSize);
}

void rebalanceTensor(Graph& graph, const Tensor& t, unsigned minElementsPerTile, unsigned grainSize,
                     unsigned imbalanceThreshold) {
  if (getTileImbalance(graph, t, minElementsPerTile, grainSize) <= imbalanceThreshold) return;
  mapTensorLinearly(graph, t, minElementsPerTile, grainSize);
}
void rebalanceTensor(Graph& graph, const Tensor& t) {
  rebalanceTensor(graph, t, default_minimum(graph, t), default_grain(graph, t), 0);
}

Tensor cloneToIpu(Graph& graph, const Tensor& t, unsigned dstIPU,
                  const poplar::DebugContext& debugContext, poplar::TensorCloneMethod method) {
  const auto& target = graph.getTarget();
  need(dstIPU < target.getNumIPUs(), "cloneToIpu: the graph has no IPU " + std::to_string(dstIPU));
  const Tensor clone = graph.clone(t, debugContext, method);
  const Mapping here = graph.getTileMapping(t);
  const unsigned tiles = target.getTilesPerIPU();
  Mapping there(here.size());
  for (unsigned tile = 0; tile < here.size(); ++tile) {
    auto& list = there[dstIPU * tiles + tile % tiles];
    list.insert(list.end(), here[tile].begin(), here[tile].end());
  }
  graph.setTileMapping(clone, there);
  return clone;
}

Tensor copyToIpu(Graph& graph, const Tensor& t, poplar::program::Sequence& prog, unsigned dstIPU,
                 const poplar::DebugContext& debugContext, poplar::TensorCloneMethod method) {
  const Tensor clone = cloneToIpu(graph, t, dstIPU, debugContext, method);
  prog.add(poplar::program::Copy(t, clone, false, debugContext));
  return clone;
}

}  // namespace poputil
