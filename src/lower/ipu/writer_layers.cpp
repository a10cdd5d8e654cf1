// SPDX-License-Identifier: Apache-2.0
// The call that each operator is in a program.
#include <algorithm>

#include "base/error.hpp"
#include "lower/ipu/formula.hpp"
#include "lower/ipu/writer.hpp"

namespace weft::lower::ipu {

using graph::Shape;

namespace {

std::string padded(const std::vector<std::int64_t>& pads, bool behind, std::size_t dims) {
  std::vector<std::int64_t> out(dims, 0);
  for (std::size_t d = 0; d < dims; ++d) {
    const std::size_t at = d + (behind ? dims : 0);
    if (at < pads.size()) out[d] = pads[at];
  }
  return braces(out);
}

std::string ones(const std::vector<std::int64_t>& numbers, std::size_t dims) {
  return braces(numbers.empty() ? std::vector<std::int64_t>(dims, 1) : numbers);
}

std::string places(const std::vector<std::string>& operands, std::size_t from = 0) {
  std::string out;
  for (std::size_t i = from; i < operands.size(); ++i) {
    out += (out.empty() ? "$" : ", $") + std::to_string(i);
  }
  return out;
}

std::string kept(const Formula& formula) { return text_of(formula); }

}  // namespace

Layer Writer::mapped(const std::string& formula, std::size_t operands) {
  Layer layer;
  for (std::size_t i = 0; i < operands; ++i) layer.operands.push_back(in(i));
  layer.call =
      "popops::map(net.graph, " + formula + ", {" + places(layer.operands) + "}, net.prog)";
  return layer;
}

Layer Writer::of(const graph::Unary& what) { return mapped(kept(*formula_of(what)), 1); }
Layer Writer::of(const graph::Binary& what) {
  return mapped(kept(*formula_of(what, model_.kind(node_->inputs[0]))), 2);
}
Layer Writer::of(const graph::Select&) { return mapped(kept(select_formula()), 3); }
Layer Writer::of(const graph::Clip& what) { return mapped(kept(formula_of(what)), 1); }

Layer Writer::of(const graph::Convert&) {
  const Kind kind = model_.kind(node_->outputs[0]);
  Layer layer;
  layer.operands = {in(0)};
  layer.view = kind == model_.kind(node_->inputs[0]);
  if (!layer.view) use("cast");
  layer.call = layer.view
                   ? "$0"
                   : std::string("popops::cast(net.graph, $0, ") + name_of(kind) + ", net.prog)";
  return layer;
}

std::string Writer::then_text(const graph::Then& then) {
  use("then");
  if (then.kind == graph::Then::Kind::nothing) return "nothing";
  if (then.kind == graph::Then::Kind::relu) return "relu";
  use("clip");
  return "clip(" + text_of(formula_of(graph::Clip{then.low, then.high})) + ")";
}

Layer Writer::of(const graph::MatMul& what) {
  use("product");
  const ProductForm form = product_form(what, shape(0), shape(1));
  Layer layer;
  const auto turned = [&](bool turns, const std::string& operand) {
    if (turns) use("groups");
    return turns ? "swapped(" + operand + ")" : operand;
  };
  layer.operands.push_back(in(0));
  if (model_.constant(node_->inputs[1]) && form.one_matrix) {
    use("matrix");
    layer.operands.push_back(
        weight(node_->inputs[1], "matrix(net, $0, " + std::string(name_of(model_.floats)) + ", " +
                                     std::to_string(form.m) + ", " + braces({form.k, form.n}) +
                                     ", " + (what.transpose_b ? "true" : "false") + ")"));
  } else {
    layer.operands.push_back(in(1));
  }
  std::string bias = "none";
  if (has(2)) {
    layer.operands.push_back(in(2));
    bias = "$2";
  }
  layer.call = "product(net, " + turned(what.transpose_a, "$0") + ", " +
               turned(what.transpose_b, "$1") + ", " + braces(form.leading) + ", " + bias + ", " +
               braces(result()) + ", " + then_text(what.then) + ")";
  layer.shapes = braces(shape(0)) + braces(shape(1));
  layer.shares = true;
  return layer;
}

std::string Writer::window_of(const graph::Convolution& what, const Shape& x) {
  const std::size_t dims = x.size() - 2;
  const std::string text = "{" + ones(what.strides, dims) + ", " + ones(what.dilations, dims) +
                           ", " + padded(what.pads, false, dims) + ", " +
                           padded(what.pads, true, dims) + ", " + std::to_string(what.groups) + "}";
  std::string& name = windows_[text];
  if (name.empty()) {
    name = "window_" + std::to_string(windows_.size());
    constants_ += "  static const Window " + name + text + ";\n";
  }
  return name;
}

Layer Writer::of(const graph::Convolution& what) {
  use("convolution");
  const std::string window = window_of(what, shape(0));
  const std::string type = name_of(model_.floats);
  Layer layer;
  layer.operands.push_back(in(0));
  const std::string made = "conv_weights(net, $0, " + type + ", " + braces(shape(0)) + ", " +
                           braces(shape(1)) + ", " + window + ")";
  layer.operands.push_back(weight(node_->inputs[1], made));
  std::string bias = "none";
  std::string addend = "none";
  if (has(2)) {
    bias = "$" + std::to_string(layer.operands.size());
    layer.operands.push_back(in(2));
  }
  if (has(3)) {
    addend = "$" + std::to_string(layer.operands.size());
    layer.operands.push_back(in(3));
  }
  layer.call = "convolution(net, $0, $1, " + bias + ", " + addend + ", " + window + ", " +
               then_text(what.then) + ")";
  layer.shapes = braces(shape(0)) + braces(shape(1));
  layer.shares = true;
  return layer;
}

Layer Writer::of(const graph::Pool& what) {
  use("pooled");
  const PoolForm form = pool_form(what, shape(0), result());
  const char* type = what.kind == graph::PoolKind::maximum ? "MAX"
                     : form.fixed_count == 0               ? "AVG"
                                                           : "SUM";
  Layer layer;
  layer.operands = {in(0)};
  layer.call = std::string("pooled(net, $0, popnn::PoolingType::") + type + ", " +
               braces(what.kernel) + ", " + ones(what.strides, what.kernel.size()) + ", " +
               braces(form.lower) + ", " + braces(form.upper) + ", " +
               std::to_string(form.fixed_count) + ")";
  return layer;
}

Layer Writer::along_rows(const std::string& call, const AxesLast& last, const Shape& whole) {
  use("rows");
  Layer layer;
  layer.operands = {in(0)};
  const std::string rows =
      "rows_on_tiles(net, $0, " + braces(last.order) + ", " + std::to_string(last.length) + ")";
  const std::size_t at = call.find('@');
  const std::string made = call.substr(0, at) + rows + call.substr(at + 1);
  layer.call = whole.empty()
                   ? made
                   : "from_rows(" + made + ", " + braces(last.order) + ", " + braces(whole) + ")";
  return layer;
}

Layer Writer::of(const graph::Reduce& what) {
  use("reduced");
  using graph::ReduceKind;
  const AxesLast last = axes_last(shape(0), what.axes);
  const char* operation = what.kind == ReduceKind::maximum   ? "MAX"
                          : what.kind == ReduceKind::minimum ? "MIN"
                          : what.kind == ReduceKind::product ? "MUL"
                                                             : "ADD";
  const std::int64_t divisor = what.kind == ReduceKind::mean ? last.length : 0;
  return along_rows(std::string("reduced(net, @, popops::Operation::") + operation + ", " +
                        std::to_string(divisor) + ", " + braces(result()) + ")",
                    last, {});
}
Layer Writer::of(const graph::ArgExtreme& what) {
  use("arg_extreme");
  return along_rows(std::string("arg_extreme(net, @, ") + (what.largest ? "true" : "false") + ", " +
                        braces(result()) + ")",
                    axes_last(shape(0), {what.axis}), {});
}
Layer Writer::of(const graph::Softmax& what) {
  use("attention");
  if (what.logarithm) use("log_softmax");
  const std::string name = what.logarithm ? "popnn::logSoftmax" : "popnn::softmax";
  return along_rows(name + "(net.graph, @, net.prog)", axes_last(shape(0), {what.axis}), shape(0));
}

Layer Writer::of(const graph::Normalise& what) {
  const std::string name = what.centered ? "layer_norm" : "root_mean_square_norm";
  use(name);
  const AxesLast last = axes_last(shape(0), axes_from(what.axis, shape(0)));
  const Shape inner(shape(0).begin() + what.axis, shape(0).end());
  std::vector<std::string> more;
  std::string operands;
  for (const std::size_t i : {1U, 2U}) {
    if (!has(i)) {
      operands += ", none";
      continue;
    }
    more.push_back(in(i));
    const std::string operand = "$" + std::to_string(more.size());
    if (shape(i) != inner) use("expanded");
    operands +=
        ", " + (shape(i) == inner ? operand : "expanded(" + operand + ", " + braces(inner) + ")");
  }
  Layer layer = along_rows(
      name + "(net, @" + operands + ", " + text_of(static_cast<float>(what.epsilon)) + ")", last,
      shape(0));
  layer.operands.insert(layer.operands.end(), more.begin(), more.end());
  layer.shares = true;
  return layer;
}

Layer Writer::of(const graph::BatchNormalise&) {
  const ChannelLine line = channel_line(model_, *node_);
  Numbers numbers;
  numbers.kind = model_.floats;
  numbers.shape.assign(result().size() - 1, 1);
  numbers.shape[0] = result()[1];
  const std::string& name = model_.value(node_->outputs[0]).name;
  Layer layer;
  layer.operands.push_back(in(0));
  numbers.floats = line.scale;
  layer.operands.push_back(weight(name + ".scale", numbers));
  numbers.floats = line.shift;
  layer.operands.push_back(weight(name + ".shift", numbers));
  layer.call =
      "popops::map(net.graph, pe::Add(pe::Mul(pe::_1, pe::_2), pe::_3), {$0, $1, $2}, "
      "net.prog)";
  return layer;
}

Layer Writer::of(const graph::Attention& what) {
  use("attention");
  Layer layer;
  for (std::size_t i = 0; i < 3; ++i) layer.operands.push_back(in(i));
  if (has(3)) layer.operands.push_back(in(3));
  const Shape leading(result().begin(), result().end() - 2);
  std::string seen = "none";
  if (what.causal) {
    use("causal");
    seen = "causal(net, " + std::to_string(shape(0)[shape(0).size() - 2]) + ", " +
           std::to_string(shape(1)[shape(1).size() - 2]) + ")";
  }
  layer.call = std::string("attention(net, $0, $1, $2, ") + (has(3) ? "$3" : "none") + ", " + seen +
               ", " + text_of(static_cast<float>(what.scale)) +
               (what.zero_nan ? ", true, " : ", false, ") + braces(leading) + ", " +
               braces(result()) + ")";
  layer.shapes = braces(shape(0)) + braces(shape(1)) + (has(3) ? braces(shape(3)) : "");
  layer.shares = true;
  return layer;
}

Layer Writer::of(const graph::Reshape&) {
  Layer layer;
  layer.operands = {in(0)};
  layer.view = true;
  layer.call = "$0.reshape(" + braces(result()) + ")";
  return layer;
}
Layer Writer::of(const graph::Transpose& what) {
  Layer layer;
  layer.operands = {in(0)};
  layer.view = true;
  layer.call = "$0.dimShuffle(" + braces(what.permutation) + ")";
  return layer;
}
Layer Writer::of(const graph::Expand&) {
  use("expanded");
  Layer layer;
  layer.operands = {in(0)};
  layer.view = true;
  layer.call = "expanded($0, " + braces(result()) + ")";
  return layer;
}
Layer Writer::of(const graph::Concat& what) {
  Layer layer;
  for (std::size_t i = 0; i < node_->inputs.size(); ++i) layer.operands.push_back(in(i));
  layer.view = true;
  layer.call = "concat(std::vector<Tensor>{" + places(layer.operands) + "}, " +
               std::to_string(what.axis) + ")";
  return layer;
}
Layer Writer::of(const graph::Slice& what) {
  use("slice");
  Layer layer;
  layer.operands = {in(0)};
  layer.view = true;
  layer.call = "slice($0, " + braces(what.starts) + ", " + braces(what.counts) + ", " +
               braces(what.steps) + ")";
  return layer;
}
}  // namespace weft::lower::ipu
