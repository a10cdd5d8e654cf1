// SPDX-License-Identifier: Apache-2.0
// A matrix as the product of an orthogonal and a triangular one.
#pragma once

#include <array>
#include <cstddef>
#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>

namespace poplin {
namespace experimental {

/// A [m][n] and Q [m][m], placed so that the factorization need not rearrange them.
std::array<poplar::Tensor, 2> createQRFactorizationMatrices(
    poplar::Graph& graph, const poplar::Type& type, std::size_t m, std::size_t n,
    const poplar::DebugContext& debugContext = {});

/// Householder's: A [m][n], float, m >= n, becomes R; Q, which the program has set to the identity,
/// becomes Q with A = Q R. Below its diagonal R is zero; a diagonal element has the sign opposite
/// to that of what stood there in its step. Option rowsPerIteration, a positive number, changes
/// nothing: the loop is on the device. poplibs_error for other shapes and types.
void QRFactorization(poplar::Graph& graph, poplar::Tensor& A, poplar::Tensor& Q,
                     poplar::program::Sequence& prog, const poplar::DebugContext& debugContext = {},
                     const poplar::OptionFlags& options = {});

}  // namespace experimental
}  // namespace poplin
