// SPDX-License-Identifier: Apache-2.0
// Tensors set to a number.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <string>
#include <type_traits>
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
[[noreturn]] void refuseNumber(const std::string& number);

/// The number as a double; refused when it has more digits than one holds.
template <typename T>
double exactly(T value) {
  const auto out = static_cast<double>(value);
  if constexpr (std::is_integral<T>::value) {
    if (static_cast<long double>(out) != static_cast<long double>(value)) {
      refuseNumber(std::to_string(value));
    }
  }
  return out;
}
}  // namespace detail

/// Every element of `t` becomes `fillValue`, converted to its type, on the tiles where it lies.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t, poplar::program::Sequence& prog,
          FillValueType fillValue, const poplar::DebugContext& debugContext = {}) {
  detail::fillWith(graph, t, detail::exactly(fillValue), prog, debugContext);
}
/// The same as vertices of a compute set.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t, poplar::ComputeSet fillCS,
          FillValueType fillValue) {
  detail::fillWith(graph, t, detail::exactly(fillValue), fillCS);
}
/// The given intervals of `t`, as vertices on one tile.
template <typename FillValueType>
void fill(poplar::Graph& graph, const poplar::Tensor& t,
          const std::vector<poplar::Interval>& tileRegions, unsigned tile,
          poplar::ComputeSet fillCS, FillValueType fillValue) {
  detail::fillWith(graph, t, tileRegions, tile, detail::exactly(fillValue), fillCS);
}

}  // namespace popops
