// SPDX-License-Identifier: Apache-2.0
// What passes ask of a graph and do to it. A pass changes the last node of what it recognises in
// place, so that names and ids of results stay, appends nodes that this one reads, and leaves what
// nobody reads any more to `remove_dead`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace weft::graph {

/// A graph while a pass works on it.
class Rewriter {
 public:
  explicit Rewriter(Graph& graph);

  Graph& graph() { return graph_; }
  const Graph& graph() const { return graph_; }
  /// The node that gives a value; nullptr of inputs, constants and what is absent.
  const Node* maker(ValueId id) const;
  /// The operator of that node, if it is of this kind.
  template <typename T>
  const T* made_by(ValueId id) const {
    const Node* node = maker(id);
    return node == nullptr ? nullptr : std::get_if<T>(&node->what);
  }
  /// Its only operand, where it is this function of one.
  std::optional<ValueId> operand_of(ValueId id, UnaryFunction function) const;
  /// The node, where it is this function of two.
  const Node* made_by(ValueId id, BinaryFunction function) const;
  /// Of how many inputs of nodes (that an output needs) and outputs of the graph the value is one.
  std::size_t uses(ValueId id) const { return uses_[index(id)]; }
  bool is_constant(ValueId id) const;
  /// The number of a floating constant of one element.
  std::optional<double> scalar(ValueId id) const;
  /// Whether that is `value`, or what the constant's format makes of it.
  bool is_scalar(ValueId id, double value) const;
  bool is_near(Element element, double got, double wanted) const;
  const Shape& shape(ValueId id) const { return graph_[id].type.shape; }

  /// The node becomes another of the same result; its origins and those of `also`.
  void become(Node& node, Operator what, std::vector<ValueId> inputs,
              const std::vector<const Node*>& also);
  /// A new node in front of those that will read it.
  ValueId before(const Node& reader, Operator what, std::vector<ValueId> inputs,
                 const std::string& name);
  /// Nodes that read `from` read `to`.
  void read_instead(ValueId from, ValueId to);
  ValueId constant(const std::string& name, const Numbers& numbers);
  /// Restores the order of nodes, and removes what is dead; call it once, at the end.
  void finish();

 private:
  void count_uses();

  Graph& graph_;
  std::vector<std::size_t> uses_;
};

/// Nodes of which `kept` is false go, and no value of theirs may be read; ids of nodes change.
void keep_nodes(Graph& graph, const std::vector<bool>& kept);

/// A product taken apart: constant factors as one number, the others in order. `whole` is not taken
/// apart where it appears.
struct Product {
  double constant = 1;
  std::vector<ValueId> factors;
};
Product product_of(const Rewriter& rewriter, ValueId id, ValueId whole = no_value);

}  // namespace weft::graph
