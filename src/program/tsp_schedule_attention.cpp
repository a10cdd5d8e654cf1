// SPDX-License-Identifier: Apache-2.0
// Products of what the TSP itself has computed: rows become weights.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

/// Rows that one load takes from one place: they end where a tile of 320 does.
void add_spread_runs(const SpreadMatrices& left, std::uint32_t side, std::uint32_t column_tile,
                     std::uint64_t first, std::uint32_t rows, std::vector<LoadRun>& out) {
  for (std::uint32_t done = 0; done < rows;) {
    const std::uint64_t at = first + done;
    const std::uint64_t within = at % left.rows;
    const std::uint64_t tile = at / left.rows * left.row_tiles + within / lanes;
    const auto some = static_cast<std::uint32_t>(
        std::min<std::uint64_t>({rows - done, lanes - within % lanes, left.rows - within}));
    const Spread& spread = left.spreads.at(side).at(tile * left.column_tiles + column_tile);
    for (const LoadRun& run : load_runs(spread, within % lanes, some, done)) out.push_back(run);
    done += some;
  }
}

}  // namespace

std::array<std::vector<PlacedWeights>, 2> place_computed_weights(SchedulerState& state,
                                                                 const Product& product,
                                                                 std::uint32_t tiles,
                                                                 const Division& division,
                                                                 std::uint32_t label) {
  std::array<std::vector<PlacedWeights>, 2> out;
  const TensorId held = state.resolved[product.weights];
  const RowMap& map = state.row_maps[product.weights];
  const TensorValue& value = state.program.at(product.weights);
  const std::uint64_t depth = state.rows_of(product.weights) / product.batches;
  const auto left = state.spread.find(held);
  const Placed* tensor = left == state.spread.end() ? &state.place_of(product.weights) : nullptr;
  // Both hemispheres in turn: the copies of the one go beside those of the other.
  const std::uint64_t all = product.batches * tiles * product.tiles.size();
  for (auto& side : out) side.resize(all);
  const std::uint64_t half = product.batches > 1 ? (product.batches + 1) / 2 : 0;
  for (std::uint64_t n = 0; n < (product.batches > 1 ? half : 1); ++n) {
    for (std::uint32_t side = 0; side < 2; ++side) {
      const std::uint64_t batch = n + side * half;
      if (batch >= product.batches) continue;
      for (std::uint64_t at = 0; at < tiles * product.tiles.size(); ++at) {
        const auto tile = static_cast<std::uint32_t>(at / product.tiles.size());
        const ContractionTile& k = product.tiles[at % product.tiles.size()];
        if (!division.takes(side, batch, tile)) continue;
        PlacedWeights& weights = out.at(side)[batch * tiles * product.tiles.size() + at];
        const std::uint64_t first = batch * depth + k.blocks[0].first;
        if (tensor == nullptr) {
          add_spread_runs(left->second, side, tile, first, k.rows, weights.runs);
          continue;
        }
        const RowMap from = [&](std::uint64_t row) { return map ? map(first + row) : first + row; };
        Spread spread =
            allocate_spread(state, static_cast<Hemisphere>(side), value.type,
                            static_cast<std::uint32_t>(share_of(k.rows, load_streams)),
                            first_ready(*tensor, tile, from, k.rows), false, value.name);
        copy_to_spread(state, label, value.type, *tensor, tile, from, k.rows, 0, spread);
        weights.runs = load_runs(spread, 0, k.rows, 0);
        weights.copies.push_back(spread);
      }
    }
  }
  return out;
}

void release_copies(SchedulerState& state, const std::vector<PlacedWeights>& weights) {
  for (const PlacedWeights& one : weights) {
    for (const Spread& copy : one.copies) {
      release_spread(state, copy, static_cast<Cycle>(state.end));
    }
  }
}

}  // namespace weft::program::tsp
