// SPDX-License-Identifier: Apache-2.0
// What the libraries throw when they are asked for something that cannot be.
#pragma once

#include <stdexcept>
#include <string>

namespace poputil {

/// Shapes, types or arguments that do not go together.
struct poplibs_error : std::runtime_error {
  explicit poplibs_error(const std::string& what) : std::runtime_error(what) {}
  explicit poplibs_error(const char* what) : std::runtime_error(what) {}
};

}  // namespace poputil
