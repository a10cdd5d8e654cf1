// SPDX-License-Identifier: Apache-2.0
// Random numbers on tiles.
#pragma once

#include <cstdint>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace poprand {

// Every number is a function of the seed, the modifier and the element's place in the tensor alone.
// masterSeed: two unsigned that the program supplies; null: a counter of the graph's own, another
// one a call and a run. Results lie where `reference` lies and have its shape.

/// Uniform in [minVal, maxVal); integers: in [minVal, maxVal].
poplar::Tensor uniform(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                       std::uint32_t seedModifier, const poplar::Tensor& reference,
                       const poplar::Type& outType, double minVal, double maxVal,
                       poplar::program::Sequence& prog,
                       const poplar::DebugContext& debugContext = {});
/// Between minVal and maxVal, both positive, such that the logarithm is uniform (whatever the
/// base).
poplar::Tensor logUniform(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                          std::uint32_t seedModifier, const poplar::Tensor& reference,
                          const poplar::Type& outType, double minVal, double maxVal,
                          poplar::program::Sequence& prog, double base = 2.718281828459045,
                          const poplar::DebugContext& debugContext = {});
/// 1 with probability `prob`, else 0.
poplar::Tensor bernoulli(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                         std::uint32_t seedModifier, const poplar::Tensor& reference,
                         const poplar::Type& outType, double prob, poplar::program::Sequence& prog,
                         const poplar::DebugContext& debugContext = {});
/// Gaussian.
poplar::Tensor normal(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                      std::uint32_t seedModifier, const poplar::Tensor& reference,
                      const poplar::Type& outType, double mean, double stdDev,
                      poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {});
/// Gaussian, drawn again while further than alpha standard deviations from the mean.
poplar::Tensor truncatedNormal(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                               std::uint32_t seedModifier, const poplar::Tensor& reference,
                               const poplar::Type& outType, double mean, double stdDev,
                               double alpha, poplar::program::Sequence& prog,
                               const poplar::DebugContext& debugContext = {});
/// in[i] * scale with probability keepProbability, else 0.
poplar::Tensor dropout(poplar::Graph& graph, const poplar::Tensor* masterSeed,
                       std::uint32_t seedModifier, const poplar::Tensor& in,
                       const poplar::Tensor& reference, double keepProbability, double scale,
                       poplar::program::Sequence& prog,
                       const poplar::DebugContext& debugContext = {});
/// Seeds the tiles' own generators, those of stochastic rounding.
void setSeed(poplar::Graph& graph, const poplar::Tensor& masterSeed, std::uint32_t seedModifier,
             poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {});

}  // namespace poprand
