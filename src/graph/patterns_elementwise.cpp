// SPDX-License-Identifier: Apache-2.0
// Patterns: gates, softmax, norms.
#include <algorithm>
#include <utility>

#include "graph/passes.hpp"
#include "graph/patterns.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

constexpr double half_root_two = 0x1.6a09e667f3bcdp-1;
constexpr double root_two_over_pi = 0x1.9884533d43651p-1;
constexpr double cubic = 0.044715;

/// What a gate is a function of, and which.
struct Gate {
  ValueId x;
  Unary what;
  double constant;  ///< that the whole product has
};

/// The other operand of an addition of a constant.
std::optional<ValueId> with_added(const Rewriter& r, ValueId id, double constant) {
  const Node* sum = r.made_by(id, BinaryFunction::add);
  if (sum == nullptr) return std::nullopt;
  if (r.is_scalar(sum->inputs[0], constant)) return sum->inputs[1];
  if (r.is_scalar(sum->inputs[1], constant)) return sum->inputs[0];
  return std::nullopt;
}

bool is_power(const Rewriter& r, ValueId id, ValueId x, int power) {
  if (const Node* node = r.made_by(id, BinaryFunction::power)) {
    return node->inputs[0] == x && r.is_scalar(node->inputs[1], power);
  }
  const Product product = product_of(r, id, x);
  return product.constant == 1 &&
         product.factors == std::vector<ValueId>(static_cast<std::size_t>(power), x);
}

// 1 + erf(x / sqrt 2)
std::optional<Gate> erf_gate(const Rewriter& r, ValueId id) {
  const auto inner = with_added(r, id, 1);
  if (!inner) return std::nullopt;
  const auto argument = r.operand_of(*inner, UnaryFunction::error_function);
  if (!argument) return std::nullopt;
  Product product;
  if (const Node* node = r.made_by(*argument, BinaryFunction::multiply)) {
    const bool first = r.scalar(node->inputs[0]).has_value();
    product = product_of(r, *argument, node->inputs[first ? 1 : 0]);
  } else if (const Node* quotient = r.made_by(*argument, BinaryFunction::divide)) {
    product = product_of(r, *argument, quotient->inputs[0]);
  }
  if (product.factors.size() != 1) return std::nullopt;
  if (!r.is_near(r.graph()[id].type.element, product.constant, half_root_two)) return std::nullopt;
  return Gate{product.factors[0], {UnaryFunction::gelu}, 0.5};
}

// c (x + 0.044715 x^3) as the argument of tanh
std::optional<ValueId> cubic_argument(const Rewriter& r, ValueId id) {
  const Element element = r.graph()[id].type.element;
  const Product outer = product_of(r, id);
  if (outer.factors.size() != 1) return std::nullopt;
  if (!r.is_near(element, outer.constant, root_two_over_pi)) return std::nullopt;
  const Node* sum = r.made_by(outer.factors[0], BinaryFunction::add);
  if (sum == nullptr) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const ValueId x = sum->inputs[side];
    const Product inner = product_of(r, sum->inputs[1 - side], x);
    if (!r.is_near(element, inner.constant, cubic)) continue;
    const bool cubed = inner.factors == std::vector<ValueId>{x, x, x} ||
                       (inner.factors.size() == 1 && is_power(r, inner.factors[0], x, 3));
    if (cubed) return x;
  }
  return std::nullopt;
}

// 1 + tanh(...)
std::optional<Gate> tanh_gate(const Rewriter& r, ValueId id) {
  const auto inner = with_added(r, id, 1);
  if (!inner) return std::nullopt;
  const auto argument = r.operand_of(*inner, UnaryFunction::tanh);
  if (!argument) return std::nullopt;
  const auto x = cubic_argument(r, *argument);
  if (!x) return std::nullopt;
  return Gate{*x, {UnaryFunction::gelu_tanh}, 0.5};
}

// sigmoid(x), hard_sigmoid(x), clip(x + 3, 0, 6), tanh(softplus(x))
std::optional<Gate> simple_gate(const Rewriter& r, ValueId id) {
  if (const auto x = r.operand_of(id, UnaryFunction::sigmoid)) {
    return Gate{*x, {UnaryFunction::silu}, 1};
  }
  if (const auto x = r.operand_of(id, UnaryFunction::hard_sigmoid)) {
    const auto* hard = r.made_by<Unary>(id);
    const Element element = r.graph()[id].type.element;
    if (!r.is_near(element, hard->alpha, 1.0 / 6) || hard->beta != 0.5) return std::nullopt;
    return Gate{*x, {UnaryFunction::hard_swish}, 1};
  }
  const auto* clip = r.made_by<Clip>(id);
  if (clip != nullptr && clip->low == 0 && clip->high == 6) {
    const auto x = with_added(r, r.maker(id)->inputs[0], 3);
    if (x) return Gate{*x, {UnaryFunction::hard_swish}, 1.0 / 6};
  }
  if (const auto inner = r.operand_of(id, UnaryFunction::tanh)) {
    const auto x = r.operand_of(*inner, UnaryFunction::softplus);
    if (x) return Gate{*x, {UnaryFunction::mish}, 1};
  }
  return std::nullopt;
}

std::optional<Gate> gate_of(const Rewriter& r, ValueId id) {
  if (auto gate = simple_gate(r, id)) return gate;
  if (auto gate = erf_gate(r, id)) return gate;
  return tanh_gate(r, id);
}

bool is_product(const Node& node) {
  const auto* binary = std::get_if<Binary>(&node.what);
  return binary != nullptr && (binary->function == BinaryFunction::multiply ||
                               binary->function == BinaryFunction::divide);
}

/// Whether the reduction goes over the last axes and keeps them; the first of them.
std::optional<std::int64_t> trailing_axis(const Rewriter& r, const Node& node) {
  const auto& reduce = std::get<Reduce>(node.what);
  const auto rank = static_cast<std::int64_t>(r.shape(node.inputs[0]).size());
  std::vector<std::int64_t> axes = reduce.axes;
  std::sort(axes.begin(), axes.end());
  const auto first = rank - static_cast<std::int64_t>(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] != first + static_cast<std::int64_t>(i)) return std::nullopt;
  }
  if (axes.empty() || !reduce.keep) return std::nullopt;
  return first;
}

const Node* reduction(const Rewriter& r, ValueId id, ReduceKind kind) {
  const auto* reduce = r.made_by<Reduce>(id);
  return reduce != nullptr && reduce->kind == kind && reduce->keep ? r.maker(id) : nullptr;
}

/// sqrt(mean(d^2) + epsilon) of some d.
struct Root {
  ValueId d;
  std::int64_t axis;
  double epsilon;
};

std::optional<Root> root_of(const Rewriter& r, ValueId id) {
  const auto inner = r.operand_of(id, UnaryFunction::square_root);
  const Node* sum = inner ? r.made_by(*inner, BinaryFunction::add) : nullptr;
  if (sum == nullptr) return std::nullopt;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const auto epsilon = r.scalar(sum->inputs[side]);
    const Node* mean = reduction(r, sum->inputs[1 - side], ReduceKind::mean);
    if (!epsilon || mean == nullptr) continue;
    const auto axis = trailing_axis(r, *mean);
    const Node* square = r.maker(mean->inputs[0]);
    if (!axis || square == nullptr || square->inputs.empty()) continue;
    const ValueId d = square->inputs[0];
    if (is_power(r, mean->inputs[0], d, 2)) return Root{d, *axis, *epsilon};
  }
  return std::nullopt;
}

/// id = d / root, either way of writing it.
std::optional<Root> normalised_by_root(const Rewriter& r, const Node& node) {
  const auto function = std::get<Binary>(node.what).function;
  if (function == BinaryFunction::divide) {
    const auto root = root_of(r, node.inputs[1]);
    return root && root->d == node.inputs[0] ? root : std::nullopt;
  }
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const auto inner = r.operand_of(node.inputs[side], UnaryFunction::reciprocal);
    const auto root = inner ? root_of(r, *inner) : std::nullopt;
    if (root && root->d == node.inputs[1 - side]) return root;
  }
  return std::nullopt;
}

/// x where d = x - mean(x) over the same axes.
std::optional<ValueId> centered_operand(const Rewriter& r, ValueId d, std::int64_t axis) {
  const Node* difference = r.made_by(d, BinaryFunction::subtract);
  if (difference == nullptr) return std::nullopt;
  const ValueId x = difference->inputs[0];
  const Node* mean = reduction(r, difference->inputs[1], ReduceKind::mean);
  if (mean == nullptr || mean->inputs[0] != x || trailing_axis(r, *mean) != axis) {
    return std::nullopt;
  }
  return x;
}

bool norm_takes(const Rewriter& r, const Node& norm, ValueId parameter) {
  const Shape& shape = r.shape(norm.inputs[0]);
  const auto axis = std::get<Normalise>(norm.what).axis;
  return broadcasts_to(r.shape(parameter), Shape(shape.begin() + axis, shape.end()));
}

/// A scale or shift behind a norm that has neither it nor what comes after it.
bool join_parameter(Rewriter& r, Node& node, std::size_t which) {
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const ValueId result = node.inputs[side];
    const ValueId parameter = node.inputs[1 - side];
    if (r.made_by<Normalise>(result) == nullptr || r.uses(result) != 1) continue;
    const Node norm = *r.maker(result);
    if (norm.inputs.size() > which || !norm_takes(r, norm, parameter)) continue;
    std::vector<ValueId> inputs = norm.inputs;
    inputs.resize(which, no_value);
    inputs.push_back(parameter);
    r.become(node, norm.what, std::move(inputs), {&norm});
    return true;
  }
  return false;
}

}  // namespace

bool recognise_gate(Rewriter& r, NodeId id) {
  Node& node = r.graph().nodes[index(id)];
  if (!is_product(node)) return false;
  const ValueId result = node.outputs[0];
  for (const ValueId factor : product_of(r, result).factors) {
    const auto gate = gate_of(r, factor);
    if (!gate) continue;
    const Product product = product_of(r, result, gate->x);
    std::vector<ValueId> wanted{gate->x, factor};
    const bool both = std::is_permutation(product.factors.begin(), product.factors.end(),
                                          wanted.begin(), wanted.end());
    const bool scaled = r.is_near(r.graph()[result].type.element, product.constant, gate->constant);
    if (!both || !scaled || r.shape(gate->x) != r.shape(result)) continue;
    r.become(node, gate->what, {gate->x}, {r.maker(factor)});
    return true;
  }
  return false;
}

bool recognise_softmax(Rewriter& r, NodeId id) {
  Node& node = r.graph().nodes[index(id)];
  const Node* division = r.made_by(node.outputs[0], BinaryFunction::divide);
  if (division == nullptr) return false;
  const ValueId power = node.inputs[0];
  const Node* sum = reduction(r, node.inputs[1], ReduceKind::sum);
  const auto inner = r.operand_of(power, UnaryFunction::exponential);
  if (sum == nullptr || sum->inputs[0] != power || !inner) return false;
  const Node* difference = r.made_by(*inner, BinaryFunction::subtract);
  if (difference == nullptr) return false;
  const ValueId x = difference->inputs[0];
  const Node* most = reduction(r, difference->inputs[1], ReduceKind::maximum);
  if (most == nullptr || most->inputs[0] != x) return false;
  const std::vector<std::int64_t>& axes = std::get<Reduce>(sum->what).axes;
  if (axes.size() != 1 || std::get<Reduce>(most->what).axes != axes) return false;
  r.become(node, Softmax{axes[0], false}, {x}, {r.maker(power)});
  return true;
}

bool recognise_norm(Rewriter& r, NodeId id) {
  Node& node = r.graph().nodes[index(id)];
  const auto* binary = std::get_if<Binary>(&node.what);
  if (binary == nullptr) return false;
  if (binary->function == BinaryFunction::add) return join_parameter(r, node, 2);
  if (!is_product(node)) return false;
  if (const auto root = normalised_by_root(r, node)) {
    const auto x = centered_operand(r, root->d, root->axis);
    const bool centered = x.has_value();
    r.become(node, Normalise{root->axis, root->epsilon, centered}, {centered ? *x : root->d}, {});
    return true;
  }
  return binary->function == BinaryFunction::multiply && join_parameter(r, node, 1);
}

}  // namespace weft::graph
