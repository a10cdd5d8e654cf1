// SPDX-License-Identifier: Apache-2.0
// Passes: what follows a product or convolution becomes part of it.
#include <algorithm>
#include <utility>

#include "graph/evaluate.hpp"
#include "graph/pass_parts.hpp"
#include "graph/passes.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

const Then* then_of(const Operator& what) {
  if (const auto* c = std::get_if<Convolution>(&what)) return &c->then;
  if (const auto* m = std::get_if<MatMul>(&what)) return &m->then;
  return nullptr;
}

Operator with_then(Operator what, const Then& then) {
  if (auto* c = std::get_if<Convolution>(&what)) c->then = then;
  if (auto* m = std::get_if<MatMul>(&what)) m->then = then;
  return what;
}

std::optional<Then> then_for(const Operator& what) {
  const auto* unary = std::get_if<Unary>(&what);
  if (unary != nullptr && unary->function == UnaryFunction::relu) {
    return Then{Then::Kind::relu, 0, 0};
  }
  if (const auto* clip = std::get_if<Clip>(&what)) {
    return Then{Then::Kind::clip, clip->low, clip->high};
  }
  return std::nullopt;
}

/// The product or convolution that gives `id` to one reader alone and is finished by nothing yet.
const Node* open_product(const Rewriter& rewriter, ValueId id) {
  const Node* node = rewriter.maker(id);
  if (node == nullptr || rewriter.uses(id) != 1) return nullptr;
  const Then* then = then_of(node->what);
  return then != nullptr && then->kind == Then::Kind::nothing ? node : nullptr;
}

bool has_input(const Node& node, std::size_t i) {
  return node.inputs.size() > i && node.inputs[i] != no_value;
}

bool fuse_then(Rewriter& rewriter, Node& node) {
  const std::optional<Then> then = then_for(node.what);
  if (!then) return false;
  const Node* front = open_product(rewriter, node.inputs[0]);
  if (front == nullptr || !is_floating(rewriter.graph()[node.inputs[0]].type.element)) return false;
  const Node copy = *front;
  rewriter.become(node, with_then(copy.what, *then), copy.inputs, {&copy});
  return true;
}

/// `other`, one number a channel (along `axis` of the result) or one for all, as a vector; nullopt
/// where it is something else.
std::optional<ValueId> as_bias(Rewriter& rewriter, ValueId other, const Shape& result,
                               std::size_t axis) {
  const std::int64_t channels = result[axis];
  const Shape shape = rewriter.shape(other);
  if (shape == Shape{channels} && axis + 1 == result.size()) return other;
  if (!rewriter.is_constant(other)) return std::nullopt;
  Shape wanted(result.size(), 1);
  wanted[axis] = channels;
  const bool fits = shape.size() <= result.size() && broadcasts_to(shape, wanted);
  if (!fits) return std::nullopt;
  const Numbers numbers = numbers_of(*rewriter.graph()[other].constant);
  const Numbers wide = evaluate(Expand{wanted}, Operands{&numbers}).at(0);
  Numbers vector = wide;
  vector.type.shape = {channels};
  return rewriter.constant(rewriter.graph()[other].name + ".bias", vector);
}

/// node = front + other.
bool fuse_addition(Rewriter& rewriter, Node& node, ValueId product, ValueId other) {
  const Node* found = open_product(rewriter, product);
  if (found == nullptr || rewriter.shape(product) != rewriter.shape(node.outputs[0])) return false;
  const Node front = *found;
  const Shape result = rewriter.shape(product);
  const bool convolution = std::holds_alternative<Convolution>(front.what);
  std::vector<ValueId> inputs = front.inputs;
  if (!has_input(front, 2) && !has_input(front, 3)) {
    const auto bias = as_bias(rewriter, other, result, convolution ? 1 : result.size() - 1);
    if (bias) {
      inputs.resize(2);
      inputs.push_back(*bias);
      rewriter.become(node, front.what, std::move(inputs), {&front});
      return true;
    }
  }
  if (!convolution || has_input(front, 3) || rewriter.shape(other) != result) return false;
  inputs.resize(3, no_value);
  inputs.push_back(other);
  rewriter.become(node, front.what, std::move(inputs), {&front});
  return true;
}

bool fuse_one(Rewriter& rewriter, Node& node) {
  if (fuse_then(rewriter, node)) return true;
  const auto* binary = std::get_if<Binary>(&node.what);
  if (binary == nullptr || binary->function != BinaryFunction::add) return false;
  const ValueId a = node.inputs[0];
  const ValueId b = node.inputs[1];
  return fuse_addition(rewriter, node, a, b) || fuse_addition(rewriter, node, b, a);
}

}  // namespace

void fuse_activations(Graph& graph) {
  Rewriter rewriter(graph);
  for (Node& node : graph.nodes) fuse_one(rewriter, node);
  rewriter.finish();
}

}  // namespace weft::graph
