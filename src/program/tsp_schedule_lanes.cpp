// SPDX-License-Identifier: Apache-2.0
// Reduces over lanes by turns through the SXM, many rows one behind the other.
#include "program/tsp_schedule_lanes.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t most_block_rows = 128;  // longer than what one pass takes for a row
constexpr std::uint32_t most_pair_lanes = 256;  // the largest power of two below 320
constexpr std::uint32_t group_slices = 4;       // of an fp32 value
constexpr std::uint32_t groups_a_quarter = 2;

std::vector<std::byte> spread_bits(const std::vector<std::uint32_t>& bits) {
  std::vector<std::byte> out(bits.size() * sizeof(std::uint32_t));
  std::memcpy(out.data(), bits.data(), out.size());
  return out;
}

std::uint32_t bits_of(float value) {
  std::uint32_t out = 0;
  std::memcpy(&out, &value, sizeof(out));
  return out;
}

}  // namespace

std::uint32_t LanePass::column_behind(Chain::In in) const {
  return in.from == Chain::From::step ? chain.steps.at(in.index).column + 1 : 0;
}

Chain::In LanePass::side(const LaneValue& value) {
  chain.sides.push_back({value.tensor, 0});
  values.push_back(value);
  return {Chain::From::side, static_cast<std::uint32_t>(values.size() - 1)};
}

Chain::In LanePass::step(VectorOperation operation, Chain::In a, Chain::In b, VectorType type) {
  Chain::Step out;
  out.operation = operation;
  out.type = out.result_type = type;
  out.in = {a, b};
  out.column = std::max(column_behind(a), column_behind(b));
  for (const Chain::In in : {a, b}) {
    if (in.from == Chain::From::side) chain.sides.at(in.index).column = out.column;
  }
  chain.steps.push_back(out);
  return {Chain::From::step, static_cast<std::uint32_t>(chain.steps.size() - 1)};
}

std::uint32_t bench_rows(const TensorProgram& program, const std::vector<Chain>& chains) {
  std::uint64_t most = 0;
  for (const Chain& chain : chains) {
    if (chain.primary == nullptr || !reduces_lanes(*chain.primary)) continue;
    const TensorValue& value = program.at(chain.result);
    most = std::max(most, (value.elements() / value.shape.back() + 3) / 4);
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(most, most_block_rows));
}

LaneRows::LaneRows(SchedulerState& state, const Chain& chain)
    : state_(state),
      chain_(chain),
      operand_(state.resolved[chain.primary->operands[0]]),
      result_(chain.result) {
  const TensorValue& value = state.program.at(result_);
  label_ = state.label(value.name);
  rows_ = state.rows_of(result_);
  channels_ = state.channels_of(result_);
  tiles_ = static_cast<std::uint32_t>((channels_ + lanes - 1) / lanes);
  lanes_ = tiles_ > 1 ? lanes : static_cast<std::uint32_t>(channels_);
  const std::uint64_t longest = (rows_ + 3) / 4;
  blocks_ = (longest + state.bench.rows - 1) / state.bench.rows;
  state.meet({operand_}, result_);
  if (state.program.at(operand_).role != TensorValue::Role::constant) state.place_of(operand_);
  const std::vector<Share> shares = quarters_of(rows_);
  state.place_result(result_, [&](std::uint32_t) { return shares; }, {operand_});
  for (std::uint32_t bank = 0; bank < banks_a_slice; ++bank) {
    single_.at(bank) = add_work(1);
    double_.at(bank) = add_work(2);
    kept_.at(bank) = add_work(1);
  }
}

TensorId LaneRows::add_work(std::uint32_t copies) {
  TensorShape shape = state_.program.at(result_).shape;
  shape.back() = lanes_;
  const TensorId id = state_.add_result(VectorType::f32, shape, copies);
  Placed& work = state_.placed[id];
  work.rows = rows_;
  work.channels = lanes_;
  work.tiles = 1;
  return id;
}

void LaneRows::lay(TensorId id, std::uint8_t bank, std::uint32_t group, std::uint32_t word) {
  const SchedulerState::Bench& bench = state_.bench;
  std::vector<Segment>& segments = state_.placed[id].segments;
  segments.clear();
  for (const Share& share : shares_) {
    for (std::uint32_t copy = 0; copy < state_.layouts[id].copies; ++copy) {
      const auto& slices = state_.memory.weight_slices(share.hemisphere);
      Segment segment;
      segment.copy = copy;
      segment.first = segment.low = share.first;
      segment.rows = share.rows;
      segment.ready.assign(share.rows, never);
      segment.origin = -static_cast<std::int64_t>(share.first);
      segment.store.hemisphere = share.hemisphere;
      segment.store.bank = bank;
      segment.store.width = group_slices;
      const std::uint32_t own = share.plane % 2 * groups_a_quarter + group + copy;
      for (std::uint32_t b = 0; b < group_slices; ++b) {
        segment.store.slices.at(b) = slices.at(own * group_slices + b);
      }
      segment.store.address = bench.address.at(static_cast<std::size_t>(share.hemisphere)) +
                              (bench.half * 2 + word) * bench.rows;
      segment.store.words = static_cast<std::uint32_t>(share.rows);
      segment.store.free_from = bench.free_from.at(bench.half);
      segments.push_back(std::move(segment));
    }
  }
}

void LaneRows::begin(std::uint64_t block) {
  shares_.clear();
  for (Share share : quarters_of(rows_)) {
    const std::uint64_t from = std::min<std::uint64_t>(share.rows, block * state_.bench.rows);
    share.first += from;
    share.rows = std::min<std::uint64_t>(share.rows - from, state_.bench.rows);
    if (share.rows > 0) shares_.push_back(share);
  }
  for (std::uint8_t bank = 0; bank < banks_a_slice; ++bank) {
    lay(single_.at(bank), bank, 0, 0);
    lay(double_.at(bank), bank, 0, 0);
    lay(kept_.at(bank), bank, 1, 1);
  }
}

void LaneRows::end() {
  state_.bench.free_from.at(state_.bench.half) = static_cast<Cycle>(state_.end);
  state_.bench.half = 1 - state_.bench.half;
}

std::function<void(ChainEmitter&)> LaneRows::placing(const LanePass& pass) const {
  return [&pass](ChainEmitter& emitter) {
    emitter.all_groups = true;
    for (std::size_t i = 0; i < pass.values.size(); ++i) {
      emitter.sides[i].tile = pass.values[i].tile;
      emitter.sides[i].copy = pass.values[i].copy;
      emitter.sides[i].move = pass.values[i].move;
    }
  };
}

void LaneRows::run(const LanePass& given, TensorId target, std::uint32_t tile) {
  LanePass pass = given;
  pass.chain.result = target;
  std::uint32_t moved = 0;
  for (const LaneValue& value : pass.values) moved += value.move.opcode == Opcode::read ? 0 : 1;
  const std::size_t groups = 2 * pass.values.size();
  const bool abreast = moved > 0 && groups * group_slices <= streams_a_direction;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    Share a = shares_[i];
    if (abreast && i + 1 < shares_.size() && shares_[i + 1].hemisphere == a.hemisphere) {
      Share b = shares_[++i];
      const std::uint64_t rows = std::min(a.rows, b.rows);
      Share part_of_a = a;
      Share part_of_b = b;
      part_of_a.rows = part_of_b.rows = rows;
      run_abreast(pass, part_of_a, part_of_b, tile);
      for (Share* rest : {&a, &b}) {
        rest->first += rows;
        rest->rows -= rows;
        if (rest->rows == 0) continue;
        first_ = std::min(first_, run_alone(pass, *rest, tile));
      }
      continue;
    }
    first_ = std::min(first_, run_alone(pass, a, tile));
  }
}

void LaneRows::place_constants(ChainEmitter& emitter, const LanePass& pass, const Share& share) {
  constexpr std::uint32_t slots = 4;
  std::vector<std::uint32_t> free;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    const std::array<std::uint8_t, 4> slices =
        state_.memory.constant_slices(share.hemisphere, slot);
    const auto in_slot = [&](const Segment& segment) {
      const bool apart =
          segment.first >= share.first + share.rows || share.first >= segment.first + segment.rows;
      if (apart || segment.store.hemisphere != share.hemisphere) return false;
      return std::find_first_of(slices.begin(), slices.end(), segment.store.slices.begin(),
                                segment.store.slices.begin() + segment.store.width) != slices.end();
    };
    const auto& segments = state_.placed[operand_].segments;
    if (std::none_of(segments.begin(), segments.end(), in_slot)) free.push_back(slot);
  }
  if (share.plane % 2 != 0) std::reverse(free.begin(), free.end());  // not the other quarter's
  std::size_t next = 0;
  for (std::size_t i = 0; i < pass.values.size(); ++i) {
    const TensorId id = pass.values[i].tensor;
    if (!state_.lies_anywhere(id) || next == free.size()) continue;
    emitter.sides[i].tensor = &state_.constant_of(id, share.hemisphere, free[next++],
                                                  state_.placed[pass.chain.result].channels, false);
  }
}

Offset LaneRows::run_alone(const LanePass& pass, const Share& share, std::uint32_t tile) {
  return place_rows(state_, pass.chain, share, tile, label_, [&](ChainEmitter& emitter) {
    placing(pass)(emitter);
    place_constants(emitter, pass, share);
  });
}

void LaneRows::run_abreast(const LanePass& pass, const Share& a, const Share& b,
                           std::uint32_t tile) {
  ChainEmitter of_a(state_, pass.chain, a.hemisphere, 0, tile);
  ChainEmitter of_b(state_, pass.chain, b.hemisphere, 1, tile);
  RowRuns sources;
  placing(pass)(of_a);
  placing(pass)(of_b);
  of_a.add_sources(sources, a.first, a.rows);
  of_b.add_sources(sources, b.first, b.rows);
  const auto runs = sources.runs();
  for (std::size_t n = 0; n < runs[0].size(); ++n) {
    std::vector<MoveAbreast> moves(pass.values.size(), MoveAbreast{2});
    std::array<std::vector<AddressRun>, 2> own;
    for (std::size_t s = 0; s < runs.size(); ++s) {
      own.at(s < runs.size() / 2 ? 0 : 1).push_back(runs[s][n]);
    }
    Fragment fragment;
    for (ChainEmitter* emitter : {&of_a, &of_b}) {
      for (std::size_t i = 0; i < moves.size(); ++i) emitter->sides[i].abreast = &moves[i];
      emitter->begin();
      const bool first = emitter == &of_a;
      const std::vector<AddressRun>& its = own.at(first ? 0 : 1);
      emitter->emit(fragment, nullptr, 0, its, (first ? a : b).first + its[0].first);
    }
    const Offset needed = std::max(of_a.needed(), of_b.needed());
    const std::optional<Offset> shift =
        state_.placer.place_if_it_fits(fragment, std::max(state_.barrier, needed), label_);
    if (!shift) {  // two at once want more than there is
      for (const auto& [share, its] : {std::pair{&a, &own[0][0]}, std::pair{&b, &own[1][0]}}) {
        Share part = *share;
        part.first += its->first;
        part.rows = its->count;
        first_ = std::min(first_, run_alone(pass, part, tile));
      }
      continue;
    }
    of_a.placed(*shift);
    of_b.placed(*shift);
    first_ = std::min(first_, *shift + fragment.first_cycle());
  }
}

LaneValue LaneRows::lanes_between(std::uint32_t first, std::uint32_t behind, VectorType type) {
  std::vector<std::uint32_t> bits(lanes, 0);
  for (std::uint32_t lane = first; lane < behind; ++lane) {
    bits[lane] = type == VectorType::f32 ? bits_of(1) : ~std::uint32_t{0};
  }
  return {state_.shared_constant(type, spread_bits(bits)), 0, 0, {}};
}

LaneValue LaneRows::constant(float value) {
  return {state_.shared_constant(VectorType::f32, spread_bits({bits_of(value)})), 0, 0, {}};
}

Chain::In LaneRows::fill(LanePass& pass, Chain::In in, std::uint32_t tile, bool sum) {
  const auto valid = static_cast<std::uint32_t>(channels_ - std::uint64_t{tiles_ - 1} * lanes);
  // The largest of one tile goes round among the lanes that it has.
  if (tile + 1 < tiles_ || valid == lanes || (!sum && tiles_ == 1)) return in;
  const Chain::In there = pass.side(lanes_between(0, valid, VectorType::i32));
  const Chain::In zero = pass.step(VectorOperation::mask, in, there, VectorType::i32);
  if (sum) return zero;
  std::vector<std::uint32_t> bits(lanes, 0);
  std::fill(bits.begin() + valid, bits.end(), bits_of(-std::numeric_limits<float>::infinity()));
  const Chain::In least =
      pass.side({state_.shared_constant(VectorType::i32, spread_bits(bits)), 0, 0, {}});
  return pass.step(VectorOperation::bit_or, zero, least, VectorType::i32);
}

LaneRows::Level LaneRows::pair(std::uint32_t stride, std::uint32_t among) {
  Level out;
  const bool within = stride < lanes_per_superlane;
  LaneMap map(within ? lanes_per_superlane : lanes);
  for (std::uint32_t lane = 0; lane < map.size(); ++lane) {
    map[lane] = static_cast<std::uint16_t>(within || lane < among ? lane ^ stride : lane);
  }
  out.move = {within ? Opcode::distribute : Opcode::permute, state_.map_number(map)};
  return out;
}

LaneRows::Level LaneRows::turn(std::uint32_t by, std::uint32_t among) {
  LaneMap map(lanes);
  std::iota(map.begin(), map.end(), std::uint16_t{0});
  for (std::uint32_t lane = 0; lane < among; ++lane) {
    map[lane] = static_cast<std::uint16_t>((lane + by) % among);
  }
  return {{Opcode::permute, state_.map_number(map)}, Level::Kind::pair};
}

LaneRows::Level LaneRows::exchange(Level::Kind kind) {
  LaneMap map(lanes);
  std::iota(map.begin(), map.end(), std::uint16_t{0});
  for (std::uint32_t lane = most_pair_lanes; lane < lanes; ++lane) {
    std::swap(map[lane], map[lane - most_pair_lanes]);
  }
  return {{Opcode::permute, state_.map_number(map)}, kind};
}

std::vector<LaneRows::Level> LaneRows::levels_of_sum() {
  std::vector<Level> out;
  std::uint32_t among = 1;
  while (among < lanes_ && among < most_pair_lanes) among *= 2;
  if (lanes_ > among) out.push_back(exchange(Level::Kind::fold));
  for (std::uint32_t stride = among / 2; stride > 0; stride /= 2) {
    out.push_back(pair(stride, among));
  }
  if (lanes_ > among) out.push_back(exchange(Level::Kind::unfold));
  return out;
}

std::vector<LaneRows::Level> LaneRows::levels_of_largest() {
  std::vector<Level> out;
  // Whole superlanes go round, and then the lanes within each, which the SXM does sooner.
  const std::uint32_t unit = lanes_ % lanes_per_superlane == 0 ? lanes_per_superlane : 1;
  for (std::uint32_t width = unit; width < lanes_; width *= 2) {
    out.push_back(turn(std::min(width, lanes_ - width), lanes_));
  }
  for (std::uint32_t stride = unit / 2; stride > 0; stride /= 2) {
    out.push_back(pair(stride, lanes));
  }
  return out;
}

Chain::In LaneRows::add_level(LanePass& pass, const Level& level, const LaneValue& from, bool sum) {
  LaneValue straight = from;
  straight.copy = 1;
  LaneValue turned = from;
  turned.move = level.move;
  const Chain::In a = pass.side(straight);
  const Chain::In b = pass.side(turned);
  if (level.kind == Level::Kind::pair) {
    return pass.step(sum ? VectorOperation::add : VectorOperation::maximum, a, b);
  }
  if (level.kind == Level::Kind::fold) {
    const Chain::In part = pass.side(lanes_between(0, lanes - most_pair_lanes, VectorType::f32));
    return pass.step(VectorOperation::add, a, pass.step(VectorOperation::mask, b, part));
  }
  const Chain::In low = pass.side(lanes_between(0, most_pair_lanes, VectorType::i32));
  const Chain::In high = pass.side(lanes_between(most_pair_lanes, lanes, VectorType::i32));
  const Chain::In own = pass.step(VectorOperation::mask, a, low, VectorType::i32);
  const Chain::In other = pass.step(VectorOperation::mask, b, high, VectorType::i32);
  return pass.step(VectorOperation::bit_or, own, other, VectorType::i32);
}

LaneValue LaneRows::reduce(const Reduction& reduction) {
  const std::vector<Level> levels = reduction.sum ? levels_of_sum() : levels_of_largest();
  const std::size_t passes = tiles_ + levels.size();
  // A pass writes the other bank than it reads. The first two copies are written beside what is
  // kept, which is read in that pass.
  const std::uint32_t start = reduction.keep ? 0 : 1 - kept_bank_ + tiles_ - 1;
  LaneValue value;
  for (std::size_t i = 0; i < passes; ++i) {
    const auto bank = static_cast<std::uint32_t>((start + i) % banks_a_slice);
    const bool last = i + 1 == passes;
    LanePass pass;
    Chain::In out;
    if (i < tiles_) {
      out = reduction.of_tile(pass, static_cast<std::uint32_t>(i));
      const VectorOperation combine =
          reduction.sum ? VectorOperation::add : VectorOperation::maximum;
      if (i > 0) out = pass.step(combine, pass.side(value), out);
      if (out.from == Chain::From::side) out = pass.step(VectorOperation::copy, out);
    } else {
      out = add_level(pass, levels[i - tiles_], value, reduction.sum);
    }
    if (last && reduction.finish) reduction.finish(pass, out);
    if (last && reduction.keep) kept_bank_ = bank;
    value = {(last             ? (reduction.keep ? kept_ : single_)
              : i + 1 < tiles_ ? single_
                               : double_)
                 .at(bank),
             0,
             0,
             {}};
    run(pass, value.tensor, 0);
  }
  return value;
}

LaneValue LaneRows::follow(const LaneValue& value,
                           const std::function<Chain::In(LanePass&, Chain::In)>& steps) {
  LanePass pass;
  steps(pass, pass.side(value));
  const LaneValue out{single_.at(value.tensor == single_[0] ? 1 : 0), 0, 0, {}};
  run(pass, out.tensor, 0);
  return out;
}

void LaneRows::make(LanePass& pass, Chain::In value, std::uint32_t tile) {
  std::vector<Chain::In> made;
  const auto operand = [&](const Chain::In& in) -> Chain::In {
    if (in.from == Chain::From::primary) return value;
    if (in.from == Chain::From::step) return made.at(in.index);
    if (in.from == Chain::From::none) return {};
    const TensorId side = chain_.sides.at(in.index).tensor;
    return pass.side({side, state_.channels_of(side) == 1 ? 0 : tile, 0, {}});
  };
  for (const Chain::Step& step : chain_.steps) {
    made.push_back(pass.step(step.operation, operand(step.in[0]), operand(step.in[1]), step.type));
    pass.chain.steps.back().result_type = step.result_type;
  }
  run(pass, result_, tile);
}

ScheduledOperation LaneRows::done(std::uint32_t operations) const {
  operations += static_cast<std::uint32_t>(chain_.steps.size());
  ScheduledOperation out;
  out.first_cycle = static_cast<Cycle>(first_);
  out.bound_cycles = (rows_ * tiles_ * operations + alus - 1) / alus;
  return out;
}

}  // namespace weft::program::tsp
