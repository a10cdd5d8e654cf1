// SPDX-License-Identifier: Apache-2.0
// The evaluator: LSTM and GRU, step by step.
#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "graph/evaluate_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

/// One direction's parameters, each row by row.
struct Cell {
  std::int64_t width, hidden, gates;
  const double *weights, *recurrence;
  const double* bias;  ///< of the weights, then of the recurrence; nullptr: none
};

double row_product(const double* row, const double* x, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += row[i] * x[i];
  return sum;
}

double from_input(const Cell& cell, std::int64_t row, const double* x) {
  const double sum = row_product(cell.weights + row * cell.width, x, cell.width);
  return cell.bias == nullptr ? sum : sum + cell.bias[row];
}
double from_state(const Cell& cell, std::int64_t row, const double* h) {
  const double sum = row_product(cell.recurrence + row * cell.hidden, h, cell.hidden);
  return cell.bias == nullptr ? sum : sum + cell.bias[cell.gates * cell.hidden + row];
}

// Gates in ONNX's order: input, output, forget, cell.
void lstm_step(const Cell& cell, const double* x, std::vector<double>& h, std::vector<double>& c) {
  const std::vector<double> before = h;
  const auto gate = [&](std::int64_t which, std::int64_t i) {
    const std::int64_t row = which * cell.hidden + i;
    return from_input(cell, row, x) + from_state(cell, row, before.data());
  };
  for (std::int64_t i = 0; i < cell.hidden; ++i) {
    const double input = real::sigmoid(gate(0, i));
    const double output = real::sigmoid(gate(1, i));
    const double forget = real::sigmoid(gate(2, i));
    double& state = c[as_index(i)];
    state = forget * state + input * real::tanh(gate(3, i));
    h[as_index(i)] = output * real::tanh(state);
  }
}

// Gates in ONNX's order: update, reset, hidden.
void gru_step(const Cell& cell, bool linear_before_reset, const double* x, std::vector<double>& h) {
  const std::vector<double> before = h;
  const std::int64_t hidden = cell.hidden;
  const auto gate = [&](std::int64_t row) {
    return real::sigmoid(from_input(cell, row, x) + from_state(cell, row, before.data()));
  };
  std::vector<double> reset(as_index(hidden));
  std::vector<double> kept(as_index(hidden));
  for (std::int64_t i = 0; i < hidden; ++i) {
    reset[as_index(i)] = gate(hidden + i);
    kept[as_index(i)] = reset[as_index(i)] * before[as_index(i)];
  }
  for (std::int64_t i = 0; i < hidden; ++i) {
    const std::int64_t row = 2 * hidden + i;
    const double recurrent = linear_before_reset
                                 ? reset[as_index(i)] * from_state(cell, row, before.data())
                                 : from_state(cell, row, kept.data());
    const double fresh = real::tanh(from_input(cell, row, x) + recurrent);
    const double update = gate(i);
    h[as_index(i)] = (1.0 - update) * fresh + update * before[as_index(i)];
  }
}

/// One direction of one sequence.
struct Sequence {
  std::int64_t direction, batch, steps;
  bool backward;
};

std::vector<double> initial_state(const Numbers* given, std::size_t first, std::int64_t hidden) {
  if (given == nullptr) return std::vector<double>(as_index(hidden), 0.0);
  const auto from = given->floats.begin() + static_cast<std::ptrdiff_t>(first);
  return {from, from + hidden};
}

void run_sequence(const Recurrent& what, const Operands& in, const Sequence& s, Results& results) {
  const Shape& shape = in[0]->type.shape;
  const Shape& all = results[0].type.shape;
  const std::int64_t gates = what.kind == RecurrentKind::lstm ? 4 : 3;
  const Numbers* bias = operand(in, 3);
  const std::int64_t rows = gates * what.hidden;
  const Cell cell{shape[2],
                  what.hidden,
                  gates,
                  in[1]->floats.data() + s.direction * rows * shape[2],
                  in[2]->floats.data() + s.direction * rows * what.hidden,
                  bias == nullptr ? nullptr : bias->floats.data() + s.direction * 2 * rows};
  const std::int64_t place = (s.direction * shape[1] + s.batch) * what.hidden;
  std::vector<double> h = initial_state(operand(in, 5), as_index(place), what.hidden);
  std::vector<double> c = initial_state(operand(in, 6), as_index(place), what.hidden);
  for (std::int64_t i = 0; i < s.steps; ++i) {
    const std::int64_t step = s.backward ? s.steps - 1 - i : i;
    const double* x = in[0]->floats.data() + (step * shape[1] + s.batch) * shape[2];
    if (what.kind == RecurrentKind::lstm) {
      lstm_step(cell, x, h, c);
    } else {
      gru_step(cell, what.linear_before_reset, x, h);
    }
    const std::int64_t to = ((step * all[1] + s.direction) * all[2] + s.batch) * what.hidden;
    std::copy(h.begin(), h.end(), results[0].floats.begin() + to);
  }
  std::copy(h.begin(), h.end(), results[1].floats.begin() + place);
  if (results.size() > 2) std::copy(c.begin(), c.end(), results[2].floats.begin() + place);
}

}  // namespace

Results results_of(const Recurrent& what, const Operands& in, Results results) {
  const Shape& all = results[0].type.shape;
  const Numbers* lengths = operand(in, 4);
  for (std::int64_t direction = 0; direction < all[1]; ++direction) {
    const bool backward = what.direction == Direction::reverse || direction == 1;
    for (std::int64_t batch = 0; batch < all[2]; ++batch) {
      const std::int64_t steps = lengths == nullptr ? all[0] : lengths->whole[as_index(batch)];
      if (steps < 0 || steps > all[0]) {
        fail(Category::input,
             "a sequence of " + counted(steps, "step") + " among " + std::to_string(all[0]));
      }
      run_sequence(what, in, {direction, batch, steps, backward}, results);
    }
  }
  return results;
}

}  // namespace weft::graph
