// SPDX-License-Identifier: Apache-2.0
// The evaluator: matrix products, convolutions, attention. Each element's sum goes up in the order
// of indices; loops lie so that neighbouring elements are worked on together.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "graph/evaluate_parts.hpp"
#include "graph/real_functions.hpp"

namespace weft::graph {
namespace {

template <typename T>
T finished(const Then& then, T value) {
  if constexpr (std::is_same_v<T, double>) {
    return after(then, value);
  } else {
    if (then.kind == Then::Kind::relu) return value < 0 ? 0 : value;
    if (then.kind == Then::Kind::nothing) return value;
    return static_cast<T>(after(then, static_cast<double>(value)));
  }
}

/// A matrix of the last two axes, turned where asked for, row by row.
template <typename T>
std::vector<T> turned(const T* from, std::int64_t rows, std::int64_t columns, bool turn) {
  std::vector<T> to(as_index(rows * columns));
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < columns; ++column) {
      const std::int64_t place = turn ? column * rows + row : row * columns + column;
      to[as_index(row * columns + column)] = from[place];
    }
  }
  return to;
}

/// Sums of a block of a product, which registers hold: so many that each element read is used as
/// often.
constexpr std::size_t block_extent = 4;
template <typename T>
using SumBlock = std::array<T, block_extent * block_extent>;

/// `panel`: for each k so many neighbouring elements of b's row.
template <typename T>
SumBlock<T> block_of(const std::array<const T*, block_extent>& rows, const T* panel,
                     std::int64_t depth) {
  SumBlock<T> sums{};
  for (std::int64_t k = 0; k < depth; ++k, panel += block_extent) {
    for (std::size_t row = 0; row < block_extent; ++row) {
      const T factor = rows[row][k];
      for (std::size_t i = 0; i < block_extent; ++i) {
        T& sum = sums[row * block_extent + i];
        sum = added(sum, multiplied(factor, panel[i]));
      }
    }
  }
  return sums;
}

/// c = a b, c [rows, columns].
template <typename T>
void multiply(const T* a, const T* b, T* c, std::int64_t rows, std::int64_t depth,
              std::int64_t columns) {
  constexpr auto most = static_cast<std::int64_t>(block_extent);
  std::vector<T> panel(as_index(depth * most));
  for (std::int64_t column = 0; column < columns; column += most) {
    const std::int64_t width = std::min(most, columns - column);
    for (std::int64_t k = 0; k < depth; ++k) {
      std::copy_n(b + k * columns + column, width, panel.data() + k * most);
    }
    for (std::int64_t row = 0; row < rows; row += most) {
      const std::int64_t height = std::min(most, rows - row);
      std::array<const T*, block_extent> lines{};  // behind the last row the last again
      for (std::int64_t i = 0; i < most; ++i) {
        lines[as_index(i)] = a + (row + std::min(i, height - 1)) * depth;
      }
      const SumBlock<T> sums = block_of(lines, panel.data(), depth);
      for (std::int64_t i = 0; i < height; ++i) {
        std::copy_n(sums.data() + i * most, width, c + (row + i) * columns + column);
      }
    }
  }
}

Shape leading_of(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

std::vector<std::int64_t> matrix_strides(const Shape& shape, const Shape& leading) {
  std::vector<std::int64_t> strides = broadcast_strides(leading_of(shape), leading);
  for (std::int64_t& stride : strides) stride *= shape[shape.size() - 2] * shape.back();
  return strides;
}

template <typename T>
void multiply_matrices(const MatMul& what, const Operands& in, Numbers& y) {
  const Shape leading = leading_of(y.type.shape);
  const std::int64_t rows = y.type.shape[leading.size()];
  const std::int64_t columns = y.type.shape.back();
  const Shape& shape_of_a = in[0]->type.shape;
  const std::int64_t depth =
      what.transpose_a ? shape_of_a[shape_of_a.size() - 2] : shape_of_a.back();
  Walk walk(leading,
            {matrix_strides(shape_of_a, leading), matrix_strides(in[1]->type.shape, leading)});
  std::vector<T>& out = elements_of<T>(y);
  if (out.empty()) return;
  for (std::int64_t i = 0; i < count_of(leading); ++i, walk.next()) {
    const T* a = elements_of<T>(*in[0]).data() + walk.place(0);
    const T* b = elements_of<T>(*in[1]).data() + walk.place(1);
    T* c = out.data() + i * rows * columns;
    const std::vector<T> left = turned(a, rows, depth, what.transpose_a);
    const std::vector<T> right = turned(b, depth, columns, what.transpose_b);
    multiply(left.data(), right.data(), c, rows, depth, columns);
  }
  const Numbers* bias = operand(in, 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (bias != nullptr) out[i] = added(out[i], elements_of<T>(*bias)[i % as_index(columns)]);
    out[i] = finished(what.then, out[i]);
  }
}

/// A run of neighbouring elements of one output image, and where the input's lie for one tap.
struct Run {
  std::int64_t out, in, count;
};
/// One element of a kernel: which runs it adds to.
struct Tap {
  std::vector<Run> runs;
};

struct ConvolutionShape {
  Shape in, kernel, out;  ///< behind the first two axes
  std::int64_t last_stride = 1;
};

// Outputs o with 0 <= o stride + shift < extent.
std::pair<std::int64_t, std::int64_t> outputs_inside(std::int64_t shift, std::int64_t stride,
                                                     std::int64_t extent, std::int64_t outputs) {
  const std::int64_t first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
  const std::int64_t beyond = extent - shift <= 0 ? 0 : (extent - shift - 1) / stride + 1;
  return {first, std::min(beyond, outputs)};
}

Tap tap_at(const Convolution& what, const ConvolutionShape& s, const Shape& at) {
  Tap tap;
  const std::size_t last = s.out.size() - 1;
  const std::int64_t shift = at[last] * what.dilations[last] - what.pads[last];
  const auto [first, beyond] = outputs_inside(shift, what.strides[last], s.in[last], s.out[last]);
  if (first >= beyond) return tap;
  const Shape rows(s.out.begin(), s.out.end() - 1);
  Walk walk(rows, {});
  for (std::int64_t row = 0; row < count_of(rows); ++row, walk.next()) {
    std::int64_t place = 0;
    bool inside = true;
    for (std::size_t axis = 0; axis < last; ++axis) {
      const std::int64_t position =
          walk.at()[axis] * what.strides[axis] + at[axis] * what.dilations[axis] - what.pads[axis];
      inside = inside && position >= 0 && position < s.in[axis];
      place = place * s.in[axis] + position;
    }
    if (!inside) continue;
    tap.runs.push_back({row * s.out[last] + first,
                        place * s.in[last] + first * what.strides[last] + shift, beyond - first});
  }
  return tap;
}

std::vector<Tap> taps_of(const Convolution& what, const ConvolutionShape& s) {
  std::vector<Tap> taps;
  Walk walk(s.kernel, {});
  for (std::int64_t i = 0; i < count_of(s.kernel); ++i, walk.next()) {
    taps.push_back(tap_at(what, s, walk.at()));
  }
  return taps;
}

template <typename T>
void add_tap(const Tap& tap, T weight, const T* in, T* out, std::int64_t stride) {
  for (const Run& run : tap.runs) {
    const T* from = in + run.in;
    T* to = out + run.out;
    if (stride == 1) {
      for (std::int64_t i = 0; i < run.count; ++i)
        to[i] = added(to[i], multiplied(weight, from[i]));
    } else {
      for (std::int64_t i = 0; i < run.count; ++i) {
        to[i] = added(to[i], multiplied(weight, from[i * stride]));
      }
    }
  }
}

template <typename T>
void convolve(const Convolution& what, const Operands& in, Numbers& y) {
  const Shape& x_shape = in[0]->type.shape;
  const Shape& w_shape = in[1]->type.shape;
  const Shape& y_shape = y.type.shape;
  const ConvolutionShape s{{x_shape.begin() + 2, x_shape.end()},
                           {w_shape.begin() + 2, w_shape.end()},
                           {y_shape.begin() + 2, y_shape.end()},
                           what.strides.back()};
  const std::vector<Tap> taps = taps_of(what, s);
  const std::int64_t in_image = count_of(s.in);
  const std::int64_t out_image = count_of(s.out);
  const std::int64_t channels = w_shape[1];
  const std::int64_t per_group = w_shape[0] / what.groups;
  const T* x = elements_of<T>(*in[0]).data();
  const T* weights = elements_of<T>(*in[1]).data();
  T* out = elements_of<T>(y).data();
  for (std::int64_t n = 0; n < y_shape[0]; ++n) {
    for (std::int64_t m = 0; m < w_shape[0]; ++m) {
      const std::int64_t first_channel = n * x_shape[1] + (m / per_group) * channels;
      const T* weight = weights + m * channels * static_cast<std::int64_t>(taps.size());
      for (std::int64_t c = 0; c < channels; ++c) {
        const T* image = x + (first_channel + c) * in_image;
        for (const Tap& tap : taps) add_tap(tap, *weight++, image, out, s.last_stride);
      }
      out += out_image;
    }
  }
}

template <typename T>
void finish_convolution(const Convolution& what, const Operands& in, Numbers& y) {
  std::vector<T>& out = elements_of<T>(y);
  const Sections s = sections_of(y.type.shape, 1);
  const Numbers* bias = operand(in, 2);
  const Numbers* addend = operand(in, 3);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t channel = i / as_index(s.behind) % as_index(s.along);
    if (bias != nullptr) out[i] = added(out[i], elements_of<T>(*bias)[channel]);
    if (addend != nullptr) out[i] = added(out[i], elements_of<T>(*addend)[i]);
    out[i] = finished(what.then, out[i]);
  }
}

constexpr double unseen = -std::numeric_limits<double>::infinity();

/// Where the parts of one product of attention lie.
struct AttentionPlace {
  const double *q, *k, *v;
  double* out;
  std::int64_t mask;  ///< place in the mask of this product's first score
};

struct AttentionShape {
  std::int64_t rows, keys, width, value_width;
  std::int64_t mask_row, mask_key;  ///< strides
};

double mask_at(const Numbers* mask, std::int64_t place) {
  if (mask == nullptr) return 0.0;
  if (is_floating(mask->type.element)) return mask->floats[as_index(place)];
  return mask->whole[as_index(place)] != 0 ? 0.0 : unseen;
}

void weigh(std::vector<double>& scores, bool zero_nan) {
  double most = unseen;
  for (const double score : scores) most = score > most || score != score ? score : most;
  double sum = 0;
  for (double& score : scores) {
    score = real::exp(score - most);
    sum += score;
  }
  for (double& score : scores) {
    score /= sum;
    if (zero_nan && score != score) score = 0;
  }
}

void attend(const Attention& what, const AttentionShape& s, const AttentionPlace& at,
            const Numbers* mask) {
  std::vector<double> scores(as_index(s.keys));
  for (std::int64_t row = 0; row < s.rows; ++row) {
    for (std::int64_t key = 0; key < s.keys; ++key) {
      double sum = 0;
      for (std::int64_t i = 0; i < s.width; ++i) {
        sum += at.q[row * s.width + i] * at.k[key * s.width + i];
      }
      sum = sum * what.scale + mask_at(mask, at.mask + row * s.mask_row + key * s.mask_key);
      scores[as_index(key)] = what.causal && key > row + (s.keys - s.rows) ? unseen : sum;
    }
    weigh(scores, what.zero_nan);
    double* out = at.out + row * s.value_width;
    for (std::int64_t key = 0; key < s.keys; ++key) {
      for (std::int64_t i = 0; i < s.value_width; ++i) {
        out[i] += scores[as_index(key)] * at.v[key * s.value_width + i];
      }
    }
  }
}

}  // namespace

Results results_of(const MatMul& what, const Operands& in, Results results) {
  by_kind(results[0].type.element,
          [&]<typename T>(T) { multiply_matrices<T>(what, in, results[0]); });
  wrap_all(results[0]);
  return results;
}

Results results_of(const Convolution& what, const Operands& in, Results results) {
  if (results[0].count() == 0) return results;
  by_kind(results[0].type.element, [&]<typename T>(T) {
    convolve<T>(what, in, results[0]);
    finish_convolution<T>(what, in, results[0]);
  });
  wrap_all(results[0]);
  return results;
}

Results results_of(const Attention& what, const Operands& in, Results results) {
  const Shape& q = in[0]->type.shape;
  const Shape& k = in[1]->type.shape;
  const Shape& v = in[2]->type.shape;
  Numbers& y = results[0];
  if (y.floats.empty()) return results;
  const Shape leading = leading_of(y.type.shape);
  AttentionShape s{q[q.size() - 2], k[k.size() - 2], q.back(), v.back(), 0, 0};
  const Numbers* mask = operand(in, 3);
  std::vector<std::int64_t> mask_strides(leading.size(), 0);
  if (mask != nullptr) {
    Shape scores = leading;
    scores.insert(scores.end(), {s.rows, s.keys});
    mask_strides = broadcast_strides(mask->type.shape, scores);
    s.mask_key = mask_strides[leading.size() + 1];
    s.mask_row = mask_strides[leading.size()];
    mask_strides.resize(leading.size());
  }
  Walk walk(leading, {matrix_strides(q, leading), matrix_strides(k, leading),
                      matrix_strides(v, leading), mask_strides});
  for (std::int64_t i = 0; i < count_of(leading); ++i, walk.next()) {
    attend(what, s,
           {in[0]->floats.data() + walk.place(0), in[1]->floats.data() + walk.place(1),
            in[2]->floats.data() + walk.place(2), y.floats.data() + i * s.rows * s.value_width,
            walk.place(3)},
           mask);
  }
  return results;
}

}  // namespace weft::graph
