// SPDX-License-Identifier: Apache-2.0
// The two choices of a cut: how many slices each way, and where the lines run. Internal to
// partition.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/geometry.hpp"
#include "partition/partition.hpp"

namespace weft::partition {

/// Slices each way (width, height) for at most `ranks` slices, none of them empty. Cut::chips: the
/// width is the most of any row.
std::pair<std::uint32_t, std::uint32_t> choose_grid(const Rectangle& region, std::uint32_t ranks,
                                                    Cut cut);

/// parts + 1 line positions, from 0 to costs.size(), that balance the costs; every part holds at
/// least one item. parts <= costs.size().
std::vector<std::uint32_t> balanced_lines(std::span<const std::uint64_t> costs,
                                          std::uint32_t parts);

}  // namespace weft::partition
