// SPDX-License-Identifier: Apache-2.0
// Items of a stream as the 32-bit words that enter or leave the tiles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cli/job/job_data.hpp"

namespace weft::cli {

/// Items first .. first + count - 1 as words, [tile][item][element]; elements of 16 bits take the
/// low half of a word.
std::vector<std::byte> to_words(const TileData& data, std::uint64_t tiles, std::uint64_t first,
                                std::uint64_t count);

/// The inverse, into data.bytes; items, elements and type say what the words are.
void from_words(std::span<const std::byte> words, std::uint64_t tiles, TileData& data);

}  // namespace weft::cli
