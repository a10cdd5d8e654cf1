// SPDX-License-Identifier: Apache-2.0
// Products on a TSP's MXM planes: what a matmul and a convolution have in common.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "program/tsp_schedule_state.hpp"

namespace weft::program::tsp {

/// Rows [row, row + rows) of a plane's weights are rows [first, first + rows) of the matrix
/// [K, N] that the weights are, row-major; of its lanes only [lane, lane + lane_count), the others
/// are 0.
struct WeightBlock {
  std::uint32_t row = 0;
  std::uint32_t rows = 0;
  std::uint64_t first = 0;
  std::uint32_t lane = 0;
  std::uint32_t lane_count = lanes;
};

/// One pass of K: up to 320 (fp16: 160) products a sum.
struct ContractionTile {
  std::uint32_t tile = 0;  ///< of the activations' lanes
  std::uint8_t half = 0;   ///< fp16
  std::uint32_t rows = 0;  ///< of weights
  std::vector<WeightBlock> blocks;
  TensorId offsets = none;  ///< of the superlanes, where activations are gathered
  std::uint32_t tap = 0;    ///< of a window
};

/// A product: result row r = sum over tiles of activations[row_of(r)] x weights.
struct Product {
  const Placed* activations = nullptr;
  TensorId activations_id = 0;
  TensorId weights = 0;
  VectorType type = VectorType::i8;
  std::uint64_t rows = 0;              ///< of all batches
  std::uint64_t batches = 1;           ///< each with its rows and its matrix
  std::uint64_t channels = 0;          ///< N
  std::uint64_t columns = 0;           ///< of the matrix; 0: N
  bool replicated = false;             ///< the result's lanes
  std::vector<ContractionTile> tiles;  ///< of each tile of the result
  /// [tile of the result], where each has others; empty: all have `tiles`.
  std::vector<std::vector<ContractionTile>> own_tiles;
  const std::vector<ContractionTile>& tiles_of(std::uint32_t tile) const {
    return own_tiles.empty() ? tiles : own_tiles.at(tile);
  }
  /// Of the K tiles of all batches and tiles of the result, in this order.
  std::size_t number_of_tile(std::uint64_t batch, std::uint32_t tile, std::size_t k) const;
  std::size_t most_tiles() const;  ///< of K, of a tile of the result
  std::uint64_t depth = 0;         ///< products that a sum needs
  bool quarters = false;           ///< each plane must make one quarter of the rows
  bool one_matrix = false;         ///< every pass has the same weights
  bool tile_by_tile = false;       ///< a tile of the result takes its own activations
  using Source = RowPlace;
  /// What the activation of K tile `k` is for a row and tile of the result.
  std::function<Source(std::size_t k, std::uint32_t tile, std::uint64_t row)> source;
  /// Offsets of a gather.
  std::function<const Segment&(std::size_t k, Hemisphere hemisphere)> offsets;
};

/// A row of a tile as it lies.
Product::Source source_of(const Placed& tensor, std::uint32_t tile, std::uint64_t row);

/// How a product is shared out: rows and tiles of the result over hemispheres and planes.
struct Division {
  bool rows_by_hemisphere = true;
  bool rows_by_plane = true;
  std::uint32_t planes = 2;  ///< of a hemisphere; fp16: 1, a pair
  std::uint64_t cycles = 0;  ///< of passes and loads
  std::uint64_t batches = 1;
  /// Several batches: the hemisphere, and its plane, that make a batch.
  std::uint32_t side_of(std::uint64_t batch) const {
    return static_cast<std::uint32_t>(batch * 2 / batches);
  }
  std::uint32_t plane_of(std::uint64_t batch) const {
    const std::uint64_t first = side_of(batch) == 0 ? 0 : (batches + 1) / 2;
    return static_cast<std::uint32_t>((batch - first) % planes);
  }
  /// Whether a hemisphere multiplies with the weights of a batch and tile.
  bool takes(std::uint32_t side, std::uint64_t batch, std::uint32_t tile) const {
    if (batches > 1) return side_of(batch) == side;
    return rows_by_hemisphere || tile % 2 == side;
  }
};
/// The one with the fewest cycles; of equal ones that in which hemispheres share out the rows or,
/// `weights_once`, the tiles.
Division divide(const Product& product, std::uint32_t tiles, bool weights_once);
/// Shares of a tile of the result: who makes which rows.
std::vector<Share> makers_of(const Product& product, const Division& division, std::uint32_t tile);

/// Rows of weights that an element of a load brings.
constexpr std::uint32_t rows_an_element(VectorType type) {
  return load_streams / numerics::width_of(type);
}
constexpr std::uint64_t share_of(std::uint64_t whole, std::uint64_t parts) {
  return (whole + parts - 1) / parts;
}

/// Weights of one K tile and result tile, in memory of one hemisphere.
struct PlacedWeights {
  std::vector<LoadRun> runs;   ///< the first has row 0
  std::vector<Spread> copies;  ///< that were made for them
  std::uint32_t elements() const {
    std::uint32_t sum = 0;
    for (const LoadRun& run : runs) sum += run.elements;
    return sum;
  }
};
/// Reads of a run of loads of a hemisphere's planes, whose first element passes the inner one in
/// `cycle`: the operand of the load. Raises `earliest` to the shift at which the words are there.
Fragment::In add_weight_reads(Fragment& fragment, const Timing& timing, Hemisphere hemisphere,
                              const LoadRun& run, std::int32_t streams, Offset cycle,
                              Offset& earliest);
/// [planes' hemisphere][(batch * result tiles + result tile) * K tiles + K tile]. Each lies once,
/// in the hemisphere of the planes that take it; if both do, in the emptier one.
std::array<std::vector<PlacedWeights>, 2> place_weights(SchedulerState& state,
                                                        const Product& product, std::uint32_t tiles,
                                                        const Division& division);
/// The same of weights that the chip has computed: copies their rows to where loads find them,
/// where a transpose has not left them there.
std::array<std::vector<PlacedWeights>, 2> place_computed_weights(SchedulerState& state,
                                                                 const Product& product,
                                                                 std::uint32_t tiles,
                                                                 const Division& division,
                                                                 std::uint32_t label);
/// The product that they were made for is placed.
void release_copies(SchedulerState& state, const std::vector<PlacedWeights>& weights);

/// Places the product with the chain behind it; gives first dispatch, passes and bound.
ScheduledOperation place_product(SchedulerState& state, const Chain& chain, const Product& product);
ScheduledOperation place_matmul(SchedulerState& state, const Chain& chain);
ScheduledOperation place_convolution(SchedulerState& state, const Chain& chain);
/// A convolution of one filter a channel, in the VXM.
ScheduledOperation place_filters(SchedulerState& state, const Chain& chain);
ScheduledOperation place_sum_pool(SchedulerState& state, const Chain& chain);
ScheduledOperation place_maximum_pool(SchedulerState& state, const Chain& chain);
/// Permutations of axes that are more than another order of rows.
ScheduledOperation place_transpose(SchedulerState& state, const Chain& chain);
/// Reshapes to another last axis.
ScheduledOperation place_reshape(SchedulerState& state, const Chain& chain);
/// Copies rows to the segments of their neighbours that gather them.
void place_halos(SchedulerState& state, TensorId id);
ScheduledOperation place_softmax(SchedulerState& state, const Chain& chain);
ScheduledOperation place_layer_norm(SchedulerState& state, const Chain& chain);
ScheduledOperation place_gather(SchedulerState& state, const Chain& chain);
/// A quarter of the rows each: which row of ALUs makes them where the VXM alone does.
std::vector<Share> quarters_of(std::uint64_t rows);
/// The chain on a share of a tile's rows, from memory to memory; gives the first dispatch.
/// `change`: of each emitter, before it is used.
Offset place_rows(SchedulerState& state, const Chain& chain, const Share& share, std::uint32_t tile,
                  std::uint32_t label, const std::function<void(ChainEmitter&)>& change);
ScheduledOperation place_vector(SchedulerState& state, const Chain& chain,
                                const std::function<void(ChainEmitter&)>& change = {});

}  // namespace weft::program::tsp
