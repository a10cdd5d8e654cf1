// SPDX-License-Identifier: Apache-2.0
// What a controller tree can say and the mapper to units does not know yet.
#pragma once

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {

/// Category::unsupported, with file, line and column, for what rdu::map() would pass over: state
/// machines, tiles with a step, tiles of memories that are no SRAM and no FIFO. Of all else that it
/// lacks it says so itself.
void require_mapped(const Tree& tree);

}  // namespace weft::program::rdu_tree
