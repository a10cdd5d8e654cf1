// SPDX-License-Identifier: Apache-2.0
// Tiles for communication, apart from those for computing.
#pragma once

#include <poplar/Graph.hpp>
#include <vector>

namespace gcl {

/// `count` tiles of an IPU from the `offset`th on, for Graph::createVirtualGraph(). GCL's own order
/// of tiles is not public; here it is ascending, so that neighbours stay pairs and lists are sorted
/// whatever `sorted` and `tilePairs` say. poplibs_error where the IPU has not so many tiles.
std::vector<unsigned> perIPUTiles(const poplar::Graph& graph, unsigned offset, unsigned count,
                                  bool sorted = true, bool tilePairs = true);

/// The fewest tiles that communication should have to itself.
unsigned getMinIoTiles(const poplar::Graph& graph);

}  // namespace gcl
