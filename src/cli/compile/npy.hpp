// SPDX-License-Identifier: Apache-2.0
// NumPy's files of one array: .npy.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trace/tensor.hpp"

namespace weft::cli {

/// Versions 1 to 3. Category::input, naming `where`, for what is broken; Category::unsupported for
/// types that weft has not, for another byte order than little-endian and for Fortran's order.
trace::Tensor tensor_of_npy(const std::vector<std::byte>& file, const std::string& where);

}  // namespace weft::cli
