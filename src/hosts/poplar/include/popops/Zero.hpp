// SPDX-License-Identifier: Apache-2.0
// Tensors set to zero.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <vector>

namespace popops {

/// Every element of `t` becomes zero, on the tiles where it lies.
void zero(poplar::Graph& graph, const poplar::Tensor& t, poplar::program::Sequence& prog,
          const poplar::DebugContext& debugContext = {});
/// The same as vertices of a compute set.
void zero(poplar::Graph& graph, poplar::Tensor t,
          const std::vector<std::vector<poplar::Interval>>& tileRegions, poplar::ComputeSet zeroCS);
void zero(poplar::Graph& graph, const poplar::Tensor& t, poplar::ComputeSet zeroCS);
/// The given intervals of `t`, as vertices on one tile.
void zero(poplar::Graph& graph, const poplar::Tensor& t,
          const std::vector<poplar::Interval>& tileRegions, unsigned tile,
          poplar::ComputeSet zeroCS);

}  // namespace popops
