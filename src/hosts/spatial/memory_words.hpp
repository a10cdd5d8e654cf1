// SPDX-License-Identifier: Apache-2.0
// Memories of a Spatial program that the host sees, as words of a machine.
#pragma once

#include <cstdint>
#include <vector>

#include "program/rdu_tree.hpp"

namespace weft::hosts::spatial {

/// Whether the host fills it before an Accel, and whether one leaves something there for it.
bool is_given(program::rdu_tree::MemoryKind kind);
bool is_taken(const program::rdu_tree::Tree& tree, std::uint32_t memory);

/// A word a number, of a memory of a format of 32 bits at most; an argument that was never set is
/// 0. Category::internal for another format: no mapper takes it.
std::vector<std::uint32_t> to_words(const program::rdu_tree::Memory& memory,
                                    const std::vector<program::rdu_tree::Raw>& contents);
std::vector<program::rdu_tree::Raw> from_words(const program::rdu_tree::Memory& memory,
                                               const std::vector<std::uint32_t>& words);

}  // namespace weft::hosts::spatial
