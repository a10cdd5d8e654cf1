// SPDX-License-Identifier: Apache-2.0
// A tensor program on the host: what its outputs hold, by the same arithmetic and without a
// machine.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// Bytes of inputs, by name.
using TensorInputs = std::map<std::string, std::vector<std::byte>>;

/// Category::unsupported, naming the tensor, for what no schedule computes either.
void require_computable(const TensorProgram& program);

/// The outputs' bytes, by TensorId (of other tensors none), operation by operation over whole
/// tensors, with the bits that a schedule of the program must give. An input that is not given is
/// zero, as memory is.
std::vector<std::vector<std::byte>> evaluate(const TensorProgram& program,
                                             const TensorInputs& inputs);

}  // namespace weft::program::tsp
