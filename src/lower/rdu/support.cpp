// SPDX-License-Identifier: Apache-2.0
// What of a model patterns have not.
#include <algorithm>
#include <optional>

#include "base/counted.hpp"
#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::BinaryFunction;
using graph::Element;
using graph::Shape;
using graph::ValueId;

namespace {

using Why = std::optional<std::string>;

/// Each is a convolution of its own.
constexpr std::int64_t groups_most = 16;

bool is_input(const graph::Graph& graph, ValueId id) {
  return std::find(graph.inputs.begin(), graph.inputs.end(), id) != graph.inputs.end();
}

/// Whether all that take the value take it as `matters` says.
template <class Matters>
bool all_users(const graph::Graph& graph, ValueId id, const Matters& matters) {
  bool any = false;
  for (const graph::Node& node : graph.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] != id) continue;
      any = true;
      if (!matters(node, i)) return false;
    }
  }
  return any;
}

/// Why a node is not supported; nothing where it is.
class Support {
 public:
  Support(const graph::Graph& graph, const graph::Node& node) : graph_(graph), node_(node) {}

  Why why() const {
    for (const ValueId id : node_.outputs) {
      const Element element = graph_[id].type.element;
      if (is_floating(element) || element == Element::boolean) continue;
      return "gives whole numbers, and patterns compute with bf16";
    }
    return std::visit([this](const auto& what) { return of(what); }, node_.what);
  }

 private:
  bool has(std::size_t i) const {
    return i < node_.inputs.size() && node_.inputs[i] != graph::no_value;
  }
  ValueId in(std::size_t i) const { return node_.inputs[i]; }
  Element element(std::size_t i) const { return graph_[in(i)].type.element; }
  const Shape& shape(std::size_t i) const { return graph_[in(i)].type.shape; }
  const Shape& result() const { return graph_[node_.outputs[0]].type.shape; }
  bool constant(std::size_t i) const { return graph_[in(i)].constant.has_value(); }
  Why of_floats(std::size_t i = 0) const {
    if (is_floating(element(i))) return std::nullopt;
    return "of whole numbers or conditions is not in the patterns";
  }

  Why of(const graph::Unary& what) const {
    const bool is_not = what.function == graph::UnaryFunction::logical_not;
    if (!steps_of(what)) return "patterns have no such step";
    return is_not ? Why() : of_floats();
  }
  Why of(const graph::Binary& what) const {
    using F = BinaryFunction;
    if (what.function == F::logical_and || what.function == F::logical_or ||
        what.function == F::logical_xor) {
      return std::nullopt;
    }
    if (what.function == F::equal) return of_matrices();
    return kind_of(what.function) ? of_floats() : Why("patterns have no such operation");
  }
  Why of(const graph::Select&) const {
    if (is_floating(element(1)) || element(1) == Element::boolean) return std::nullopt;
    return "of whole numbers is not in the patterns";
  }
  Why of(const graph::Clip&) const { return of_floats(); }
  Why of(const graph::Convert& what) const {
    if (what.element == Element::boolean) {
      if (!is_floating(element(0)) && element(0) != Element::boolean) return std::nullopt;
      return "of floats to conditions is not in the patterns";
    }
    if (element(0) == Element::boolean || what.element == Element::bf16) return std::nullopt;
    if (is_floating(element(0)) && what.element == Element::f32) return std::nullopt;
    return "to " + std::string(graph::name_of(what.element)) + " is not in the patterns";
  }
  Why of(const graph::MatMul&) const {
    if (shape(0).size() < 2 || shape(1).size() < 2) return "of a vector is not in the patterns";
    return of_floats();
  }
  Why of(const graph::Convolution& what) const {
    if (!constant(1)) return "its weights must be constants";
    const Shape& w = shape(1);
    const bool each = what.groups == w[0] && what.groups == shape(0)[1];
    if (what.groups > groups_most && !each) {
      return "in more than " + counted(groups_most, "group") + " is not lowered";
    }
    if (what.groups != 1 && has(3)) {
      return "in groups, with a sum behind it, is not in the patterns";
    }
    if (what.groups != 1 && !each && has(2) && !constant(2)) return "its bias must be a constant";
    return of_floats();
  }
  Why of(const graph::Pool& what) const {
    if (what.kind != graph::PoolKind::mean) return of_floats();
    const graph::Pool windows = complete(what);
    const std::size_t axes = windows.kernel.size();
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const std::int64_t pads = windows.pads[axis] + windows.pads[axes + axis];
      const bool more = seen_along(windows, axis, result()[axis + 2]) > shape(0)[axis + 2] + pads;
      if (more && what.count_pads) {
        return "a mean that counts padding, with an extent that is rounded up, is not in the "
               "patterns";
      }
      if ((more || pads > 0) && !what.count_pads && axes > 2) {
        return "a mean over more than two axes that leaves padding out is not in the patterns";
      }
    }
    return of_floats();
  }
  Why of(const graph::Reduce&) const { return of_floats(); }
  Why of(const graph::Softmax&) const { return of_floats(); }
  Why of(const graph::BatchNormalise&) const {
    for (std::size_t i = 1; i < 5; ++i) {
      if (!constant(i)) return "its parameters must be constants";
    }
    return of_floats();
  }
  Why of(const graph::Normalise&) const { return of_floats(); }
  Why of(const graph::Attention&) const { return of_floats(); }
  Why of(const graph::Gather&) const { return of_numbers(); }
  Why of(const graph::GatherElements&) const { return of_numbers(); }
  Why of(const graph::GatherPoints&) const { return of_numbers(); }
  /// What is told by whole numbers.
  Why of_numbers() const {
    const bool is_given = is_row_number(graph_, in(1)) || constant(1);
    if (!is_given) return "by numbers that are computed is not in the patterns";
    return of_matrices();
  }
  /// What patterns hold: numbers and conditions.
  Why of_matrices() const {
    if (is_floating(element(0)) || element(0) == Element::boolean) return std::nullopt;
    return "of whole numbers is not in the patterns";
  }
  Why of(const graph::Pad&) const {
    if (has(1) && !constant(1)) return "with a number that is computed is not in the patterns";
    return of_matrices();
  }
  Why of(const graph::Recurrent&) const {
    for (std::size_t i = 1; i < 4; ++i) {
      if (has(i) && !constant(i)) return "its weights and biases must be constants";
    }
    if (has(4)) return "with lengths of sequences is not in the patterns";
    return of_floats();
  }
  Why of(const graph::CumulativeSum&) const { return of_floats(); }
  Why of(const graph::Reshape&) const { return of_kept(); }
  Why of(const graph::Transpose&) const { return of_kept(); }
  Why of(const graph::Expand&) const { return of_kept(); }
  Why of(const graph::Slice&) const { return of_kept(); }
  Why of(const graph::Concat&) const { return of_kept(); }
  Why of_kept() const { return std::nullopt; }
  template <class What>
  Why of(const What&) const {
    return "is not in the patterns";
  }

  const graph::Graph& graph_;
  const graph::Node& node_;
};

}  // namespace

bool is_row_number(const graph::Graph& graph, ValueId id) {
  const Element element = graph[id].type.element;
  return is_input(graph, id) && !is_floating(element) && element != Element::boolean &&
         all_users(graph, id, [](const graph::Node& node, std::size_t i) {
           return i == 1 && (std::holds_alternative<graph::Gather>(node.what) ||
                             std::holds_alternative<graph::GatherElements>(node.what) ||
                             std::holds_alternative<graph::GatherPoints>(node.what));
         });
}

void require_supported(const graph::Graph& graph, const std::string& target) {
  Lacks lacks;
  for (const graph::Node& node : graph.nodes) {
    if (const Why why = Support(graph, node).why()) {
      lacks.add(node, *why);
    }
  }
  for (const ValueId id : graph.inputs) {
    const Element element = graph[id].type.element;
    if (!is_read(graph, id)) continue;
    if (is_floating(element) || element == Element::boolean || is_row_number(graph, id)) continue;
    const bool only_conditions = all_users(graph, id, [](const graph::Node& node, std::size_t) {
      const auto* convert = std::get_if<graph::Convert>(&node.what);
      return convert != nullptr && convert->element == Element::boolean;
    });
    if (only_conditions) continue;
    lacks.add("input '" + graph[id].name + "' is " + text_of(graph[id].type) +
              ": patterns take whole numbers as numbers of rows, or whether they are 0");
  }
  for (const graph::Value& value : graph.values) {
    if (graph::count_of(value.type.shape) == 0) {
      lacks.add("'" + value.name + "' is " + text_of(value.type) + ": no elements");
    }
  }
  for (const ValueId id : graph.outputs) {
    const Element element = graph[id].type.element;
    if (!is_floating(element) && element != Element::boolean) {
      lacks.add("output '" + graph[id].name + "' is " + text_of(graph[id].type) +
                ": patterns give bf16, and conditions as 0 and 1");
    }
  }
  lacks.raise(target);
}

}  // namespace weft::lower::rdu
