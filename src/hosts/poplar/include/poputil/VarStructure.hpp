// SPDX-License-Identifier: Apache-2.0
// How tensors lie in memory: groups of neighbours, and tensors made of contiguous parts.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <poplar/Graph.hpp>
#include <poplar/Tensor.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

namespace poputil {

/// How many neighbours along the last dimension lie one after the other on a tile, judged by the
/// first row; 1 where that does not divide the dimension. poplibs_error for a tensor of rank 0.
unsigned detectInnermostGrouping(const poplar::Graph& graph, const poplar::Tensor& t);

/// A dimension and the size of its groups.
using GroupingInfo = std::pair<unsigned, unsigned>;

/// The groups from the innermost one outwards; a dimension may come more than once.
std::vector<GroupingInfo> detectDimGroupings(const poplar::Graph& graph, const poplar::Tensor& t);

/// A tensor, mapped nowhere, of which each of nPartitions[d] parts along the dimensions d is one
/// contiguous region. Parts have ceil(shape[d] / nPartitions[d]) elements, the last ones fewer or
/// none. poplibs_error unless there is a number of partitions, not 0, for each dimension.
poplar::Tensor createPartitionableTensor(poplar::Graph& graph, const poplar::Type& type,
                                         const std::vector<std::size_t>& shape,
                                         const std::vector<std::size_t>& nPartitions,
                                         const poplar::DebugContext& debugContext = {});

/// Calls `f` with the index and the slice of each such part, the first dimension's fastest.
void iterateTensorPartitions(
    const poplar::Tensor& t, const std::vector<std::size_t>& nPartitions,
    const std::function<void(const std::vector<std::size_t>& i, const poplar::Tensor& s)>& f);

}  // namespace poputil
