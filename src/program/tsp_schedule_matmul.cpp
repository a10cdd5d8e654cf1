// SPDX-License-Identifier: Apache-2.0
// A matmul as a product of a TSP's planes: K in tiles of 320, or 160 in fp16.
#include <algorithm>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

ScheduledOperation place_matmul(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  Product product;
  product.activations = &state.place_of(node.operands[0]);
  product.activations_id = state.resolved[node.operands[0]];
  product.weights = node.operands[1];
  if (state.program.at(product.weights).role == TensorValue::Role::result) {
    fail(Category::unsupported,
         "tensor '" + state.program.at(product.weights).name +
             "': the right operand of a matmul must be an input or constant");
  }
  product.type = state.program.at(node.operands[0]).type;
  product.rows = state.rows_of(node.operands[0]);
  product.channels = state.channels_of(product.weights);
  const std::uint64_t depth = state.channels_of(node.operands[0]);
  const std::uint32_t most = product.type == VectorType::f16 ? lanes / 2 : lanes;
  for (std::uint64_t k = 0; k < depth; k += most) {
    ContractionTile tile;
    tile.tile = static_cast<std::uint32_t>(k / lanes);
    tile.half = static_cast<std::uint8_t>(k % lanes / most);
    tile.rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(most, depth - k));
    tile.blocks = {{0, tile.rows, k}};
    tile.row_of = [](std::uint64_t row) { return static_cast<std::int64_t>(row); };
    product.tiles.push_back(std::move(tile));
  }
  return place_product(state, chain, product);
}

}  // namespace weft::program::tsp
