// SPDX-License-Identifier: Apache-2.0
// What recurrences give, on the host.
#include <bit>

#include "program/rdu_pattern_cells.hpp"
#include "program/rdu_pattern_graph.hpp"
#include "program/rdu_pattern_host.hpp"

namespace weft::program::rdu {
namespace {

using Words = std::vector<std::uint32_t>;

std::uint32_t rounded_word(std::uint32_t word) {
  const std::uint32_t pair = numerics::apply(PairOperation::pack, word, 0, 0);
  return numerics::apply(PairOperation::low, pair, 0, 0);
}

/// One sequence's states, step by step.
class HostSequence {
 public:
  HostSequence(const Pattern& of, const HostOperands& operands, std::uint32_t row)
      : p_(of), in_(operands), row_(row), gates_(gates_of(of)) {
    for (std::uint32_t unit = 0; unit < of.columns_count; ++unit) {
      hidden_.push_back(operands[3]->at(row, unit));
      if (of.kind == Pattern::Kind::lstm) cell_.push_back(operands[4]->at(row, unit));
    }
  }

  void step(std::uint32_t number) {
    row_of_step_ = number * sequences_of(p_) + row_;
    if (p_.kind == Pattern::Kind::lstm) return lstm();
    gru();
  }
  const Words& hidden() const { return hidden_; }
  const Words& cell() const { return cell_; }

 private:
  std::uint32_t column(std::uint32_t gate, std::uint32_t unit) const {
    return (unit / vector_elements * gates_ + gate) * vector_elements + unit % vector_elements;
  }
  std::uint32_t of_input(std::uint32_t gate, std::uint32_t unit) const {
    return in_[0]->at(row_of_step_, column(gate, unit));
  }
  /// What a state gives to a gate of a unit, its bias and `more` added, rounded.
  std::uint32_t of_state(const Words& state, std::uint32_t gate, std::uint32_t unit,
                         std::optional<std::uint32_t> more = {}) const {
    const std::uint32_t at = column(gate, unit);
    float sum = 0.0F;
    for (std::uint32_t k = 0; k < state.size(); ++k) {
      sum += std::bit_cast<float>(state[k]) * std::bit_cast<float>(in_[1]->at(k, at));
    }
    std::uint32_t word = numerics::bfloat_word_of(sum);
    word = operate(WordOperation::add, word, in_[2]->at(0, at));
    if (more) word = operate(WordOperation::add, word, *more);
    return rounded_word(word);
  }

  void lstm() {
    Cells cells{HostArithmetic()};
    Words next;
    for (std::uint32_t unit = 0; unit < p_.columns_count; ++unit) {
      std::array<std::uint32_t, 4> gates{};
      for (std::uint32_t gate = 0; gate < 4; ++gate) {
        gates[gate] = of_state(hidden_, gate, unit, of_input(gate, unit));
      }
      const CellState made = cells.lstm(gates, cell_[unit]);
      next.push_back(rounded_word(made.hidden));
      cell_[unit] = rounded_word(made.cell);
    }
    hidden_ = next;
  }

  void gru() {
    Cells cells{HostArithmetic()};
    Words left;  // of the state by the reset gate
    Words next;
    for (std::uint32_t unit = 0; p_.reset_first && unit < p_.columns_count; ++unit) {
      const std::uint32_t reset = cells.gate(of_state(hidden_, 1, unit), of_input(1, unit));
      left.push_back(rounded_word(cells.times(reset, hidden_[unit])));
    }
    for (std::uint32_t unit = 0; unit < p_.columns_count; ++unit) {
      std::array<std::uint32_t, 3> x{};
      for (std::uint32_t gate = 0; gate < 3; ++gate) x[gate] = of_input(gate, unit);
      const std::uint32_t update = of_state(hidden_, 0, unit);
      if (p_.reset_first) {
        const std::uint32_t share = rounded_word(cells.gate(update, x[0]));
        const std::uint32_t fresh = cells.sum(x[2], of_state(left, 2, unit));
        next.push_back(rounded_word(cells.renewed(share, fresh, hidden_[unit])));
        continue;
      }
      next.push_back(rounded_word(cells.gru(
          {update, of_state(hidden_, 1, unit), of_state(hidden_, 2, unit)}, x, hidden_[unit])));
    }
    hidden_ = next;
  }

  const Pattern& p_;
  const HostOperands& in_;
  std::uint32_t row_, gates_;
  std::uint32_t row_of_step_ = 0;
  Words hidden_, cell_;
};

}  // namespace

HostMatrix recurrent_on_host(const Pattern& of, const HostOperands& operands) {
  HostMatrix out(of.rows, of.columns_count);
  const std::uint32_t sequences = sequences_of(of);
  const auto copy = [&](const Words& state, std::uint32_t row) {
    for (std::uint32_t unit = 0; unit < of.columns_count; ++unit) out.at(row, unit) = state[unit];
  };
  for (std::uint32_t row = 0; row < sequences; ++row) {
    HostSequence sequence(of, operands, row);
    for (std::uint32_t step = 0; step < of.length; ++step) {
      sequence.step(step);
      copy(sequence.hidden(), step * sequences + row);
    }
    if (of.kind == Pattern::Kind::lstm) copy(sequence.cell(), of.length * sequences + row);
  }
  return out;
}

}  // namespace weft::program::rdu
