// SPDX-License-Identifier: Apache-2.0
// Host arrays to the parts that ranks hold, and back.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/geometry.hpp"
#include "engine/command.hpp"

namespace weft::engine {

/// The part of `data` (in the command's order) for each slice: the tiles of slice and command in
/// common, row-major, a tile's elements side by side. Empty where they have none in common.
std::vector<std::vector<std::byte>> split(const HostCommand& command,
                                          std::span<const std::byte> data,
                                          std::span<const Rectangle> slices);

/// The inverse: parts by slice to one array in the command's order.
std::vector<std::byte> join(const HostCommand& command,
                            std::span<const std::vector<std::byte>> parts,
                            std::span<const Rectangle> slices);

}  // namespace weft::engine
