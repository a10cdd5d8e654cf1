// SPDX-License-Identifier: Apache-2.0
// Loops with a counter on the device.
#pragma once

#include <cstddef>
#include <functional>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace popops {

/// Makes the body of a loop for its counter, unsigned [1].
using CountedLoopBodyType = std::function<poplar::program::Program(const poplar::Tensor&)>;

/// for (i = begin; i < end; i += step) body(i), with i on tile 0. poplibs_error unless begin < end
/// and step > 0.
poplar::program::Sequence countedLoop(poplar::Graph& graph, std::size_t begin, std::size_t end,
                                      std::size_t step, const CountedLoopBodyType& body,
                                      const poplar::DebugContext& debugContext = {});
/// for (i = 0; i < count; ++i) body(i).
poplar::program::Sequence countedLoop(poplar::Graph& graph, std::size_t count,
                                      const CountedLoopBodyType& body,
                                      const poplar::DebugContext& debugContext = {});

/// Adds to `prog`: count += countStep on `tile`. Returns whether it is not countLimit.
poplar::Tensor addForLoopCounterVertex(poplar::Graph& graph, const poplar::Tensor& count,
                                       const poplar::Tensor& countLimit, int countStep,
                                       unsigned tile, poplar::program::Sequence& prog,
                                       const poplar::DebugContext& debugContext = {});

/// for (count = initialCount; count != countLimit; count += countStep) body, where the limit is
/// known when the program runs. Counter and limit have one element, both int or both unsigned.
poplar::program::Sequence countedForLoop(poplar::Graph& graph, const poplar::Tensor& count,
                                         int initialCount, const poplar::Tensor& countLimit,
                                         int countStep, const poplar::program::Program& body,
                                         const poplar::DebugContext& debugContext = {});
/// The same with a counter of its own.
poplar::program::Sequence countedForLoop(poplar::Graph& graph, int initialCount,
                                         const poplar::Tensor& countLimit, int countStep,
                                         const poplar::program::Program& body,
                                         const poplar::DebugContext& debugContext = {});

}  // namespace popops
