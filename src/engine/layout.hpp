// SPDX-License-Identifier: Apache-2.0
// Host arrays to the parts that ranks hold, and back.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/geometry.hpp"
#include "engine/command.hpp"

namespace weft::engine {

/// Whether a slice's part of an array in the command's order is that array, byte for byte.
bool is_whole(const HostCommand& command, const Rectangle& slice);

/// The part of `data` (in the command's order) for a slice: the tiles of slice and command in
/// common, row-major, a tile's elements side by side. Empty where they have none in common.
std::vector<std::byte> take_part(const HostCommand& command, std::span<const std::byte> data,
                                 const Rectangle& slice);

/// The inverse: puts a slice's part where it belongs in `data`.
void put_part(const HostCommand& command, std::span<const std::byte> part, const Rectangle& slice,
              std::span<std::byte> data);

}  // namespace weft::engine
