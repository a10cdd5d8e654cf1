// SPDX-License-Identifier: Apache-2.0
// gcl: tiles for communication.
#include <algorithm>
#include <numeric>
#include <string>

#include "base/counted.hpp"
#include "gcl/TileAllocation.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "weft/machine_constant.hpp"

namespace gcl {

std::vector<unsigned> perIPUTiles(const poplar::Graph& graph, unsigned offset, unsigned count,
                                  bool /*sorted*/, bool /*tilePairs*/) {
  const unsigned tiles = graph.getTarget().getTilesPerIPU();
  weft::libraries::need(offset <= tiles && count <= tiles - offset,
                        "gcl::perIPUTiles: " + weft::counted(count, "tile") + " from the " +
                            std::to_string(offset) + "th on, but an IPU has " +
                            std::to_string(tiles));
  std::vector<unsigned> out(count);
  std::iota(out.begin(), out.end(), offset);
  return out;
}

unsigned getMinIoTiles(const poplar::Graph& graph) {
  const auto least = static_cast<unsigned>(
      weft::machine_constant(graph.getTarget(), "vertex_cost.plan.least_io_tiles"));
  return std::min(least, graph.getTarget().getTilesPerIPU());
}

}  // namespace gcl
