// SPDX-License-Identifier: Apache-2.0
// How a tensor is cloned.
#pragma once

#include <ostream>

namespace poplar {

/// In which order a clone's elements lie in its new variables.
enum class TensorCloneMethod {
  PRESERVE_ORDER_AND_ALIASES,  ///< as in the original; what was one element stays one
  CREATE_NEW_ORDER,            ///< in order of the tensor
  PRESERVE_ORDER_UNLESS_ALIASES,
  GATHER_AND_PRESERVE_TILE_ORDER_AND_ALIASES
};
enum class TensorCloneDuplicationMethod {
  DUPLICATE_BY_OUTER_DIMENSION,
  DUPLICATE_BY_TILE_CONTIGUOUS_REGION
};
std::ostream& operator<<(std::ostream& out, TensorCloneMethod method);

}  // namespace poplar
