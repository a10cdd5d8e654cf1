// SPDX-License-Identifier: Apache-2.0
// Lays a product's weights out in a TSP's memory, so that 16 slices bring 16 bytes of rows a cycle.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

/// Row r of the tile lies in element r / per, on stream (r % per) * width.
void describe_block(SchedulerState& state, const Product& product, Hemisphere hemisphere,
                    std::uint32_t tile, const PlacedWeights& weights, const WeightBlock& block) {
  const std::uint32_t per = rows_an_element(product.type);
  const std::uint32_t width = numerics::width_of(product.type);
  const auto& slices = state.memory.weight_slices(hemisphere);
  const std::uint64_t lane_width = product.replicated ? product.channels : lanes;
  const std::uint64_t channel = product.replicated ? 0 : std::uint64_t{tile} * lanes;
  const std::uint64_t columns = product.columns == 0 ? product.channels : product.columns;
  std::vector<Piece>& out = state.pieces[product.weights];
  for (std::uint32_t within = 0; within < per; ++within) {
    const std::uint32_t first_row =
        block.row + (within + per - block.row % per) % per;  // the first on these streams
    if (first_row >= block.row + block.rows) continue;
    Piece piece;
    piece.hemisphere = hemisphere;
    piece.bank = weights.store.bank;
    for (std::uint32_t b = 0; b < width; ++b) piece.slices.at(b) = slices.at(within * width + b);
    piece.address = weights.store.address + first_row / per;
    piece.words = (block.row + block.rows - first_row + per - 1) / per;
    piece.word_step = static_cast<std::int64_t>(per * columns);
    const std::uint64_t matrix_row = block.first + (first_row - block.row);
    for (std::uint64_t lane = 0; lane < lanes; lane += lane_width) {
      piece.lane_first = static_cast<std::uint16_t>(lane);
      piece.lane_count = static_cast<std::uint16_t>(
          std::min({columns - channel, lane_width, std::uint64_t{lanes} - lane}));
      piece.first = static_cast<std::int64_t>(matrix_row * columns + channel);
      out.push_back(piece);
    }
  }
}

}  // namespace

std::array<std::vector<PlacedWeights>, 2> place_weights(SchedulerState& state,
                                                        const Product& product, std::uint32_t tiles,
                                                        const Division& division) {
  std::array<std::vector<PlacedWeights>, 2> out;
  const std::uint32_t per = rows_an_element(product.type);
  for (std::uint32_t side = 0; side < 2; ++side) {
    const auto hemisphere = static_cast<Hemisphere>(side);
    for (std::uint32_t tile = 0; tile < tiles; ++tile) {
      for (const ContractionTile& k : product.tiles) {
        PlacedWeights weights;
        weights.elements = static_cast<std::uint32_t>(share_of(k.rows, per));
        if (product.one_matrix || division.rows_by_hemisphere || tile % 2 == side) {
          if (product.one_matrix && !out[side].empty()) {
            out[side].push_back(out[side].front());
            continue;
          }
          weights.store = state.memory.allocate_weights(hemisphere, weights.elements,
                                                        state.program.at(product.weights).name);
          for (const WeightBlock& block : k.blocks) {
            describe_block(state, product, hemisphere, tile, weights, block);
          }
        }
        out[side].push_back(weights);
      }
    }
  }
  return out;
}

}  // namespace weft::program::tsp
