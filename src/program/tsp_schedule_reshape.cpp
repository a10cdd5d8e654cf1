// SPDX-License-Identifier: Apache-2.0
// Reshapes to another last axis on a TSP: vectors are shifted by the SXM, masked and put together.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint8_t outward_streams = 16;  // below: the weights' way is free
constexpr std::uint8_t sum_streams_high = 8;  // of shifted vectors, as of sums

/// What source vectors give of result vectors: lanes [lane, lane + count), moved down by `amount`.
struct Move {
  std::uint32_t tile = 0;    ///< of the result
  std::uint32_t number = 0;  ///< among those of the vector
  bool last = false;
  std::uint32_t source_tile = 0;
  std::int32_t amount = 0;
  std::uint32_t lane = 0;
  std::uint32_t count = 0;
  bool operator<(const Move& other) const {
    return std::tie(tile, number, last, source_tile, amount, lane, count) <
           std::tie(other.tile, other.number, other.last, other.source_tile, other.amount,
                    other.lane, other.count);
  }
};
struct MovedRow {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};
using Moves = std::map<Move, std::vector<MovedRow>>;

Moves moves_of(std::uint64_t rows, std::uint64_t channels, std::uint64_t source_channels) {
  Moves out;
  for (std::uint64_t row = 0; row < rows; ++row) {
    for (std::uint64_t first = 0; first < channels; first += lanes) {
      const std::uint64_t length = std::min<std::uint64_t>(lanes, channels - first);
      Move move;
      move.tile = static_cast<std::uint32_t>(first / lanes);
      for (std::uint64_t done = 0; done < length; ++move.number) {
        const std::uint64_t element = row * channels + first + done;
        const std::uint64_t channel = element % source_channels;
        const std::uint64_t some = std::min<std::uint64_t>(
            {length - done, source_channels - channel, lanes - channel % lanes});
        move.source_tile = static_cast<std::uint32_t>(channel / lanes);
        move.amount = static_cast<std::int32_t>(channel % lanes) - static_cast<std::int32_t>(done);
        move.lane = static_cast<std::uint32_t>(done);
        move.count = static_cast<std::uint32_t>(some);
        done += some;
        move.last = done == length;
        out[move].push_back({element / source_channels, row});
      }
    }
  }
  return out;
}

/// Bits are moved, whatever they mean.
VectorType integer_type(VectorType type) {
  constexpr std::array<VectorType, 5> types = {VectorType::i8, VectorType::i16, VectorType::i32,
                                               VectorType::i16, VectorType::i32};
  return types.at(static_cast<std::size_t>(type));
}

class LaneMover {
 public:
  LaneMover(SchedulerState& state, const Chain& chain)
      : state_(state),
        chain_(chain),
        operand_(chain.primary->operands[0]),
        source_(state.place_of(operand_)),
        map_(state.row_maps[operand_]),
        type_(integer_type(state.program.at(chain.result).type)),
        label_(state.label(state.program.at(chain.result).name)) {}

  ScheduledOperation run() {
    const Moves moves = moves_of(state_.rows_of(chain_.result), state_.channels_of(chain_.result),
                                 state_.channels_of(operand_));
    std::uint32_t parts = 0;
    for (const auto& [move, rows] : moves) {
      parts = std::max(parts, move.number + 1);
      vectors_ += rows.size();
    }
    std::vector<TensorId> beside = {state_.resolved[operand_]};
    const TensorShape shape = state_.program.at(chain_.result).shape;
    for (std::uint32_t n = 0; n + 1 < std::min(parts, 3U); ++n) {  // parts in turn
      partial_.push_back(state_.add_result(state_.program.at(chain_.result).type, shape, 1));
      place(partial_.back(), beside);
      beside.push_back(partial_.back());
    }
    place(chain_.result, beside);
    for (const auto& [move, rows] : moves) place_move(move, rows);
    for (const TensorId id : partial_) state_.release_all(id);
    ScheduledOperation out;
    out.first_cycle = static_cast<Cycle>(first_);
    out.bound_cycles = share_of(vectors_, 2);  // a shift of a hemisphere a cycle
    return out;
  }

 private:
  void place(TensorId id, const std::vector<TensorId>& beside) {
    const std::vector<Share> shares = quarters_of(state_.rows_of(id));
    state_.place_result(
        id, [&](std::uint32_t) { return shares; }, beside);
  }

  TensorId mask_of(const Move& move) {
    const std::uint32_t width = numerics::width_of(type_);
    std::vector<std::byte> bytes(std::size_t{lanes} * width);
    for (std::uint32_t lane = move.lane; lane < move.lane + move.count; ++lane) {
      bytes[std::size_t{lane} * width] = std::byte{1};
    }
    return state_.shared_constant(type_, bytes);
  }

  /// The operations on a shifted vector: it is all there is, or masked, and put to the others.
  Chain chain_of(const Move& move) {
    Chain chain;
    chain.primary = chain_.primary;
    chain.result = move.last ? chain_.result : partial_.at(move.number % 2);
    Chain::Step step;
    step.type = step.result_type = type_;
    step.in[0] = {Chain::From::primary, 0};
    if (move.number > 0 || !move.last) {
      step.operation = VectorOperation::mask;
      step.in[1] = {Chain::From::side, 0};
      chain.sides.push_back({mask_of(move), 0});
    }
    chain.steps.push_back(step);
    if (move.number > 0) {
      step.operation = VectorOperation::bit_or;
      step.in = {Chain::In{Chain::From::step, 0}, Chain::In{Chain::From::side, 1}};
      step.column = 1;
      chain.sides.push_back({partial_.at((move.number - 1) % 2), 1});
      chain.steps.push_back(step);
    }
    return chain;
  }

  void place_move(const Move& move, const std::vector<MovedRow>& rows) {
    const Chain chain = chain_of(move);
    for (std::size_t i = 0; i < rows.size();) {
      std::size_t n = 1;  // rows of the result, one step apart
      const std::uint64_t step = i + 1 < rows.size() ? rows[i + 1].to - rows[i].to : 1;
      while (i + n < rows.size() && rows[i + n].to == rows[i].to + n * step) ++n;
      place_stretch(chain, move, rows, i, n, step);
      i += n;
    }
  }

  void place_stretch(const Chain& chain, const Move& move, const std::vector<MovedRow>& rows,
                     std::size_t begin, std::size_t count, std::uint64_t step) {
    std::vector<AddressRef> refs;
    std::vector<Cycle> ready;
    for (std::size_t i = begin; i < begin + count; ++i) {
      const std::uint64_t row = map_ ? map_(rows[i].from) : rows[i].from;
      const Product::Source from = source_of(source_, move.source_tile, row);
      refs.push_back(from.ref);
      ready.push_back(from.ready);
    }
    // Constants lie on the side that shifts: what runs have in common is the source's hemisphere.
    for (const Hemisphere side : {Hemisphere::west, Hemisphere::east}) {
      ChainEmitter emitter(state_, chain, side, 1, move.tile);
      emitter.row_step = step;
      if (!emitter.sides.empty()) emitter.sides[0].tile = 0;
      RowRuns sources;
      sources.add(refs);
      emitter.add_sources(sources, rows[begin].to, count);
      const auto runs = sources.runs();
      for (std::size_t n = 0; n < runs[0].size(); ++n) {
        const AddressRun& run = runs[0][n];
        if (source_.segments[run.source].store.hemisphere != side) continue;
        std::vector<AddressRun> others;
        for (std::size_t s = 1; s < runs.size(); ++s) others.push_back(runs[s][n]);
        const std::size_t at = begin + run.first;
        if (place_run(emitter, move, run, others, rows[at].to,
                      {ready.begin() + run.first, ready.begin() + run.first + run.count})) {
          continue;
        }
        // What is read and written in one bank: fewer rows pass before their results come.
        if (run.count == 1) refuse_row(state_, chain_.result);
        place_stretch(chain, move, rows, at, run.count / 2, step);
        place_stretch(chain, move, rows, at + run.count / 2, run.count - run.count / 2, step);
      }
    }
  }

  bool place_run(ChainEmitter& emitter, const Move& move, const AddressRun& run,
                 const std::vector<AddressRun>& others, std::uint64_t row,
                 const std::vector<Cycle>& ready) {
    const Store& store = source_.segments[run.source].store;
    const std::uint32_t stop = stop_of({Unit::sxm, store.hemisphere, 0, 0});
    Fragment fragment;
    std::int32_t shared = -1;
    const ReadStreams reads =
        add_reads(fragment, state_.timing, store, run, stop, 0, 0, outward_streams, shared);
    Fragment::Item shift;
    shift.instruction.opcode = Opcode::shift;
    shift.instruction.queue = static_cast<std::uint16_t>(
        number_of({Unit::sxm, store.hemisphere, 0, static_cast<std::uint8_t>(SxmUnit::shift)}));
    shift.instruction.count = run.count;
    shift.instruction.amount = static_cast<std::int16_t>(move.amount);
    shift.in[0].kind = Operand::Kind::stream;
    shift.in[0].streams = reads.streams;
    shift.in[0].sources = reads.bytes;
    const auto drive = static_cast<Offset>(result_delay_cycles(state_.timing, shift.instruction));
    ChainEmitter::Primary primary;
    primary.direction = direction_to(stop, vxm_stop);
    Fragment::Streams request;
    request.direction = primary.direction;
    request.width = store.width;
    request.high = sum_streams_high;
    request.zones = store.hemisphere == Hemisphere::west ? zone_west : zone_east;
    request.phase = stream_phase(primary.direction, stop, drive);
    request.count = run.count;
    primary.streams = fragment.streams(request);
    shift.result = primary.streams;
    shift.result_width = store.width;
    primary.item = fragment.add(std::move(shift));
    emitter.begin();
    emitter.emit(fragment, &primary, drive + hops_between(stop, vxm_stop), others, row);
    const Offset needed =
        needed_shift(run.count, reads.first_dispatch, [&](std::uint32_t k) { return ready[k]; });
    const std::optional<Offset> shift_by = state_.placer.place_if_it_fits(
        fragment, std::max({state_.barrier, needed, emitter.needed()}), label_);
    if (!shift_by) return false;
    emitter.placed(*shift_by);
    first_ = std::min(first_, *shift_by + fragment.first_cycle());
    return true;
  }

  SchedulerState& state_;
  const Chain& chain_;
  TensorId operand_;
  const Placed& source_;
  const RowMap map_;
  VectorType type_;
  std::uint32_t label_;
  std::vector<TensorId> partial_;
  std::uint64_t vectors_ = 0;
  Offset first_ = Offset{1} << 60U;
};

}  // namespace

ScheduledOperation place_reshape(SchedulerState& state, const Chain& chain) {
  return LaneMover(state, chain).run();
}

}  // namespace weft::program::tsp
