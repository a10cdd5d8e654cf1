// SPDX-License-Identifier: Apache-2.0
// ONNX's products, convolutions, windows and recurrences.
#include <algorithm>
#include <numeric>

#include "frontends/onnx/node.hpp"

namespace weft::onnx {
namespace {

using graph::BinaryFunction;
using graph::Shape;

/// Matrices with vectors as rows or columns, which leave the result again.
void import_matmul(NodeImport& node) {
  Term a = node.input(0);
  Term b = node.input(1);
  if (node.rank(a) == 0 || node.rank(b) == 0) refuse("takes no scalars");
  const bool row = node.rank(a) == 1;
  const bool column = node.rank(b) == 1;
  if (row) a = node.reshape(a, {1, node.shape(a)[0]});
  if (column) b = node.reshape(b, {node.shape(b)[0], 1});
  if (!row && !column) return node.finish(graph::MatMul{}, {a, b});
  const Term product = node.make(graph::MatMul{}, {a, b});
  Shape shape = node.shape(product);
  if (column) shape.pop_back();
  if (row) shape.erase(shape.end() - (column ? 1 : 2));
  node.finish(graph::Reshape{std::move(shape)}, {product});
}

/// alpha a b + beta c; a plain product with a bias where that is all.
void import_gemm(NodeImport& node) {
  const double alpha = node.real("alpha", 1);
  const double beta = node.real("beta", 1);
  graph::MatMul what;
  what.transpose_a = node.flag("transA", false);
  what.transpose_b = node.flag("transB", false);
  if (node.version() < 7) (void)node.flag("broadcast", false);
  const Term a = node.input(0);
  const Term b = node.input(1);
  if (node.rank(a) != 2 || node.rank(b) != 2) refuse("takes matrices");
  if (node.version() < 11) (void)node.input(2);
  const bool adds = node.has_input(2) && beta != 0;
  const std::int64_t columns = node.shape(b)[what.transpose_b ? 0 : 1];
  if (alpha == 1 && beta == 1 && adds) {
    const Term c = node.input(2);
    if (node.shape(c) == Shape{columns} || node.shape(c) == Shape{1, columns}) {
      return node.finish(what, {a, b, node.reshape(c, {columns})});
    }
  }
  if (alpha == 1 && !adds) return node.finish(what, {a, b});
  Term product = node.make(what, {a, b});
  const Shape shape = node.shape(product);
  const graph::Element element = node.element(product);
  if (alpha != 1) {
    product = node.binary(BinaryFunction::multiply, product, node.scalar(alpha, element));
  }
  if (!adds) return node.result(0, product);
  Term c = node.input(2);
  if (beta != 1) c = node.binary(BinaryFunction::multiply, c, node.scalar(beta, element));
  node.finish(graph::Binary{BinaryFunction::add}, {product, c});
  if (node.shape(node.results()[0]) != shape) refuse("adds more than the product has");
}

/// Strides, dilations and pads over some spatial axes.
struct Windows {
  Wholes kernel;
  Wholes strides;
  Wholes dilations;
  Wholes pads;
  std::string automatic;  ///< "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"
};

void require_length(const Wholes& values, std::size_t length, const std::string& what) {
  if (values.size() != length) {
    refuse("has " + std::to_string(values.size()) + " " + what + " and needs " +
           std::to_string(length));
  }
}

void require_sizes(const Wholes& values, const std::string& what) {
  for (const std::int64_t value : values) {
    if (value < 1 || value > (std::int64_t{1} << 31)) refuse("has " + what + " out of range");
  }
}

/// All but the pads of SAME, which hang on the extents.
Windows windows_of(NodeImport& node, Wholes kernel) {
  const std::size_t axes = kernel.size();
  Windows w{std::move(kernel), node.wholes("strides").value_or(Wholes(axes, 1)),
            node.wholes("dilations").value_or(Wholes(axes, 1)),
            node.wholes("pads").value_or(Wholes(2 * axes, 0)), node.text("auto_pad", "NOTSET")};
  require_length(w.strides, axes, "strides");
  require_length(w.dilations, axes, "dilations");
  require_length(w.pads, 2 * axes, "pads");
  require_sizes(w.kernel, "kernel extents");
  require_sizes(w.strides, "strides");
  require_sizes(w.dilations, "dilations");
  for (const std::int64_t pad : w.pads) {
    if (pad < 0 || pad > (std::int64_t{1} << 31)) refuse("has pads out of range");
  }
  if (w.automatic == "VALID") {
    w.pads.assign(2 * axes, 0);
  } else if (w.automatic != "NOTSET" && w.automatic != "SAME_UPPER" &&
             w.automatic != "SAME_LOWER") {
    refuse("pads by " + in_quotes(w.automatic) + ", which ONNX does not know");
  }
  return w;
}

/// Begin and end of one axis' pads; what does not halve goes behind (SAME_UPPER) or before. Below
/// 0, where a transposed convolution is told to give more than it makes, all of it goes behind, as
/// its output_padding does.
void set_pads(Windows& w, std::size_t axis, std::int64_t total) {
  const std::int64_t less = total / 2;
  const bool upper = w.automatic == "SAME_UPPER";
  w.pads[axis] = total < 0 ? 0 : (upper ? less : total - less);
  w.pads[axis + w.kernel.size()] = total - w.pads[axis];
}

/// The pads of SAME: as many windows as the extent has strides.
void pad_same(Windows& w, const Shape& shape) {
  if (!w.automatic.starts_with("SAME")) return;
  for (std::size_t i = 0; i < w.kernel.size(); ++i) {
    const std::int64_t extent = shape[i + 2];
    const std::int64_t windows = (extent + w.strides[i] - 1) / w.strides[i];
    const std::int64_t spread = (w.kernel[i] - 1) * w.dilations[i] + 1;
    set_pads(w, i, std::max<std::int64_t>((windows - 1) * w.strides[i] + spread - extent, 0));
  }
}

/// The spatial extents of weights, which the attribute may repeat.
Wholes kernel_of_weights(NodeImport& node, Term weights) {
  const Shape& shape = node.shape(weights);
  if (shape.size() < 3) refuse("has weights " + text_of(shape) + " without spatial axes");
  Wholes kernel(shape.begin() + 2, shape.end());
  if (node.wholes("kernel_shape").value_or(kernel) != kernel) {
    refuse("has weights " + text_of(shape) + " of another kernel than it says");
  }
  if (node.rank(node.input(0)) != node.rank(weights)) {
    refuse("has inputs " + text_of(node.shape(node.input(0))) + " and " + text_of(shape) +
           " with different numbers of axes");
  }
  return kernel;
}

void import_convolution(NodeImport& node) {
  const Term x = node.input(0);
  const Term weights = node.input(1);
  Windows w = windows_of(node, kernel_of_weights(node, weights));
  pad_same(w, node.shape(x));
  graph::Convolution what;
  what.strides = w.strides;
  what.dilations = w.dilations;
  what.pads = w.pads;
  what.groups = node.whole("group", 1);
  std::vector<Term> inputs{x, weights};
  if (node.has_input(2)) inputs.push_back(node.input(2));
  node.finish(std::move(what), inputs);
}

/// x with `strides` - 1 zeros between neighbours along its spatial axes.
Term spread_out(NodeImport& node, Term x, const Wholes& strides) {
  const Shape shape = node.shape(x);
  if (std::all_of(strides.begin(), strides.end(), [](auto one) { return one == 1; })) return x;
  Shape apart{shape[0], shape[1]};
  Shape joined = apart;
  graph::Pad pad{{0, 0}, {0, 0}, graph::PadMode::constant};
  graph::Slice cut{Wholes(shape.size(), 0), shape, Wholes(shape.size(), 1)};
  for (std::size_t i = 0; i < strides.size(); ++i) {
    apart.insert(apart.end(), {shape[i + 2], 1});
    pad.before.insert(pad.before.end(), {0, 0});
    pad.behind.insert(pad.behind.end(), {0, strides[i] - 1});
    (void)graph::count_of({shape[i + 2], strides[i]});
    joined.push_back(shape[i + 2] * strides[i]);
    cut.counts[i + 2] = std::max<std::int64_t>(joined.back() - strides[i] + 1, 0);
  }
  const Term padded = node.make(std::move(pad), {node.reshape(x, apart)});
  return node.make(std::move(cut), {node.reshape(padded, joined)});
}

/// Weights [C, M / groups, kernel...] as a convolution has them, [M, C / groups, kernel...], each
/// kernel the other way round.
Term turned_round(NodeImport& node, Term weights, std::int64_t groups) {
  const Shape shape = node.shape(weights);
  if (groups < 1 || shape[0] % groups != 0) refuse("has channels that make no whole groups");
  Shape apart{groups, shape[0] / groups};
  apart.insert(apart.end(), shape.begin() + 1, shape.end());
  Wholes order(apart.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[1], order[2]);
  Shape joined{groups * shape[1], shape[0] / groups};
  joined.insert(joined.end(), shape.begin() + 2, shape.end());
  const Term moved = node.reshape(node.transpose(node.reshape(weights, apart), order), joined);
  graph::Slice flip{Wholes(joined.size(), 0), joined, Wholes(joined.size(), 1)};
  for (std::size_t axis = 2; axis < joined.size(); ++axis) {
    flip.starts[axis] = joined[axis] - 1;
    flip.steps[axis] = -1;
  }
  return node.make(std::move(flip), {moved});
}

/// The pads of a transposed convolution that is told its result's extents (or SAME, which is
/// input x stride); below 0 where these are more than it makes.
void pad_to_output(NodeImport& node, Windows& w, const Wholes& more) {
  const std::size_t axes = w.kernel.size();
  const Shape& shape = node.shape(node.input(0));
  std::optional<Wholes> wanted = node.wholes("output_shape");
  if (wanted && wanted->size() == axes + 2) wanted->erase(wanted->begin(), wanted->begin() + 2);
  if (!wanted && !w.automatic.starts_with("SAME")) return;
  if (!wanted) {
    wanted.emplace();
    for (std::size_t i = 0; i < axes; ++i) {
      (void)graph::count_of({shape[i + 2], w.strides[i]});
      wanted->push_back(shape[i + 2] * w.strides[i]);
    }
  }
  require_length(*wanted, axes, "output extents");
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t full =
        w.strides[i] * (shape[i + 2] - 1) + more[i] + (w.kernel[i] - 1) * w.dilations[i] + 1;
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if ((*wanted)[i] < 1 || (*wanted)[i] > most) refuse("is told extents out of range");
    set_pads(w, i, full - (*wanted)[i]);
  }
}

/// The convolution that it is the transpose of, read backwards: its input spread by the strides,
/// the kernels turned round, and pads that make up for both.
void import_transposed_convolution(NodeImport& node) {
  const Term x = node.input(0);
  const Term weights = node.input(1);
  Windows w = windows_of(node, kernel_of_weights(node, weights));
  const std::size_t axes = w.kernel.size();
  const Wholes more = node.wholes("output_padding").value_or(Wholes(axes, 0));
  require_length(more, axes, "output pads");
  for (std::size_t i = 0; i < axes; ++i) {
    if (more[i] < 0 || more[i] > (std::int64_t{1} << 31)) refuse("has output pads out of range");
    (void)graph::count_of({node.shape(x)[i + 2], w.strides[i]});
  }
  pad_to_output(node, w, more);
  graph::Convolution what;
  what.strides.assign(axes, 1);
  what.dilations = w.dilations;
  what.pads.assign(2 * axes, 0);
  what.groups = node.whole("group", 1);
  graph::Slice cut{Wholes(axes + 2, 0), {}, Wholes(axes + 2, 1)};
  bool cuts = false;
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t reach = (w.kernel[i] - 1) * w.dilations[i];
    const std::int64_t before = reach - w.pads[i];
    const std::int64_t behind = reach - w.pads[i + axes] + more[i];
    what.pads[i] = std::max<std::int64_t>(before, 0);
    what.pads[i + axes] = std::max<std::int64_t>(behind, 0);
    cut.starts[i + 2] = std::max<std::int64_t>(-before, 0);
    cuts = cuts || before < 0 || behind < 0;
  }
  std::vector<Term> inputs{spread_out(node, x, w.strides),
                           turned_round(node, weights, what.groups)};
  if (node.has_input(2)) inputs.push_back(node.input(2));
  if (!cuts) return node.finish(std::move(what), inputs);
  const Term all = node.make(what, inputs);
  cut.counts = node.shape(all);
  for (std::size_t i = 0; i < axes; ++i) {
    const std::int64_t reach = (w.kernel[i] - 1) * w.dilations[i];
    const std::int64_t behind = std::max<std::int64_t>(w.pads[i + axes] - more[i] - reach, 0);
    cut.counts[i + 2] -= cut.starts[i + 2] + behind;
    if (cut.counts[i + 2] < 1) refuse("cuts off all there is");
  }
  node.finish(std::move(cut), {all});
}

graph::Pool pool_of(NodeImport& node, graph::PoolKind kind) {
  const auto kernel = node.wholes("kernel_shape");
  if (!kernel) refuse("has no kernel_shape");
  const Shape& shape = node.shape(node.input(0));
  if (shape.size() < 3 || kernel->size() != shape.size() - 2) {
    refuse("has a window " + text_of(*kernel) + " for " + text_of(shape));
  }
  const bool dilated =
      kind == graph::PoolKind::maximum ? node.version() >= 10 : node.version() >= 19;
  if (!dilated && node.has("dilations")) refuse("has dilations before its version has them");
  Windows w = windows_of(node, *kernel);
  pad_same(w, shape);
  graph::Pool pool{kind, w.kernel, w.strides, w.dilations, w.pads, false, false};
  if (node.version() >= 10) pool.round_up = node.flag("ceil_mode", false);
  for (std::size_t i = 0; i < w.kernel.size(); ++i) {
    const std::int64_t spread = (w.kernel[i] - 1) * w.dilations[i] + 1;
    if (w.pads[i] >= spread || w.pads[i + w.kernel.size()] >= spread) {
      unsupported("pads by its window or more, so that a window would hold nothing");
    }
  }
  return pool;
}

void import_max_pool(NodeImport& node) {
  graph::Pool pool = pool_of(node, graph::PoolKind::maximum);
  if (node.version() >= 8) (void)node.whole("storage_order", 0);
  if (node.wants(1)) unsupported("is asked for the indices of its maxima");
  node.finish(std::move(pool), {node.input(0)});
}

void import_average_pool(NodeImport& node) {
  graph::Pool pool = pool_of(node, graph::PoolKind::mean);
  if (node.version() >= 7) pool.count_pads = node.flag("count_include_pad", false);
  // What reaches beyond a rounded extent counts neither way: machines have the form without pads.
  const bool padded =
      std::any_of(pool.pads.begin(), pool.pads.end(), [](auto p) { return p != 0; });
  if (pool.round_up && !padded) pool.count_pads = false;
  node.finish(std::move(pool), {node.input(0)});
}

template <graph::ReduceKind kind>
void import_global_pool(NodeImport& node) {
  const Term x = node.input(0);
  if (node.rank(x) < 3) refuse("takes a tensor with spatial axes");
  Wholes axes(as_index(node.rank(x) - 2));
  std::iota(axes.begin(), axes.end(), 2);
  node.finish(graph::Reduce{kind, std::move(axes), true}, {x});
}

graph::Direction direction_of(const std::string& text) {
  if (text == "forward") return graph::Direction::forward;
  if (text == "reverse") return graph::Direction::reverse;
  if (text == "bidirectional") return graph::Direction::both;
  refuse("has the direction " + in_quotes(text));
}

/// Only the functions that the operator has where nothing is said.
void require_usual_functions(NodeImport& node, const std::vector<std::string_view>& usual) {
  const std::vector<std::string_view> given = node.texts("activations");
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] != usual[i % usual.size()]) {
      unsupported("has the activation " + in_quotes(given[i]) + " in place of " +
                  in_quotes(usual[i % usual.size()]));
    }
  }
  (void)node.reals("activation_alpha");
  (void)node.reals("activation_beta");
  if (node.has("clip")) unsupported("clips what its activations are given");
}

/// The graph's form is steps first; `layout` 1 is batch first, of what goes in and what comes out.
void finish_recurrent(NodeImport& node, graph::Recurrent what, std::size_t states) {
  what.direction = direction_of(node.text("direction", "forward"));
  const bool batch_first = node.version() >= 14 && node.whole("layout", 0) == 1;
  const Term recurrence = node.input(2);
  if (node.rank(recurrence) != 3) refuse("has a recurrence that is no stack of matrices");
  what.hidden = node.whole("hidden_size", node.shape(recurrence)[2]);
  Term x = node.input(0);
  if (node.rank(x) != 3) refuse("takes a sequence [steps, batch, width]");
  if (batch_first) x = node.transpose(x, {1, 0, 2});
  std::vector<Term> inputs{x, node.input(1), recurrence, node.input_or_none(3),
                           node.input_or_none(4)};
  for (std::size_t i = 5; i < 5 + states; ++i) {
    Term state = node.input_or_none(i);
    if (batch_first && state != no_term) state = node.transpose(state, {1, 0, 2});
    inputs.push_back(state);
  }
  while (inputs.back() == no_term) inputs.pop_back();
  const std::vector<Term> results = node.make_all(what, inputs);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!node.wants(i)) continue;
    const Wholes order = i == 0 ? Wholes{2, 0, 1, 3} : Wholes{1, 0, 2};
    node.result(i, batch_first ? node.transpose(results[i], order) : results[i]);
  }
}

void import_lstm(NodeImport& node) {
  require_usual_functions(node, {"Sigmoid", "Tanh", "Tanh"});
  if (node.flag("input_forget", false)) unsupported("couples its input and forget gates");
  if (node.has_input(7)) unsupported("has peepholes");
  if (node.version() < 7) (void)node.flag("output_sequence", false);
  finish_recurrent(node, {graph::RecurrentKind::lstm}, 2);
}

void import_gru(NodeImport& node) {
  require_usual_functions(node, {"Sigmoid", "Tanh"});
  if (node.version() < 7) (void)node.flag("output_sequence", false);
  graph::Recurrent what{graph::RecurrentKind::gru};
  what.linear_before_reset = node.flag("linear_before_reset", false);
  finish_recurrent(node, what, 1);
}

constexpr OperatorRow product_rows[] = {
    {"AveragePool", 6, newest_opset, import_average_pool},
    {"Conv", 6, newest_opset, import_convolution},
    {"ConvTranspose", 6, newest_opset, import_transposed_convolution},
    {"GRU", 6, newest_opset, import_gru},
    {"Gemm", 6, newest_opset, import_gemm},
    {"GlobalAveragePool", 6, newest_opset, import_global_pool<graph::ReduceKind::mean>},
    {"GlobalMaxPool", 6, newest_opset, import_global_pool<graph::ReduceKind::maximum>},
    {"LSTM", 6, newest_opset, import_lstm},
    {"MatMul", 6, newest_opset, import_matmul},
    {"MaxPool", 6, newest_opset, import_max_pool},
};

}  // namespace

std::span<const OperatorRow> product_operators() { return product_rows; }

}  // namespace weft::onnx
