// SPDX-License-Identifier: Apache-2.0
// The vertices of popops.
#pragma once

#include <poplar/Graph.hpp>

namespace popops {

/// Makes the vertices of the library known to a graph.
void addCodelets(poplar::Graph& graph);

}  // namespace popops
