// SPDX-License-Identifier: Apache-2.0
// Whether a boolean tensor is true everywhere.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace popops {

/// One boolean, on tile 0: the conjunction of the elements of A.
poplar::Tensor allTrue(poplar::Graph& graph, poplar::Tensor A, poplar::program::Sequence& prog,
                       const poplar::DebugContext& debugContext = {});

}  // namespace popops
