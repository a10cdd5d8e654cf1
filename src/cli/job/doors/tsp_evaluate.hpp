// SPDX-License-Identifier: Apache-2.0
// A tensor program on the host: what its outputs hold, by the same arithmetic and without a
// machine.
#pragma once

#include <string>

#include "cli/job/host_expression.hpp"
#include "program/tsp_tensor.hpp"

namespace weft::cli {

/// Tensor `output` of the program, operation by operation over whole tensors, with the bits that a
/// schedule of the program must give. An input that was not copied in is zero, as memory is.
/// Without bytes where an input has none. Category::unsupported, naming the tensor, for what no
/// schedule computes.
trace::Tensor evaluate_tensors(const program::tsp::TensorProgram& program, const HostArrays& inputs,
                               const std::string& output);

}  // namespace weft::cli
