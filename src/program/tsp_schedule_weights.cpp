// SPDX-License-Identifier: Apache-2.0
// Lays a product's weights out in a TSP's memory, so that 16 slices bring 16 bytes of rows a cycle.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

/// Row r of the tile lies in element r / per, on stream (r % per) * width.
void describe_block(SchedulerState& state, const Product& product, std::uint32_t tile,
                    const LoadRun& weights, const WeightBlock& block) {
  const std::uint32_t per = rows_an_element(product.type);
  const std::uint32_t width = numerics::width_of(product.type);
  const auto& slices = weights.slices;
  const std::uint64_t lane_width = product.replicated ? product.channels : lanes;
  const std::uint64_t channel =
      product.replicated ? 0 : std::uint64_t{tile} * lanes + std::uint64_t{block.lane};
  const std::uint64_t columns = product.columns == 0 ? product.channels : product.columns;
  std::vector<Piece>& out = state.pieces[product.weights];
  for (std::uint32_t within = 0; within < per; ++within) {
    const std::uint32_t first_row =
        block.row + (within + per - block.row % per) % per;  // the first on these streams
    if (first_row >= block.row + block.rows) continue;
    Piece piece;
    piece.hemisphere = weights.hemisphere;
    piece.bank = weights.bank;
    for (std::uint32_t b = 0; b < width; ++b) piece.slices.at(b) = slices.at(within * width + b);
    piece.address = weights.address + first_row / per;
    piece.words = (block.row + block.rows - first_row + per - 1) / per;
    piece.word_step = static_cast<std::int64_t>(per * columns);
    const std::uint64_t matrix_row = block.first + (first_row - block.row);
    for (std::uint64_t lane = block.lane; lane < lanes; lane += lane_width) {
      piece.lane_first = static_cast<std::uint16_t>(lane);
      piece.lane_count = static_cast<std::uint16_t>(
          std::min({columns - channel, lane_width, lanes - lane, std::uint64_t{block.lane_count}}));
      piece.first = static_cast<std::int64_t>(matrix_row * columns + channel);
      out.push_back(piece);
    }
  }
}

/// Where a load of `k` finds its weights, in one hemisphere.
LoadRun place_tile(SchedulerState& state, const Product& product, Hemisphere hemisphere,
                   const ContractionTile& k) {
  LoadRun run;
  run.hemisphere = hemisphere;
  run.row_step = rows_an_element(product.type);
  run.elements = static_cast<std::uint32_t>(share_of(k.rows, run.row_step));
  const auto& slices = state.memory.weight_slices(hemisphere);
  std::copy(slices.begin(), slices.end(), run.slices.begin());
  const Memory::WeightStore store = state.memory.allocate_weights(
      hemisphere, run.elements, state.program.at(product.weights).name);
  run.bank = store.bank;
  run.address = store.address;
  return run;
}

}  // namespace

std::array<std::vector<PlacedWeights>, 2> place_weights(SchedulerState& state,
                                                        const Product& product, std::uint32_t tiles,
                                                        const Division& division) {
  std::array<std::vector<PlacedWeights>, 2> out;
  const std::uint64_t depth = product.batches > 1 ? state.program.at(product.weights).elements() /
                                                        product.channels / product.batches
                                                  : 0;
  for (std::uint64_t all = 0; all < product.batches * tiles; ++all) {
    const std::uint64_t batch = all / tiles;
    const auto tile = static_cast<std::uint32_t>(all % tiles);
    for (const ContractionTile& k : product.tiles_of(tile)) {
      if (product.one_matrix && !out[0].empty()) {
        for (auto& side : out) side.push_back(side.front());
        continue;
      }
      const bool west = product.one_matrix || division.takes(0, batch, tile);
      const bool east = product.one_matrix || division.takes(1, batch, tile);
      const bool emptier =
          state.memory.weight_words(Hemisphere::east) < state.memory.weight_words(Hemisphere::west);
      const bool home = west && east ? emptier : east;
      PlacedWeights weights;
      weights.runs = {place_tile(state, product, home ? Hemisphere::east : Hemisphere::west, k)};
      for (WeightBlock block : k.blocks) {
        block.first += batch * depth;
        describe_block(state, product, tile, weights.runs[0], block);
      }
      for (auto& side : out) side.push_back(weights);
    }
  }
  return out;
}

Fragment::In add_weight_reads(Fragment& fragment, const Timing& timing, Hemisphere hemisphere,
                              const LoadRun& run, std::int32_t streams, Offset cycle,
                              Offset& earliest) {
  const std::uint32_t near = stop_of({Unit::mxm, hemisphere, 0, 0});
  Fragment::In in;
  in.kind = Operand::Kind::stream;
  in.streams = streams;
  for (std::uint32_t s = 0; s < load_streams; ++s) {
    Fragment::Item read;
    read.instruction.opcode = Opcode::read;
    read.instruction.queue =
        static_cast<std::uint16_t>(number_of({Unit::mem, run.hemisphere, run.slices.at(s), 0}));
    read.instruction.count = run.elements;
    read.instruction.bank = run.bank;
    read.instruction.address = run.address;
    read.instruction.stride = 1;
    read.cycle = cycle - hops_between(stop_of_slice(run.hemisphere, run.slices.at(s)), near) -
                 static_cast<Offset>(timing.mem_read_cycles);
    earliest = std::max(earliest, static_cast<Offset>(run.ready) - read.cycle);
    read.result = streams;
    read.result_offset = static_cast<std::uint8_t>(s);
    read.result_width = 1;
    in.sources.push_back({false, fragment.add(std::move(read)), 0, 1});
  }
  return in;
}

}  // namespace weft::program::tsp
