// SPDX-License-Identifier: Apache-2.0
// An LSTM forward over its steps, as `recurrence.csl` has it: its sizes, and what comes out.
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
  std::int64_t gates() const { return 4 * hidden; }
};

/// nullopt where the template has it not: `why` says what is in the way.
std::optional<Recurrence> recurrence_of(const graph::Recurrent& what,
                                        const std::vector<std::optional<graph::TensorType>>& in,
                                        std::string& why);

/// In how many rows of PEs the hidden units are; nullopt where no number fits.
std::optional<std::int64_t> rows_of(const Recurrence& r, const Machine& machine, std::string& why);

/// Weights of all inputs and then of all hidden units, [inputs + hidden][gate][unit].
std::vector<double> gate_weights(const Recurrence& r, const graph::Numbers& weights,
                                 const graph::Numbers& recurrence);
/// The two biases of each gate, added up and rounded: [gate][unit].
std::vector<double> gate_bias(const Recurrence& r, const graph::Numbers* bias);

/// All hidden states, the last one, and the last cell state.
std::vector<graph::Numbers> recurrence_result(const Recurrence& r, const Machine& machine,
                                              const graph::Operands& in,
                                              const std::vector<graph::TensorType>& types);

}  // namespace weft::lower::wse
