// SPDX-License-Identifier: Apache-2.0
// The vertices of poprand.
#pragma once

#include <poplar/Graph.hpp>

namespace poprand {

/// Makes the vertices of the library known to a graph.
void addCodelets(poplar::Graph& graph);

}  // namespace poprand
