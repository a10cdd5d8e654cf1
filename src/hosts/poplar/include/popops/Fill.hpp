// SPDX-License-Identifier: Apache-2.0
// Tensors set to a number.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <vector>

namespace popops {

namespace detail {
void fillWith(poplar::Graph& graph, const poplar::Tensor& t, double value,
              poplar::program::Sequence& prog, const poplar::DebugContext& debugContext);
void fillWith(poplar::Graph& graph, const poplar::Tensor& t, double value,
              poplar::ComputeSet fillCS);
void fillWith(poplar::Graph& graph, const poplar::Tensor& t,
              const std::vector<poplar::Interval>& tileRegions, unsigned tile, double value,
              poplar::ComputeSet fillCS);
}  // namespace detail

/// Every element of `t` becomes `fillValue`, converted to its type, on the tiles where it lies.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t, poplar::program::Sequence& prog,
          FillValueType fillValue, const poplar::DebugContext& debugContext = {}) {
  detail::fillWith(graph, t, static_cast<double>(fillValue), prog, debugContext);
}
/// The same as vertices of a compute set.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t, poplar::ComputeSet fillCS,
          FillValueType fillValue) {
  detail::fillWith(graph, t, static_cast<double>(fillValue), fillCS);
}
/// The given intervals of `t`, as vertices on one tile.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t,
          const std::vector<poplar::Interval>& tileRegions, unsigned tile,
          poplar::ComputeSet fillCS, FillValueType fillValue) {
  detail::fillWith(graph, t, tileRegions, tile, static_cast<double>(fillValue), fillCS);
}

}  // namespace popops
