// SPDX-License-Identifier: Apache-2.0
// Recurrences, step by step: a gate's matrix each, so that what gates share lies in the same lanes.
#include <algorithm>

#include "graph/evaluate.hpp"
#include "lower/tsp/parts.hpp"

namespace weft::lower::tsp {

using graph::Numbers;
using graph::Shape;
using Op = VectorOperation;

namespace {

/// Elements [first, first + count of the shape) of a constant, in that shape.
Numbers section_of(const Numbers& from, std::int64_t first, const Shape& shape) {
  Numbers out;
  out.type = {from.type.element, shape};
  const auto begin = from.floats.begin() + first;
  out.floats.assign(begin, begin + graph::count_of(shape));
  return out;
}

Numbers turned(const Numbers& matrix) {
  return graph::evaluate(graph::Transpose{{1, 0}}, {&matrix})[0];
}

std::vector<std::int64_t> rows_from(std::int64_t first, std::int64_t count) {
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < count; ++i) rows.push_back(first + i);
  return rows;
}

}  // namespace

/// One direction of a recurrence.
struct Writer::Cell {
  std::int64_t direction = 0;
  std::int64_t batch = 1;
  std::int64_t hidden = 1;
  std::vector<TensorId> given{};                ///< [gate]: [steps x batch, hidden], f32
  std::vector<TensorId> matrices{};             ///< [gate]: [hidden, hidden], f16
  std::vector<std::optional<TensorId>> bias{};  ///< [gate]: of what the state gives (gru)
  std::optional<TensorId> state{};              ///< [batch, hidden], f16; none: zeros
  std::optional<TensorId> cell{};               ///< f32
};

/// Of what a run's input gives all steps at once.
Writer::Cell Writer::cell_of(const graph::Recurrent& what, std::int64_t direction) {
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  const std::int64_t gates = lstm ? 4 : 3;
  const Shape x = shape(0);
  const std::int64_t width = x[2];
  Cell cell{direction, x[1], what.hidden};
  const TensorId rows = reshaped(plain(0), {size(x[0] * x[1]), size(width)}, "steps");
  const auto named = [&](std::size_t i, const Numbers& all, VectorType type) {
    return weight(graph_[input(i)].name, all, type, {all.type.shape.begin(), all.type.shape.end()});
  };
  // What one step from zeros leaves out nothing would read: the matrices of the state, and what is
  // kept of it.
  const bool starts = x[0] == 1 && !begins_with_state(5);
  const std::int64_t unread =
      lstm ? (x[0] == 1 && !begins_with_state(6) ? 2 : gates) : (starts && !has(3) ? 1 : gates);
  for (std::int64_t gate = 0; gate < gates; ++gate) {
    if (gate == unread) {
      cell.given.push_back(rows);
      cell.bias.emplace_back();
      cell.matrices.push_back(rows);
      continue;
    }
    const std::int64_t place = direction * gates + gate;
    const std::int64_t h = what.hidden;
    const Numbers own = turned(section_of(numbers(1), place * h * width, {h, width}));
    TensorId sums = program_.matmul(rows, named(1, own, f16), part("given"));
    const bool apart = !lstm && gate + 1 == gates;  // the state's bias is scaled with what it gives
    cell.bias.emplace_back();
    if (has(3)) {
      const std::int64_t first = direction * 2 * gates * h + gate * h;
      Numbers bias = section_of(numbers(3), first, {h});
      const Numbers of_state = section_of(numbers(3), first + gates * h, {h});
      for (std::size_t i = 0; i < bias.floats.size() && !apart; ++i) {
        bias.floats[i] += of_state.floats[i];
      }
      sums = plus(sums, named(3, bias, f32), "biased");
      if (apart) cell.bias.back() = named(3, of_state, f32);
    }
    cell.given.push_back(sums);
    if (starts) continue;
    cell.matrices.push_back(named(2, turned(section_of(numbers(2), place * h * h, {h, h})), f16));
  }
  cell.state = first_state(5, direction, cell);
  if (lstm) {
    cell.cell = first_state(6, direction, cell);
    if (cell.cell) cell.cell = wide(*cell.cell);
  }
  return cell;
}

/// Operand `i` is a state to begin with, and not of zeros.
bool Writer::begins_with_state(std::size_t i) const {
  if (!has(i) || !constant(i)) return has(i);
  const std::vector<double> all = numbers(i).floats;
  return std::any_of(all.begin(), all.end(), [](double one) { return one != 0.0; });
}

std::optional<TensorId> Writer::first_state(std::size_t i, std::int64_t direction,
                                            const Cell& cell) {
  if (!begins_with_state(i)) return std::nullopt;
  const std::int64_t all = graph::count_of(shape(i)) / cell.hidden;
  const TensorId rows = reshaped(plain(i), {size(all), size(cell.hidden)}, "first");
  return rows_picked(rows, rows_from(direction * cell.batch, cell.batch));
}

/// What the state gives a gate, f32.
TensorId Writer::from_state(const Cell& cell, std::size_t gate) {
  return program_.matmul(*cell.state, cell.matrices[gate], part("recurrent"));
}

/// What a gate has before its function, f32.
TensorId Writer::gate_sum(const Cell& cell, std::size_t gate, std::int64_t step) {
  const TensorId given = rows_picked(cell.given[gate], rows_from(step * cell.batch, cell.batch));
  return cell.state ? plus(from_state(cell, gate), given, "gate") : given;
}

void Writer::lstm_step(Cell& cell, std::int64_t step) {
  const TensorId in = sigmoid(gate_sum(cell, 0, step));
  const TensorId fresh = unary(Op::hyperbolic_tangent, gate_sum(cell, 3, step), "fresh");
  TensorId next = times(in, fresh, "taken");
  if (cell.cell) {
    const TensorId kept = times(sigmoid(gate_sum(cell, 2, step)), *cell.cell, "kept");
    next = plus(kept, next, "cell");
  }
  const TensorId out = sigmoid(gate_sum(cell, 1, step));
  cell.cell = next;
  cell.state = narrow(times(out, unary(Op::hyperbolic_tangent, next, "bent"), "state"));
}

/// Linear before the reset: the state's part of a fresh value is scaled as a sum.
void Writer::gru_step(Cell& cell, std::int64_t step) {
  const TensorId update = sigmoid(gate_sum(cell, 0, step));
  TensorId sum = rows_picked(cell.given[2], rows_from(step * cell.batch, cell.batch));
  std::optional<TensorId> recurrent;
  if (cell.state) recurrent = from_state(cell, 2);
  if (recurrent && cell.bias[2]) recurrent = plus(*recurrent, *cell.bias[2], "moved");
  if (!recurrent) recurrent = cell.bias[2];
  if (recurrent) {
    const TensorId reset = sigmoid(gate_sum(cell, 1, step));
    sum = plus(sum, times(reset, *recurrent, "reset"), "sum");
  }
  const TensorId fresh = unary(Op::hyperbolic_tangent, sum, "fresh");
  const TensorId share = binary(Op::subtract, number(f32, 1.0), update, "share");
  TensorId next = times(share, fresh, "taken");
  if (cell.state) next = plus(next, times(update, wide(*cell.state), "kept"), "mixed");
  cell.state = narrow(next);
}

/// Rows that stand in a tensor of `all` rows from `first` on, and zeros; added to what is there.
void Writer::put_rows(std::optional<TensorId>& there, TensorId rows, std::int64_t first,
                      std::int64_t all) {
  const auto count = static_cast<std::int64_t>(program_.at(rows).shape[0]);
  std::vector<std::int64_t> places(size(all), -1);
  for (std::int64_t i = 0; i < count; ++i) places[size(first + i)] = i;
  const TensorId placed = rows_picked(rows, places);
  there = there ? plus(*there, placed, "joined") : placed;
}

/// The results that something reads, in the node's order; others are none.
std::vector<std::optional<Held>> Writer::recurrent(const graph::Recurrent& what) {
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  if (!lstm && !what.linear_before_reset) {
    refuse("its reset is of the state: what a gate multiplies would be rounded to fp16 once more");
  }
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    if (has(i) && !constant(i)) refuse("its weights and bias must be constants");
  }
  const Shape x = shape(0);
  if (has(4)) {
    const bool known = constant(4);
    for (std::int64_t n = 0; known && n < x[1]; ++n) {
      if (numbers(4).whole[size(n)] != x[0]) refuse("its sequences have lengths of their own");
    }
    if (!known) refuse("the lengths of its sequences must be constants");
  }
  const std::int64_t directions = what.direction == graph::Direction::both ? 2 : 1;
  std::vector<std::optional<TensorId>> made(node_->outputs.size());
  const auto wanted = [&](std::size_t i) {
    return i < made.size() && is_read(graph_, node_->outputs[i]);
  };
  for (std::int64_t d = 0; d < directions; ++d) {
    Cell cell = cell_of(what, d);
    const bool backward = what.direction == graph::Direction::reverse || d == 1;
    for (std::int64_t i = 0; i < x[0]; ++i) {
      const std::int64_t step = backward ? x[0] - 1 - i : i;
      if (lstm) lstm_step(cell, step);
      if (!lstm) gru_step(cell, step);
      if (wanted(0)) {
        put_rows(made[0], *cell.state, (step * directions + d) * x[1], x[0] * directions * x[1]);
      }
    }
    if (wanted(1)) put_rows(made[1], *cell.state, d * x[1], directions * x[1]);
    if (wanted(2)) put_rows(made[2], narrow(*cell.cell), d * x[1], directions * x[1]);
  }
  std::vector<std::optional<Held>> held(made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (!made[i]) continue;
    const Shape& own = graph_[node_->outputs[i]].type.shape;
    const Order order = natural(own.size());
    held[i] = Held{reshaped(*made[i], stored(own, order), "value"), order};
  }
  return held;
}

}  // namespace weft::lower::tsp
