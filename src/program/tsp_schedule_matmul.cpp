// SPDX-License-Identifier: Apache-2.0
// A matmul as a product of a TSP's planes: K in tiles of 320, or 160 in fp16.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

Product::Source source_of(const Placed& tensor, std::uint32_t tile, std::uint64_t row) {
  const Segment* segment = tensor.find(tile, row);
  if (segment == nullptr) fail(Category::internal, "a row of activations has no place");
  return {{static_cast<std::uint32_t>(std::distance(tensor.segments.data(), segment)),
           segment->address_of(row)},
          segment->ready_at(row)};
}

ScheduledOperation place_matmul(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  Product product;
  product.activations = &state.place_of(node.operands[0]);
  product.activations_id = state.resolved[node.operands[0]];
  product.weights = node.operands[1];
  product.type = state.program.at(node.operands[0]).type;
  product.rows = state.rows_of(node.operands[0]);
  product.channels = state.channels_of(product.weights);
  const TensorShape& right = state.program.at(product.weights).shape;
  for (std::size_t i = 0; i + 2 < right.size(); ++i) product.batches *= right[i];
  const std::uint64_t depth = state.channels_of(node.operands[0]);
  product.depth = depth;
  const std::uint32_t most = product.type == VectorType::f16 ? lanes / 2 : lanes;
  for (std::uint64_t k = 0; k < depth; k += most) {
    ContractionTile tile;
    tile.tile = static_cast<std::uint32_t>(k / lanes);
    tile.half = static_cast<std::uint8_t>(k % lanes / most);
    tile.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, depth - k));
    tile.blocks = {{0, tile.rows, k}};
    product.tiles.push_back(std::move(tile));
  }
  product.replicated = state.layouts[chain.result].gathered != nullptr;
  const RowMap& map = state.row_maps[node.operands[0]];
  product.source = [&](std::size_t k, std::uint32_t, std::uint64_t row) {
    return source_of(*product.activations, product.tiles[k].tile, map ? map(row) : row);
  };
  return place_product(state, chain, product);
}

}  // namespace weft::program::tsp
