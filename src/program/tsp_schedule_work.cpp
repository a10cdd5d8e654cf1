// SPDX-License-Identifier: Apache-2.0
// Rounds of tiles, and chunks of rows in them.
#include "program/tsp_schedule_work.hpp"

#include <algorithm>
#include <cstddef>

namespace weft::program::tsp {

std::vector<PlaneWork> work_of(const Product& product, const Division& division,
                               std::uint32_t tiles, Hemisphere hemisphere, const Timing& timing,
                               const ScheduleOptions& options) {
  constexpr std::uint64_t rows_at_once = 256;  // with one tile of K: more wait longer for ALUs
  std::vector<PlaneWork> of_plane(planes_a_hemisphere);
  const std::uint64_t held = product.most_tiles() == 1 ? rows_at_once : timing.mxm_accumulator_rows;
  const std::uint64_t most = std::min(held, options.rows_at_once);
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    for (const Share& share : makers_of(product, division, tile)) {
      if (share.hemisphere != hemisphere) continue;
      const std::uint32_t plane = share.plane % planes_a_hemisphere;
      const std::size_t first = of_plane[plane].size();
      const bool alike = options.weights_once && !division.rows_by_hemisphere;
      const std::uint64_t chunk = alike ? share_of(share.rows, share_of(share.rows, most)) : most;
      for (std::uint64_t at = 0; at < share.rows; at += chunk) {
        const std::uint64_t batch =
            product.batches > 1 ? share.first / (product.rows / product.batches) : 0;
        of_plane[plane].push_back(
            {plane, tile, batch, share.first + at, std::min(chunk, share.rows - at)});
      }
      // Hemispheres that take the same rows begin with other ones: they would wait for each
      // other's reads.
      if (alike && hemisphere == Hemisphere::east) {
        std::reverse(of_plane[plane].begin() + static_cast<std::ptrdiff_t>(first),
                     of_plane[plane].end());
      }
    }
  }
  std::vector<PlaneWork> out(std::max(of_plane[0].size(), of_plane[1].size()));
  for (const PlaneWork& parts : of_plane) {
    for (std::size_t i = 0; i < parts.size(); ++i) out[i].push_back(parts[i]);
  }
  return out;
}

}  // namespace weft::program::tsp
