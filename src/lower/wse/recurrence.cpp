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
  if (has(5) || has(6)) {
    why = "begins with states of zeros alone, and its first state is given";
  } else if (has(4)) {
    why = "has sequences of one length alone, and their lengths are given";
  } else if (what.direction != graph::Direction::forward) {
    why = "goes backward";
  } else {
    const graph::Shape& x = in[0]->shape;
    Recurrence found{x[0], x[1], x[2], what.hidden, has(3)};
    if (what.kind == graph::RecurrentKind::gru) {
      found.kind =
          what.linear_before_reset ? Recurrence::Kind::gru : Recurrence::Kind::gru_reset_before;
    }
    return found;
  }
  return std::nullopt;
}

namespace {

std::int64_t bytes_of(const Recurrence& r, const Machine& machine, std::int64_t rows) {
  constexpr std::int64_t single = 1024;  // variables
  const std::int64_t units = (r.hidden + rows - 1) / rows;
  const bool twice = r.kind == Recurrence::Kind::gru_reset_before;
  const std::int64_t states = r.hidden * (twice ? 2 : 1);
  const std::int64_t values =
      r.lines() * 4 * units + r.batch * (2 * r.width + states) + r.batch * units;
  return values * machine.value_bytes() + (8 + r.batch * (twice ? 2 : 1)) * units * 4 + single;
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
  why = std::string(r.kind == Recurrence::Kind::lstm ? "an LSTM" : "a GRU") + " of " +
        counted(r.hidden, "unit") + " over " + counted(r.batch, "input") + " of " +
        std::to_string(r.width) + " needs " + counted(bytes_of(r, machine, rows), "byte") +
        " a PE on " + std::to_string(rows) + " PEs, of " + std::to_string(machine.data_bytes);
  return std::nullopt;
}

namespace {

enum class Line : std::uint8_t { input, state, left };

/// The gate of the model whose weights `sum` has for a line; -1: none. Of a GRU the third is of the
/// new state, to which inputs and states give by themselves where the reset stands between.
std::int64_t gate_of(Recurrence::Kind kind, std::int64_t sum, Line line) {
  constexpr std::int64_t none = -1;
  constexpr std::int64_t fresh = 2;
  if (kind == Recurrence::Kind::lstm) return line == Line::left ? none : sum;
  if (line == Line::left) return sum == fresh ? fresh : none;
  if (sum < fresh) return sum;
  if (line == Line::input) return sum == fresh ? fresh : none;
  return sum > fresh && kind == Recurrence::Kind::gru ? fresh : none;
}

}  // namespace

std::vector<double> gate_weights(const Recurrence& r, const graph::Numbers& weights,
                                 const graph::Numbers& recurrence) {
  std::vector<double> out;
  for (std::int64_t i = 0; i < r.lines(); ++i) {
    const bool given = i < r.width;
    const Line line = given ? Line::input : i < r.width + r.hidden ? Line::state : Line::left;
    const std::int64_t at = given ? i : (i - r.width) % r.hidden;
    const std::vector<double>& from = given ? weights.floats : recurrence.floats;
    for (std::int64_t sum = 0; sum < 4; ++sum) {
      const std::int64_t gate = gate_of(r.kind, sum, line);
      for (std::int64_t unit = 0; unit < r.hidden; ++unit) {
        const std::int64_t row = gate * r.hidden + unit;
        out.push_back(gate < 0 ? 0.0 : from[as_index(row * (given ? r.width : r.hidden) + at)]);
      }
    }
  }
  return out;
}

std::vector<double> gate_bias(const Recurrence& r, const graph::Numbers* bias) {
  std::vector<double> out(as_index(r.gates()), 0.0);
  if (bias == nullptr) return out;
  const std::int64_t all = r.kind == Recurrence::Kind::lstm ? 4 : 3;
  const Line last = r.kind == Recurrence::Kind::gru_reset_before ? Line::left : Line::state;
  for (std::int64_t sum = 0; sum < 4; ++sum) {
    const std::int64_t of_input = gate_of(r.kind, sum, Line::input);
    const std::int64_t of_state =
        std::max(gate_of(r.kind, sum, Line::state), gate_of(r.kind, sum, last));
    for (std::int64_t unit = 0; unit < r.hidden; ++unit) {
      double& to = out[as_index(sum * r.hidden + unit)];
      if (of_input >= 0) to += bias->floats[as_index(of_input * r.hidden + unit)];
      if (of_state >= 0) to += bias->floats[as_index((all + of_state) * r.hidden + unit)];
      to = static_cast<double>(static_cast<float>(to));
    }
  }
  return out;
}

namespace {

/// 0 where exp(-x) is infinite: the branch that elements.csl has is 3 % of the cycles of an LSTM.
float gate(const Single& f, float x) {
  return f.div(1.0F, f.add(1.0F, f.exp(numerics::negate(x))));
}

/// The cell and the hidden state of one sequence.
struct SequenceState {
  std::vector<float> cell;
  std::vector<float> hidden;
};

void change(const Single& f, const Machine& machine, const Vector& y, SequenceState& state) {
  const std::size_t units = state.cell.size();
  for (std::size_t i = 0; i < units; ++i) {
    const float taken = gate(f, y.number(i));
    const float shown = gate(f, y.number(units + i));
    const float kept = gate(f, y.number(2 * units + i));
    const float fresh = f.tanh(y.number(3 * units + i));
    state.cell[i] = f.add(f.mul(kept, state.cell[i]), f.mul(taken, fresh));
    Vector one(1, machine.half);
    one.set(0, f.mul(shown, f.tanh(state.cell[i])));
    state.hidden[i] = one.number(0);
  }
}

/// What is held of a GRU between its two halves.
struct Gated {
  std::vector<float> update, sum;
};

/// (1 - update) fresh + update before, as values are stored.
float mixed(const Single& f, const Machine& machine, float update, float fresh, float before) {
  Vector one(1, machine.half);
  one.set(0, f.add(f.mul(f.sub(1.0F, update), fresh), f.mul(update, before)));
  return one.number(0);
}

/// The new state; of one that resets before, what of the state is left.
Gated gate_units(const Recurrence& r, const Single& f, const Machine& machine, const Vector& y,
                 std::vector<float>& hidden) {
  const std::size_t units = hidden.size();
  Gated out;
  for (std::size_t i = 0; i < units; ++i) {
    const float update = gate(f, y.number(i));
    const float reset = gate(f, y.number(units + i));
    const float given = y.number(2 * units + i);
    if (r.kind == Recurrence::Kind::gru) {
      const float fresh = f.tanh(f.add(given, f.mul(reset, y.number(3 * units + i))));
      hidden[i] = mixed(f, machine, update, fresh, hidden[i]);
      continue;
    }
    out.update.push_back(update);
    out.sum.push_back(given);
    Vector one(1, machine.half);
    one.set(0, f.mul(reset, hidden[i]));
    hidden[i] = one.number(0);
  }
  return out;
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
  Vector left(as_index(r.hidden), half);
  for (std::int64_t step = 0; step < r.steps; ++step) {
    for (std::int64_t item = 0; item < r.batch; ++item) {
      SequenceState& state = states[as_index(item)];
      for (std::size_t i = 0; i < state.hidden.size(); ++i) before.set(i, state.hidden[i]);
      run(ArrayOperation::fmovs, y, {bias.all()});
      const auto add_line = [&](std::int64_t line, const numerics::Source& number) {
        run(add, y, {y.all(), weights.from(as_index(line * r.gates())), number});
      };
      const std::int64_t first = (step * r.batch + item) * r.width;
      for (std::int64_t i = 0; i < r.width; ++i) add_line(i, x.one(as_index(first + i)));
      for (std::int64_t i = 0; i < r.hidden; ++i) {
        add_line(r.width + i, before.one(as_index(i)));
      }
      if (r.kind == Recurrence::Kind::lstm) {
        change(f, machine, y, state);
      } else {
        const Gated gated = gate_units(r, f, machine, y, state.hidden);
        const std::size_t units = gated.sum.size();  // 0: the state is new
        for (std::size_t i = 0; i < units; ++i) {
          left.set(i, state.hidden[i]);
          y.set(2 * units + i, gated.sum[i]);
        }
        for (std::size_t i = 0; i < units; ++i) {
          add_line(r.width + r.hidden + static_cast<std::int64_t>(i), left.one(i));
        }
        for (std::size_t i = 0; i < units; ++i) {
          state.hidden[i] =
              mixed(f, machine, gated.update[i], f.tanh(y.number(2 * units + i)), before.number(i));
        }
      }
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
