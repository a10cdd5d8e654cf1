// SPDX-License-Identifier: Apache-2.0
// How a new variable is laid on the tiles.
#pragma once

#include <ostream>

namespace poplar {

enum class VariableMappingMethod {
  NONE,   ///< not at all: the program sets it
  LINEAR  ///< in order, the same share on every tile
};
inline std::ostream& operator<<(std::ostream& out, VariableMappingMethod method) {
  return out << (method == VariableMappingMethod::NONE ? "none" : "linear");
}

}  // namespace poplar
