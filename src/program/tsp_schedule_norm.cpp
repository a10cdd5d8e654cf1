// SPDX-License-Identifier: Apache-2.0
// Layer normalisation over the last axis: (x - mean) * rsqrt(variance + epsilon).
#include "program/tsp_schedule_lanes.hpp"

namespace weft::program::tsp {

ScheduledOperation place_layer_norm(SchedulerState& state, const Chain& chain) {
  constexpr std::uint32_t operations = 6;  // of an element: add, sub, mul, add; sub, mul
  LaneRows rows(state, chain);
  const LaneValue count = rows.constant(static_cast<float>(rows.channels()));
  const LaneValue epsilon = rows.constant(chain.primary->epsilon);
  for (std::uint64_t block = 0; block < rows.blocks(); ++block) {
    rows.begin(block);
    LaneRows::Reduction reduction;
    reduction.sum = true;
    reduction.keep = true;
    reduction.of_tile = [&](LanePass& pass, std::uint32_t tile) {
      return rows.fill(pass, pass.side(rows.operand(tile)), tile, true);
    };
    reduction.finish = [&](LanePass& pass, Chain::In sum) {
      return pass.step(VectorOperation::divide, sum, pass.side(count));
    };
    const LaneValue mean = rows.reduce(reduction);
    const auto centred = [&](LanePass& pass, std::uint32_t tile) {
      return pass.step(VectorOperation::subtract, pass.side(rows.operand(tile)), pass.side(mean));
    };
    reduction.keep = false;
    reduction.finish = {};
    reduction.of_tile = [&](LanePass& pass, std::uint32_t tile) {
      const Chain::In off = centred(pass, tile);
      return rows.fill(pass, pass.step(VectorOperation::multiply, off, off), tile, true);
    };
    const LaneValue squares = rows.reduce(reduction);
    const LaneValue scale = rows.follow(squares, [&](LanePass& pass, Chain::In sum) {
      const Chain::In variance = pass.step(VectorOperation::divide, sum, pass.side(count));
      return pass.step(VectorOperation::reciprocal_square_root,
                       pass.step(VectorOperation::add, variance, pass.side(epsilon)));
    });
    for (std::uint32_t tile = 0; tile < rows.tiles(); ++tile) {
      LanePass pass;
      const Chain::In scaled =
          pass.step(VectorOperation::multiply, centred(pass, tile), pass.side(scale));
      rows.make(pass, scaled, tile);
    }
    rows.end();
  }
  return rows.done(operations);
}

}  // namespace weft::program::tsp
