// SPDX-License-Identifier: Apache-2.0
// Nodes taken apart where a strip does only part of one; the arithmetic of the whole.
#include "lower/wse/model.hpp"

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
      if (convolution != nullptr && has(node, 3)) {
        take_apart(*convolution, node);
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
  void set(const Node& node, const std::vector<ValueId>& made) {
    for (std::size_t i = 0; i < made.size(); ++i) ids_[index(node.outputs[i])] = made[i];
  }

  /// Convolution, addition and what follows, one behind the other.
  void take_apart(const graph::Convolution& what, const Node& node) {
    using Kind = graph::Then::Kind;
    const std::string& name = from_[node.outputs[0]].name;
    const std::vector<std::string> last = names_of(node);
    graph::Convolution bare = what;
    bare.then = {};
    const ValueId product = out_.add_node(bare, {input(node, 0), input(node, 1), input(node, 2)},
                                          node.origins, {name + ".product"})[0];
    const bool ends = what.then.kind == Kind::nothing;
    const ValueId sum =
        out_.add_node(graph::Binary{graph::BinaryFunction::add}, {product, input(node, 3)},
                      node.origins, ends ? last : std::vector<std::string>{name + ".sum"})[0];
    if (ends) {
      set(node, {sum});
    } else if (what.then.kind == Kind::relu) {
      set(node, out_.add_node(graph::Unary{graph::UnaryFunction::relu}, {sum}, node.origins, last));
    } else {
      set(node,
          out_.add_node(graph::Clip{what.then.low, what.then.high}, {sum}, node.origins, last));
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
