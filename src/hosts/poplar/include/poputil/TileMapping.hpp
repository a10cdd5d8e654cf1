// SPDX-License-Identifier: Apache-2.0
// Spreading tensors over tiles.
#pragma once

#include <cstddef>
#include <poplar/DebugContext.hpp>
#include <poplar/Graph.hpp>
#include <poplar/Interval.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <utility>
#include <vector>

namespace poputil {

/// Intervals of the flattened tensor by tile, in order: every tile gets about the same number of
/// grains of `grainSize` elements, and at least `minElementsPerTile` elements while there are some.
std::vector<std::vector<poplar::Interval>> calcLinearTileMapping(const poplar::Graph& graph,
                                                                 std::vector<std::size_t> shape,
                                                                 unsigned minElementsPerTile,
                                                                 unsigned grainSize);
/// The same with at least 128 bytes a tile and grains of the vector width of the element type.
std::vector<std::vector<poplar::Interval>> calcLinearTileMapping(const poplar::Graph& graph,
                                                                 const poplar::Tensor& t);

/// Maps a tensor as calcLinearTileMapping says.
void mapTensorLinearly(poplar::Graph& graph, const poplar::Tensor& t, unsigned minElementsPerTile,
                       unsigned grainSize);
void mapTensorLinearly(poplar::Graph& graph, const poplar::Tensor& t);

/// The same, `offset` tiles on (cyclically); downwards from the last tile when not `ascending`.
/// Returns the tile after the last one used.
unsigned mapTensorLinearlyWithOffset(poplar::Graph& graph, const poplar::Tensor& t,
                                     unsigned minElementsPerTile, unsigned grainSize,
                                     unsigned offset, bool ascending = true);
unsigned mapTensorLinearlyWithOffset(poplar::Graph& graph, const poplar::Tensor& t, unsigned offset,
                                     bool ascending = true);

/// Elements on the fullest tile above the average, in elements.
unsigned getTileImbalance(const std::vector<std::vector<poplar::Interval>>& mapping,
                          unsigned minElementsPerTile = 0, unsigned grainSize = 1);
unsigned getTileImbalance(const poplar::Graph& graph, const poplar::Tensor& t,
                          unsigned minElementsPerTile = 0, unsigned grainSize = 1);

/// Maps the tensor linearly when its imbalance is above `imbalanceThreshold` elements.
void rebalanceTensor(poplar::Graph& graph, const poplar::Tensor& t, unsigned minElementsPerTile,
                     unsigned grainSize, unsigned imbalanceThreshold);
void rebalanceTensor(poplar::Graph& graph, const poplar::Tensor& t);

/// A clone of `t` whose elements lie on the same tiles of another IPU.
poplar::Tensor cloneToIpu(
    poplar::Graph& graph, const poplar::Tensor& t, unsigned dstIPU,
    const poplar::DebugContext& debugContext = {},
    poplar::TensorCloneMethod method = poplar::TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES);

/// Copies `t` to the tiles of another IPU, in the program, and returns the copy.
poplar::Tensor copyToIpu(
    poplar::Graph& graph, const poplar::Tensor& t, poplar::program::Sequence& prog, unsigned dstIPU,
    const poplar::DebugContext& debugContext = {},
    poplar::TensorCloneMethod method = poplar::TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES);

}  // namespace poputil
