// SPDX-License-Identifier: Apache-2.0
// Cells of recurrences, written once: as nodes of a context, and as numbers on the host.
#pragma once

#include <array>

#include "program/rdu_pattern_steps.hpp"

namespace weft::program::rdu {

struct CellState {
  std::uint32_t hidden = none;
  std::uint32_t cell = none;
};

template <typename Arithmetic>
class Cells {
 public:
  explicit Cells(Arithmetic arithmetic) : a_(arithmetic) {}

  /// Of gates before their functions: input, output, forget, cell.
  CellState lstm(const std::array<std::uint32_t, 4>& gates, std::uint32_t cell) {
    const std::uint32_t kept = times(sigmoid(gates[2]), cell);
    const std::uint32_t next = sum(kept, times(sigmoid(gates[0]), tanh(gates[3])));
    return {times(sigmoid(gates[1]), tanh(next)), next};
  }

  /// Of what states and inputs give to update, reset and new gates.
  std::uint32_t gru(const std::array<std::uint32_t, 3>& of_state,
                    const std::array<std::uint32_t, 3>& of_input, std::uint32_t hidden) {
    const std::uint32_t kept = times(gate(of_state[1], of_input[1]), of_state[2]);
    return renewed(gate(of_state[0], of_input[0]), sum(of_input[2], kept), hidden);
  }
  std::uint32_t gate(std::uint32_t of_state, std::uint32_t of_input) {
    return sigmoid(sum(of_state, of_input));
  }
  /// As much of the old state as the update gate says, else what is new.
  std::uint32_t renewed(std::uint32_t update, std::uint32_t fresh, std::uint32_t hidden) {
    const std::uint32_t less = a_.operate(WordOperation::subtract, a_.real(1.0F), update);
    return sum(times(less, tanh(fresh)), times(update, hidden));
  }
  std::uint32_t times(std::uint32_t a, std::uint32_t b) {
    return a_.operate(WordOperation::multiply, a, b);
  }
  std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
    return a_.operate(WordOperation::add, a, b);
  }

 private:
  std::uint32_t sigmoid(std::uint32_t x) { return a_.operate(WordOperation::sigmoid, x); }
  std::uint32_t tanh(std::uint32_t x) { return a_.operate(WordOperation::tanh, x); }

  Arithmetic a_;
};

inline std::uint32_t gates_of(const Pattern& of) { return of.kind == Pattern::Kind::lstm ? 4 : 3; }
/// Rows of a state.
inline std::uint32_t sequences_of(const Pattern& of) {
  return of.rows / (of.length + (of.kind == Pattern::Kind::lstm ? 1 : 0));
}

}  // namespace weft::program::rdu
