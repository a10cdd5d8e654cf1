// SPDX-License-Identifier: Apache-2.0
// Memories of which an iteration reads what it did not write.
#pragma once

#include <vector>

#include "program/rdu_map_scope.hpp"

namespace weft::program::rdu {

/// Of each memory, whether an iteration of its owner certainly reads an element that nothing in it
/// may write: ranges of indices tell, where they are known.
std::vector<bool> partly_written(const TreeShape& shape);

}  // namespace weft::program::rdu
