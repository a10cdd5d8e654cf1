// SPDX-License-Identifier: Apache-2.0
// How a product on a TSP's planes is shared out: rows and tiles over hemispheres and planes.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

std::size_t Product::number_of_tile(std::uint64_t batch, std::uint32_t tile, std::size_t k) const {
  if (own_tiles.empty()) {
    const std::uint64_t result_tiles = replicated ? 1 : share_of(channels, lanes);
    return (batch * result_tiles + tile) * tiles.size() + k;
  }
  for (std::uint32_t before = 0; before < tile; ++before) k += own_tiles[before].size();
  return k;
}

std::size_t Product::most_tiles() const {
  std::size_t most = tiles.size();
  for (const auto& own : own_tiles) most = std::max(most, own.size());
  return most;
}

Division divide(const Product& product, std::uint32_t tiles, bool weights_once) {
  Division best;
  best.cycles = ~std::uint64_t{0};
  const std::uint32_t planes = product.type == VectorType::f16 ? 1 : planes_a_hemisphere;
  constexpr std::uint64_t load = lanes / load_streams;
  for (const bool by_hemisphere : {!weights_once, weights_once}) {
    for (const bool by_plane : {true, false}) {
      Division division{by_hemisphere, by_plane, planes, 0};
      const std::uint64_t row_parts = (by_hemisphere ? 2 : 1) * (by_plane ? planes : 1);
      const std::uint64_t tile_parts = 2 * planes / row_parts;
      const std::uint64_t rows = share_of(product.rows, row_parts);
      const std::uint64_t loads = by_plane ? load : load * planes;
      division.cycles = product.most_tiles() * share_of(tiles, tile_parts) * std::max(rows, loads);
      if (division.cycles < best.cycles) best = division;
    }
  }
  return best;
}

std::vector<Share> makers_of(const Product& product, const Division& division, std::uint32_t tile) {
  std::vector<Share> out;
  const std::uint32_t planes = division.planes;
  const std::uint64_t batch_rows = product.rows / product.batches;
  for (std::uint64_t batch = 0; product.batches > 1 && batch < product.batches; ++batch) {
    const std::uint32_t side = division.side_of(batch);
    out.push_back({static_cast<Hemisphere>(side),
                   side * planes_a_hemisphere + division.plane_of(batch), batch * batch_rows,
                   batch_rows});
  }
  if (!out.empty()) return out;
  const std::uint32_t sides_of_tiles = division.rows_by_hemisphere ? 1 : 2;
  const std::uint32_t planes_of_tiles = division.rows_by_plane ? 1 : planes;
  for (std::uint32_t side = 0; side < 2; ++side) {
    if (sides_of_tiles == 2 && tile % 2 != side) continue;
    const std::uint32_t first_q = sides_of_tiles == 2 ? 0 : side * 2;
    const std::uint32_t behind_q = sides_of_tiles == 2 ? 4 : side * 2 + 2;
    const std::uint32_t in_side = tile / sides_of_tiles;
    for (std::uint32_t plane = 0; plane < planes; ++plane) {
      if (planes_of_tiles > 1 && in_side % planes != plane) continue;
      const std::uint32_t quarters = behind_q - first_q;
      const bool split = planes_of_tiles == 1 && planes > 1;
      const std::uint32_t a = split ? first_q + quarters * plane / planes : first_q;
      const std::uint32_t b = split ? first_q + quarters * (plane + 1) / planes : behind_q;
      Share share;
      share.hemisphere = static_cast<Hemisphere>(side);
      share.plane = side * planes_a_hemisphere + plane;
      share.first = SchedulerState::quarter(product.rows, a);
      share.rows = SchedulerState::quarter(product.rows, b) - share.first;
      if (share.rows > 0) out.push_back(share);
    }
  }
  return out;
}

}  // namespace weft::program::tsp
