// SPDX-License-Identifier: Apache-2.0
// Nodes taken apart where a strip does only part of one; the arithmetic of the whole.
#include "lower/wse/model.hpp"

#include "graph/shapes.hpp"
#include "lower/wse/items.hpp"
#include "lower/wse/rows.hpp"
#include "lower/wse/window.hpp"

namespace weft::lower::wse {

using graph::Graph;
using graph::Node;
using graph::ValueId;

namespace {

/// A graph written anew, node by node.
class Rewriting {
 public:
  explicit Rewriting(const Graph& from) : from_(from), ids_(from.values.size(), graph::no_value) {
    out_.name = from.name;
    for (const ValueId id : from.inputs) {
      ids_[index(id)] = out_.add_input(from[id].name, from[id].type);
    }
    for (std::size_t i = 0; i < from.values.size(); ++i) {
      const graph::Value& value = from.values[i];
      if (value.constant) ids_[i] = out_.add_constant(value.name, *value.constant);
    }
  }

  Graph written() {
    for (const Node& node : from_.nodes) {
      const auto* convolution = std::get_if<graph::Convolution>(&node.what);
      const auto* product = std::get_if<graph::MatMul>(&node.what);
      if (convolution != nullptr && has(node, 3)) {
        take_apart(*convolution, node);
      } else if (product != nullptr && are_values(*product, node)) {
        take_apart(*product, node);
      } else {
        set(node, out_.add_node(node.what, inputs_of(node), node.origins, names_of(node)));
      }
    }
    for (const ValueId id : from_.outputs) out_.outputs.push_back(ids_[index(id)]);
    return std::move(out_);
  }

 private:
  static bool has(const Node& node, std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != graph::no_value;
  }
  ValueId input(const Node& node, std::size_t i) const {
    return has(node, i) ? ids_[index(node.inputs[i])] : graph::no_value;
  }
  std::vector<ValueId> inputs_of(const Node& node) const {
    std::vector<ValueId> out;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) out.push_back(input(node, i));
    return out;
  }
  std::vector<std::string> names_of(const Node& node) const {
    std::vector<std::string> out;
    for (const ValueId id : node.outputs) out.push_back(from_[id].name);
    return out;
  }
  const std::string& name_of(const Node& node) const { return from_[node.outputs[0]].name; }
  void set(const Node& node, const std::vector<ValueId>& made) {
    for (std::size_t i = 0; i < made.size(); ++i) ids_[index(node.outputs[i])] = made[i];
  }

  /// Convolution, addition and what follows, one behind the other.
  void take_apart(const graph::Convolution& what, const Node& node) {
    graph::Convolution bare = what;
    bare.then = {};
    const ValueId product = out_.add_node(bare, {input(node, 0), input(node, 1), input(node, 2)},
                                          node.origins, {name_of(node) + ".product"})[0];
    add_behind(node, product, input(node, 3), what.then);
  }

  /// Matrices that are both no constants. Only with leading axes there is a strip for their
  /// product.
  bool are_values(const graph::MatMul& what, const Node& node) const {
    const auto value = [&](std::size_t i) { return !from_[node.inputs[i]].constant; };
    return value(0) && value(1) && !what.transpose_a &&
           from_[node.inputs[1]].type.shape.size() == 2;
  }

  /// One item of a product of items, and what stands behind it.
  void take_apart(const graph::MatMul& what, const Node& node) {
    const graph::Shape& a = from_[node.inputs[0]].type.shape;
    const graph::Shape& b = from_[node.inputs[1]].type.shape;
    const graph::Shape& y = from_[node.outputs[0]].type.shape;
    graph::MatMul bare;
    bare.transpose_b = what.transpose_b;
    const auto shaped = [&](ValueId id, const graph::Shape& shape, const std::string& name) {
      return out_.add_node(graph::Reshape{shape}, {id}, node.origins, {name_of(node) + name})[0];
    };
    const ValueId left = shaped(input(node, 0), {1, graph::count_of(a) / a.back(), a.back()}, ".a");
    const ValueId right = shaped(input(node, 1), {1, b[0], b[1]}, ".b");
    const ValueId item =
        out_.add_node(bare, {left, right}, node.origins, {name_of(node) + ".item"})[0];
    const bool ends = !has(node, 2) && what.then.kind == graph::Then::Kind::nothing;
    if (ends) {
      set(node, out_.add_node(graph::Reshape{y}, {item}, node.origins, names_of(node)));
    } else {
      add_behind(node, shaped(item, y, ".product"), input(node, 2), what.then);
    }
  }

  /// `addend`, where there is one, and `then`: the last of them, or both, is what the node gives.
  void add_behind(const Node& node, ValueId product, ValueId addend, const graph::Then& then) {
    using Kind = graph::Then::Kind;
    const std::vector<std::string> last = names_of(node);
    const bool ends = then.kind == Kind::nothing;
    ValueId sum = product;
    if (addend != graph::no_value) {
      const auto names = ends ? last : std::vector<std::string>{name_of(node) + ".sum"};
      sum = out_.add_node(graph::Binary{graph::BinaryFunction::add}, {product, addend},
                          node.origins, names)[0];
    }
    if (ends) {
      set(node, {sum});
    } else if (then.kind == Kind::relu) {
      set(node, out_.add_node(graph::Unary{graph::UnaryFunction::relu}, {sum}, node.origins, last));
    } else {
      set(node, out_.add_node(graph::Clip{then.low, then.high}, {sum}, node.origins, last));
    }
  }

  const Graph& from_;
  Graph out_;
  std::vector<ValueId> ids_;
};

}  // namespace

Graph prepared(const Graph& model, const Machine& machine) {
  Graph out = Rewriting(model).written();
  using graph::Element;
  for (const Element other : {Element::f64, Element::f32, Element::f16, Element::bf16}) {
    if (other != machine.element()) graph::change_format(out, other, machine.element());
  }
  return out;
}

std::vector<graph::Numbers> Arithmetic::results(const graph::Operator& what,
                                                const graph::Operands& operands) const {
  std::vector<std::optional<graph::TensorType>> types;
  for (const graph::Numbers* one : operands) {
    types.push_back(one == nullptr ? std::nullopt : std::optional(one->type));
  }
  const graph::TensorType type = graph::result_types(what, types)[0];
  std::string why;
  if (const auto window = window_of(what, types, type, why)) {
    return {window_result(*window, machine_, what, operands, type)};
  }
  if (std::holds_alternative<graph::Attention>(what) || matrices_meet(what, types)) {
    return {item_result(machine_, what, operands, type)};
  }
  const auto function = row_function_of(what, types, why);
  if (function && !function->whole()) {
    return {row_result(*function, machine_, operands, type)};
  }
  return graph::rounded_results(what, operands);
}

}  // namespace weft::lower::wse
