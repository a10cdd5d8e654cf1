// SPDX-License-Identifier: Apache-2.0
// Operators that only move elements, on constants: their bytes move, no number is made of them.
#pragma once

#include <optional>
#include <vector>

#include "graph/operator.hpp"
#include "graph/tensor.hpp"

namespace weft::graph {

/// The result of a Reshape, Transpose, Expand, Concat or Slice of these operands, of type `result`
/// (which is what `result_types` says of them); nullopt of any other operator. A result that lies
/// in its operand as one run shares the operand's bytes.
std::optional<Tensor> moved(const Operator& what, const std::vector<const Tensor*>& operands,
                            const TensorType& result);

}  // namespace weft::graph
