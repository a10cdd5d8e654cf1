// SPDX-License-Identifier: Apache-2.0
// Norms that older operator sets, or importers, have not, by what they have. In real numbers the
// same; each step rounds.
#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceValueId;
using graph::TensorType;

bool is_spelled(const std::optional<TensorType>& type) {
  return type && (type->element == graph::Element::f32 || type->element == graph::Element::f64);
}

/// So many ones, or zeros.
SourceValueId repeated(Spelling& to, double value, graph::Element element, std::int64_t count) {
  return to.constant(tensor_of(graph::Numbers{
      {element, {count}}, std::vector<double>(static_cast<std::size_t>(count), value), {}}));
}

/// Of a vector of channels: [C, 1, 1] beside [N, C, H, W].
SourceValueId beside_channels(Spelling& to, SourceValueId id, const TensorType& x) {
  TensorType type{x.element, graph::Shape(x.shape.size() - 1, 1)};
  type.shape[0] = x.shape[1];
  return to.reshape(id, type);
}

}  // namespace

/// A group is an instance of one channel: scales of groups are that norm's own, those of channels
/// come behind it.
bool spell_group_norm(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0), scale_type = to.type(1);
  const std::int64_t groups = whole_attribute(node, "num_groups", 0);
  if (!is_spelled(type) || !scale_type || !node.has_input(2) || type->shape.size() < 3) {
    return false;
  }
  const std::int64_t count = graph::count_of(type->shape);
  if (groups < 1 || count == 0 || type->shape[1] % groups != 0) return false;
  const bool by_group = scale_type->shape == graph::Shape{groups};
  if (!by_group && scale_type->shape != graph::Shape{type->shape[1]}) return false;
  const graph::Element element = type->element;
  const SourceValueId scale = by_group ? node.inputs[1] : repeated(to, 1, element, groups);
  const SourceValueId bias = by_group ? node.inputs[2] : repeated(to, 0, element, groups);
  const TensorType grouped{element, {type->shape[0], groups, count / type->shape[0] / groups}};
  const SourceValueId x = to.reshape(node.inputs[0], grouped);
  const SourceValueId normed = to.make("InstanceNormalization", {x, scale, bias}, grouped,
                                       {{"epsilon", real_attribute(node, "epsilon", 1e-5)}});
  if (by_group) {
    to.finish("Reshape", {normed, to.wholes(type->shape)}, node.outputs);
    return true;
  }
  const SourceValueId back = to.reshape(normed, *type);
  const SourceValueId scaled =
      to.make("Mul", {back, beside_channels(to, node.inputs[1], *type)}, *type);
  to.finish("Add", {scaled, beside_channels(to, node.inputs[2], *type)}, node.outputs);
  return true;
}

bool spell_lp_norm(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  const std::int64_t p = whole_attribute(node, "p", 2);
  if (!is_spelled(type) || type->shape.empty() || (p != 1 && p != 2)) return false;
  const std::int64_t axis = from_front(whole_attribute(node, "axis", -1), type->shape.size());
  const SourceValueId x = node.inputs[0];
  const SourceValueId norm = to.reduce(p == 1 ? "ReduceL1" : "ReduceL2", x, *type, {axis});
  to.finish("Div", {x, norm}, node.outputs);
  return true;
}

/// The deviation is as the operator's own text has it: of squares, and 1e-9 on top.
bool spell_mean_variance(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  if (!is_spelled(type)) return false;
  Whole axes = wholes_attribute(node, "axes").value_or(Whole{0, 2, 3});
  for (std::int64_t& axis : axes) {
    axis = from_front(axis, type->shape.size());
    if (axis < 0 || axis >= static_cast<std::int64_t>(type->shape.size())) return false;
  }
  const SourceValueId x = node.inputs[0];
  TensorType reduced = *type;
  for (const std::int64_t axis : axes) reduced.shape[static_cast<std::size_t>(axis)] = 1;
  const SourceValueId mean = to.reduce("ReduceMean", x, *type, axes);
  const SourceValueId squares = to.make("Mul", {x, x}, *type);
  const SourceValueId mean_of_squares = to.reduce("ReduceMean", squares, *type, axes);
  const SourceValueId square_of_mean = to.make("Mul", {mean, mean}, reduced);
  const SourceValueId variance = to.make("Sub", {mean_of_squares, square_of_mean}, reduced);
  const SourceValueId deviation = to.make("Sqrt", {variance}, reduced);
  const SourceValueId divisor =
      to.make("Add", {deviation, to.number(1e-9, type->element)}, reduced);
  to.finish("Div", {to.make("Sub", {x, mean}, *type), divisor}, node.outputs);
  return true;
}

}  // namespace weft::advice
