// SPDX-License-Identifier: Apache-2.0
// NumPy's .npy files (formats 1.0, 2.0, 3.0); internal to trace, used through tensor.hpp.
#pragma once

#include <string>

#include "trace/tensor.hpp"

namespace weft::trace {

/// See read_tensor() and write_tensor().
Tensor read_npy(const std::string& path);
void write_npy(const std::string& path, const Tensor& tensor);

}  // namespace weft::trace
