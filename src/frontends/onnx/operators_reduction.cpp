// SPDX-License-Identifier: Apache-2.0
// ONNX's reductions, softmaxes and norms.
#include <numeric>

#include "base/counted.hpp"
#include "frontends/onnx/node.hpp"

namespace weft::onnx {
namespace {

using graph::BinaryFunction;
using graph::Reduce;
using graph::ReduceKind;
using graph::Shape;
using graph::UnaryFunction;

/// What a reduction runs over; nothing where it is told to leave its input as it is.
std::optional<Reduce> reduction_of(NodeImport& node, ReduceKind kind, std::int64_t inputs_from) {
  const std::int64_t rank = node.rank(node.input(0));
  Reduce what{kind, {}, node.flag("keepdims", true)};
  const Wholes given = node.wholes_of("axes", 1, inputs_from).value_or(Wholes{});
  const bool none_is_none =
      node.version() >= inputs_from && node.flag("noop_with_empty_axes", false);
  what.axes = node.axes(given, rank);
  if (!given.empty()) return what;
  if (none_is_none) return std::nullopt;
  what.axes.resize(as_index(rank));
  std::iota(what.axes.begin(), what.axes.end(), 0);
  return what;
}

/// A sum's axes are an input from version 13 on, the others' from 18.
template <ReduceKind kind>
void import_reduce(NodeImport& node) {
  const auto what = reduction_of(node, kind, kind == ReduceKind::sum ? 13 : 18);
  if (!what) return node.result(0, node.input(0));
  node.finish(*what, {node.input(0)});
}

Term squared(NodeImport& node, Term x) { return node.binary(BinaryFunction::multiply, x, x); }

Term summed(NodeImport& node, Term x) {
  const auto what = reduction_of(node, ReduceKind::sum, 18);
  return what ? node.make(*what, {x}) : x;
}

void import_reduce_squares(NodeImport& node) {
  node.result(0, summed(node, squared(node, node.input(0))));
}

void import_reduce_l2(NodeImport& node) {
  const Term sum = summed(node, squared(node, node.input(0)));
  node.finish(graph::Unary{UnaryFunction::square_root}, {sum});
}

void import_reduce_l1(NodeImport& node) {
  node.result(0, summed(node, node.unary(UnaryFunction::absolute, node.input(0))));
}

void import_reduce_log_sum(NodeImport& node) {
  node.finish(graph::Unary{UnaryFunction::logarithm}, {summed(node, node.input(0))});
}

template <bool largest>
void import_arg_extreme(NodeImport& node) {
  const Term x = node.input(0);
  const std::int64_t axis = node.axis(node.whole("axis", 0), node.rank(x));
  const bool keep = node.flag("keepdims", true);
  if (node.version() < 12 || !node.flag("select_last_index", false)) {
    return node.finish(graph::ArgExtreme{largest, axis, keep}, {x});
  }
  // The last of equal elements is the first of the axis read backwards.
  const Shape& shape = node.shape(x);
  graph::Slice backwards{Wholes(shape.size(), 0), shape, Wholes(shape.size(), 1)};
  const std::int64_t last = shape[as_index(axis)] - 1;
  backwards.starts[as_index(axis)] = last;
  backwards.steps[as_index(axis)] = -1;
  const Term turned = node.make(std::move(backwards), {x});
  const Term place = node.make(graph::ArgExtreme{largest, axis, keep}, {turned});
  node.finish(graph::Binary{BinaryFunction::subtract},
              {node.constant(whole_tensor({last}, {})), place});
}

void import_cumulative_sum(NodeImport& node) {
  const Term x = node.input(0);
  const graph::Numbers axis = node.known(1, "axis");
  if (axis.count() != 1 || axis.whole.empty()) refuse("has an axis that is no whole number");
  node.finish(graph::CumulativeSum{node.axis(axis.whole[0], node.rank(x)),
                                   node.flag("exclusive", false), node.flag("reverse", false)},
              {x});
}

/// Before version 13 over all axes from `axis` on, as one.
template <bool logarithm>
void import_softmax(NodeImport& node) {
  const Term x = node.input(0);
  const std::int64_t rank = node.rank(x);
  const bool flat = node.version() < 13;
  const std::int64_t given = node.whole("axis", flat ? 1 : -1);
  // Of a list, version 1 takes the axis behind it: one row.
  const std::int64_t axis = flat && given == rank ? rank : node.axis(given, rank);
  if (!flat || axis == rank - 1) {
    return node.finish(graph::Softmax{node.axis(given, rank), logarithm}, {x});
  }
  const Shape shape = node.shape(x);
  const auto middle = shape.begin() + axis;
  const Term rows = node.reshape(
      x, {graph::count_of({shape.begin(), middle}), graph::count_of({middle, shape.end()})});
  const Term soft = node.make(graph::Softmax{1, logarithm}, {rows});
  node.finish(graph::Reshape{shape}, {soft});
}

void import_batch_norm(NodeImport& node) {
  const double epsilon = node.real("epsilon", double{1e-5F});
  (void)node.real("momentum", double{0.9F});
  if (node.version() < 7 && !node.flag("is_test", false)) unsupported("is in training mode");
  if (node.version() < 9 && !node.flag("spatial", true)) {
    unsupported("has statistics for each place, not for each channel");
  }
  if (node.version() >= 14 && node.flag("training_mode", false)) {
    unsupported("is in training mode");
  }
  for (std::size_t i = 1; i < node.results().size(); ++i) {
    if (node.wants(i)) unsupported("is asked for statistics: it is in training mode");
  }
  std::vector<Term> inputs;
  for (std::size_t i = 0; i < 5; ++i) inputs.push_back(node.input(i));
  // From version 15 on the statistics may be of another type than the input.
  for (std::size_t i = 1; i < 5; ++i) {
    inputs[i] = node.convert(inputs[i], node.element(inputs[0]));
  }
  node.finish(graph::BatchNormalise{epsilon}, inputs);
}

/// A norm over the axes from `axis` on, its scale and shift behind it where they are larger.
void finish_norm(NodeImport& node, const graph::Normalise& what, Term scale, Term shift) {
  const Term x = node.input(0);
  const std::int64_t normalised = node.rank(x) - what.axis;
  const auto is_inside = [&](Term one) { return one == no_term || node.rank(one) <= normalised; };
  if (is_inside(scale) && is_inside(shift)) {
    std::vector<Term> inputs{x, scale, shift};
    while (inputs.back() == no_term) inputs.pop_back();
    return node.finish(what, inputs);
  }
  Term y = node.make(what, {x});
  if (scale != no_term) y = node.binary(BinaryFunction::multiply, y, scale);
  if (shift != no_term) y = node.binary(BinaryFunction::add, y, shift);
  node.result(0, y);
}

/// A layer norm's second and third output: the mean, and one over the deviation.
void give_statistics(NodeImport& node, const graph::Normalise& what) {
  const Term x = node.input(0);
  const graph::Element element = node.element(x);
  Wholes axes(as_index(node.rank(x) - what.axis));
  std::iota(axes.begin(), axes.end(), what.axis);
  const Term mean = node.make(Reduce{ReduceKind::mean, axes, true}, {x});
  const Term off = node.binary(BinaryFunction::subtract, x, mean);
  const Term variance = node.make(Reduce{ReduceKind::mean, axes, true}, {squared(node, off)});
  const Term shifted =
      node.binary(BinaryFunction::add, variance, node.scalar(what.epsilon, element));
  node.result(1, mean);
  node.result(
      2, node.unary(UnaryFunction::reciprocal, node.unary(UnaryFunction::square_root, shifted)));
}

template <bool centered>
void import_layer_norm(NodeImport& node) {
  const Term x = node.input(0);
  graph::Normalise what;
  what.axis = node.axis(node.whole("axis", -1), node.rank(x));
  what.epsilon = node.real("epsilon", double{1e-5F});
  what.centered = centered;
  (void)node.whole("stash_type", 1);
  if (centered && (node.wants(1) || node.wants(2))) give_statistics(node, what);
  finish_norm(node, what, node.input(1), centered ? node.input_or_none(2) : no_term);
}

/// A list for each channel of `x`, as it broadcasts to it.
Term by_channel(NodeImport& node, Term list, Term x) {
  if (node.rank(list) != 1 || node.shape(list)[0] != node.shape(x)[1]) {
    refuse("has a scale or shift " + text_of(node.shape(list)) + " that is not one for each of " +
           counted(node.shape(x)[1], "channel"));
  }
  Shape shape(as_index(node.rank(x) - 1), 1);
  shape[0] = node.shape(list)[0];
  return node.reshape(list, std::move(shape));
}

/// Scales and shifts by channel what was normalised in groups.
void finish_by_channel(NodeImport& node, Term normal, Term scale, Term shift) {
  const Term x = node.input(0);
  const Term scaled = node.binary(BinaryFunction::multiply, normal, by_channel(node, scale, x));
  node.finish(graph::Binary{BinaryFunction::add}, {scaled, by_channel(node, shift, x)});
}

/// x normalised over all elements of a group of its channels.
Term in_groups(NodeImport& node, Term x, std::int64_t groups, double epsilon) {
  const Shape shape = node.shape(x);
  if (groups < 1 || shape[1] % groups != 0) refuse("has channels that make no whole groups");
  const std::int64_t count = graph::count_of(shape);
  const std::int64_t rows = graph::count_of({shape[0], groups});
  const Term flat = node.reshape(x, {shape[0], groups, rows == 0 ? 0 : count / rows});
  return node.reshape(node.make(graph::Normalise{2, epsilon, true}, {flat}), shape);
}

void import_instance_norm(NodeImport& node) {
  const Term x = node.input(0);
  if (node.rank(x) < 3) refuse("takes a tensor with spatial axes");
  const double epsilon = node.real("epsilon", double{1e-5F});
  finish_by_channel(node, in_groups(node, x, node.shape(x)[1], epsilon), node.input(1),
                    node.input(2));
}

/// Scale and shift are one for each group in versions 18 to 20, for each channel from 21 on.
void import_group_norm(NodeImport& node) {
  const Term x = node.input(0);
  if (node.rank(x) < 3) refuse("takes a tensor with spatial axes");
  const double epsilon = node.real("epsilon", double{1e-5F});
  const std::int64_t groups = node.whole("num_groups", 0);
  (void)node.whole("stash_type", 1);
  const Term normal = in_groups(node, x, groups, epsilon);
  Term scale = node.input(1);
  Term shift = node.input(2);
  if (node.version() < 21) {
    const std::int64_t channels = node.shape(x)[1];
    for (Term* one : {&scale, &shift}) {
      if (node.shape(*one) != Shape{groups}) refuse("has a scale or shift not one for each group");
      const Term column = node.reshape(*one, {groups, 1});
      const Term wide = node.make(graph::Expand{{groups, channels / groups}}, {column});
      *one = node.reshape(wide, {channels});
    }
  }
  finish_by_channel(node, normal, scale, shift);
}

/// x / (bias + alpha / size sum of x^2 over the channels near by)^beta: the sum by a window over
/// the channels, whose mean counts those that are not there as zeros.
void import_local_response_norm(NodeImport& node) {
  const Term x = node.input(0);
  const double alpha = node.real("alpha", double{1e-4F});
  const double beta = node.real("beta", double{0.75F});
  const double bias = node.real("bias", 1);
  const std::int64_t size = node.whole("size", 0);
  if (size < 1 || size > (std::int64_t{1} << 31)) refuse("has no size");
  if (node.rank(x) < 3) refuse("takes a tensor with spatial axes");
  const Shape shape = node.shape(x);
  const graph::Element element = node.element(x);
  const std::int64_t places = graph::count_of({shape.begin() + 2, shape.end()});
  const Term rows = node.reshape(squared(node, x), {shape[0], 1, shape[1], places});
  graph::Pool window{graph::PoolKind::mean, {size, 1}, {1, 1}, {1, 1}, {}, false, true};
  window.pads = {(size - 1) / 2, 0, size / 2, 0};
  const Term mean = node.reshape(node.make(std::move(window), {rows}), shape);
  const Term scaled = node.binary(BinaryFunction::multiply, mean, node.scalar(alpha, element));
  const Term base = node.binary(BinaryFunction::add, scaled, node.scalar(bias, element));
  const Term below = node.binary(BinaryFunction::power, base, node.scalar(beta, element));
  node.finish(graph::Binary{BinaryFunction::divide}, {x, below});
}

constexpr OperatorRow reduction_rows[] = {
    {"ArgMax", 6, newest_opset, import_arg_extreme<true>},
    {"ArgMin", 6, newest_opset, import_arg_extreme<false>},
    {"BatchNormalization", 6, newest_opset, import_batch_norm},
    {"CumSum", 11, newest_opset, import_cumulative_sum},
    {"GroupNormalization", 18, newest_opset, import_group_norm},
    {"InstanceNormalization", 6, newest_opset, import_instance_norm},
    {"LRN", 6, newest_opset, import_local_response_norm},
    {"LayerNormalization", 17, newest_opset, import_layer_norm<true>},
    {"LogSoftmax", 6, newest_opset, import_softmax<true>},
    {"RMSNormalization", 23, newest_opset, import_layer_norm<false>},
    {"ReduceL1", 6, newest_opset, import_reduce_l1},
    {"ReduceL2", 6, newest_opset, import_reduce_l2},
    {"ReduceLogSum", 6, newest_opset, import_reduce_log_sum},
    {"ReduceMax", 6, newest_opset, import_reduce<ReduceKind::maximum>},
    {"ReduceMean", 6, newest_opset, import_reduce<ReduceKind::mean>},
    {"ReduceMin", 6, newest_opset, import_reduce<ReduceKind::minimum>},
    {"ReduceProd", 6, newest_opset, import_reduce<ReduceKind::product>},
    {"ReduceSum", 6, newest_opset, import_reduce<ReduceKind::sum>},
    {"ReduceSumSquare", 6, newest_opset, import_reduce_squares},
    {"Softmax", 6, newest_opset, import_softmax<false>},
};

}  // namespace

std::span<const OperatorRow> reduction_operators() { return reduction_rows; }

}  // namespace weft::onnx
