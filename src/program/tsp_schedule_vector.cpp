// SPDX-License-Identifier: Apache-2.0
// Chains of elementwise operations from memory to memory: a quarter of the rows a row of ALUs.
#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

std::vector<Share> quarters_of(std::uint64_t rows) {
  std::vector<Share> out;
  for (std::uint32_t q = 0; q < 4; ++q) {
    const std::uint64_t first = SchedulerState::quarter(rows, q);
    const std::uint64_t count = SchedulerState::quarter(rows, q + 1) - first;
    const Hemisphere side = q < 2 ? Hemisphere::west : Hemisphere::east;
    if (count > 0) out.push_back({side, q, first, count});
  }
  return out;
}

void refuse_row(const SchedulerState& state, TensorId result) {
  fail(Category::unsupported,
       "tensor '" + state.program.at(result).name +
           "': not even one row passes at once: it wants a bank, an ALU or a stream twice");
}

Offset place_rows(SchedulerState& state, ChainEmitter& emitter, TensorId result,
                  std::uint64_t first, std::uint64_t count, std::uint32_t label) {
  Offset least = Offset{1} << 60U;
  RowRuns sources;
  emitter.add_sources(sources, first, count);
  const auto runs = sources.runs();
  for (std::size_t n = 0; n < runs[0].size(); ++n) {
    std::vector<AddressRun> own;
    for (const auto& source : runs) own.push_back(source[n]);
    const std::uint64_t row = first + own[0].first * emitter.row_step;
    Fragment fragment;
    emitter.begin();
    emitter.emit(fragment, nullptr, 0, own, row);
    const std::optional<Offset> shift =
        state.placer.place_if_it_fits(fragment, std::max(state.barrier, emitter.needed()), label);
    if (!shift) {
      // Reads and writes of one bank: few rows at a time may pass before their results come.
      const std::uint64_t half = own[0].count / 2;
      if (half == 0) refuse_row(state, result);
      least = std::min(least, place_rows(state, emitter, result, row, half, label));
      const std::uint64_t behind = row + half * emitter.row_step;
      least =
          std::min(least, place_rows(state, emitter, result, behind, own[0].count - half, label));
      continue;
    }
    emitter.placed(*shift);
    least = std::min(least, *shift + fragment.first_cycle());
  }
  return least;
}

Offset place_rows(SchedulerState& state, const Chain& chain, const Share& share, std::uint32_t tile,
                  std::uint32_t label, const std::function<void(ChainEmitter&)>& change) {
  ChainEmitter emitter(state, chain, share.hemisphere, share.plane % 2, tile);
  if (change) change(emitter);
  return place_rows(state, emitter, chain.result, share.first, share.rows, label);
}

ScheduledOperation place_vector(SchedulerState& state, const Chain& chain,
                                const std::function<void(ChainEmitter&)>& change) {
  const std::uint64_t rows = state.rows_of(chain.result);
  std::vector<TensorId> beside;
  for (const Chain::Side& side : chain.sides) {
    if (side.tensor == unused_side) continue;
    beside.push_back(side.tensor);
    if (side.by_rows || state.program.at(side.tensor).role != TensorValue::Role::constant) {
      state.place_of(side.tensor);
    }
  }
  const std::vector<Share> shares = quarters_of(rows);
  state.place_result(
      chain.result, [&](std::uint32_t) { return shares; }, beside);
  const std::uint32_t label = state.label(state.program.at(chain.result).name);
  ScheduledOperation out;
  Offset first = Offset{1} << 60U;
  for (std::uint32_t tile = 0; tile < state.placed[chain.result].tiles; ++tile) {
    for (const Share& share : shares) {
      first = std::min(first, place_rows(state, chain, share, tile, label, change));
    }
  }
  out.first_cycle = static_cast<Cycle>(first);
  const std::uint64_t vectors = rows * state.placed[chain.result].tiles;
  const std::uint64_t operations = vectors * chain.steps.size();
  out.bound_cycles = (operations + alus - 1) / alus;
  return out;
}

}  // namespace weft::program::tsp
