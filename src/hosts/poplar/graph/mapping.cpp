// SPDX-License-Identifier: Apache-2.0
// Where vertices and tensors lie, asked and told by the tiles of a graph.
#include <algorithm>
#include <numeric>
#include <poplar/Graph.hpp>
#include <poplar/exceptions.hpp>

#include "hosts/poplar/graph/regions.hpp"
#include "hosts/poplar/graph/support.hpp"

namespace poplar {

using core::GraphState;
using core::Region;
using core::front::TileInterval;
using core::front::VertexModel;

void Graph::setTileMapping(VertexRef v, unsigned tileNum) {
  core::vertex_of(getState(), v.graph_, v.vertex_).tile = core::physical_tile(getImpl(), tileNum);
}

void Graph::setTileMapping(const Tensor& tensor, unsigned tileNum) {
  GraphState& state = getState();
  core::check_graph(state, tensor, "setTileMapping");
  state.model.map(core::view_of(tensor), core::physical_tile(getImpl(), tileNum));
}

void Graph::setTileMapping(const Tensor& tensor, const TileToTensorMapping& mapping) {
  const Tensor flat = tensor.flatten();
  for (std::size_t tile = 0; tile < mapping.size(); ++tile) {
    for (const Interval& interval : mapping[tile]) {
      setTileMapping(flat.slice(interval), static_cast<unsigned>(tile));
    }
  }
}

unsigned Graph::getTileMapping(VertexRef v) const {
  const VertexModel& vertex = core::vertex_of(getState(), v.graph_, v.vertex_);
  if (vertex.tile == core::front::unmapped) {
    throw invalid_tile_mapping("vertex '" + std::string(vertex.codelet->name) +
                               "' is mapped to no tile");
  }
  return core::virtual_tile(getImpl(), vertex.tile);
}

namespace {

/// Adds an interval behind the last one, or to it.
void append(std::vector<Interval>& list, std::uint64_t begin, std::uint64_t end) {
  if (!list.empty() && list.back().end() == begin) {
    list.back() = Interval(list.back().begin(), end);
  } else {
    list.emplace_back(begin, end);
  }
}

/// Adds a region of a tensor to a mapping; how many of its elements lie on tiles of the graph.
std::uint64_t add_region(const core::GraphImpl& graph, const Region& region,
                         Graph::TileToTensorMapping& mapping) {
  std::uint64_t mapped = 0;
  const std::uint64_t last = region.first + region.count;
  const auto& variable = graph.state->model.variables[region.variable];
  for (const TileInterval& interval : variable.mapping.intervals(region.first, last)) {
    const unsigned tile = core::virtual_tile(graph, interval.tile);
    if (tile >= mapping.size()) continue;
    const std::uint64_t begin = std::max(interval.begin, region.first);
    const std::uint64_t end = std::min(interval.end, last);
    append(mapping[tile], region.at + begin - region.first, region.at + end - region.first);
    mapped += end - begin;
  }
  return mapped;
}

}  // namespace

Graph::TileToTensorMapping Graph::getTileMapping(const Tensor& tensor, bool* isComplete,
                                                 bool) const {
  core::check_graph(getState(), tensor, "getTileMapping");
  TileToTensorMapping mapping(getTarget().getNumTiles());
  std::uint64_t mapped = 0;
  for (const Region& region : core::regions_of(core::view_of(tensor))) {
    mapped += add_region(getImpl(), region, mapping);
  }
  if (isComplete != nullptr) *isComplete = mapped == tensor.numElements();
  return mapping;
}

Graph::TileToTensorMapping Graph::getTileMapping(const Tensor& tensor, bool requireComplete,
                                                 bool allowExternal) const {
  bool complete = false;
  TileToTensorMapping mapping = getTileMapping(tensor, &complete, allowExternal);
  if (requireComplete && !complete) {
    throw invalid_tile_mapping("getTileMapping: some elements of tensor " + tensor.getDebugStr() +
                               " lie on no tile");
  }
  return mapping;
}

Graph::TileToTensorMapping Graph::getVariableTileMapping(const Tensor& tensor) const {
  const auto variable = core::view_of(tensor).variable();
  if (!variable) throw poplar_error("getVariableTileMapping: the tensor has no elements");
  return getTileMapping(getVariable(VariableRef(*variable)), false);
}

// --- order of elements in variables ---

namespace {

bool by_place(const Region& a, const Region& b) {
  return a.variable != b.variable ? a.variable < b.variable : a.first < b.first;
}

/// The regions of some intervals of a flat tensor; `at` counts in the tensor.
std::vector<Region> regions_in(const Tensor& flat, ArrayRef<Interval> intervals) {
  std::vector<Region> regions;
  for (const Interval& interval : intervals) {
    for (Region region : core::regions_of(core::view_of(flat.slice(interval)))) {
      region.at += interval.begin();
      regions.push_back(region);
    }
  }
  return regions;
}

}  // namespace

std::vector<std::vector<Interval>> Graph::getSortedContiguousRegions(
    const Tensor& tensor, ArrayRef<Interval> regions, bool removeAliasedIntervals,
    std::vector<std::size_t>* aliases) const {
  if (aliases != nullptr) aliases->clear();
  std::vector<Region> sorted = regions_in(tensor.flatten(), regions);
  std::stable_sort(sorted.begin(), sorted.end(), by_place);
  std::vector<std::vector<Interval>> out;
  const Region* last = nullptr;
  for (const Region& region : sorted) {
    const bool same = last != nullptr && last->variable == region.variable;
    if (removeAliasedIntervals && same && region.first < last->first + last->count) continue;
    if (!same || last->first + last->count != region.first) out.emplace_back();
    append(out.back(), region.at, region.at + region.count);
    last = &region;
  }
  return out;
}

void Graph::reorderToSimplify(Tensor* tensor, ArrayRef<Tensor*> tensors, bool) const {
  const std::vector<Interval> whole = {Interval(0, tensor->numElements())};
  std::vector<Region> regions = regions_in(tensor->flatten(), ArrayRef<Interval>(whole));
  if (std::is_sorted(regions.begin(), regions.end(), by_place) || tensor->containsAliases()) return;
  std::sort(regions.begin(), regions.end(), by_place);
  std::vector<Interval> order;
  for (const Region& region : regions) append(order, region.at, region.at + region.count);
  const auto reorder = [&](Tensor& one) {
    one = concat(ArrayRef<Tensor>(one.flatten().slices(ArrayRef<Interval>(order))));
  };
  reorder(*tensor);
  for (Tensor* other : tensors) reorder(*other);
}

Tensor Graph::findUnbroadcastTensor(const Tensor& tensor) const {
  // Along each dimension: if all its slices are the same elements, one of them will do.
  Tensor out = tensor;
  for (unsigned d = 0; d < tensor.rank(); ++d) {
    const std::size_t length = out.dim(d);
    if (length < 2) continue;
    const Tensor first = out.slice(0, 1, d);
    if (first.broadcast(static_cast<unsigned>(length), d) == out) out = first;
  }
  return out;
}

}  // namespace poplar
