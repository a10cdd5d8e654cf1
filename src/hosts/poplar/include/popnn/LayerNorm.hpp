// SPDX-License-Identifier: Apache-2.0
// Normalisation of each batch item by its own mean and deviation.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <utility>

namespace popnn {

// Activations [batch][channels][field...]; mean and invStdDev are [batch], gamma and beta
// [channels].

/// Mean and 1 / sqrt(variance + eps) of each batch item. Variance is that about the mean, over n,
/// or over n - 1 with unbiasedVarEstimate. stableAlgo and partialsType change nothing: sums are
/// float.
std::pair<poplar::Tensor, poplar::Tensor> layerNormStatistics(
    poplar::Graph& graph, const poplar::Tensor acts, float eps, poplar::program::Sequence& prog,
    bool unbiasedVarEstimate, bool stableAlgo = false,
    const poplar::Type& partialsType = poplar::FLOAT, const poplar::DebugContext& debugContext = {},
    const poplar::OptionFlags& options = {});

/// (acts - mean) * invStdDev.
poplar::Tensor layerNormWhiten(poplar::Graph& graph, const poplar::Tensor& acts,
                               const poplar::Tensor& mean, const poplar::Tensor& invStdDev,
                               poplar::program::Sequence& prog,
                               const poplar::DebugContext& debugContext = {},
                               const poplar::OptionFlags& options = {});

/// gamma * whitened + beta, and the whitened activations.
std::pair<poplar::Tensor, poplar::Tensor> layerNormalise(
    poplar::Graph& graph, const poplar::Tensor& acts, const poplar::Tensor& gamma,
    const poplar::Tensor& beta, const poplar::Tensor& mean, const poplar::Tensor& invStdDev,
    poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
    const poplar::OptionFlags& options = {});

}  // namespace popnn
