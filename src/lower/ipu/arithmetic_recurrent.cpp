// SPDX-License-Identifier: Apache-2.0
// LSTM and GRU as the program's loop over steps computes them.
#include <algorithm>

#include "lower/ipu/arithmetic.hpp"
#include "lower/ipu/formula.hpp"

namespace weft::lower::ipu {

using graph::Shape;

namespace {

/// Elements [first, first + count of `shape`) of `from`.
Numbers part_of(const Numbers& from, std::int64_t first, Shape shape) {
  Numbers out = zeros(from.kind, std::move(shape));
  const auto begin = from.floats.begin() + first;
  std::copy(begin, begin + out.count(), out.floats.begin());
  return out;
}

Numbers plus(const Numbers& a, const Numbers& b) {
  return evaluate(*formula_of(graph::Binary{}, a.kind), {a, b}, a.shape);
}

/// One direction; weights [rows][inputs] as ONNX lays them out.
class Cell {
 public:
  Cell(const Machine& machine, const graph::Recurrent& what, const RecurrentOperands& in,
       std::int64_t direction)
      : machine_(machine), what_(what) {
    const Shape& x = in[0]->shape;
    batch_ = x[1];
    rows_ = what.hidden * (what.kind == graph::RecurrentKind::lstm ? 4 : 3);
    const Numbers weights = part_of(*in[1], direction * rows_ * x[2], {rows_, x[2]});
    recurrence_ = part_of(*in[2], direction * rows_ * what.hidden, {rows_, what.hidden});
    given_ = times(Numbers{in[0]->kind, {x[0] * x[1], x[2]}, in[0]->floats, {}}, weights);
    if (in[3] != nullptr) {
      given_ = plus(given_, part_of(*in[3], direction * 2 * rows_, {rows_}));
      bias_ = part_of(*in[3], (direction * 2 + 1) * rows_, {rows_});
    }
    hidden_ = state(in[5], in[0]->kind, direction);
    cell_ = state(in[6], in[0]->kind, direction);
  }

  void step(std::int64_t at) {
    const Numbers given = part_of(given_, at * batch_ * rows_, {batch_, rows_});
    if (what_.kind == graph::RecurrentKind::lstm) {
      lstm(given);
    } else {
      gru(given);
    }
  }
  const Numbers& hidden() const { return hidden_; }
  const Numbers& cell() const { return cell_; }

 private:
  Numbers state(const Numbers* given, Kind kind, std::int64_t direction) const {
    const Shape shape{batch_, what_.hidden};
    if (given == nullptr) return zeros(kind, shape);
    return part_of(*given, direction * batch_ * what_.hidden, shape);
  }
  /// [m][k] times [n][k], turned.
  Numbers times(Numbers a, const Numbers& b) const {
    const Shape shape{a.shape[0], b.shape[0]};
    Numbers turned = transposed(b, {1, 0});
    turned.shape.insert(turned.shape.begin(), 1);
    a.shape.insert(a.shape.begin(), 1);
    Numbers out = product(machine_, a, turned);
    out.shape = shape;
    return out;
  }
  Numbers from_state(const Numbers& hidden, std::int64_t first, std::int64_t rows) const {
    const Numbers matrix = part_of(recurrence_, first * what_.hidden, {rows, what_.hidden});
    const Numbers out = times(hidden, matrix);
    return bias_.floats.empty() ? out : plus(out, part_of(bias_, first, {rows}));
  }
  /// Gate number `which` of [batch][gates x hidden].
  Numbers gate(const Numbers& gates, std::int64_t which) const {
    Numbers out = zeros(gates.kind, {batch_, what_.hidden});
    for (std::int64_t item = 0; item < batch_; ++item) {
      const auto from = gates.floats.begin() + item * gates.shape[1] + which * what_.hidden;
      std::copy(from, from + what_.hidden, out.floats.begin() + item * what_.hidden);
    }
    return out;
  }

  void lstm(const Numbers& given) {
    const Numbers gates = plus(from_state(hidden_, 0, rows_), given);
    cell_ = evaluate(lstm_cell_formula(), {cell_, gate(gates, 0), gate(gates, 2), gate(gates, 3)},
                     cell_.shape);
    hidden_ = evaluate(lstm_hidden_formula(), {hidden_, gate(gates, 1), cell_}, cell_.shape);
  }

  void gru(const Numbers& given) {
    const graph::Binary multiply{graph::BinaryFunction::multiply};
    const Formula sigmoid = *formula_of(graph::Unary{graph::UnaryFunction::sigmoid});
    const Formula both = *formula_of(multiply, hidden_.kind);
    const Shape& shape = hidden_.shape;
    const bool linear = what_.linear_before_reset;
    const Numbers gates = from_state(hidden_, 0, linear ? rows_ : 2 * what_.hidden);
    const auto switched = [&](std::int64_t which) {
      return evaluate(sigmoid, {plus(gate(gates, which), gate(given, which))}, shape);
    };
    const Numbers update = switched(0);
    const Numbers reset = switched(1);
    const Numbers recurrent = linear ? evaluate(both, {gate(gates, 2), reset}, shape)
                                     : from_state(evaluate(both, {reset, hidden_}, shape),
                                                  2 * what_.hidden, what_.hidden);
    hidden_ =
        evaluate(gru_hidden_formula(), {hidden_, update, plus(recurrent, gate(given, 2))}, shape);
  }

  const Machine& machine_;
  const graph::Recurrent& what_;
  std::int64_t batch_ = 0, rows_ = 0;
  Numbers recurrence_, given_, bias_, hidden_, cell_;
};

}  // namespace

std::vector<Numbers> recurrent(const Machine& machine, const graph::Recurrent& what,
                               const RecurrentOperands& in) {
  const Shape& x = in[0]->shape;
  const std::int64_t directions = in[1]->shape[0];
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  const std::int64_t each = x[1] * what.hidden;
  std::vector<Numbers> out{zeros(in[0]->kind, {x[0], directions, x[1], what.hidden})};
  for (int i = 0; i < (lstm ? 2 : 1); ++i) {
    out.push_back(zeros(in[0]->kind, {directions, x[1], what.hidden}));
  }
  for (std::int64_t direction = 0; direction < directions; ++direction) {
    Cell cell(machine, what, in, direction);
    const bool backward = what.direction == graph::Direction::reverse || direction == 1;
    for (std::int64_t i = 0; i < x[0]; ++i) {
      const std::int64_t step = backward ? x[0] - 1 - i : i;
      cell.step(step);
      std::copy(cell.hidden().floats.begin(), cell.hidden().floats.end(),
                out[0].floats.begin() + (step * directions + direction) * each);
    }
    std::copy(cell.hidden().floats.begin(), cell.hidden().floats.end(),
              out[1].floats.begin() + direction * each);
    if (!lstm) continue;
    std::copy(cell.cell().floats.begin(), cell.cell().floats.end(),
              out[2].floats.begin() + direction * each);
  }
  return out;
}

}  // namespace weft::lower::ipu
