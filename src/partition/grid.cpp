// SPDX-License-Identifier: Apache-2.0
// Grids with the fewest cut links; lines at the nearest balance.
#include "partition/grid.hpp"

#include <algorithm>

namespace weft::partition {

std::pair<std::uint32_t, std::uint32_t> choose_grid(const Rectangle& region, std::uint32_t ranks,
                                                    Cut cut) {
  if (cut == Cut::chips && ranks > region.height) {
    const std::uint32_t most_a_row = (ranks - 1) / region.height + 1;
    return {std::min(most_a_row, region.width), region.height};
  }
  if (cut != Cut::rectangles) return {1, std::min(ranks, region.height)};
  // As many slices as can hold a tile each; of those grids, the one with the fewest cut links.
  for (std::uint32_t slices = ranks; slices > 0; --slices) {
    std::uint64_t best = 0;
    std::pair<std::uint32_t, std::uint32_t> grid{0, 0};
    for (std::uint32_t width = 1; width <= std::min(slices, region.width); ++width) {
      if (slices % width != 0 || slices / width > region.height) continue;
      const std::uint32_t height = slices / width;
      const std::uint64_t links =
          std::uint64_t{width - 1} * region.height + std::uint64_t{height - 1} * region.width;
      if (grid.first == 0 || links < best) {
        best = links;
        grid = {width, height};
      }
    }
    if (grid.first != 0) return grid;
  }
  return {1, 1};
}

std::vector<std::uint32_t> balanced_lines(std::span<const std::uint64_t> costs,
                                          std::uint32_t parts) {
  const auto count = static_cast<std::uint32_t>(costs.size());
  std::vector<std::uint64_t> before(count + 1, 0);
  for (std::uint32_t i = 0; i < count; ++i) before[i + 1] = before[i] + costs[i];
  std::vector<std::uint32_t> lines(parts + 1, 0);
  lines[parts] = count;
  for (std::uint32_t p = 1; p < parts; ++p) {
    // Line p goes where the sum before it is nearest to p/parts of the whole; integers only.
    const std::uint64_t whole = before[count];
    const std::uint64_t want = whole / parts * p + whole % parts * p / parts;
    const auto distance = [&](std::uint32_t at) {
      return before[at] > want ? before[at] - want : want - before[at];
    };
    const std::uint32_t least = lines[p - 1] + 1;
    const std::uint32_t most = count - (parts - p);
    lines[p] = least;
    for (std::uint32_t at = least; at <= most; ++at) {
      if (distance(at) < distance(lines[p])) lines[p] = at;
    }
  }
  return lines;
}

}  // namespace weft::partition
