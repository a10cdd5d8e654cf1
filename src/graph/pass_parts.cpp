// SPDX-License-Identifier: Apache-2.0
// What passes ask of a graph and do to it.
#include "graph/pass_parts.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "graph/passes.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

/// Nodes in an order in which inputs come first, otherwise as they were.
std::vector<std::uint32_t> sorted_nodes(const Graph& graph) {
  enum class State : std::uint8_t { fresh, open, done };
  std::vector<State> states(graph.nodes.size(), State::fresh);
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> stack;
  for (std::uint32_t first = 0; first < graph.nodes.size(); ++first) {
    stack.push_back(first);
    while (!stack.empty()) {
      const std::uint32_t node = stack.back();
      if (states[node] != State::fresh) {
        stack.pop_back();
        if (states[node] == State::open) order.push_back(node);
        states[node] = State::done;
        continue;
      }
      states[node] = State::open;
      const std::vector<ValueId>& inputs = graph.nodes[node].inputs;
      for (std::size_t i = inputs.size(); i-- > 0;) {
        if (inputs[i] == no_value || !graph[inputs[i]].producer) continue;
        const std::uint32_t producer = index(*graph[inputs[i]].producer);
        if (states[producer] == State::fresh) stack.push_back(producer);
      }
    }
  }
  return order;
}

void arrange_nodes(Graph& graph, const std::vector<std::uint32_t>& order) {
  std::vector<Node> nodes;
  nodes.reserve(order.size());
  for (const std::uint32_t old : order) {
    for (const ValueId output : graph.nodes[old].outputs) {
      graph.values[index(output)].producer = NodeId{static_cast<std::uint32_t>(nodes.size())};
    }
    nodes.push_back(std::move(graph.nodes[old]));
  }
  graph.nodes = std::move(nodes);
}

bool same_origin(const Origin& a, const Origin& b) {
  return a.node == b.node && a.operation == b.operation && a.module == b.module &&
         a.result == b.result;
}

void add_origins(std::vector<Origin>& to, const std::vector<Origin>& from) {
  for (const Origin& one : from) {
    bool known = false;
    for (const Origin& other : to) known = known || same_origin(one, other);
    if (!known) to.push_back(one);
  }
}

}  // namespace

Rewriter::Rewriter(Graph& graph) : graph_(graph) { count_uses(); }

// Nodes that no output needs are no readers.
void Rewriter::count_uses() {
  uses_.assign(graph_.values.size(), 0);
  std::vector<bool> seen(graph_.nodes.size(), false);
  std::vector<ValueId> read = graph_.outputs;
  while (!read.empty()) {
    const ValueId id = read.back();
    read.pop_back();
    if (id == no_value) continue;
    ++uses_[index(id)];
    const std::optional<NodeId> producer = graph_[id].producer;
    if (!producer || seen[index(*producer)]) continue;
    seen[index(*producer)] = true;
    const std::vector<ValueId>& inputs = graph_[*producer].inputs;
    read.insert(read.end(), inputs.begin(), inputs.end());
  }
}

const Node* Rewriter::maker(ValueId id) const {
  if (id == no_value || !graph_[id].producer) return nullptr;
  return &graph_[*graph_[id].producer];
}

std::optional<ValueId> Rewriter::operand_of(ValueId id, UnaryFunction function) const {
  const auto* unary = made_by<Unary>(id);
  if (unary == nullptr || unary->function != function) return std::nullopt;
  return maker(id)->inputs[0];
}

const Node* Rewriter::made_by(ValueId id, BinaryFunction function) const {
  const auto* binary = made_by<Binary>(id);
  return binary != nullptr && binary->function == function ? maker(id) : nullptr;
}

bool Rewriter::is_constant(ValueId id) const {
  return id != no_value && graph_[id].constant.has_value();
}

std::optional<double> Rewriter::scalar(ValueId id) const {
  if (!is_constant(id) || !is_floating(graph_[id].type.element)) return std::nullopt;
  if (count_of(shape(id)) != 1) return std::nullopt;
  return numbers_of(*graph_[id].constant).floats[0];
}

bool Rewriter::is_near(Element element, double got, double wanted) const {
  const double unit =
      element == Element::bf16 ? 0x1p-8 : (element == Element::f16 ? 0x1p-11 : 0x1p-24);
  return std::fabs(got - wanted) <= unit * std::fabs(wanted);
}

bool Rewriter::is_scalar(ValueId id, double value) const {
  const std::optional<double> number = scalar(id);
  return number && is_near(graph_[id].type.element, *number, value);
}

void Rewriter::become(Node& node, Operator what, std::vector<ValueId> inputs,
                      const std::vector<const Node*>& also) {
  std::vector<Origin> origins;
  for (const Node* one : also) {
    if (one != nullptr) add_origins(origins, one->origins);
  }
  add_origins(origins, node.origins);
  node.what = std::move(what);
  node.inputs = std::move(inputs);
  node.origins = std::move(origins);
  count_uses();
}

ValueId Rewriter::before(const Node& reader, Operator what, std::vector<ValueId> inputs,
                         const std::string& name) {
  const std::vector<Origin> origins = reader.origins;  // `reader` moves when nodes are added
  const ValueId result = graph_.add_node(std::move(what), std::move(inputs), origins, {name}).at(0);
  count_uses();
  return result;
}

void Rewriter::read_instead(ValueId from, ValueId to) {
  for (Node& node : graph_.nodes) {
    std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  }
  count_uses();
}

ValueId Rewriter::constant(const std::string& name, const Numbers& numbers) {
  const ValueId id = graph_.add_constant(name, tensor_of(numbers));
  uses_.resize(graph_.values.size(), 0);
  return id;
}

void Rewriter::finish() {
  arrange_nodes(graph_, sorted_nodes(graph_));
  remove_dead(graph_);
}

void keep_nodes(Graph& graph, const std::vector<bool>& kept) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    if (kept[i]) order.push_back(i);
  }
  arrange_nodes(graph, order);
}

namespace {

void take_apart(const Rewriter& rewriter, ValueId id, ValueId whole, int depth, Product& product) {
  constexpr int deepest = 4;
  if (id != whole && depth < deepest) {
    if (const auto number = rewriter.scalar(id)) {
      product.constant *= *number;
      return;
    }
    if (const Node* node = rewriter.made_by(id, BinaryFunction::multiply)) {
      take_apart(rewriter, node->inputs[0], whole, depth + 1, product);
      take_apart(rewriter, node->inputs[1], whole, depth + 1, product);
      return;
    }
    if (const Node* node = rewriter.made_by(id, BinaryFunction::divide)) {
      if (const auto divisor = rewriter.scalar(node->inputs[1])) {
        product.constant /= *divisor;
        take_apart(rewriter, node->inputs[0], whole, depth + 1, product);
        return;
      }
    }
  }
  product.factors.push_back(id);
}

}  // namespace

Product product_of(const Rewriter& rewriter, ValueId id, ValueId whole) {
  Product product;
  take_apart(rewriter, id, whole, 0, product);
  return product;
}

}  // namespace weft::graph
