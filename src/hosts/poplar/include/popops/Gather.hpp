// SPDX-License-Identifier: Apache-2.0
// Rows of a tensor picked by number.
#pragma once

#include <cstddef>
#include <poplar/Graph.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <vector>

namespace popops {

/// out[i] = input[indices[i]]: rows along `axis`, for `indices` [n] of an unsigned type; the result
/// has n in place of that dimension. An index out of range gives zeros.
poplar::Tensor gather(poplar::Graph& graph, const poplar::Tensor& input,
                      const poplar::Tensor& indices, unsigned axis, poplar::program::Sequence& prog,
                      const poplar::DebugContext& debugContext = {});

}  // namespace popops
