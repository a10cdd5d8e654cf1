// SPDX-License-Identifier: Apache-2.0
// Memories that other memories and registers can stand for.
#pragma once

#include "program/rdu_tree.hpp"

namespace weft::program::rdu_tree {

/// The same tree, which schedule() has been through, without LIFOs (an sram and how many numbers it
/// holds), line buffers (an sram and where its newest line is) and registers that are reset.
/// Unsupported with a sentence where it can't be said so.
Tree lowered(const Tree& tree);

}  // namespace weft::program::rdu_tree
