// SPDX-License-Identifier: Apache-2.0
// The operators of a model's graph: few, each with one meaning. What a front end reads in several
// spellings (opsets, Gemm, Flatten, Clip by input or attribute) is one of these.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>
#include <vector>

#include "graph/type.hpp"

namespace weft::graph {

// Inputs stand in brackets, in order; "?" is one that may be absent (`no_value`). Axes count from
// 0.

/// [x]: each element by itself; at infinities the limit (gelu, silu, mish, hard_swish of -inf: 0).
/// `alpha` and `beta` are the parameters of those that have any: leaky_relu, elu, hard_sigmoid
/// (alpha x + beta between 0 and 1); hard_swish is x hard_sigmoid(x) with 1/6 and 1/2. gelu is x
/// Phi(x); gelu_tanh its approximation by tanh.
enum class UnaryFunction : std::uint8_t {
  negate,
  absolute,
  exponential,
  logarithm,
  square_root,
  reciprocal,
  error_function,
  tanh,
  sigmoid,
  sine,
  cosine,
  relu,
  leaky_relu,
  elu,
  hard_sigmoid,
  hard_swish,
  gelu,
  gelu_tanh,
  silu,
  softplus,
  mish,
  floor,
  ceiling,
  round_even,
  sign,
  is_nan,
  is_infinite,
  logical_not,
};
struct Unary {
  UnaryFunction function = UnaryFunction::relu;
  double alpha = 0;
  double beta = 0;
};

/// [a, b], of one element type, broadcast as numpy does. Comparisons give boolean. minimum and
/// maximum give NaN where an operand is, and +0 is larger than -0. divide of whole numbers cuts
/// off; modulus has the sign of the divisor, remainder of the dividend. power of whole numbers
/// wraps.
enum class BinaryFunction : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  modulus,
  remainder,
  equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  logical_xor,
};
struct Binary {
  BinaryFunction function = BinaryFunction::add;
};

/// [condition, a, b], broadcast.
struct Select {};
/// [x]: min(high, max(low, x)); NaN stays.
struct Clip {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool operator==(const Clip&) const = default;
};
/// [x]: to `element`: floats to nearest, ties to even; floats to whole numbers towards zero, those
/// beyond the format to its end and NaN to 0; whole numbers to narrower ones wrap; boolean is != 0.
struct Convert {
  Element element = Element::f32;
};

/// What a product or convolution does to its result before it is stored.
struct Then {
  enum class Kind : std::uint8_t { nothing, relu, clip } kind = Kind::nothing;
  double low = 0;   ///< of clip
  double high = 0;  ///< of clip
};

/// [a, b, bias?]: numpy's matmul of the last two axes (which are swapped first where asked for) of
/// tensors that have two or more, plus bias [columns]. Leading axes broadcast.
struct MatMul {
  bool transpose_a = false;
  bool transpose_b = false;
  Then then = {};
};

/// [x, weights, bias?, addend?]: x [N, C, extents...], weights [M, C / groups, kernel...]; addend
/// has the result's shape and is added before `then`. pads: all begins, then all ends.
struct Convolution {
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  std::vector<std::int64_t> pads;
  std::int64_t groups = 1;
  Then then = {};
};

/// [x]: windows over the axes behind the second of [N, C, extents...]. A maximum ignores what is
/// padded; a mean counts it where asked for, and never what lies behind the pads of a rounded-up
/// extent.
enum class PoolKind : std::uint8_t { maximum, mean };
struct Pool {
  PoolKind kind = PoolKind::maximum;
  std::vector<std::int64_t> kernel;
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  std::vector<std::int64_t> pads;
  bool round_up = false;
  bool count_pads = false;
};

/// [x]: over `axes`, which stay with extent 1 where asked for. NaN wins. Of no elements the sum is
/// 0, the product 1, the mean NaN, the maximum and minimum the lowest and highest of the format.
enum class ReduceKind : std::uint8_t { sum, mean, maximum, minimum, product };
struct Reduce {
  ReduceKind kind = ReduceKind::sum;
  std::vector<std::int64_t> axes;
  bool keep = true;
};
/// [x]: i64 index of the first largest (or smallest) element along `axis`; of the first NaN, if
/// any.
struct ArgExtreme {
  bool largest = true;
  std::int64_t axis = 0;
  bool keep = true;
};

/// [x]: exp(x - max) / sum along `axis`; `logarithm`: its logarithm.
struct Softmax {
  std::int64_t axis = 0;
  bool logarithm = false;
};
/// [x, scale?, shift?]: over the axes from `axis` on; scale and shift broadcast to these.
/// `centered` false is the root mean square norm.
struct Normalise {
  std::int64_t axis = 0;
  double epsilon = 1e-5;
  bool centered = true;
};
/// [x, scale, shift, mean, variance] along axis 1.
struct BatchNormalise {
  double epsilon = 1e-5;
};
/// [q, k, v, mask?]: softmax(scale q k^T + mask) v, of [..., rows, width]; a boolean mask says what
/// is seen (elsewhere -infinity is added). `causal`: row i sees up to i + (keys - rows). Leading
/// axes broadcast. `zero_nan`: weights that are NaN, as all are of a row that sees nothing, are 0.
struct Attention {
  double scale = 1;
  bool causal = false;
  bool zero_nan = false;
};

/// [x]: to `shape`, row by row.
struct Reshape {
  Shape shape;
};
/// [x]: axis i of the result is axis permutation[i] of x.
struct Transpose {
  std::vector<std::int64_t> permutation;
};
/// [x]: to `shape`, as numpy broadcasts.
struct Expand {
  Shape shape;
};
/// [x...]: one behind the other along `axis`.
struct Concat {
  std::int64_t axis = 0;
};
/// [x]: an axis each: from start, count elements, step (below 0: backward) between them.
struct Slice {
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> steps;
};
/// [x, value?]: an axis each, before and behind; not negative.
enum class PadMode : std::uint8_t { constant, reflect, edge, wrap };
struct Pad {
  std::vector<std::int64_t> before;
  std::vector<std::int64_t> behind;
  PadMode mode = PadMode::constant;
};
/// [x, indices]: x's rows along `axis`; indices below 0 count from the end.
struct Gather {
  std::int64_t axis = 0;
};
/// [x, indices]: one element for each index, along `axis`.
struct GatherElements {
  std::int64_t axis = 0;
};
/// [x, indices]: the last axis of indices holds coordinates behind the first `batch_axes`.
struct GatherPoints {
  std::int64_t batch_axes = 0;
};
/// [x]: sums up to each element along `axis`.
struct CumulativeSum {
  std::int64_t axis = 0;
  bool exclusive = false;
  bool reverse = false;
};

/// [x, weights, recurrence, bias?, lengths?, hidden?, cell?] as ONNX lays them out: x [steps,
/// batch, width], weights [directions, gates x hidden, width]. Results: all hidden states [steps,
/// directions, batch, hidden], the last hidden state, the last cell state (lstm).
enum class RecurrentKind : std::uint8_t { lstm, gru };
enum class Direction : std::uint8_t { forward, reverse, both };
struct Recurrent {
  RecurrentKind kind = RecurrentKind::lstm;
  Direction direction = Direction::forward;
  std::int64_t hidden = 0;
  bool linear_before_reset = false;  ///< of gru
};

using Operator = std::variant<Unary, Binary, Select, Clip, Convert, MatMul, Convolution, Pool,
                              Reduce, ArgExtreme, Softmax, Normalise, BatchNormalise, Attention,
                              Reshape, Transpose, Expand, Concat, Slice, Pad, Gather,
                              GatherElements, GatherPoints, CumulativeSum, Recurrent>;

/// "convolution", "relu", "add": what reports and messages call it.
std::string_view name_of(const Operator& what);

}  // namespace weft::graph
