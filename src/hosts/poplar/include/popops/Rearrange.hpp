// SPDX-License-Identifier: Apache-2.0
// Matrices laid out otherwise.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Tensor.hpp>
#include <poputil/VarStructure.hpp>

namespace popops {
namespace rearrange {

/// A new tensor [...][columns][rows] of `in` [...][rows][columns], made by `cs`: each matrix on the
/// tile of its first element. Types float, half, int, unsigned; poplibs_error for others, and for
/// fewer than two dimensions.
poplar::Tensor partialTranspose(poplar::Graph& graph, const poplar::Tensor& in,
                                const poplar::ComputeSet& cs,
                                const poplar::DebugContext& debugContext = {});

}  // namespace rearrange
}  // namespace popops
