// SPDX-License-Identifier: Apache-2.0
// Norms of rows as means, products and quotients. In real numbers the same; each step rounds.
#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceValueId;
using graph::TensorType;

/// What a norm is about: its operand's type and the axes from the attribute's on.
struct NormParts {
  TensorType type;
  TensorType reduced;
  Whole axes;
};

/// Other floats than these are computed in wider ones within the operator, which a spelling would
/// have to convert to.
std::optional<NormParts> parts_of(const Spelling& to) {
  const auto type = to.type(0);
  if (!type || !to.type(1)) return std::nullopt;
  if (type->element != graph::Element::f32 && type->element != graph::Element::f64) {
    return std::nullopt;
  }
  const std::int64_t axis = from_front(whole_attribute(to.node(), "axis", -1), type->shape.size());
  NormParts parts{*type, *type, {}};
  for (auto i = static_cast<std::size_t>(axis); i < type->shape.size(); ++i) {
    parts.axes.push_back(static_cast<std::int64_t>(i));
    parts.reduced.shape[i] = 1;
  }
  return parts;
}

/// sqrt(mean(x^2) + epsilon).
SourceValueId root_mean_square(Spelling& to, const NormParts& parts, SourceValueId x) {
  const double epsilon = real_attribute(to.node(), "epsilon", 1e-5);
  const SourceValueId squares = to.make("Mul", {x, x}, parts.type);
  const SourceValueId mean = to.reduce("ReduceMean", squares, parts.type, parts.axes);
  const SourceValueId sum =
      to.make("Add", {mean, to.number(epsilon, parts.type.element)}, parts.reduced);
  return to.make("Sqrt", {sum}, parts.reduced);
}

SourceValueId output_or_none(const graph::SourceNode& node, std::size_t i) {
  return i < node.outputs.size() ? node.outputs[i] : graph::no_source_value;
}

}  // namespace

bool spell_layer_norm(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto parts = parts_of(to);
  if (!parts || output_or_none(node, 0) == graph::no_source_value) return false;
  const SourceValueId x = node.inputs[0];
  const SourceValueId asked_mean = output_or_none(node, 1);
  const SourceValueId mean = to.reduce("ReduceMean", x, parts->type, parts->axes);
  if (asked_mean != graph::no_source_value) to.finish("Identity", {mean}, {asked_mean});
  const SourceValueId off = to.make("Sub", {x, mean}, parts->type);
  const SourceValueId root = root_mean_square(to, *parts, off);
  const SourceValueId inverse = output_or_none(node, 2);
  if (inverse != graph::no_source_value) to.finish("Reciprocal", {root}, {inverse});
  const SourceValueId scaled = to.make("Div", {off, root}, parts->type);
  if (!node.has_input(2)) {
    to.finish("Mul", {scaled, node.inputs[1]}, {node.outputs[0]});
    return true;
  }
  const SourceValueId product = to.make("Mul", {scaled, node.inputs[1]}, parts->type);
  to.finish("Add", {product, node.inputs[2]}, {node.outputs[0]});
  return true;
}

bool spell_rms_norm(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto parts = parts_of(to);
  if (!parts) return false;
  const SourceValueId x = node.inputs[0];
  const SourceValueId root = root_mean_square(to, *parts, x);
  const SourceValueId scaled = to.make("Div", {x, root}, parts->type);
  to.finish("Mul", {scaled, node.inputs[1]}, {node.outputs[0]});
  return true;
}

}  // namespace weft::advice
