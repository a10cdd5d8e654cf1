// SPDX-License-Identifier: Apache-2.0
// Bounds of products, convolutions, attention and recurrences.
#include <cmath>
#include <utility>

#include "graph/bounds_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

Numbers magnitudes_of(const Numbers& numbers) {
  Numbers out = numbers;
  for (double& x : out.floats) x = std::fabs(x);
  return out;
}

/// The operator on the magnitudes of its first two operands alone: sum of |a b|.
Numbers magnitudes_of_product(Operator what, const Judged& node) {
  if (auto* c = std::get_if<Convolution>(&what)) c->then = {};
  if (auto* m = std::get_if<MatMul>(&what)) m->then = {};
  const Numbers a = magnitudes_of(*node.in[0]);
  const Numbers b = magnitudes_of(*node.in[1]);
  return evaluate(what, {&a, &b}).at(0);
}

/// What comes behind a product: a bias and an addend that may be part of the same sum.
struct Tail {
  const Numbers* bias = nullptr;
  const Numbers* addend = nullptr;
  std::size_t run = 1;  ///< elements in a row that have one bias
};

// The exact result may have been clipped: the product's own magnitude is no more than that of its
// terms. A clip takes nothing to a larger distance.
void judge_product(const Judged& node, const Numbers& magnitudes, std::int64_t depth,
                   const Tail& tail) {
  const Tracker& t = node.tracker;
  const std::size_t channels = tail.bias == nullptr ? 1 : tail.bias->floats.size();
  for (std::size_t i = 0; i < node.bounds[0].slack.size(); ++i) {
    const double size = magnitudes.floats[i];
    Tracked sum = t.dot({size, 0}, size, depth);
    if (tail.bias != nullptr) {
      sum = t.add(sum, {std::fabs(tail.bias->floats[i / tail.run % channels]), 0});
    }
    if (tail.addend != nullptr) sum = t.add(sum, {std::fabs(tail.addend->floats[i]), 0});
    node.store(i, sum.error);
  }
}

std::vector<double> line_of(const std::vector<double>& from, std::int64_t first,
                            std::int64_t count) {
  const auto begin = from.begin() + first;
  return {begin, begin + count};
}

Tracked dot_of(const Tracker& t, const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
    size += std::fabs(a[i] * b[i]);
  }
  return t.dot({sum, 0}, size, static_cast<std::int64_t>(a.size()));
}

/// Dot product of exact numbers with tracked ones.
Tracked dot_of(const Tracker& t, const std::vector<double>& a, const std::vector<Tracked>& b) {
  Tracked sum;
  double size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum.value += a[i] * b[i].value;
    sum.error += std::fabs(a[i]) * b[i].error;
    size += std::fabs(a[i]) * (std::fabs(b[i].value) + b[i].error);
  }
  return t.dot(sum, size, static_cast<std::int64_t>(a.size()));
}

/// The weights of one row of scores: exp(s - max) / sum.
std::vector<Tracked> softmax_of_scores(const Tracker& t, const std::vector<Tracked>& scores) {
  Tracked most{-std::numeric_limits<double>::infinity(), 0};
  for (const Tracked& s : scores) {
    if (s.value > most.value) most.value = s.value;
    most.error = std::isfinite(s.value) ? std::fmax(most.error, s.error) : most.error;
  }
  std::vector<Tracked> powers;
  Tracked sum;
  for (const Tracked& s : scores) {
    const bool hidden = std::isinf(s.value) && s.value < 0;
    powers.push_back(hidden ? Tracked{} : t.exponential(t.subtract(s, most)));
    sum.value += powers.back().value;
    sum.error += powers.back().error;
  }
  sum = t.sum(sum, sum.value + sum.error, static_cast<std::int64_t>(scores.size()));
  for (Tracked& p : powers) p = t.divide(p, sum);
  return powers;
}

/// One query's row of attention.
struct QueryRow {
  std::vector<double> q;
  std::vector<double> mask;  ///< to add; empty: none
  std::int64_t seen = 0;     ///< keys in front of the causal end
};

std::vector<Tracked> tracked_weights(const Attention& what, const Tracker& t, const QueryRow& row,
                                     const std::vector<std::vector<double>>& keys) {
  const double scale = what.scale;
  std::vector<Tracked> scores;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (static_cast<std::int64_t>(key) >= row.seen) {
      scores.push_back({-std::numeric_limits<double>::infinity(), 0});
      continue;
    }
    // The scale may be on either factor, or in two parts on both: it is rounded, and they are.
    const Tracked product = dot_of(t, row.q, keys[key]);
    const Tracked factor = t.rounded(t.rounded({scale, 0}));
    double size = 0;
    for (std::size_t i = 0; i < row.q.size(); ++i) size += std::fabs(row.q[i] * keys[key][i]);
    Tracked score = t.multiply(product, factor);
    score.error += 2 * t.rounding().unit * size * std::fabs(scale);
    scores.push_back(row.mask.empty() ? score : t.add(score, {row.mask[key], 0}));
  }
  return softmax_of_scores(t, scores);
}

Shape leading_part(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

/// Parameters of one direction of a recurrence.
struct Gates {
  const Judged& node;
  std::int64_t width, hidden, count, direction;

  Tracked of(std::int64_t row, const std::vector<double>& x, const std::vector<Tracked>& h) const {
    return node.tracker.add(from_input(row, x), from_state(row, h));
  }
  Tracked from_input(std::int64_t row, const std::vector<double>& x) const {
    const std::int64_t at = (direction * count * hidden + row) * width;
    return biased(dot_of(node.tracker, x, line_of(node.in[1]->floats, at, width)), row);
  }
  Tracked from_state(std::int64_t row, const std::vector<Tracked>& h) const {
    const std::int64_t at = (direction * count * hidden + row) * hidden;
    return biased(dot_of(node.tracker, line_of(node.in[2]->floats, at, hidden), h),
                  count * hidden + row);
  }

 private:
  Tracked biased(Tracked sum, std::int64_t at) const {
    const Numbers* bias = operand(node.in, 3);
    if (bias == nullptr) return sum;
    const auto place = as_index(direction * 2 * count * hidden + at);
    return node.tracker.add(sum, {bias->floats[place], 0});
  }
};

struct State {
  std::vector<Tracked> h, c;
};

/// A gate: one so nearly closed that fp32 has it as a subnormal number may be 0.
Tracked opened(const Tracker& t, Tracked sum) {
  constexpr double least_normal = 0x1p-126;
  Tracked gate = t.sigmoid(sum);
  gate.error += least_normal;
  return gate;
}

void judge_lstm_step(const Gates& gates, const std::vector<double>& x, State& state) {
  const Tracker& t = gates.node.tracker;
  const std::vector<Tracked> before = state.h;
  for (std::int64_t i = 0; i < gates.hidden; ++i) {
    const auto gate = [&](std::int64_t which) {
      return gates.of(which * gates.hidden + i, x, before);
    };
    Tracked& c = state.c[as_index(i)];
    const Tracked kept = t.multiply(opened(t, gate(2)), c);
    c = t.add(kept, t.multiply(opened(t, gate(0)), t.tanh(gate(3))));
    state.h[as_index(i)] = t.multiply(opened(t, gate(1)), t.tanh(c));
  }
}

void judge_gru_step(const Gates& gates, bool linear, const std::vector<double>& x, State& state) {
  const Tracker& t = gates.node.tracker;
  const std::vector<Tracked> before = state.h;
  std::vector<Tracked> reset;
  std::vector<Tracked> kept;
  for (std::int64_t i = 0; i < gates.hidden; ++i) {
    reset.push_back(opened(t, gates.of(gates.hidden + i, x, before)));
    // What is left of the state may go on as it is stored.
    kept.push_back(t.stored(t.multiply(reset.back(), before[as_index(i)])));
  }
  for (std::int64_t i = 0; i < gates.hidden; ++i) {
    const std::int64_t row = 2 * gates.hidden + i;
    const Tracked recurrent = linear ? t.multiply(reset[as_index(i)], gates.from_state(row, before))
                                     : gates.from_state(row, kept);
    const Tracked fresh = t.tanh(t.add(gates.from_input(row, x), recurrent));
    const Tracked update = opened(t, gates.of(i, x, before));
    const Tracked old = t.multiply(update, before[as_index(i)]);
    state.h[as_index(i)] = t.add(t.multiply(t.subtract({1, 0}, update), fresh), old);
  }
}

std::vector<Tracked> first_state(const Numbers* given, std::int64_t place, std::int64_t hidden) {
  std::vector<Tracked> state(as_index(hidden));
  for (std::int64_t i = 0; given != nullptr && i < hidden; ++i) {
    state[as_index(i)].value = given->floats[as_index(place + i)];
  }
  return state;
}

void judge_sequence(const Recurrent& what, const Judged& node, std::int64_t direction,
                    std::int64_t batch) {
  const Shape& shape = node.in[0]->type.shape;
  const Shape& all = node.bounds[0].exact.type.shape;
  const bool lstm = what.kind == RecurrentKind::lstm;
  const Gates gates{node, shape[2], what.hidden, lstm ? 4 : 3, direction};
  const std::int64_t place = (direction * shape[1] + batch) * what.hidden;
  State state{first_state(operand(node.in, 5), place, what.hidden),
              first_state(operand(node.in, 6), place, what.hidden)};
  const Numbers* lengths = operand(node.in, 4);
  const std::int64_t steps = lengths == nullptr ? shape[0] : lengths->whole[as_index(batch)];
  const bool backward = what.direction == Direction::reverse || direction == 1;
  for (std::int64_t i = 0; i < steps; ++i) {
    const std::int64_t step = backward ? steps - 1 - i : i;
    const auto x = line_of(node.in[0]->floats, (step * shape[1] + batch) * shape[2], shape[2]);
    if (lstm) {
      judge_lstm_step(gates, x, state);
    } else {
      judge_gru_step(gates, what.linear_before_reset, x, state);
    }
    // A step's state may go on as it is stored.
    for (Tracked& h : state.h) h = node.tracker.stored(h);
    for (Tracked& c : state.c) c = node.tracker.stored(c);
    const std::int64_t to = ((step * all[1] + direction) * all[2] + batch) * what.hidden;
    for (std::int64_t j = 0; j < what.hidden; ++j) {
      node.store(as_index(to + j), state.h[as_index(j)].error);
    }
  }
  for (std::int64_t j = 0; j < what.hidden; ++j) {
    node.store(as_index(place + j), state.h[as_index(j)].error, 1);
    if (lstm) node.store(as_index(place + j), state.c[as_index(j)].error, 2);
  }
}

}  // namespace

void judge(const MatMul& what, const Judged& node) {
  const Shape& a = node.in[0]->type.shape;
  const std::int64_t depth = what.transpose_a ? a[a.size() - 2] : a.back();
  judge_product(node, magnitudes_of_product(what, node), depth, {operand(node.in, 2), nullptr, 1});
}

void judge(const Convolution& what, const Judged& node) {
  const Shape& w = node.in[1]->type.shape;
  const std::int64_t depth = count_of(Shape(w.begin() + 1, w.end()));
  const Sections s = sections_of(node.bounds[0].exact.type.shape, 1);
  judge_product(node, magnitudes_of_product(what, node), depth,
                {operand(node.in, 2), operand(node.in, 3), as_index(s.behind)});
}

void judge(const Attention& what, const Judged& node) {
  const Shape& result = node.bounds[0].exact.type.shape;
  const Shape leading = leading_part(result);
  // Operands as large as the result says, so that one index serves all.
  const auto wide = [&](std::size_t i) {
    Shape shape = leading;
    const Shape& own = node.in[i]->type.shape;
    shape.insert(shape.end(), own.end() - 2, own.end());
    return evaluate(Expand{shape}, {node.in[i]}).at(0);
  };
  const Numbers q = wide(0);
  const Numbers k = wide(1);
  const Numbers v = wide(2);
  const std::int64_t rows = result[leading.size()];
  const std::int64_t keys = k.type.shape[leading.size()];
  const std::int64_t width = q.type.shape.back();
  const std::int64_t columns = result.back();
  Numbers mask;
  if (const Numbers* given = operand(node.in, 3)) {
    Shape scores = leading;
    scores.insert(scores.end(), {rows, keys});
    mask = evaluate(Expand{scores}, {given}).at(0);
    for (const std::int64_t seen : mask.whole) {
      mask.floats.push_back(seen != 0 ? 0 : -std::numeric_limits<double>::infinity());
    }
  }
  std::size_t at = 0;
  for (std::int64_t i = 0; i < count_of(leading) * rows; ++i) {
    const std::int64_t batch = i / rows;
    std::vector<std::vector<double>> lines;
    for (std::int64_t key = 0; key < keys; ++key) {
      lines.push_back(line_of(k.floats, (batch * keys + key) * width, width));
    }
    QueryRow row{line_of(q.floats, i * width, width), {}, keys};
    if (!mask.floats.empty()) row.mask = line_of(mask.floats, i * keys, keys);
    if (what.causal) row.seen = i % rows + (keys - rows) + 1;
    const auto weights = tracked_weights(what, node.tracker, row, lines);
    for (std::int64_t column = 0; column < columns; ++column, ++at) {
      std::vector<double> values;
      for (std::int64_t key = 0; key < keys; ++key) {
        values.push_back(v.floats[as_index((batch * keys + key) * columns + column)]);
      }
      node.store(at, dot_of(node.tracker, values, weights).error);
    }
  }
}

void judge(const Recurrent& what, const Judged& node) {
  const Shape& all = node.bounds[0].exact.type.shape;
  for (std::int64_t direction = 0; direction < all[1]; ++direction) {
    for (std::int64_t batch = 0; batch < all[2]; ++batch) {
      judge_sequence(what, node, direction, batch);
    }
  }
}

}  // namespace weft::graph
