// SPDX-License-Identifier: Apache-2.0
// Passes: transposes and reshapes that follow each other become as few as there can be, and what
// moves nothing goes.
#include <algorithm>
#include <numeric>
#include <utility>

#include "graph/pass_parts.hpp"
#include "graph/passes.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

/// A chain of reshapes and transposes as a rearrangement of atoms: extents above 1 whose product is
/// each axis, none of which is ever cut.
struct Arrangement {
  std::vector<std::int64_t> atoms;            ///< extents, in the source's order
  std::vector<std::vector<std::size_t>> in;   ///< atoms of each axis of the source
  std::vector<std::vector<std::size_t>> out;  ///< and of what the chain gives
};

Arrangement arrangement_of(const Shape& shape) {
  Arrangement a;
  for (const std::int64_t extent : shape) {
    a.in.emplace_back();
    if (extent == 1) continue;
    a.in.back().push_back(a.atoms.size());
    a.atoms.push_back(extent);
  }
  a.out = a.in;
  return a;
}

void cut_in(std::vector<std::vector<std::size_t>>& axes, std::size_t atom) {
  for (std::vector<std::size_t>& axis : axes) {
    std::vector<std::size_t> cut;
    for (const std::size_t one : axis) {
      cut.push_back(one > atom ? one + 1 : one);
      if (one == atom) cut.push_back(atom + 1);
    }
    axis = std::move(cut);
  }
}

/// Makes two atoms of one, the first of extent `first`.
void cut(Arrangement& a, std::size_t atom, std::int64_t first) {
  const std::int64_t rest = a.atoms[atom] / first;
  a.atoms[atom] = first;
  a.atoms.insert(a.atoms.begin() + static_cast<std::ptrdiff_t>(atom) + 1, rest);
  cut_in(a.in, atom);
  cut_in(a.out, atom);
}

std::vector<std::size_t> flattened(const std::vector<std::vector<std::size_t>>& axes) {
  std::vector<std::size_t> atoms;
  for (const auto& axis : axes) atoms.insert(atoms.end(), axis.begin(), axis.end());
  return atoms;
}

/// false where an axis of `shape` holds parts of two atoms that do not divide each other.
bool reshape(Arrangement& a, const Shape& shape) {
  std::vector<std::vector<std::size_t>> axes;
  std::size_t taken = 0;
  for (const std::int64_t extent : shape) {
    axes.emplace_back();
    std::int64_t need = extent;
    while (need > 1) {
      const std::size_t atom = flattened(a.out)[taken];
      if (a.atoms[atom] > need) {
        if (a.atoms[atom] % need != 0) return false;
        cut(a, atom, need);
        cut_in(axes, atom);
      }
      if (need % a.atoms[atom] != 0) return false;
      need /= a.atoms[atom];
      axes.back().push_back(atom);
      ++taken;
    }
  }
  a.out = std::move(axes);
  return true;
}

void transpose(Arrangement& a, const std::vector<std::int64_t>& permutation) {
  std::vector<std::vector<std::size_t>> axes;
  for (const std::int64_t axis : permutation) axes.push_back(a.out[as_index(axis)]);
  a.out = std::move(axes);
}

bool is_run(const std::vector<std::size_t>& atoms) {
  for (std::size_t i = 1; i < atoms.size(); ++i) {
    if (atoms[i] != atoms[i - 1] + 1) return false;
  }
  return true;
}

std::int64_t extent_of(const Arrangement& a, const std::vector<std::size_t>& axis) {
  std::int64_t extent = 1;
  for (const std::size_t atom : axis) extent *= a.atoms[atom];
  return extent;
}

Shape shape_of(const Arrangement& a, const std::vector<std::vector<std::size_t>>& axes) {
  Shape shape;
  for (const auto& axis : axes) shape.push_back(extent_of(a, axis));
  return shape;
}

/// The permutation that brings `from` into the order of `to`: the same axes, those of extent 1 in
/// their order. nullopt where they are not the same.
std::optional<std::vector<std::int64_t>> permutation_to(
    const std::vector<std::vector<std::size_t>>& from,
    const std::vector<std::vector<std::size_t>>& to) {
  if (from.size() != to.size()) return std::nullopt;
  std::vector<bool> used(from.size(), false);
  std::vector<std::int64_t> permutation;
  for (const auto& axis : to) {
    std::size_t i = 0;
    while (i < from.size() && (used[i] || from[i] != axis)) ++i;
    if (i == from.size()) return std::nullopt;
    used[i] = true;
    permutation.push_back(static_cast<std::int64_t>(i));
  }
  return permutation;
}

using Chain = std::vector<Operator>;

/// A transpose of the source's own axes, and a reshape where one is needed.
std::optional<Chain> transpose_first(const Arrangement& a, const Shape& result) {
  std::vector<std::int64_t> permutation;
  std::vector<std::size_t> order = flattened(a.out);
  std::size_t at = 0;
  while (at < order.size()) {
    std::size_t i = 0;
    while (i < a.in.size() && (a.in[i].empty() || a.in[i].front() != order[at])) ++i;
    if (i == a.in.size()) return std::nullopt;
    for (const std::size_t atom : a.in[i]) {
      if (at == order.size() || order[at] != atom) return std::nullopt;
      ++at;
    }
    permutation.push_back(static_cast<std::int64_t>(i));
  }
  // Axes of extent 1 stand where the result has them, the others of them behind.
  if (auto exact = permutation_to(a.in, a.out)) return Chain{Transpose{*exact}};
  for (std::size_t i = 0; i < a.in.size(); ++i) {
    if (a.in[i].empty()) permutation.push_back(static_cast<std::int64_t>(i));
  }
  return Chain{Transpose{permutation}, Reshape{result}};
}

/// A reshape to the result's axes in the source's order, and a transpose.
std::optional<Chain> reshape_first(const Arrangement& a) {
  std::vector<std::vector<std::size_t>> axes;
  for (const auto& axis : a.out) {
    if (!is_run(axis)) return std::nullopt;
    axes.push_back(axis);
  }
  std::stable_sort(axes.begin(), axes.end(), [](const auto& x, const auto& y) {
    if (x.empty() || y.empty()) return x.empty() && !y.empty();
    return x.front() < y.front();
  });
  return Chain{Reshape{shape_of(a, axes)}, Transpose{*permutation_to(axes, a.out)}};
}

/// A reshape to runs of atoms, a transpose of these, a reshape.
Chain by_runs(const Arrangement& a, const Shape& result) {
  std::vector<std::vector<std::size_t>> runs;
  for (const std::size_t atom : flattened(a.out)) {
    const bool joins = !runs.empty() && atom == runs.back().back() + 1;
    if (joins) {
      runs.back().push_back(atom);
    } else {
      runs.push_back({atom});
    }
  }
  std::vector<std::vector<std::size_t>> sorted = runs;
  std::sort(sorted.begin(), sorted.end());
  return {Reshape{shape_of(a, sorted)}, Transpose{*permutation_to(sorted, runs)}, Reshape{result}};
}

Chain shortest_chain(const Arrangement& a, const Shape& source, const Shape& result) {
  if (is_run(flattened(a.out))) {
    if (source == result) return {};
    return {Reshape{result}};
  }
  const auto first = transpose_first(a, result);
  if (first && first->size() == 1) return *first;
  if (const auto other = reshape_first(a)) return *other;
  return first ? *first : by_runs(a, result);
}

bool is_layout(const Rewriter& r, ValueId id) {
  return r.made_by<Reshape>(id) != nullptr || r.made_by<Transpose>(id) != nullptr;
}

/// The nodes of a chain that ends in a value, the last one last.
std::vector<const Node*> chain_to(const Rewriter& r, ValueId id) {
  std::vector<const Node*> chain;
  for (; is_layout(r, id); id = chain.back()->inputs[0]) chain.push_back(r.maker(id));
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::optional<Chain> joined(const Rewriter& r, const std::vector<const Node*>& chain,
                            std::size_t first) {
  const Shape& source = r.shape(chain[first]->inputs[0]);
  if (count_of(source) == 0) return std::nullopt;
  Arrangement a = arrangement_of(source);
  for (std::size_t i = first; i < chain.size(); ++i) {
    if (const auto* t = std::get_if<Transpose>(&chain[i]->what)) {
      transpose(a, t->permutation);
    } else if (!reshape(a, std::get<Reshape>(chain[i]->what).shape)) {
      return std::nullopt;
    }
  }
  return shortest_chain(a, source, r.shape(chain.back()->outputs[0]));
}

/// How many nodes go when the last one reads something else.
std::size_t removable(const Rewriter& r, const std::vector<const Node*>& chain, std::size_t first) {
  std::size_t count = 1;
  for (std::size_t i = chain.size() - 1; i > first && r.uses(chain[i - 1]->outputs[0]) == 1; --i) {
    ++count;
  }
  return count;
}

bool is_output(const Graph& graph, ValueId id) {
  return std::find(graph.outputs.begin(), graph.outputs.end(), id) != graph.outputs.end();
}

bool moves_nothing(const Rewriter& r, const Node& node) {
  if (node.inputs.empty() || node.inputs[0] == no_value || node.outputs.size() != 1) return false;
  const TensorType& in = r.graph()[node.inputs[0]].type;
  if (in != r.graph()[node.outputs[0]].type) return false;
  if (const auto* t = std::get_if<Transpose>(&node.what)) {
    return std::is_sorted(t->permutation.begin(), t->permutation.end());
  }
  if (const auto* s = std::get_if<Slice>(&node.what)) {
    return std::all_of(s->starts.begin(), s->starts.end(), [](auto start) { return start == 0; });
  }
  if (const auto* c = std::get_if<Clip>(&node.what)) return *c == Clip{};
  return std::holds_alternative<Reshape>(node.what) || std::holds_alternative<Expand>(node.what) ||
         std::holds_alternative<Pad>(node.what) || std::holds_alternative<Convert>(node.what) ||
         (std::holds_alternative<Concat>(node.what) && node.inputs.size() == 1);
}

/// A transpose that moves axes of extent 1 alone is a reshape.
bool flatten(Rewriter& r, Node& node) {
  if (!std::holds_alternative<Transpose>(node.what)) return false;
  const auto chain = joined(r, {&node}, 0);
  if (!chain || chain->size() != 1 || !std::holds_alternative<Reshape>(chain->front())) {
    return false;
  }
  r.become(node, chain->front(), {node.inputs[0]}, {});
  return true;
}

bool shorten(Rewriter& r, std::size_t at) {
  const Graph& graph = r.graph();
  const std::vector<const Node*> chain = chain_to(r, graph.nodes[at].outputs[0]);
  for (std::size_t first = 0; first + 1 < chain.size(); ++first) {
    const auto shorter = joined(r, chain, first);
    if (!shorter) continue;
    const bool less = shorter->size() < removable(r, chain, first) || shorter->size() <= 1;
    if (!less) continue;
    const ValueId source = chain[first]->inputs[0];
    // Nothing to do is a reshape to the same: the other half of this pass removes it.
    Chain made = *shorter;
    if (made.empty()) made.push_back(Reshape{r.shape(source)});
    std::vector<Node> parts;
    for (const Node* one : chain) parts.push_back(*one);
    std::vector<const Node*> origins;
    for (const Node& one : parts) origins.push_back(&one);
    ValueId id = source;
    for (std::size_t i = 0; i + 1 < made.size(); ++i) {
      id = r.before(parts.back(), made[i], {id}, std::string(name_of(made[i])));
    }
    r.become(r.graph().nodes[at], made.back(), {id}, origins);
    return true;
  }
  return false;
}

}  // namespace

void join_layout(Graph& graph) {
  Rewriter rewriter(graph);
  const std::size_t count = graph.nodes.size();
  for (std::size_t i = 0; i < count; ++i) {
    flatten(rewriter, graph.nodes[i]);
    if (is_layout(rewriter, graph.nodes[i].outputs[0])) shorten(rewriter, i);
    const Node& node = graph.nodes[i];
    if (!moves_nothing(rewriter, node) || is_output(graph, node.outputs[0])) continue;
    rewriter.read_instead(node.outputs[0], node.inputs[0]);
  }
  rewriter.finish();
}

}  // namespace weft::graph
