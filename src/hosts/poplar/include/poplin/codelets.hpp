// SPDX-License-Identifier: Apache-2.0
// The vertices of poplin.
#pragma once

#include <poplar/Graph.hpp>

namespace poplin {

/// Makes the vertices of the library known to a graph.
void addCodelets(poplar::Graph& graph);

}  // namespace poplin
