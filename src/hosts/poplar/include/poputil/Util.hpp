// SPDX-License-Identifier: Apache-2.0
// Work split over vertices and workers, and small helpers on shapes.
#pragma once

#include <climits>
#include <cstddef>
#include <poplar/Graph.hpp>
#include <poplar/Interval.hpp>
#include <poplar/Program.hpp>
#include <poplar/Target.hpp>
#include <poplar/Tensor.hpp>
#include <string>
#include <vector>

namespace poputil {

/// Splits regions over at most `maxPartitions` partitions at multiples of `grainSize` elements. A
/// partition gets at least `minElementsPerPartition` elements and at most
/// `maxElementsPerPartition`, which raises the number of partitions where it must.
std::vector<std::vector<poplar::Interval>> splitRegions(
    const std::vector<poplar::Interval>& regions, unsigned grainSize, unsigned maxPartitions,
    unsigned minElementsPerPartition = 0, unsigned maxElementsPerPartition = UINT_MAX,
    unsigned maxElementsPerRegion = UINT_MAX);

/// The same over the workers of a tile.
std::vector<std::vector<poplar::Interval>> splitRegionsBetweenWorkers(
    const poplar::Target& target, const std::vector<poplar::Interval>& regions, unsigned grainSize,
    unsigned minElementsPerPartition = 0, unsigned maxElementsPerPartition = UINT_MAX,
    unsigned maxElementsPerRegion = UINT_MAX);

/// The same for lists of intervals, each list one contiguous region.
std::vector<std::vector<std::vector<poplar::Interval>>> splitRegions(
    const std::vector<std::vector<poplar::Interval>>& regions, unsigned grainSize,
    unsigned maxPartitions, unsigned minElementsPerPartition = 0,
    unsigned maxElementsPerPartition = UINT_MAX, unsigned maxElementsPerRegion = UINT_MAX);
std::vector<std::vector<std::vector<poplar::Interval>>> splitRegionsBetweenWorkers(
    const poplar::Target& target, const std::vector<std::vector<poplar::Interval>>& regions,
    unsigned grainSize, unsigned minElementsPerPartition = 0,
    unsigned maxElementsPerPartition = UINT_MAX, unsigned maxElementsPerRegion = UINT_MAX);

/// Coordinates of an element in row-major order, and back.
std::vector<std::size_t> unflattenIndex(const std::vector<std::size_t>& shape, std::size_t index);
std::size_t flattenIndex(const std::vector<std::size_t>& shape,
                         const std::vector<std::size_t>& indices);

/// A copy of `in` made by `prog`.
poplar::Tensor duplicate(
    poplar::Graph& graph, const poplar::Tensor& in, poplar::program::Sequence& prog,
    const poplar::DebugContext& debugContext = {},
    poplar::TensorCloneMethod method = poplar::TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES);

/// The text of a shape: "{2,3}".
std::string shapeToString(const std::vector<std::size_t>& shape);

}  // namespace poputil
