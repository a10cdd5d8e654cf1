// SPDX-License-Identifier: Apache-2.0
// Unit graphs that are measured.
#pragma once

#include <cstdint>

#include "program/rdu.hpp"

namespace weft::cli::bench {

/// c = a x b of f32, size x size each, from DRAM and back; rows of a, all of b and rows of c in
/// memories, 16 columns at a time. `size` is a multiple of 16.
program::rdu::Program rdu_product(std::uint32_t size);
/// Outer products of `rows` rows less a mean row, added up in a memory, from DRAM and back: of
/// `columns` each, a multiple of 16.
program::rdu::Program rdu_outer(std::uint32_t rows, std::uint32_t columns);
/// Units by twos: one counts, the other adds up; all of them are busy in every cycle.
program::rdu::Program rdu_pairs(std::uint32_t pairs, std::uint32_t firings);
/// Three stages that hand over buffers of 64 words to each other, `rounds` times.
program::rdu::Program rdu_stages(std::uint32_t rounds);
/// Two streams in order of size, made one: `words` in all.
program::rdu::Program rdu_merge(std::uint32_t words);
/// Streams of `words` each, added up by twos; `leaves` is a power of two.
program::rdu::Program rdu_tree(std::uint32_t leaves, std::uint32_t words);

}  // namespace weft::cli::bench
