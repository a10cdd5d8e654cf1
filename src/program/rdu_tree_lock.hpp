// SPDX-License-Identifier: Apache-2.0
// Locks on the chip, as what the mapper knows.
#pragma once

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {

/// What reads an element of a LockSRAM, adds to it and writes it back while it holds a lock becomes
/// one read_modify_write, which is done a word a cycle: no lock is needed then. The memory becomes
/// an sram. Category::unsupported with file, line and column for what else holds a lock, and for
/// memories off the chip.
void lower_locks(Tree& tree);

}  // namespace weft::program::rdu_tree
