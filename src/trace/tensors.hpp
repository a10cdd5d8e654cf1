// SPDX-License-Identifier: Apache-2.0
// Several arrays in one file.
#pragma once

#include <string>
#include <vector>

#include "trace/tensor.hpp"

namespace weft::trace {

/// Writes an HDF5 file with a dataset for each: whole or not at all. Category::system when it
/// cannot be written.
void write_tensors(const std::string& path, const std::vector<NamedTensor>& tensors);

}  // namespace weft::trace
