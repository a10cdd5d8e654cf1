// SPDX-License-Identifier: Apache-2.0
// The vertices of poprand.
#ifndef poprand_codelets_hpp
#define poprand_codelets_hpp

#include <poplar/Graph.hpp>

namespace poprand {

/// Makes the vertices of the library known to a graph.
void addCodelets(poplar::Graph& graph);

}  // namespace poprand

#endif
