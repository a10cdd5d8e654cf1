// SPDX-License-Identifier: Apache-2.0
// Results of elementwise operations, made beforehand.
#pragma once

#include <poplar/Graph.hpp>
#include <poplar/Tensor.hpp>
#include <poplar/Type.hpp>
#include <vector>

namespace popops {

/// A new tensor where the result of an operation on `inputs` (of one shape) would lie: a clone of
/// the input that is spread over most tiles.
poplar::Tensor createOutputForElementWiseOp(poplar::Graph& graph,
                                            const std::vector<poplar::Tensor>& inputs,
                                            const poplar::Type& outputType,
                                            const poplar::DebugContext& debugContext = {});

}  // namespace popops
