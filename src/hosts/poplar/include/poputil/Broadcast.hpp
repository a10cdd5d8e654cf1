// SPDX-License-Identifier: Apache-2.0
// Shapes made equal by repeating dimensions of length 1.
#pragma once

#include <cstddef>
#include <poplar/Tensor.hpp>
#include <vector>

namespace poputil {

/// Views of `a` of the given shape: leading dimensions are added, those of length 1 repeated.
/// poplibs_error when a dimension is neither equal nor 1.
void broadcastToMatch(poplar::Tensor& a, const std::vector<std::size_t>& shape);
/// Both (all three) views get the shape that each can be broadcast to.
void broadcastToMatch(poplar::Tensor& a, poplar::Tensor& b);
void broadcastToMatch(poplar::Tensor& a, poplar::Tensor& b, poplar::Tensor& c);
/// Whether the shapes can be broadcast to one another.
bool canBroadcastToMatch(const poplar::Tensor& a, const poplar::Tensor& b);
/// `a` with dimensions of length 1 before its own until it has the rank of `b`.
poplar::Tensor extendDimensionsToMatch(const poplar::Tensor& a, const poplar::Tensor& b);

}  // namespace poputil
