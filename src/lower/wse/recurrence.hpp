// SPDX-License-Identifier: Apache-2.0
// An LSTM or GRU forward over its steps, as `recurrence.csl` has it: its sizes, and what comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/evaluate.hpp"
#include "graph/operator.hpp"
#include "lower/wse/machine.hpp"

namespace weft::lower::wse {

struct Recurrence {
  std::int64_t steps = 1, batch = 1, width = 1, hidden = 1;
  bool biased = false;
  /// As the template numbers them: a GRU resets what the state gives, or the state before that.
  enum class Kind : std::uint8_t { lstm, gru, gru_reset_before } kind = Kind::lstm;

  /// Sums of a step.
  std::int64_t gates() const { return 4 * hidden; }
  /// Numbers that each of them is a product with: inputs, states, states that are left.
  std::int64_t lines() const { return width + hidden * (kind == Kind::gru_reset_before ? 2 : 1); }
};

/// Whether every element of `constant` is `number`.
bool is_all(const graph::Tensor& constant, std::int64_t number);

/// nullopt where the template has it not: `why` says what is in the way.
std::optional<Recurrence> recurrence_of(const graph::Recurrent& what,
                                        const std::vector<std::optional<graph::TensorType>>& in,
                                        std::string& why);

/// In how many rows of PEs the hidden units are; nullopt where no number fits.
std::optional<std::int64_t> rows_of(const Recurrence& r, const Machine& machine, std::string& why);

/// Weights of all lines, [line][sum][unit].
std::vector<double> gate_weights(const Recurrence& r, const graph::Numbers& weights,
                                 const graph::Numbers& recurrence);
/// What each sum begins with, two biases added up and rounded: [sum][unit].
std::vector<double> gate_bias(const Recurrence& r, const graph::Numbers* bias);

/// All hidden states, the last one, and of an LSTM the last cell state.
std::vector<graph::Numbers> recurrence_result(const Recurrence& r, const Machine& machine,
                                              const graph::Operands& in,
                                              const std::vector<graph::TensorType>& types);

}  // namespace weft::lower::wse
