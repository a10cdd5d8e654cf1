// SPDX-License-Identifier: Apache-2.0
// Seeds of the tiles' random number generators: not modelled as state, so unsupported.
#pragma once

#include <poplar/DebugContext.hpp>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace poplar {

Tensor getHwSeeds(Graph& graph, program::Sequence& prog, const DebugContext& debugContext = {});
void setHwSeeds(Graph& graph, const Tensor& seeds, program::Sequence& prog,
                const DebugContext& debugContext = {});

}  // namespace poplar
