// SPDX-License-Identifier: Apache-2.0
// Tensors as PrintTensor writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hosts/poplar/api/program_support.hpp"

namespace poplar::core {

/// "title: [1 2 3]"; more dimensions nest, a row a line. `data` is row-major.
std::string printed(const PrintJob& job, const std::vector<std::uint64_t>& shape,
                    std::span<const std::byte> data);

}  // namespace poplar::core
