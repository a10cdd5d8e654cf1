// SPDX-License-Identifier: Apache-2.0
#include "lower/wse/recurrence.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "graph/shapes.hpp"
#include "lower/wse/single.hpp"
#include "lower/wse/vectors.hpp"

namespace weft::lower::wse {

using graph::as_index;
using numerics::ArrayOperation;

std::optional<Recurrence> recurrence_of(const graph::Recurrent& what,
                                        const std::vector<std::optional<graph::TensorType>>& in,
                                        std::string& why) {
  const auto has = [&in](std::size_t i) { return i < in.size() && in[i].has_value(); };
  if (what.kind != graph::RecurrentKind::lstm) {
    why = "of recurrences there is the LSTM alone";
  } else if (what.direction != graph::Direction::forward) {
    why = "goes backward";
  } else if (has(4) || has(5) || has(6)) {
    why = "begins with states of zeros alone, and all sequences have the same length";
  } else {
    const graph::Shape& x = in[0]->shape;
    return Recurrence{x[0], x[1], x[2], what.hidden, has(3)};
  }
  return std::nullopt;
}

namespace {

std::int64_t bytes_of(const Recurrence& r, const Machine& machine, std::int64_t rows) {
  constexpr std::int64_t single = 1024;  // variables
  const std::int64_t units = (r.hidden + rows - 1) / rows;
  const std::int64_t values =
      (r.width + r.hidden) * 4 * units + r.batch * (2 * r.width + r.hidden) + r.batch * units;
  return values * machine.value_bytes() + (8 * units + r.batch * units) * 4 + single;
}

}  // namespace

std::optional<std::int64_t> rows_of(const Recurrence& r, const Machine& machine, std::string& why) {
  constexpr std::int64_t few = 8;  // units, whose functions take as long as their products
  const std::int64_t most = std::min(r.hidden, machine.height);
  std::int64_t rows = 1;
  while (rows * 2 <= most &&
         (bytes_of(r, machine, rows) > machine.data_bytes || r.hidden / (rows * 2) >= few)) {
    rows *= 2;
  }
  const bool in_reach = r.batch * std::max(r.width, r.hidden) <= most_of_index;
  if (in_reach && bytes_of(r, machine, rows) <= machine.data_bytes) return rows;
  why = "an LSTM of " + counted(r.hidden, "unit") + " over " + counted(r.batch, "input") + " of " +
        std::to_string(r.width) + " needs " + counted(bytes_of(r, machine, rows), "byte") +
        " a PE on " + std::to_string(rows) + " PEs, of " + std::to_string(machine.data_bytes);
  return std::nullopt;
}

std::vector<double> gate_weights(const Recurrence& r, const graph::Numbers& weights,
                                 const graph::Numbers& recurrence) {
  std::vector<double> out;
  for (std::int64_t i = 0; i < r.width + r.hidden; ++i) {
    for (std::int64_t gate = 0; gate < r.gates(); ++gate) {
      out.push_back(i < r.width ? weights.floats[as_index(gate * r.width + i)]
                                : recurrence.floats[as_index(gate * r.hidden + i - r.width)]);
    }
  }
  return out;
}

std::vector<double> gate_bias(const Recurrence& r, const graph::Numbers* bias) {
  std::vector<double> out(as_index(r.gates()), 0.0);
  for (std::size_t i = 0; bias != nullptr && i < out.size(); ++i) {
    out[i] =
        static_cast<double>(static_cast<float>(bias->floats[i] + bias->floats[i + out.size()]));
  }
  return out;
}

namespace {

/// The cell and the hidden state of one sequence.
struct SequenceState {
  std::vector<float> cell;
  std::vector<float> hidden;
};

void change(const Single& f, const Machine& machine, const Vector& y, SequenceState& state) {
  const std::size_t units = state.cell.size();
  for (std::size_t i = 0; i < units; ++i) {
    const float taken = sigmoid(f, y.number(i));
    const float shown = sigmoid(f, y.number(units + i));
    const float kept = sigmoid(f, y.number(2 * units + i));
    const float fresh = f.tanh(y.number(3 * units + i));
    state.cell[i] = f.add(f.mul(kept, state.cell[i]), f.mul(taken, fresh));
    Vector one(1, machine.half);
    one.set(0, f.mul(shown, f.tanh(state.cell[i])));
    state.hidden[i] = one.number(0);
  }
}

}  // namespace

std::vector<graph::Numbers> recurrence_result(const Recurrence& r, const Machine& machine,
                                              const graph::Operands& in,
                                              const std::vector<graph::TensorType>& types) {
  const bool half = machine.half;
  const Single f{machine.rules};
  const Doing run{machine.rules};
  const ArrayOperation add = half ? ArrayOperation::fmachs : ArrayOperation::fmacs;
  const Vector x = values_of(in[0]->floats, half);
  const Vector weights = values_of(gate_weights(r, *in[1], *in[2]), half);
  const Vector bias = singles_of(gate_bias(r, r.biased ? in[3] : nullptr));
  const std::vector<float> zeros(as_index(r.hidden), 0.0F);
  std::vector<SequenceState> states(as_index(r.batch), SequenceState{zeros, zeros});
  std::vector<graph::Numbers> out;
  for (const graph::TensorType& type : types) out.push_back({type, {}, {}});
  Vector y(as_index(r.gates()), false);
  Vector before(as_index(r.hidden), half);
  for (std::int64_t step = 0; step < r.steps; ++step) {
    for (std::int64_t item = 0; item < r.batch; ++item) {
      SequenceState& state = states[as_index(item)];
      for (std::size_t i = 0; i < state.hidden.size(); ++i) before.set(i, state.hidden[i]);
      run(ArrayOperation::fmovs, y, {bias.all()});
      for (std::int64_t i = 0; i < r.width + r.hidden; ++i) {
        const bool given = i < r.width;
        const auto at = as_index((step * r.batch + item) * r.width + i);
        run(add, y,
            {y.all(), weights.from(as_index(i * r.gates())),
             given ? x.one(at) : before.one(as_index(i - r.width))});
      }
      change(f, machine, y, state);
      out[0].floats.insert(out[0].floats.end(), state.hidden.begin(), state.hidden.end());
    }
  }
  for (const SequenceState& state : states) {
    out[1].floats.insert(out[1].floats.end(), state.hidden.begin(), state.hidden.end());
    if (out.size() < 3) continue;
    const graph::Numbers cell = rounded(state.cell, machine, types[2]);
    out[2].floats.insert(out[2].floats.end(), cell.floats.begin(), cell.floats.end());
  }
  return out;
}

}  // namespace weft::lower::wse
