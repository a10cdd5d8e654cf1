// SPDX-License-Identifier: Apache-2.0
// Convolutions on the AMP units.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <poplin/ConvParams.hpp>
#include <poplin/PlanningCache.hpp>

namespace poplin {

// Tensors: activations [batch][channels of all groups][field...]; weights [groups][output channels]
// [input channels][kernel...]. Fields have one or two dimensions; more are Unsupported. Options:
// partialsType (float, half); pass, remapOutputTensor, use128BitConvUnitLoad and
// availableMemoryProportion change nothing.

/// Activations placed and laid out as the convolution wants them.
poplar::Tensor createInput(poplar::Graph& graph, const ConvParams& params,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}, PlanningCache* cache = nullptr);
poplar::Tensor createWeights(poplar::Graph& graph, const ConvParams& params,
                             const poplar::DebugContext& debugContext = {},
                             const poplar::OptionFlags& options = {},
                             PlanningCache* cache = nullptr);
/// One bias for every channel of `activations`, placed near them.
poplar::Tensor createBiases(poplar::Graph& graph, const poplar::Tensor& activations,
                            const poplar::DebugContext& debugContext = {},
                            const poplar::OptionFlags& options = {},
                            PlanningCache* cache = nullptr);

/// [batch][output channels][output field...] in params.outputType. The sum is formed by groups of
/// input channels (16 half, 8 float) in ascending order, in a group by kernel element in row-major
/// order, in those by channel. transposeAndFlipWeights: weights of the forward pass, for the
/// backward pass.
poplar::Tensor convolution(poplar::Graph& graph, const poplar::Tensor& in,
                           const poplar::Tensor& weights, const ConvParams& params,
                           bool transposeAndFlipWeights, poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}, PlanningCache* cache = nullptr);
void convolutionWithOutput(poplar::Graph& graph, const poplar::Tensor& in,
                           const poplar::Tensor& weights, const poplar::Tensor& out,
                           const ConvParams& params, bool transposeAndFlipWeights,
                           poplar::program::Sequence& prog,
                           const poplar::DebugContext& debugContext = {},
                           const poplar::OptionFlags& options = {}, PlanningCache* cache = nullptr);

/// in[batch][channel][field...] += biases[channel].
void addBias(poplar::Graph& graph, const poplar::Tensor& in, const poplar::Tensor& biases,
             poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
             const poplar::OptionFlags& options = {});

/// transformed = weights with input and output channels exchanged and the kernel flipped.
void weightsTransposeChansFlipXY(poplar::Graph& graph, const poplar::Tensor& weightsIn,
                                 const poplar::Tensor& weightsOut, poplar::program::Sequence& prog,
                                 const poplar::DebugContext& debugContext = {},
                                 const poplar::OptionFlags& options = {},
                                 PlanningCache* cache = nullptr);

}  // namespace poplin
