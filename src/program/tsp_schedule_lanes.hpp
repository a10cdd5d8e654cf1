// SPDX-License-Identifier: Apache-2.0
// Reductions over the last axis, whose elements lie in a TSP's lanes: what softmax and layer_norm
// have in common.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {

/// Where an operand of a pass lies, and how its lanes move on the way.
struct LaneValue {
  TensorId tensor = 0;
  std::uint32_t tile = 0;
  std::uint32_t copy = 0;
  LaneMove move{};
};

/// One pass through the ALUs, put together operation by operation.
class LanePass {
 public:
  Chain::In side(const LaneValue& value);
  /// Stands in the column behind its operands.
  Chain::In step(VectorOperation operation, Chain::In a, Chain::In b = {},
                 VectorType type = VectorType::f32);
  Chain chain;
  std::vector<LaneValue> values;  ///< of the chain's sides

 private:
  std::uint32_t column_behind(Chain::In in) const;
};

/// How many rows of words the blocks of the program's reductions have; 0: it has none.
std::uint32_t bench_rows(const TensorProgram& program, const std::vector<Chain>& chains);

/// Reductions of the rows of one tensor, a block of rows at a time. What they are at goes to and
/// fro between the banks of the weights' slices, in two copies: one goes to the VXM by way of the
/// SXM, which moves its lanes, and meets the other there; rows of two quarters go abreast.
///
/// Sums: the tiles of 320 lanes are added lane by lane, in order. Of more than 256 lanes lane l +
/// 256 is then added to lane l, for l < 64, and +0 to the others; else 0 stands in lanes up to the
/// next power of two. Of n lanes lane l and lane l + n / 2 are added, then of what remains the
/// same, down to two. Every lane has the result.
class LaneRows {
 public:
  /// Of the chain's primary; the rest of the chain rides in the last pass.
  LaneRows(SchedulerState& state, const Chain& chain);

  std::uint64_t blocks() const { return blocks_; }
  void begin(std::uint64_t block);
  void end();  ///< of the block

  struct Reduction {
    bool sum = false;  ///< else the largest
    /// What a tile of the operand gives; lanes that it has not are filled by fill().
    std::function<Chain::In(LanePass&, std::uint32_t tile)> of_tile;
    std::function<Chain::In(LanePass&, Chain::In)> finish;  ///< empty: nothing
    bool keep = false;                                      ///< while another reduction runs
  };
  /// The result, in every lane.
  LaneValue reduce(const Reduction& reduction);
  /// A pass on what a reduction gave.
  LaneValue follow(const LaneValue& value,
                   const std::function<Chain::In(LanePass&, Chain::In)>& steps);
  /// The operand's tile, and what replaces lanes that it has not: 0, or minus infinity.
  LaneValue operand(std::uint32_t tile) const { return {operand_, tile, 0, {}}; }
  Chain::In fill(LanePass& pass, Chain::In in, std::uint32_t tile, bool sum);
  /// Of one value for all lanes.
  LaneValue constant(float value);
  /// Makes a tile of the chain's result of `value`, the primary's.
  void make(LanePass& pass, Chain::In value, std::uint32_t tile);

  std::uint32_t tiles() const { return tiles_; }
  std::uint64_t channels() const { return channels_; }
  /// `operations` of an element, without those that ride.
  ScheduledOperation done(std::uint32_t operations) const;

 private:
  struct Level {
    enum class Kind : std::uint8_t { pair, fold, unfold };
    LaneMove move;
    Kind kind = Kind::pair;
  };
  std::vector<Level> levels_of_sum();
  std::vector<Level> levels_of_largest();
  Level pair(std::uint32_t stride, std::uint32_t among);
  Level turn(std::uint32_t by, std::uint32_t among);
  Level exchange(Level::Kind kind);
  Chain::In add_level(LanePass& pass, const Level& level, const LaneValue& from, bool sum);
  LaneValue lanes_between(std::uint32_t first, std::uint32_t behind, VectorType type);
  TensorId add_work(std::uint32_t copies);
  void lay(TensorId id, std::uint8_t bank, std::uint32_t group, std::uint32_t word);
  void run(const LanePass& pass, TensorId target, std::uint32_t tile);
  void run_abreast(const LanePass& pass, const Share& a, const Share& b, std::uint32_t tile);
  std::function<void(ChainEmitter&)> placing(const LanePass& pass) const;
  Offset run_alone(const LanePass& pass, const Share& share, std::uint32_t tile);
  /// Constants of a pass lie where the operand's rows do not.
  void place_constants(ChainEmitter& emitter, const LanePass& pass, const Share& share);

  SchedulerState& state_;
  const Chain& chain_;
  TensorId operand_ = 0;
  TensorId result_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t channels_ = 0;
  std::uint32_t tiles_ = 1;
  std::uint32_t lanes_ = 0;  ///< that take part
  std::uint64_t blocks_ = 1;
  std::uint32_t label_ = 0;
  Offset first_ = Offset{1} << 60U;
  std::vector<Share> shares_;  ///< of the block
  // [bank]. Copies lie in other slices than what is kept, or in other words.
  std::array<TensorId, 2> single_{};
  std::array<TensorId, 2> double_{};
  std::array<TensorId, 2> kept_{};
  std::uint32_t kept_bank_ = 0;
};

}  // namespace weft::program::tsp
