// SPDX-License-Identifier: Apache-2.0
// A convolution of one filter a channel (depthwise) in the VXM. Channels lie in lanes, so a tap is
// a row of weights times rows of the image: two taps a pass through four columns of ALUs, where a
// plane would multiply with a matrix that is zero but for its diagonal.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"
#include "program/tsp_schedule_window.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t taps_a_pass = 2;

class FilterPlacer {
 public:
  FilterPlacer(SchedulerState& state, const Chain& chain)
      : state_(state),
        chain_(chain),
        node_(*chain.primary),
        rows_(state, node_),
        image_(state.resolved[node_.operands[0]]),
        narrow_(state.program.at(image_).type),
        wide_(state.program.at(node_.result).type) {}

  ScheduledOperation run() {
    label_ = state_.label(state_.program.at(chain_.result).name);
    place_weights();
    for (TensorId& sum : sums_) {
      sum = state_.add_result(wide_, state_.program.at(node_.result).shape, 1);
    }
    for (const TensorId sum : sums_) {
      for (const auto& side : weights_) state_.meet_anywhere({sum, side[0], side[1], image_});
    }
    for (const TensorId sum : sums_) meet_sides(sum);
    state_.meet({sums_[0], sums_[1]}, unused_side);
    shares_ = quarters_of(state_.rows_of(sums_[0]));
    const std::uint32_t passes = (rows_.taps() + taps_a_pass - 1) / taps_a_pass;
    for (std::uint32_t n = 0; n < std::min<std::uint32_t>(passes, 2); ++n) {
      state_.place_result(sums_.at(n), [&](std::uint32_t) { return shares_; }, {image_});
    }
    for (std::uint32_t pass = 0; pass < passes; ++pass) place_pass(pass);
    ScheduledOperation done = place_behind(sums_.at((passes - 1) % 2));
    for (const TensorId sum : sums_) state_.release_all(sum);
    for (const auto& side : weights_) {
      for (const TensorId id : side) state_.release_all(id);
    }
    done.first_cycle = static_cast<Cycle>(first_);
    done.passes = passes;
    const TensorValue& result = state_.program.at(node_.result);
    done.products = result.elements() * rows_.taps();
    const std::uint64_t vectors = state_.rows_of(node_.result) * state_.placed[sums_[0]].tiles;
    const std::uint64_t steps = std::uint64_t{3} * rows_.taps() - 1 + chain_.steps.size();
    done.bound_cycles = (vectors * steps + alus - 1) / alus;
    return done;
  }

 private:
  /// Rows of weights in the type of the sums, once in each hemisphere; those of taps that share a
  /// pass in other slices.
  void place_weights() {
    const TensorId given = node_.operands[1];
    state_.place_of(given);
    const std::uint64_t channels = state_.channels_of(given);
    for (std::uint32_t side = 0; side < 2; ++side) {
      for (std::uint32_t n = 0; n < taps_a_pass; ++n) {
        const std::uint64_t count = (rows_.taps() + taps_a_pass - 1 - n) / taps_a_pass;
        weights_[side][n] =
            state_.add_result(wide_, {std::max<std::uint64_t>(count, 1), channels}, 1);
        state_.meet({given}, weights_[side][n]);
      }
      state_.meet_anywhere({weights_[side][0], weights_[side][1], image_});
      for (std::uint32_t n = 0; n < taps_a_pass; ++n) place_weight_rows(given, side, n);
    }
  }

  /// The chain's own operands stream beside the sums in the end.
  void meet_sides(TensorId sum) {
    std::vector<TensorId> sides{sum};
    for (const Chain::Side& side : chain_.sides) {
      if (side.tensor == unused_side || state_.lies_anywhere(side.tensor)) continue;
      sides.push_back(state_.resolved[side.tensor]);
    }
    state_.meet(sides, chain_.result);
  }

  void place_weight_rows(TensorId given, std::uint32_t side, std::uint32_t n) {
    const TensorId id = weights_[side][n];
    const std::uint64_t count = (rows_.taps() + taps_a_pass - 1 - n) / taps_a_pass;
    if (count == 0) return;
    const Share share{static_cast<Hemisphere>(side), side * 2 + n, 0, count};
    state_.place_result(id, [&](std::uint32_t) { return std::vector<Share>{share}; }, {given});
    Chain chain;
    chain.result = id;
    chain.sides.push_back({given, 0, true});
    chain.steps.push_back(widened(0, 0));
    const auto change = [n](ChainEmitter& emitter) {
      emitter.sides[0].row_of = [n](std::uint64_t row) { return row * taps_a_pass + n; };
    };
    for (std::uint32_t tile = 0; tile < state_.placed[id].tiles; ++tile) {
      place_rows(state_, chain, share, tile, label_, change);
    }
  }

  Chain::Step widened(std::uint32_t side, std::uint32_t column) const {
    Chain::Step step;
    step.operation = VectorOperation::convert;
    step.type = narrow_;
    step.result_type = wide_;
    step.in[0] = {Chain::From::side, side};
    step.column = column;
    return step;
  }
  Chain::Step binary(VectorOperation operation, std::uint32_t column, Chain::In a,
                     Chain::In b) const {
    Chain::Step step;
    step.operation = operation;
    step.type = step.result_type = wide_;
    step.column = column;
    step.in = {a, b};
    return step;
  }

  /// sum + (x w + x' w'), of one tap sum + x w; sides: x, w, x', w', the sum.
  Chain chain_of(std::uint32_t pass, std::uint32_t taps, std::uint32_t side) const {
    using From = Chain::From;
    Chain chain;
    chain.result = sums_.at(pass % 2);
    const auto count = [&] { return static_cast<std::uint32_t>(chain.steps.size()); };
    for (std::uint32_t n = 0; n < taps; ++n) {
      chain.sides.push_back({image_, 0});
      chain.sides.push_back({weights_.at(side).at(n), 1});
      chain.steps.push_back(widened(2 * n, 0));
      chain.steps.push_back(
          binary(VectorOperation::multiply, 1, {From::step, count() - 1}, {From::side, 2 * n + 1}));
    }
    if (taps == taps_a_pass) {
      chain.steps.push_back(binary(VectorOperation::add, 2, {From::step, 1}, {From::step, 3}));
    }
    if (pass == 0) return chain;
    chain.sides.push_back({sums_.at(1 - pass % 2), taps + 1});
    chain.steps.push_back(
        binary(VectorOperation::add, taps + 1, {From::side, 2 * taps}, {From::step, count() - 1}));
    return chain;
  }

  void place_pass(std::uint32_t pass) {
    const std::uint32_t tap = pass * taps_a_pass;
    const std::uint32_t taps = std::min(taps_a_pass, rows_.taps() - tap);
    for (std::uint32_t tile = 0; tile < state_.placed[sums_[0]].tiles; ++tile) {
      for (const Share& share : shares_) {
        const Chain chain = chain_of(pass, taps, static_cast<std::uint32_t>(share.hemisphere));
        const auto change = [&](ChainEmitter& emitter) {
          for (std::uint32_t n = 0; n < taps; ++n) {
            emitter.sides[2 * n].place = [&, n](std::uint64_t row) {
              return rows_.place(rows_.pixel(tap + n, row), tile, n);
            };
            emitter.sides[2 * n + 1].row_of = [pass](std::uint64_t) { return pass; };
          }
        };
        first_ = std::min(first_, place_rows(state_, chain, share, tile, label_, change));
      }
    }
  }

  /// The chain that the sums stream into.
  ScheduledOperation place_behind(TensorId sum) {
    Chain behind = chain_;
    behind.primary = nullptr;
    for (Chain::Step& step : behind.steps) {
      for (Chain::In& operand : step.in) {
        if (operand.from != Chain::From::primary) continue;
        operand = {Chain::From::side, static_cast<std::uint32_t>(behind.sides.size())};
        behind.sides.push_back({sum, step.column});
      }
    }
    return place_vector(state_, behind);
  }

  SchedulerState& state_;
  const Chain& chain_;
  const TensorNode& node_;
  const WindowRows rows_;
  TensorId image_ = 0;
  VectorType narrow_;
  VectorType wide_;
  std::uint32_t label_ = none;
  std::array<std::array<TensorId, taps_a_pass>, 2> weights_{};  ///< [hemisphere][tap of a pass]
  std::array<TensorId, 2> sums_{};
  std::vector<Share> shares_;
  Offset first_ = Offset{1} << 60U;
};

}  // namespace

ScheduledOperation place_filters(SchedulerState& state, const Chain& chain) {
  return FilterPlacer(state, chain).run();
}

}  // namespace weft::program::tsp
