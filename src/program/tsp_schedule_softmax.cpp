// SPDX-License-Identifier: Apache-2.0
// Softmax over the last axis: exp(x - largest) / sum.
#include "program/tsp_schedule_lanes.hpp"

namespace weft::program::tsp {

ScheduledOperation place_softmax(SchedulerState& state, const Chain& chain) {
  constexpr std::uint32_t operations = 5;  // of an element: max, sub, exp, add, div
  LaneRows rows(state, chain);
  for (std::uint64_t block = 0; block < rows.blocks(); ++block) {
    rows.begin(block);
    LaneRows::Reduction reduction;
    reduction.keep = true;
    reduction.of_tile = [&](LanePass& pass, std::uint32_t tile) {
      return rows.fill(pass, pass.side(rows.operand(tile)), tile, false);
    };
    const LaneValue largest = rows.reduce(reduction);
    const auto exponential = [&](LanePass& pass, std::uint32_t tile) {
      const Chain::In below =
          pass.step(VectorOperation::subtract, pass.side(rows.operand(tile)), pass.side(largest));
      return pass.step(VectorOperation::exponential, below);
    };
    reduction.sum = true;
    reduction.keep = false;
    reduction.of_tile = [&](LanePass& pass, std::uint32_t tile) {
      return rows.fill(pass, exponential(pass, tile), tile, true);
    };
    const LaneValue sum = rows.reduce(reduction);
    for (std::uint32_t tile = 0; tile < rows.tiles(); ++tile) {
      LanePass pass;
      const Chain::In share =
          pass.step(VectorOperation::divide, exponential(pass, tile), pass.side(sum));
      rows.make(pass, share, tile);
    }
    rows.end();
  }
  return rows.done(operations);
}

}  // namespace weft::program::tsp
