// SPDX-License-Identifier: Apache-2.0
// The largest or smallest elements of the rows of a tensor.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <popops/SortOrder.hpp>
#include <utility>
#include <vector>

namespace popops {

struct TopKParams {
  unsigned k;           ///< elements of a row of the result
  bool largest;         ///< else the smallest ones
  SortOrder sortOrder;  ///< of the result; NONE: any
  bool stableSort;      ///< equal keys keep the order that they have in the input

  TopKParams(unsigned k, bool largest, SortOrder sortOrder, bool stableSort = false) noexcept;
};
std::ostream& operator<<(std::ostream& os, const TopKParams& p);

// Rows lie along the last dimension. Keys and values are float, half, int or unsigned; a NaN counts
// as larger than any number. poplibs_error for other types, shapes that differ, or a k that is
// larger than a row.

/// A tensor whose rows are spread as the functions below want them.
poplar::Tensor createTopKInput(poplar::Graph& graph, const poplar::Type& type,
                               const std::vector<std::size_t>& shape, const TopKParams& params,
                               const poplar::DebugContext& debugContext = {});

/// The k largest or smallest of each row.
poplar::Tensor topK(poplar::Graph& graph, poplar::program::Sequence& prog, const poplar::Tensor& t,
                    const TopKParams& params, const poplar::DebugContext& debugContext = {});

/// The same, and the values at their places. poplibs_error for a stable sort.
std::pair<poplar::Tensor, poplar::Tensor> topKKeyValue(
    poplar::Graph& graph, poplar::program::Sequence& prog, const poplar::Tensor& keys,
    const poplar::Tensor& values, const TopKParams& params,
    const poplar::DebugContext& debugContext = {});

/// The same, and their places in the row, unsigned. Where a stable sort must leave out some of
/// several equal elements, it leaves out those of the higher places.
std::pair<poplar::Tensor, poplar::Tensor> topKWithPermutation(
    poplar::Graph& graph, poplar::program::Sequence& prog, const poplar::Tensor& t,
    const TopKParams& params, const poplar::DebugContext& debugContext = {});

}  // namespace popops
