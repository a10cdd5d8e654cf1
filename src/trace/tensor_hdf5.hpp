// SPDX-License-Identifier: Apache-2.0
// Single datasets in HDF5 files, serially; internal to trace, used through tensor.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "trace/tensor.hpp"

namespace weft::trace {

/// See read_tensor() and write_tensor().
Tensor read_hdf5_tensor(const std::string& path, const std::string& dataset);
void write_hdf5_tensor(const std::string& path, const std::string& dataset, const Tensor& tensor);
void write_hdf5_tensors(const std::string& path,
                        const std::vector<std::pair<std::string, const Tensor*>>& tensors);

/// Bytes of an array of that type and shape; Category::input naming `where` when they do not fit
/// 63 bits.
std::uint64_t checked_bytes(const std::string& where, ElementType type,
                            const std::vector<std::uint64_t>& shape);

}  // namespace weft::trace
