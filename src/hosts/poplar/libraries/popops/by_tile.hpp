// SPDX-License-Identifier: Apache-2.0
// popops: one vertex a tile where a result lies in one piece there, else one a worker.
#pragma once

#include <vector>

#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "poplar/Graph.hpp"
#include "poputil/Util.hpp"

namespace weft::libraries {

/// Calls `one` for a tile whose elements lie in one piece, else `several` for each worker's share.
template <class One, class Several>
void by_tile(poplar::Graph& graph, const poplar::Tensor& out, const One& one,
             const Several& several) {
  const unsigned grain = graph.getTarget().getVectorWidth(out.elementType());
  for (const auto& [tile, regions] : regions_by_tile(graph, out)) {
    if (regions.size() == 1) {
      graph.setTileMapping(one(regions.front()), tile);
      continue;
    }
    for (const auto& share :
         poputil::splitRegionsBetweenWorkers(graph.getTarget(), regions, grain, 2 * grain)) {
      graph.setTileMapping(several(share), tile);
    }
  }
}

inline std::vector<poplar::Tensor> rows_of(const poplar::Tensor& flat,
                                           const std::vector<Intervals>& regions) {
  std::vector<poplar::Tensor> rows;
  rows.reserve(regions.size());
  for (const auto& region : regions) rows.push_back(elements_of(flat, region));
  return rows;
}
}  // namespace weft::libraries
