// SPDX-License-Identifier: Apache-2.0
// Finds which elementwise operations of a tensor program one pass of the ALUs can take.
#include "program/tsp_schedule_chain.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "program/tsp_chip.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t most_side_streams = 16;  // half of a direction
constexpr std::uint32_t most_element_streams = 4;
constexpr std::uint32_t most_constants = 4;  // that slices next to the VXM are kept for
constexpr std::uint32_t alus_a_column = alus / alu_columns;
constexpr std::uint32_t large_alus_a_column = 2;
constexpr std::uint32_t most_riding_sides = 2;  // constants beside what a reduction's pass reads

/// Columns of the last pass of a reduction over lanes: sub, exp, div, or sub, mul.
std::uint32_t last_pass_columns(const TensorNode& node) {
  return node.operation == TensorOperation::softmax ? 3 : 2;
}

class Fuser {
 public:
  explicit Fuser(const TensorProgram& program)
      : program_(program), uses_(program.tensors.size()), absorbed_(program.tensors.size()) {
    for (const TensorNode& node : program.nodes) {
      producer_[node.result] = &node;
      for (const TensorId operand : node.operands) ++uses_[operand];
    }
  }

  std::vector<Chain> run() {
    std::vector<Chain> chains;
    for (auto node = program_.nodes.rbegin(); node != program_.nodes.rend(); ++node) {
      if (absorbed_[node->result] || is_view(program_, *node)) continue;
      chains.push_back(chain_of(*node));
    }
    std::reverse(chains.begin(), chains.end());
    return chains;
  }

 private:
  Chain chain_of(const TensorNode& root) {
    chain_ = Chain{};
    chain_.result = root.result;
    if (root.operation != TensorOperation::elementwise) {
      chain_.primary = &root;
      if (is_product(root)) {  // the sums go to memory by way of an ALU
        Chain::Step copy;
        copy.type = copy.result_type = program_.at(root.result).type;
        copy.in[0] = {Chain::From::primary, 0};
        chain_.steps.push_back(copy);
      }
      if (keeps_lanes(program_, root)) {  // rows in another order, and an ALU that copies
        Chain::Step copy;
        copy.type = copy.result_type = program_.at(root.result).type;
        copy.in[0] = {Chain::From::side, 0};
        chain_.steps.push_back(copy);
        chain_.sides.push_back({root.operands[0], 0});
      }
      return chain_;
    }
    for (const bool rides : {true, false}) {
      rides_ = rides;
      bool fits = false;
      for (std::uint32_t columns = alu_columns; columns > 0 && !fits; --columns) {
        fits = reaches(root, columns);
      }
      if (fits) break;
    }
    std::uint32_t least = alu_columns;
    for (const Chain::Step& step : chain_.steps) least = std::min(least, step.column);
    for (Chain::Step& step : chain_.steps) step.column -= least;
    for (Chain::Side& side : chain_.sides) side.column -= least;
    return chain_;
  }

  /// Takes what leads to the root into so many columns; false where the ALUs do not suffice, as
  /// they do in one, or where it is to ride behind a reduction over lanes and does not. What is
  /// left becomes a tensor, which a pass before makes.
  bool reaches(const TensorNode& root, std::uint32_t columns) {
    for (const TensorId id : taken_) absorbed_[id] = false;
    taken_.clear();
    chain_ = Chain{};
    chain_.result = root.result;
    columns_.fill(0);
    large_.fill(0);
    side_streams_ = 0;
    behind_ = alu_columns - columns;
    add(root, alu_columns - 1);
    std::uint32_t anywhere = 0;
    for (const Chain::Side& side : chain_.sides) anywhere += lies_anywhere(side.tensor) ? 1U : 0U;
    const bool all = enter_once() && anywhere <= most_constants;
    if (!all && columns > 1) return false;
    const bool behind_reduction = chain_.primary != nullptr && reduces_lanes(*chain_.primary);
    const bool few = chain_.sides.size() <= most_riding_sides && anywhere == chain_.sides.size();
    if (rides_ && !(behind_reduction && few)) return false;
    taken_.clear();
    return true;
  }

  /// A tensor can't be read twice in one cycle: what several columns take enters at the first of
  /// them, and goes on to the others through ALUs that copy. False where there are none left.
  bool enter_once() {
    for (std::uint32_t i = 0; i < chain_.sides.size(); ++i) {
      const Chain::Side side = chain_.sides[i];
      std::uint32_t first = i;
      for (std::uint32_t j = 0; j < chain_.sides.size(); ++j) {
        if (chain_.sides[j].tensor == side.tensor &&
            chain_.sides[j].column < chain_.sides[first].column) {
          first = j;
        }
      }
      if (first != i && !lies_anywhere(side.tensor) && !copy_to(i, first)) return false;
    }
    return true;
  }

  bool lies_anywhere(TensorId id) const {
    const TensorValue& value = program_.at(id);
    return value.role == TensorValue::Role::constant ||
           (value.role == TensorValue::Role::input && value.elements() == value.shape.back());
  }

  bool copy_to(std::uint32_t late, std::uint32_t early) {
    std::vector<Chain::Step> copies;
    Chain::In from = {Chain::From::side, early};
    const VectorType type = program_.at(chain_.sides[late].tensor).type;
    for (std::uint32_t column = chain_.sides[early].column; column < chain_.sides[late].column;
         ++column) {
      if (++columns_.at(column) > alus_a_column) return false;
      Chain::Step copy;
      copy.type = copy.result_type = type;
      copy.in[0] = from;
      copy.column = column;
      from = {Chain::From::step, static_cast<std::uint32_t>(copies.size())};
      copies.push_back(copy);
    }
    const auto added = static_cast<std::uint32_t>(copies.size());
    for (Chain::Step& step : chain_.steps) {
      for (Chain::In& in : step.in) {
        if (in.from == Chain::From::step) in.index += added;
        if (in.from == Chain::From::side && in.index == late) in = from;
      }
    }
    chain_.steps.insert(chain_.steps.begin(), copies.begin(), copies.end());
    chain_.sides[late] = chain_.sides[early];  // nobody takes it there
    chain_.sides[late].tensor = unused_side;
    return true;
  }

  /// True where the chain alone takes it, in the shape that the chain makes.
  bool is_free(const TensorNode& node) const {
    const TensorValue& value = program_.at(node.result);
    return uses_[node.result] == 1 && !value.output &&
           value.shape == program_.at(chain_.result).shape;
  }

  /// What it makes is read with fewer streams than what it takes.
  bool narrows(const TensorNode& node) const {
    return numerics::width_of(program_.at(node.result).type) <
           numerics::width_of(program_.at(node.operands[0]).type);
  }

  /// Rows in another order may lie in one bank with what else the chain reads.
  bool reads_a_view(const TensorNode& node) const {
    return std::any_of(node.operands.begin(), node.operands.end(),
                       [&](TensorId id) { return resolved_row(program_, id) != nullptr; });
  }

  const TensorNode* producer(TensorId id) const {
    const auto found = producer_.find(id);
    return found == producer_.end() ? nullptr : found->second;
  }

  /// In `column`, and a product's sums reach it through the columns before.
  bool ends_product(const TensorNode& node, std::uint32_t column) const {
    if (chain_.primary != nullptr) return false;
    return std::any_of(node.operands.begin(), node.operands.end(), [&](TensorId id) {
      const TensorNode* before = producer(id);
      if (before == nullptr || !is_free(*before) || reads_a_view(*before)) return false;
      if (is_product(*before)) return true;
      return before->operation == TensorOperation::elementwise && column > 0 &&
             columns_.at(column - 1) < alus_a_column && ends_product(*before, column - 1);
    });
  }

  Chain::In operand(TensorId id, std::uint32_t column) {
    const TensorNode* node = producer(id);
    if (node != nullptr && is_free(*node)) {
      const bool large = numerics::traits_of(node->vector).large;
      const bool room = column > behind_ && columns_.at(column - 1) < alus_a_column &&
                        (!large || large_.at(column - 1) < large_alus_a_column) &&
                        side_streams_ + 2 * most_element_streams <= most_side_streams;
      if (node->operation == TensorOperation::elementwise && room && !reads_a_view(*node) &&
          (!narrows(*node) || ends_product(*node, column - 1))) {
        absorb(id);
        return {Chain::From::step, add(*node, column - 1)};
      }
      const bool streams = is_product(*node) ||
                           (rides_ && reduces_lanes(*node) && column >= last_pass_columns(*node));
      if (streams && chain_.primary == nullptr) {
        absorb(id);
        chain_.primary = node;
        return {Chain::From::primary, 0};
      }
    }
    for (std::uint32_t i = 0; i < chain_.sides.size(); ++i) {
      if (chain_.sides[i].tensor == id && chain_.sides[i].column == column) {
        return {Chain::From::side, i};
      }
    }
    side_streams_ += numerics::width_of(program_.at(id).type);
    chain_.sides.push_back({id, column});
    return {Chain::From::side, static_cast<std::uint32_t>(chain_.sides.size() - 1)};
  }

  void absorb(TensorId id) {
    absorbed_[id] = true;
    taken_.push_back(id);
  }

  std::uint32_t add(const TensorNode& node, std::uint32_t column) {
    ++columns_.at(column);
    large_.at(column) += numerics::traits_of(node.vector).large ? 1U : 0U;
    Chain::Step step;
    step.operation = node.vector;
    step.type = program_.at(node.operands[0]).type;
    step.result_type = program_.at(node.result).type;
    step.column = column;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      step.in.at(i) = operand(node.operands[i], column);
    }
    chain_.steps.push_back(step);
    return static_cast<std::uint32_t>(chain_.steps.size() - 1);
  }

  const TensorProgram& program_;
  std::map<TensorId, const TensorNode*> producer_;
  std::vector<std::uint32_t> uses_;
  std::vector<bool> absorbed_;
  Chain chain_;
  std::vector<TensorId> taken_;                       ///< absorbed by the chain at hand
  std::array<std::uint32_t, alu_columns> columns_{};  ///< ALUs that are taken
  std::array<std::uint32_t, alu_columns> large_{};    ///< of them large
  std::uint32_t behind_ = 0;                          ///< the first column that is used
  bool rides_ = false;                                ///< behind a reduction over lanes
  std::uint32_t side_streams_ = 0;
};

}  // namespace

bool is_product(const TensorNode& node) {
  return node.operation == TensorOperation::matmul ||
         node.operation == TensorOperation::convolution ||
         node.operation == TensorOperation::sum_pool;
}

bool reduces_lanes(const TensorNode& node) {
  return node.operation == TensorOperation::softmax ||
         node.operation == TensorOperation::layer_norm;
}

std::vector<Chain> fuse(const TensorProgram& program) { return Fuser(program).run(); }

bool keeps_lanes(const TensorProgram& program, const TensorNode& node) {
  if (node.operation == TensorOperation::reshape) {
    return program.at(node.operands[0]).shape.back() == program.at(node.result).shape.back();
  }
  return node.operation == TensorOperation::transpose &&
         node.permutation.back() + 1 == node.permutation.size();
}

namespace {

/// True where who reads it asks for rows one by one, wherever they lie.
bool read_row_by_row(const TensorProgram& program, TensorId id) {
  if (program.at(id).output) return false;
  const auto lies_anywhere = [&](TensorId other) {
    const TensorValue& value = program.at(other);
    return other != id && value.role == TensorValue::Role::constant;
  };
  for (const TensorNode& node : program.nodes) {
    if (std::find(node.operands.begin(), node.operands.end(), id) == node.operands.end()) continue;
    switch (node.operation) {
      case TensorOperation::matmul:
      case TensorOperation::transpose:
        break;
      case TensorOperation::reshape:
        if (keeps_lanes(program, node) && !read_row_by_row(program, node.result)) return false;
        break;
      case TensorOperation::elementwise:  // two operands may lie in one bank
        if (node.operands.size() == 1 || lies_anywhere(node.operands[0]) ||
            lies_anywhere(node.operands[1])) {
          break;
        }
        return false;
      default:
        return false;
    }
  }
  return true;
}

}  // namespace

bool is_view(const TensorProgram& program, const TensorNode& node) {
  if (!keeps_lanes(program, node)) return false;
  return node.operation == TensorOperation::reshape || read_row_by_row(program, node.result);
}

TensorId resolve(const TensorProgram& program, TensorId id) {
  for (const TensorNode* node = program.producer(id); node != nullptr && is_view(program, *node);
       node = program.producer(id)) {
    id = node->operands[0];
  }
  return id;
}

RowMap row_of_transpose(const TensorProgram& program, const TensorNode& node) {
  const TensorShape& from = program.at(node.operands[0]).shape;
  const TensorShape& to = program.at(node.result).shape;
  std::vector<std::uint64_t> strides(from.size(), 1);  // in rows; of axes but the last
  for (std::size_t i = from.size() - 1; i-- > 1;) strides[i - 1] = strides[i] * from[i];
  std::vector<std::uint64_t> extents;  // of the result, from the last axis but one on
  std::vector<std::uint64_t> steps;
  for (std::size_t i = to.size() - 1; i-- > 0;) {
    extents.push_back(to[i]);
    steps.push_back(strides[node.permutation[i]]);
  }
  return [extents, steps](std::uint64_t row) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      out += row % extents[i] * steps[i];
      row /= extents[i];
    }
    return out;
  };
}

RowMap resolved_row(const TensorProgram& program, TensorId id) {
  RowMap map;
  for (const TensorNode* node = program.producer(id); node != nullptr && is_view(program, *node);
       node = program.producer(id)) {
    id = node->operands[0];
    if (node->operation != TensorOperation::transpose) continue;
    const RowMap own = row_of_transpose(program, *node);
    map = map ? RowMap([map, own](std::uint64_t row) { return own(map(row)); }) : own;
  }
  return map;
}

}  // namespace weft::program::tsp
