// SPDX-License-Identifier: Apache-2.0
// Arithmetic of no machine: products, convolutions, attention, recurrences.
#include <cmath>
#include <limits>
#include <utility>

#include "graph/arithmetic_plain.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

/// Terms of a dot product, added from the first one on.
class RunningSum {
 public:
  explicit RunningSum(const Rounded& r) : r_(r) {}
  void add(double term) {
    sum_ = any_ ? r_(sum_ + term) : term;
    any_ = true;
  }
  void add_product(double a, double b) { add(r_(a * b)); }
  double value() const { return sum_; }

 private:
  const Rounded& r_;
  double sum_ = 0;
  bool any_ = false;
};

double dot(const Rounded& r, const double* a, const double* b, std::int64_t count,
           std::int64_t stride = 1) {
  RunningSum sum(r);
  for (std::int64_t i = 0; i < count; ++i) sum.add_product(a[i], b[i * stride]);
  return sum.value();
}

/// Its leading axes as those of the result, its last two as they are or swapped.
Numbers spread(const Numbers& x, const Shape& leading, bool swap) {
  Numbers out = x;
  if (swap) {
    Transpose t;
    for (std::int64_t i = 0; i < rank_of(x.type.shape); ++i) t.permutation.push_back(i);
    std::swap(t.permutation.back(), t.permutation[t.permutation.size() - 2]);
    out = evaluate(t, {&x}).at(0);
  }
  Shape shape = leading;
  shape.insert(shape.end(), out.type.shape.end() - 2, out.type.shape.end());
  return evaluate(Expand{shape}, {&out}).at(0);
}

double finish(const Rounded& r, double sum, const double* bias, const double* addend,
              const Then& then) {
  if (bias != nullptr) sum = r(sum + *bias);
  if (addend != nullptr) sum = r(sum + *addend);
  return after(then, sum);
}

/// One element of a kernel and the place in the image that it meets.
struct Met {
  std::int64_t tap, place;
};

/// What the window of one output place meets.
std::vector<Met> window_at(const Convolution& what, const Shape& x, const Shape& kernel,
                           const Shape& at) {
  std::vector<Met> met;
  Walk walk(kernel, {});
  for (std::int64_t tap = 0; tap < count_of(kernel); ++tap, walk.next()) {
    std::int64_t place = 0;
    bool inside = true;
    for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
      const std::int64_t position =
          at[axis] * what.strides[axis] + walk.at()[axis] * what.dilations[axis] - what.pads[axis];
      inside = inside && position >= 0 && position < x[axis + 2];
      place = place * x[axis + 2] + position;
    }
    if (inside) met.push_back({tap, place});
  }
  return met;
}

/// The channels that one output channel sums over.
struct Channels {
  const double *x, *weights;  ///< of the first
  std::int64_t count, image, taps;
};

double window_sum(const Rounded& r, const Channels& channels, const std::vector<Met>& window) {
  RunningSum sum(r);
  for (std::int64_t c = 0; c < channels.count; ++c) {
    const double* x = channels.x + c * channels.image;
    const double* w = channels.weights + c * channels.taps;
    for (const Met& met : window) sum.add_product(w[met.tap], x[met.place]);
  }
  return sum.value();
}

/// One direction's parameters of a recurrence.
struct PlainGates {
  const Rounded& r;
  const Operands& in;
  std::int64_t width, hidden, count, direction;

  double of(std::int64_t row, const double* x, const double* h) const {
    return r(from_input(row, x) + from_state(row, h));
  }
  double from_input(std::int64_t row, const double* x) const {
    const double* w = in[1]->floats.data() + (direction * count * hidden + row) * width;
    return biased(dot(r, w, x, width), row);
  }
  double from_state(std::int64_t row, const double* h) const {
    const double* w = in[2]->floats.data() + (direction * count * hidden + row) * hidden;
    return biased(dot(r, w, h, hidden), count * hidden + row);
  }

 private:
  double biased(double sum, std::int64_t at) const {
    const Numbers* bias = operand(in, 3);
    if (bias == nullptr) return sum;
    return r(sum + bias->floats[as_index(direction * 2 * count * hidden + at)]);
  }
};

double sigmoid(const Rounded& r, double x) { return r(real::sigmoid(x)); }
double tanh(const Rounded& r, double x) { return r(real::tanh(x)); }

void plain_lstm_step(const PlainGates& g, const double* x, std::vector<double>& h,
                     std::vector<double>& c) {
  const Rounded& r = g.r;
  const std::vector<double> before = h;
  for (std::int64_t i = 0; i < g.hidden; ++i) {
    const auto gate = [&](std::int64_t which) {
      return g.of(which * g.hidden + i, x, before.data());
    };
    const double kept = r(sigmoid(r, gate(2)) * c[as_index(i)]);
    c[as_index(i)] = r(kept + r(sigmoid(r, gate(0)) * tanh(r, gate(3))));
    h[as_index(i)] = r(sigmoid(r, gate(1)) * tanh(r, c[as_index(i)]));
  }
}

void plain_gru_step(const PlainGates& g, bool linear, const double* x, std::vector<double>& h) {
  const Rounded& r = g.r;
  const std::vector<double> before = h;
  std::vector<double> reset;
  std::vector<double> kept;
  for (std::int64_t i = 0; i < g.hidden; ++i) {
    reset.push_back(sigmoid(r, g.of(g.hidden + i, x, before.data())));
    kept.push_back(r(reset.back() * before[as_index(i)]));
  }
  for (std::int64_t i = 0; i < g.hidden; ++i) {
    const std::int64_t row = 2 * g.hidden + i;
    const double recurrent = linear ? r(reset[as_index(i)] * g.from_state(row, before.data()))
                                    : g.from_state(row, kept.data());
    const double fresh = tanh(r, r(g.from_input(row, x) + recurrent));
    const double update = sigmoid(r, g.of(i, x, before.data()));
    h[as_index(i)] = r(r(r(1.0 - update) * fresh) + r(update * before[as_index(i)]));
  }
}

std::vector<double> state_at(const Numbers* given, std::int64_t place, std::int64_t hidden) {
  std::vector<double> state(as_index(hidden), 0.0);
  for (std::int64_t i = 0; given != nullptr && i < hidden; ++i) {
    state[as_index(i)] = given->floats[as_index(place + i)];
  }
  return state;
}

void plain_sequence(const Rounded& r, const Recurrent& what, const Operands& in,
                    std::int64_t direction, std::int64_t batch, Results& results) {
  const Shape& x = in[0]->type.shape;
  const Shape& all = results[0].type.shape;
  const bool lstm = what.kind == RecurrentKind::lstm;
  const Element stored = results[0].type.element;
  const PlainGates gates{r, in, x[2], what.hidden, lstm ? 4 : 3, direction};
  const std::int64_t place = (direction * x[1] + batch) * what.hidden;
  std::vector<double> h = state_at(operand(in, 5), place, what.hidden);
  std::vector<double> c = state_at(operand(in, 6), place, what.hidden);
  const Numbers* lengths = operand(in, 4);
  const std::int64_t steps = lengths == nullptr ? x[0] : lengths->whole[as_index(batch)];
  const bool backward = what.direction == Direction::reverse || direction == 1;
  for (std::int64_t i = 0; i < steps; ++i) {
    const std::int64_t step = backward ? steps - 1 - i : i;
    const double* row = in[0]->floats.data() + (step * x[1] + batch) * x[2];
    if (lstm) {
      plain_lstm_step(gates, row, h, c);
    } else {
      plain_gru_step(gates, what.linear_before_reset, row, h);
    }
    for (double& one : h) one = rounded_to(stored, one);
    for (double& one : c) one = rounded_to(stored, one);
    const std::int64_t to = ((step * all[1] + direction) * all[2] + batch) * what.hidden;
    std::copy(h.begin(), h.end(), results[0].floats.begin() + to);
  }
  std::copy(h.begin(), h.end(), results[1].floats.begin() + place);
  if (lstm) std::copy(c.begin(), c.end(), results[2].floats.begin() + place);
}

}  // namespace

Results plain_results(const Rounded& r, const MatMul& what, const Operands& in, Results results) {
  const Shape& shape = results[0].type.shape;
  const Shape leading(shape.begin(), shape.end() - 2);
  const Numbers a = spread(*in[0], leading, what.transpose_a);
  const Numbers b = spread(*in[1], leading, what.transpose_b);
  const Numbers* bias = operand(in, 2);
  const std::int64_t depth = a.type.shape.back();
  const std::int64_t rows = shape[leading.size()];
  const std::int64_t columns = shape.back();
  for (std::int64_t i = 0; i < results[0].count(); ++i) {
    const std::int64_t row = i / columns;
    const std::int64_t column = i % columns;
    const double* right = b.floats.data() + row / rows * depth * columns + column;
    const double sum = dot(r, a.floats.data() + row * depth, right, depth, columns);
    results[0].floats[as_index(i)] = finish(
        r, sum, bias == nullptr ? nullptr : &bias->floats[as_index(column)], nullptr, what.then);
  }
  return results;
}

Results plain_results(const Rounded& r, const Convolution& what, const Operands& in,
                      Results results) {
  const Shape& x = in[0]->type.shape;
  const Shape& w = in[1]->type.shape;
  const Shape& shape = results[0].type.shape;
  const Shape kernel(w.begin() + 2, w.end());
  const Shape extents(shape.begin() + 2, shape.end());
  const std::int64_t out_image = count_of(extents);
  const std::int64_t in_image = count_of(Shape(x.begin() + 2, x.end()));
  const std::int64_t taps = count_of(kernel);
  const Numbers* bias = operand(in, 2);
  const Numbers* addend = operand(in, 3);
  Walk walk(extents, {});
  for (std::int64_t place = 0; place < out_image; ++place, walk.next()) {
    const std::vector<Met> window = window_at(what, x, kernel, walk.at());
    for (std::int64_t i = 0; i < shape[0] * shape[1]; ++i) {
      const std::int64_t m = i % shape[1];
      const std::int64_t first = i / shape[1] * x[1] + m / (w[0] / what.groups) * w[1];
      const Channels channels{in[0]->floats.data() + first * in_image,
                              in[1]->floats.data() + m * w[1] * taps, w[1], in_image, taps};
      const std::size_t at = as_index(i * out_image + place);
      results[0].floats[at] = finish(r, window_sum(r, channels, window),
                                     bias == nullptr ? nullptr : &bias->floats[as_index(m)],
                                     addend == nullptr ? nullptr : &addend->floats[at], what.then);
    }
  }
  return results;
}

// Row by row: scores, their softmax, and the weighted sum of values.
Results plain_results(const Rounded& r, const Attention& what, const Operands& in,
                      Results results) {
  const Shape& shape = results[0].type.shape;
  const Shape leading(shape.begin(), shape.end() - 2);
  const Numbers q = spread(*in[0], leading, false);
  const Numbers k = spread(*in[1], leading, false);
  const Numbers v = spread(*in[2], leading, false);
  const std::int64_t rows = shape[leading.size()];
  const std::int64_t keys = k.type.shape[leading.size()];
  const std::int64_t width = q.type.shape.back();
  Shape scores = leading;
  scores.insert(scores.end(), {rows, keys});
  Numbers s = zeros_of({results[0].type.element, scores});
  const Numbers* given = operand(in, 3);
  const Numbers mask = given == nullptr ? Numbers{} : evaluate(Expand{scores}, {given}).at(0);
  const double unseen = -std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < s.count(); ++i) {
    const std::int64_t row = i / keys;
    const std::int64_t key = i % keys;
    const double* right = k.floats.data() + (row / rows * keys + key) * width;
    double& score = s.floats[as_index(i)];
    score = r(dot(r, q.floats.data() + row * width, right, width) * r(what.scale));
    if (!mask.floats.empty()) score = r(score + mask.floats[as_index(i)]);
    const bool hidden = !mask.whole.empty() && mask.whole[as_index(i)] == 0;
    if (hidden || (what.causal && key > row % rows + (keys - rows))) score = unseen;
  }
  Numbers weights = plain_results(r, Softmax{rank_of(scores) - 1}, {&s}, {s}).at(0);
  for (double& w : weights.floats) w = what.zero_nan && w != w ? 0 : w;
  return plain_results(r, MatMul{}, {&weights, &v}, std::move(results));
}

Results plain_results(const Rounded& r, const Recurrent& what, const Operands& in,
                      Results results) {
  evaluate(what, in);  // refuses lengths that do not fit
  const Shape shape = results[0].type.shape;
  for (std::int64_t direction = 0; direction < shape[1]; ++direction) {
    for (std::int64_t batch = 0; batch < shape[2]; ++batch) {
      plain_sequence(r, what, in, direction, batch, results);
    }
  }
  return results;
}

}  // namespace weft::graph
