// SPDX-License-Identifier: Apache-2.0
// The vertices of popnn.
#pragma once

#include <poplar/Graph.hpp>

namespace popnn {

/// Makes the vertices of the library known to a graph.
void addCodelets(poplar::Graph& graph);

}  // namespace popnn
