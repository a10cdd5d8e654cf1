// SPDX-License-Identifier: Apache-2.0
// Permutations of axes on a TSP: rows in another order, or by way of the SXM's transposers.
#include <algorithm>

#include "program/tsp_schedule_linear.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t turned_lanes = lanes_per_superlane;  // of a block

/// The axes of a transpose that moves the last: matrices [rows, columns] become [columns, rows].
struct Matrices {
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  std::uint64_t row_step = 0;               ///< of the operand
  std::uint64_t column_step = 0;            ///< of the result's rows
  std::vector<std::uint64_t> first_row;     ///< of each matrix, in the operand
  std::vector<std::uint64_t> first_column;  ///< in the result's rows
};

std::vector<std::uint64_t> row_strides(const TensorShape& shape) {
  std::vector<std::uint64_t> out(shape.size(), 0);
  std::uint64_t stride = 1;
  for (std::size_t i = shape.size() - 1; i-- > 0;) {
    out[i] = stride;
    stride *= shape[i];
  }
  return out;
}

Matrices matrices_of(const TensorProgram& program, const TensorNode& node) {
  const TensorShape& from = program.at(node.operands[0]).shape;
  const TensorShape& to = program.at(node.result).shape;
  const std::vector<std::uint64_t> from_strides = row_strides(from);
  const std::vector<std::uint64_t> to_strides = row_strides(to);
  Matrices out;
  const std::uint32_t last = node.permutation.back();
  out.rows = from[last];
  out.columns = from.back();
  out.row_step = from_strides[last];
  out.first_row = {0};
  out.first_column = {0};
  for (std::size_t i = 0; i + 1 < to.size(); ++i) {  // in the order of the result
    const std::uint32_t axis = node.permutation[i];
    if (axis + 1 == from.size()) {
      out.column_step = to_strides[i];
      continue;
    }
    Matrices more = out;
    more.first_row.clear();
    more.first_column.clear();
    for (std::size_t n = 0; n < out.first_row.size(); ++n) {
      for (std::uint64_t at = 0; at < to[i]; ++at) {
        more.first_row.push_back(out.first_row[n] + at * from_strides[axis]);
        more.first_column.push_back(out.first_column[n] + at * to_strides[i]);
      }
    }
    out = std::move(more);
  }
  return out;
}

/// Whether loads of weights alone read what a transpose makes, and find whole blocks there.
bool only_loaded(const TensorProgram& program, TensorId id, std::uint64_t columns) {
  if (program.at(id).output) return false;
  for (const TensorNode& node : program.nodes) {
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      if (node.operands[i] != id) continue;
      const TensorShape& shape = program.at(id).shape;
      if (node.operation == TensorOperation::reshape && keeps_lanes(program, node)) {
        if (!only_loaded(program, node.result, columns)) return false;
        continue;
      }
      const bool loads = node.operation == TensorOperation::matmul && i == 1;
      const bool whole =
          shape[shape.size() - 2] == columns ||
          (columns % turned_lanes == 0 && shape[shape.size() - 2] % turned_lanes == 0);
      if (!loads || !whole) return false;
    }
  }
  return true;
}

class Transposer {
 public:
  Transposer(SchedulerState& state, const Chain& chain)
      : state_(state),
        chain_(chain),
        node_(*chain.primary),
        source_(state.place_of(node_.operands[0])),
        map_(state.row_maps[node_.operands[0]]),
        type_(state.program.at(chain.result).type),
        matrices_(matrices_of(state.program, node_)),
        label_(state.label(state.program.at(chain.result).name)) {
    row_tiles_ = static_cast<std::uint32_t>(share_of(matrices_.rows, lanes));
    column_tiles_ = static_cast<std::uint32_t>(share_of(matrices_.columns, lanes));
  }

  ScheduledOperation run() {
    const bool loaded =
        matrices_.column_step == 1 && only_loaded(state_.program, chain_.result, matrices_.columns);
    loaded ? leave_for_loads() : write_rows();
    ScheduledOperation out;
    out.first_cycle = static_cast<Cycle>(first_);
    out.last_cycle = ready_;
    out.bound_cycles = share_of(turns_, 2);  // a permute of a hemisphere a cycle
    return out;
  }

 private:
  std::uint64_t rows_in(std::uint32_t tile) const {
    return std::min<std::uint64_t>(lanes, matrices_.rows - std::uint64_t{tile} * lanes);
  }
  std::uint64_t columns_in(std::uint32_t tile) const {
    return std::min<std::uint64_t>(lanes, matrices_.columns - std::uint64_t{tile} * lanes);
  }

  /// Turns the block of a matrix that lies in these tiles, in a hemisphere.
  Spread turned(std::uint64_t matrix, std::uint32_t row_tile, std::uint32_t column_tile,
                Hemisphere side) {
    const std::uint64_t rows = rows_in(row_tile);
    const auto modulus = static_cast<std::uint32_t>(
        std::max(share_of(rows, turned_lanes), share_of(columns_in(column_tile), turned_lanes)));
    const std::string& name = state_.program.at(chain_.result).name;
    const RowMap row_of = [&](std::uint64_t k) {
      const std::uint64_t row =
          matrices_.first_row[matrix] + (std::uint64_t{row_tile} * lanes + k) * matrices_.row_step;
      return map_ ? map_(row) : row;
    };
    const Cycle wanted = first_ready(source_, column_tile, row_of, rows);
    Spread to = allocate_spread(state_, side, type_, modulus, wanted, true, name);
    SchedulerState::TurningPlace& place = state_.turning.at(static_cast<std::size_t>(side));
    Spread from = to;
    from.address = place.address + place.half * turning_words;
    from.free_from = place.free_from.at(place.half);
    Spread between = from;
    between.bank = static_cast<std::uint8_t>(1 - to.bank);
    first_ = std::min(
        first_, copy_to_spread(state_, label_, type_, source_, column_tile, row_of, rows, 0, from));
    turn_blocks(state_, label_, from, between, to, modulus);
    turns_ += std::uint64_t{modulus} * to.width;
    ready_ = std::max(ready_, to.ready);
    place.free_from.at(place.half) = to.ready;
    place.half = 1 - place.half;
    return to;
  }

  /// Where the products will want it, and no further.
  void leave_for_loads() {
    SpreadMatrices left;
    left.rows = matrices_.columns;
    left.row_tiles = column_tiles_;
    left.column_tiles = row_tiles_;
    const std::uint64_t matrices = matrices_.first_row.size();
    for (std::uint64_t matrix = 0; matrix < matrices; ++matrix) {
      for (std::uint32_t column = 0; column < column_tiles_; ++column) {
        for (std::uint32_t row = 0; row < row_tiles_; ++row) {
          for (std::uint32_t side = 0; side < 2; ++side) {
            const bool wanted = is_loaded(chain_.result, side, matrix, column);
            left.spreads.at(side).push_back(
                wanted ? turned(matrix, row, column, static_cast<Hemisphere>(side)) : Spread{});
          }
        }
      }
    }
    state_.spread[chain_.result] = std::move(left);
  }

  /// Whether a hemisphere's products take rows of this tile.
  bool is_loaded(TensorId id, std::uint32_t side, std::uint64_t matrix,
                 std::uint32_t column_tile) const {
    const std::uint64_t first = matrix * matrices_.columns + std::uint64_t{column_tile} * lanes;
    const std::uint64_t behind = first + columns_in(column_tile);
    for (const TensorNode& node : state_.program.nodes) {
      if (std::find(node.operands.begin(), node.operands.end(), id) == node.operands.end()) {
        continue;
      }
      if (node.operation == TensorOperation::reshape) {
        if (is_loaded(node.result, side, matrix, column_tile)) return true;
        continue;
      }
      const TensorShape& shape = state_.program.at(id).shape;
      const std::uint64_t depth = shape[shape.size() - 2];
      Division division;
      division.batches = state_.rows_of(id) / depth;
      if (division.batches == 1) return true;
      for (std::uint64_t batch = first / depth; batch * depth < behind; ++batch) {
        if (division.side_of(batch) == side) return true;
      }
    }
    return false;
  }

  /// To where rows of a tensor lie.
  void write_rows() {
    const std::vector<Share> shares = quarters_of(state_.rows_of(chain_.result));
    state_.place_result(chain_.result, [&](std::uint32_t) { return shares; },
                        {state_.resolved[node_.operands[0]]});
    std::uint32_t side = 0;
    for (std::uint64_t matrix = 0; matrix < matrices_.first_row.size(); ++matrix) {
      for (std::uint32_t column = 0; column < column_tiles_; ++column) {
        for (std::uint32_t row = 0; row < row_tiles_; ++row) {
          const Spread spread = turned(matrix, row, column, static_cast<Hemisphere>(side % 2));
          ++side;
          for (std::uint32_t j = 0; j < std::min<std::uint64_t>(turned_lanes, columns_in(column));
               ++j) {
            write_columns(spread, matrix, row, column, j);
          }
          release_spread(state_, spread, static_cast<Cycle>(state_.end));
        }
      }
    }
  }

  /// Columns j, j + 16 ... of a tile: they lie one after the other.
  void write_columns(const Spread& spread, std::uint64_t matrix, std::uint32_t row_tile,
                     std::uint32_t column_tile, std::uint32_t j) {
    Placed placed;
    Segment segment;
    segment.rows = columns_in(column_tile);
    segment.store.hemisphere = spread.hemisphere;
    segment.store.bank = spread.bank;
    segment.store.width = static_cast<std::uint8_t>(spread.width);
    for (std::uint32_t b = 0; b < spread.width; ++b) {
      segment.store.slices.at(b) = spread.slice_of(j, b);
    }
    segment.store.address = spread.address_of(j);
    segment.columns = turned_lanes;
    segment.pitch = 1;
    segment.origin = -std::int64_t{j};
    segment.ready.assign(segment.rows, spread.ready);
    placed.segments.push_back(segment);
    Chain chain;
    chain.result = chain_.result;
    chain.sides.push_back({unused_side, 0});
    Chain::Step copy;
    copy.type = copy.result_type = type_;
    copy.in[0] = {Chain::From::side, 0};
    chain.steps.push_back(copy);
    ChainEmitter emitter(state_, chain, spread.hemisphere, 0, row_tile);
    const std::uint64_t first = matrices_.first_column[matrix] +
                                (std::uint64_t{column_tile} * lanes + j) * matrices_.column_step;
    emitter.row_step = turned_lanes * matrices_.column_step;
    emitter.sides[0].tensor = &placed;
    emitter.sides[0].row_of = [&](std::uint64_t row) {
      return (row - first) / matrices_.column_step + j;
    };
    const std::uint64_t count = share_of(segment.rows - j, turned_lanes);
    first_ = std::min(first_, place_rows(state_, emitter, chain_.result, first, count, label_));
  }

  SchedulerState& state_;
  const Chain& chain_;
  const TensorNode& node_;
  const Placed& source_;
  const RowMap map_;
  VectorType type_;
  Matrices matrices_;
  std::uint32_t label_;
  std::uint32_t row_tiles_ = 1;
  std::uint32_t column_tiles_ = 1;
  std::uint64_t turns_ = 0;
  Cycle ready_ = 0;
  Offset first_ = Offset{1} << 60U;
};

}  // namespace

ScheduledOperation place_transpose(SchedulerState& state, const Chain& chain) {
  const TensorNode& node = *chain.primary;
  if (!keeps_lanes(state.program, node)) return Transposer(state, chain).run();
  // Rows in another order, for those who can't read them so.
  return place_vector(state, chain, [&](ChainEmitter& emitter) {
    const RowMap own = row_of_transpose(state.program, node);
    const RowMap& map = state.row_maps[node.operands[0]];
    emitter.sides[0].row_of = [own, map](std::uint64_t row) {
      return map ? map(own(row)) : own(row);
    };
  });
}

}  // namespace weft::program::tsp
