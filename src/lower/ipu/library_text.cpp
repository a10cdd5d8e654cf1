// SPDX-License-Identifier: Apache-2.0
// C++ of the layers, as it stands in programs.
#include "lower/ipu/library_text.hpp"

namespace weft::lower::ipu {

namespace {

constexpr const char* network_text =
    R"(
/// The graph, the program so far, and what the host sees of them.
struct Network {
  Graph& graph;
  Sequence prog;       ///< of the node that is being written
  bool nodes = false;  ///< --nodes: the value of every node is a stream to the host
  Sequence all = Sequence();  ///< a block a node, under whose name its cycles are told

  Tensor mapped(const std::string& name, const Type& type, const Shape& shape) {
    const Tensor t = graph.addVariable(type, shape, name);
    poputil::mapTensorLinearly(graph, t);
    return t;
  }
  Tensor input(const std::string& name, const Type& type, const Shape& shape) {
    const Tensor t = mapped(name, type, shape);
    all.add(Copy(graph.addHostToDeviceFIFO(name, type, t.numElements()), t));
    return t;
  }
  /// The host writes `t` under that name before the first run.
  Tensor weights(const std::string& name, const Tensor& t) {
    graph.createHostWrite(name, t);
    return t;
  }
  Tensor weights(const std::string& name, const Type& type, const Shape& shape) {
    return weights(name, mapped(name, type, shape));
  }
  void output(const std::string& name, const Tensor& t) {
    all.add(Copy(t, graph.addDeviceToHostFIFO(name, t.elementType(), t.numElements())));
  }
  /// What was added to `prog` since the node before is this one.
  Tensor node(const std::string& name, const Tensor& t) {
    all.add(Block(prog, name));
    prog = Sequence();
    if (nodes) output(name, t);
    return t;
  }
};
)";

constexpr const char* shared_text =
    R"(
/// A layer that several nodes are: its code is on the tiles once, operands are copied to it.
class Shared {
 public:
  using Layer = std::function<Tensor(Network&, const std::vector<Tensor>&)>;
  Shared(Network& net, Layer layer) : net_(net), layer_(std::move(layer)) {}

  Tensor operator()(const std::vector<Tensor>& operands) {
    if (inside_.empty()) {
      for (const Tensor& t : operands) inside_.push_back(net_.graph.clone(t));
      Network inner{net_.graph, Sequence(), false};
      result_ = layer_(inner, inside_);
      code_ = net_.graph.addFunction(inner.prog);
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
      net_.prog.add(Copy(operands[i], inside_[i]));
    }
    net_.prog.add(Call(code_));
    const Tensor out = net_.graph.clone(result_);
    net_.prog.add(Copy(result_, out));
    return out;
  }

 private:
  Network& net_;
  Layer layer_;
  std::vector<Tensor> inside_;
  Tensor result_;
  Function code_;
};
)";

constexpr const char* then_text = R"(
/// What a layer does to its result last.
using Then = std::function<void(Network&, const Tensor&)>;
void nothing(Network&, const Tensor&) {}
void relu(Network& net, const Tensor& t) {
  popnn::reluInPlace(net.graph, t, net.prog);
}
)";

constexpr const char* clip_text = R"(
/// Nothing below `low`, nothing above `high`.
Then clip(const pe::Any& limits) {
  return [limits](Network& net, const Tensor& t) {
    popops::mapInPlace(net.graph, limits, {t}, net.prog);
  };
}
)";

constexpr const char* convolution_text =
    R"(
/// How a kernel goes over its field.
struct Window {
  Numbers strides, dilations, before, behind;  ///< the last two: padding
  std::size_t groups = 1;
};

/// Parameters of a convolution of `x` [batch][channels][field...] with weights [outputs]
/// [inputs of a group][kernel...].
poplin::ConvParams conv_params(const Type& type, const Shape& x, const Shape& weights,
                               const Window& w) {
  using Params = poplin::ConvParams;
  const std::size_t dims = w.strides.size();
  const Numbers zeros(dims, 0), ones(dims, 1);
  const std::vector<bool> straight(dims, false);
  return Params(type, type, x[0], Shape(x.begin() + 2, x.end()),
                Shape(weights.begin() + 2, weights.end()), weights[1], weights[0] / w.groups,
                w.groups,
                Params::InputTransform(zeros, zeros, ones, w.before, w.behind, straight),
                Params::InputTransform(zeros, zeros, w.dilations, zeros, zeros, straight),
                Params::OutputTransform(zeros, zeros, w.strides, zeros, zeros));
}

/// Weights where the convolution wants them.
Tensor conv_weights(Network& net, const std::string& name, const Type& type, const Shape& x,
                    const Shape& weights, const Window& w) {
  return net.weights(
      name, poplin::createWeights(net.graph, conv_params(type, x, weights, w), name));
}

/// Sums by groups of channels (8 of fp32, 16 of fp16), in a group by kernel element; then the
/// channel's bias and the addend, where there are any.
Tensor convolution(Network& net, const Tensor& x, const Tensor& weights, const Tensor& bias,
                   const Tensor& addend, const Window& w, const Then& then) {
  Shape shape = weights.shape();  // [groups][outputs of one][inputs of one][kernel...]
  shape.erase(shape.begin());
  shape[0] *= w.groups;
  const auto params = conv_params(x.elementType(), x.shape(), shape, w);
  const Tensor out = poplin::convolution(net.graph, x, weights, params, false, net.prog);
  if (bias.valid()) poplin::addBias(net.graph, out, bias, net.prog);
  if (addend.valid()) popops::addInPlace(net.graph, out, addend, net.prog);
  then(net, out);
  return out;
}
)";

constexpr const char* groups_text =
    R"(
/// `t` with leading dimensions as `leading`, repeated where it has none, as groups of matrices.
Tensor in_groups(Tensor t, const Shape& leading) {
  std::size_t groups = 1;
  while (t.rank() < leading.size() + 2) t = t.expand({0});
  for (unsigned i = 0; i < leading.size(); ++i) {
    if (t.dim(i) != leading[i]) t = t.broadcast(static_cast<unsigned>(leading[i]), i);
    groups *= leading[i];
  }
  return t.reshape({groups, t.dim(t.rank() - 2), t.dim(t.rank() - 1)});
}
/// The last two dimensions exchanged.
Tensor swapped(const Tensor& t) {
  return t.dimShufflePartial({t.rank() - 2, t.rank() - 1}, {t.rank() - 1, t.rank() - 2});
}
)";

constexpr const char* product_text =
    R"(
/// Rows of `a` times one matrix, or matrices of `a` times those of `b`; plus bias along the last
/// dimension, where there is one.
Tensor product(Network& net, const Tensor& a, const Tensor& b, const Shape& leading,
               const Tensor& bias, const Shape& result, const Then& then) {
  Tensor out;
  if (b.rank() == 2) {
    const Tensor rows = a.reshape({a.numElements() / b.dim(0), b.dim(0)});
    out = poplin::matMul(net.graph, rows, b, net.prog);
  } else {
    out = poplin::matMulGrouped(net.graph, in_groups(a, leading), in_groups(b, leading), net.prog,
                                a.elementType());
  }
  out = out.reshape(result);
  if (bias.valid()) popops::addInPlace(net.graph, out, bias, net.prog);
  then(net, out);
  return out;
}
)";

constexpr const char* matrix_text =
    R"(
/// Weights [inputs][outputs] that so many rows are multiplied with, where the product wants them;
/// `turned`: the host has [outputs][inputs].
Tensor matrix(Network& net, const std::string& name, const Type& type, std::size_t rows,
              const Shape& shape, bool turned) {
  const Tensor t = poplin::createMatMulInputRHS(net.graph, type, {rows, shape[0]}, shape, name);
  return net.weights(name, turned ? t.transpose() : t);
}
)";

constexpr const char* pool_text =
    R"(
/// One value of each window; sums are divided by `divisor`, where that is not 0.
Tensor pooled(Network& net, const Tensor& x, popnn::PoolingType type, const Shape& kernel,
              const Numbers& strides, const std::vector<int>& before,
              const std::vector<int>& behind, float divisor) {
  const Shape shape = x.shape();
  const popnn::pooling::PoolParams params(type, Shape(shape.begin() + 2, shape.end()), kernel,
                                          strides, before, behind, shape[1], shape[0],
                                          x.elementType());
  const Tensor out = popnn::pooling::pool(net.graph, params, x, net.prog);
  if (divisor != 0) popops::divInPlace(net.graph, out, divisor, net.prog);
  return out;
}
)";

constexpr const char* rows_text =
    R"(
/// `x` with its dimensions in that order, as rows of `length`, each whole on a tile: what is added
/// along a row is then added in one order, wherever `x` lies.
Tensor rows_on_tiles(Network& net, const Tensor& x, const Numbers& order, std::size_t length) {
  const Tensor from = x.dimShuffle(order).reshape({x.numElements() / length, length});
  const Tensor rows = net.graph.addVariable(x.elementType(), from.shape(), "rows");
  const std::size_t tiles = net.graph.getTarget().getNumTiles();
  const std::size_t each = (from.dim(0) + tiles - 1) / tiles;
  for (std::size_t row = 0; row < from.dim(0); row += each) {
    net.graph.setTileMapping(rows.slice(row, std::min(from.dim(0), row + each)),
                             static_cast<unsigned>(row / each));
  }
  net.prog.add(Copy(from, rows));
  return rows;
}
/// Back from rows, to `shape`.
Tensor from_rows(const Tensor& rows, const Numbers& order, const Shape& shape) {
  Shape moved;
  Numbers back(order.size());
  for (unsigned i = 0; i < order.size(); ++i) {
    moved.push_back(shape[order[i]]);
    back[order[i]] = i;
  }
  return rows.reshape(moved).dimShuffle(back);
}
)";

constexpr const char* reduced_text =
    R"(
/// Rows to one value each; sums and products in float, divided by `divisor`, where that is not 0.
Tensor reduced(Network& net, const Tensor& rows, popops::Operation operation, float divisor,
               const Shape& result) {
  const Type type = rows.elementType();
  const bool widens = type == HALF && (operation == popops::Operation::ADD ||
                                       operation == popops::Operation::MUL);
  Tensor out = popops::reduce(net.graph, rows, widens ? FLOAT : type, {1}, operation, net.prog);
  if (divisor != 0) popops::divInPlace(net.graph, out, divisor, net.prog);
  if (widens) out = popops::cast(net.graph, out, type, net.prog);
  return out.reshape(result);
}
)";

constexpr const char* arg_text =
    R"(
/// Place of the first largest (or smallest) element of each row.
Tensor arg_extreme(Network& net, const Tensor& rows, bool largest, const Shape& result) {
  const Tensor place = largest ? popnn::argMax(net.graph, rows, net.prog)
                               : popnn::argMin(net.graph, rows, net.prog);
  return popops::cast(net.graph, place, INT, net.prog).reshape(result);
}
)";

constexpr const char* norm_text =
    R"(
/// Rows less their mean, by their deviation; times `scale`, plus `shift`, where there are any.
Tensor layer_norm(Network& net, const Tensor& rows, const Tensor& scale, const Tensor& shift,
                  float epsilon) {
  const auto statistics =
      popnn::layerNormStatistics(net.graph, rows, epsilon, net.prog, false);
  const Tensor out =
      popnn::layerNormWhiten(net.graph, rows, statistics.first, statistics.second, net.prog);
  if (scale.valid()) popops::mulInPlace(net.graph, out, scale.flatten(), net.prog);
  if (shift.valid()) popops::addInPlace(net.graph, out, shift.flatten(), net.prog);
  return out;
}
)";

constexpr const char* rms_text =
    R"(
/// Rows by the root of their mean square; times `scale`, where there is one.
Tensor root_mean_square_norm(Network& net, const Tensor& rows, const Tensor& scale,
                             const Tensor& shift, float epsilon) {
  const Type type = rows.elementType();
  const Tensor wide =
      type == FLOAT ? rows : popops::cast(net.graph, rows, FLOAT, net.prog);
  Tensor inverse =
      popops::reduce(net.graph, wide, {1}, popops::Operation::SQUARE_ADD, net.prog);
  popops::mulInPlace(net.graph, inverse, 1.0 / static_cast<double>(rows.dim(1)), net.prog);
  popops::varianceToInvStdDevInPlace(net.graph, inverse, epsilon, net.prog);
  if (type != FLOAT) inverse = popops::cast(net.graph, inverse, type, net.prog);
  const Tensor out = popops::mul(net.graph, rows, inverse.expand({1}), net.prog);
  if (scale.valid()) popops::mulInPlace(net.graph, out, scale.flatten(), net.prog);
  if (shift.valid()) popops::addInPlace(net.graph, out, shift.flatten(), net.prog);
  return out;
}
)";

constexpr const char* attention_text =
    R"(
/// softmax(scale q k^T + mask) v; a mask of conditions says what is seen, and so does `causal`,
/// which is the same for all.
Tensor attention(Network& net, const Tensor& q, const Tensor& k, const Tensor& v,
                 const Tensor& mask, const Tensor& causal, float scale, bool zero_nan,
                 const Shape& leading, const Shape& result) {
  const auto hidden = pe::Select(pe::_1, pe::Const(-INFINITY), pe::_2);
  const Tensor queries = in_groups(q, leading);
  const Tensor keys = swapped(in_groups(k, leading));
  Tensor scores =
      poplin::matMulGrouped(net.graph, queries, keys, net.prog, q.elementType());
  const Shape shape = scores.shape();
  popops::mulInPlace(net.graph, scores, scale, net.prog);
  if (mask.valid()) {
    Shape whole = leading;
    whole.push_back(shape[1]);
    whole.push_back(shape[2]);
    scores = scores.reshape(whole);
    if (mask.elementType() == BOOL) {
      scores = popops::map(net.graph, hidden, {scores, mask}, net.prog);
    } else {
      scores = popops::add(net.graph, scores, mask, net.prog);
    }
    scores = scores.reshape(shape);
  }
  if (causal.valid()) scores = popops::map(net.graph, hidden, {scores, causal}, net.prog);
  const Tensor rows = rows_on_tiles(net, scores, {0, 1, 2}, shape[2]);
  Tensor shares = popnn::softmax(net.graph, rows, net.prog);
  if (zero_nan) {  // of a row that sees nothing
    shares = popops::map(
        net.graph, pe::Select(pe::_1, pe::Const(0.0f), pe::Not(pe::IsNaN(pe::_1))), {shares},
        net.prog);
  }
  shares = shares.reshape(shape);
  return poplin::matMulGrouped(net.graph, shares, in_groups(v, leading), net.prog,
                               q.elementType())
      .reshape(result);
}
)";

constexpr const char* picked_text =
    R"(
/// Rows of `table` along `axis` at places known before the run: nothing is moved.
Tensor picked(const Tensor& table, const Shape& places, unsigned axis, const Shape& result) {
  std::vector<Tensor> rows;
  for (const std::size_t row : places) rows.push_back(table.slice(row, row + 1, axis));
  return concat(rows, axis).reshape(result);
}
)";

constexpr const char* slice_text =
    R"(
/// Of each dimension `counts` elements from `starts` on, `steps` apart; no step below 0.
Tensor slice(Tensor t, const Shape& starts, const Shape& counts, const std::vector<int>& steps) {
  for (unsigned axis = 0; axis < t.rank(); ++axis) {
    const auto stride = static_cast<unsigned>(std::abs(steps[axis]));
    const std::size_t reach = (counts[axis] - 1) * stride;
    const std::size_t first = steps[axis] < 0 ? starts[axis] - reach : starts[axis];
    t = t.slice(first, first + reach + 1, axis);
    if (steps[axis] < 0) t = t.reverse(axis);
    if (stride > 1) t = t.subSample(stride, axis);
  }
  return t;
}
)";

constexpr const char* expanded_text = R"(
/// Repeated to `shape`, as numpy broadcasts.
Tensor expanded(Tensor t, const Shape& shape) {
  while (t.rank() < shape.size()) t = t.expand({0});
  for (unsigned axis = 0; axis < shape.size(); ++axis) {
    if (t.dim(axis) != shape[axis]) t = t.broadcast(static_cast<unsigned>(shape[axis]), axis);
  }
  return t;
}
)";

}  // namespace

namespace {

std::vector<Piece> all_pieces() {
  std::vector<Piece> all{
      {"network", {"poputil/TileMapping.hpp"}, {}, network_text},
      {"shared", {"functional"}, {}, shared_text},
      {"then", {"functional", "popnn/NonLinearity.hpp"}, {}, then_text},
      {"clip", {"popops/ElementWise.hpp"}, {"then"}, clip_text},
      {"convolution",
       {"poplin/Convolution.hpp", "popops/ElementWise.hpp"},
       {"then"},
       convolution_text},
      {"groups", {}, {}, groups_text},
      {"product",
       {"poplin/MatMul.hpp", "popops/ElementWise.hpp"},
       {"then", "groups"},
       product_text},
      {"matrix", {"poplin/MatMul.hpp"}, {}, matrix_text},
      {"pooled", {"popnn/Pooling.hpp", "popops/ElementWise.hpp"}, {}, pool_text},
      {"rows", {"algorithm"}, {}, rows_text},
      {"reduced",
       {"popops/Reduce.hpp", "popops/Cast.hpp", "popops/ElementWise.hpp"},
       {"rows"},
       reduced_text},
      {"arg_extreme", {"popnn/Loss.hpp", "popops/Cast.hpp"}, {"rows"}, arg_text},
      {"layer_norm", {"popnn/LayerNorm.hpp", "popops/ElementWise.hpp"}, {"rows"}, norm_text},
      {"root_mean_square_norm",
       {"popops/Reduce.hpp", "popops/Cast.hpp", "popops/ElementWise.hpp"},
       {"rows"},
       rms_text},
      {"attention",
       {"cmath", "poplin/MatMul.hpp", "popnn/NonLinearity.hpp", "popops/ElementWise.hpp"},
       {"groups", "rows"},
       attention_text},
      {"log_softmax", {"popnn/LogSoftmax.hpp"}, {}, ""},
      {"picked", {}, {}, picked_text},
      {"slice", {"cstdlib"}, {}, slice_text},
      {"expanded", {}, {}, expanded_text},
      {"pad", {"popops/Pad.hpp"}, {}, ""},
      {"cast", {"popops/Cast.hpp"}, {}, ""},
  };
  for (const auto& more : {pieces_of_places(), pieces_of_recurrences()}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace

const std::vector<Piece>& pieces() {
  static const std::vector<Piece> all = all_pieces();
  return all;
}

}  // namespace weft::lower::ipu
