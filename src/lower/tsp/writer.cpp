// SPDX-License-Identifier: Apache-2.0
// Inputs, results, operations, and what stands around the nodes.
#include "lower/tsp/writer.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "graph/comments.hpp"
#include "graph/evaluate.hpp"
#include "lower/tsp/cut.hpp"
#include "program/tsp_chip.hpp"
#include "program/tsp_system.hpp"

namespace weft::lower::tsp {

using graph::Element;
using graph::Shape;
using graph::ValueId;

namespace {

constexpr std::size_t most_columns = 100;
/// Of all chips of a node together.
constexpr std::uint64_t memory_bytes =
    std::uint64_t{program::tsp::chips_a_node} * 2 * program::tsp::slices_a_hemisphere *
    program::tsp::banks_a_slice * program::tsp::words_a_bank * program::tsp::lanes;

/// Why the node at hand cannot be written.
struct Refusal {
  std::string why;
};

}  // namespace

Writer::Writer(const graph::Graph& graph, std::string title, std::vector<double> magnitudes)
    : graph_(graph),
      title_(std::move(title)),
      magnitudes_(std::move(magnitudes)),
      value_names_(graph) {}

void Writer::refuse(const std::string& why) { throw Refusal{why}; }

bool Writer::has(std::size_t i) const {
  return i < node_->inputs.size() && node_->inputs[i] != graph::no_value;
}

TensorShape Writer::tensor_shape(const Shape& shape) {
  if (shape.empty()) return {1};
  return {shape.begin(), shape.end()};
}

VectorType Writer::type_of(ValueId id) const {
  return is_floating(graph_[id].type.element) ? VectorType::f16 : VectorType::i32;
}

graph::Numbers Writer::numbers(std::size_t i) const {
  return graph::numbers_of(*graph_[input(i)].constant);
}

std::string Writer::part(const std::string& name) { return names_.identifier(name_ + "_" + name); }

TensorId Writer::unary(VectorOperation operation, TensorId a, const std::string& name) {
  return program_.unary(operation, a, part(name));
}
TensorId Writer::binary(VectorOperation operation, TensorId a, TensorId b,
                        const std::string& name) {
  return program_.binary(operation, a, b, part(name));
}
TensorId Writer::converted(TensorId a, VectorType type, const std::string& name) {
  return this->type(a) == type ? a : program_.convert(a, type, part(name));
}
TensorId Writer::wide(TensorId a) { return converted(a, VectorType::f32, "wide"); }
TensorId Writer::narrow(TensorId a) { return converted(a, VectorType::f16, "narrow"); }
TensorId Writer::reshaped(TensorId a, const TensorShape& shape, const std::string& name) {
  return program_.at(a).shape == shape ? a : program_.reshape(a, shape, part(name));
}
TensorId Writer::transposed(TensorId a, const Order& permutation, const std::string& name) {
  return program_.transpose(a, {permutation.begin(), permutation.end()}, part(name));
}

namespace {

/// Whether nodes take the value as indices that pick rows, and in no other way.
bool only_picks(const graph::Graph& graph, ValueId id) {
  bool picks = false;
  for (const graph::Node& node : graph.nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] != id) continue;
      if (i != 1 || !std::holds_alternative<graph::Gather>(node.what)) return false;
      picks = true;
    }
  }
  return picks;
}

}  // namespace

void Writer::declare_input(ValueId id) {
  const graph::Value& value = graph_[id];
  const VectorType type = type_of(id);
  const Element element = type == VectorType::f16 ? Element::f16 : Element::i32;
  inputs_.push_back({"", {value_names_.of(value.name), {element, value.type.shape}}});
  if (!is_read(graph_, id)) return;
  Held held{0, natural(value.type.shape.size())};
  TensorShape shape = tensor_shape(value.type.shape);
  // Indices stand in all lanes: each is compared with the numbers of all rows.
  if (only_picks(graph_, id)) {
    shape = {static_cast<std::uint64_t>(graph::count_of(value.type.shape)), 1};
    held.order = {};
  }
  inputs_.back().tensor = names_.identifier(value.name);
  held.id = program_.input(inputs_.back().tensor, type, shape);
  held_[index(id)] = held;
}

void Writer::store(ValueId id, Held held, TensorId first) {
  const bool output =
      std::find(graph_.outputs.begin(), graph_.outputs.end(), id) != graph_.outputs.end();
  if (output) {
    const Order usual = natural(held.order.size());
    held = {reordered(held.id, held.order, usual), usual};
  }
  if (held.id < first) {  // a value of its own, though nothing moves
    held.id = program_.reshape(held.id, program_.at(held.id).shape, part("same"));
  }
  program_.tensors[held.id].name = name_;
  held_[index(id)] = held;
  const graph::Value& value = graph_[id];
  graph::TensorType type{type_of(id) == VectorType::f16 ? Element::f16 : Element::i32, {}};
  if (!value.type.shape.empty()) {
    const TensorShape& lying = program_.at(held.id).shape;
    type.shape = Shape(lying.begin(), lying.end());
  }
  results_.push_back(
      {name_,
       held,
       {id, value_names_.of(value.name),
        node_ == nullptr ? "'" + value.name + "'" : place_of(*node_), type, output}});
}

std::uint64_t Writer::bytes_of(ValueId id) const {
  return static_cast<std::uint64_t>(graph::count_of(graph_[id].type.shape)) *
         numerics::width_of(type_of(id));
}

void Writer::write_node(const graph::Node& node) {
  node_ = &node;
  const graph::Value& value = graph_[node.outputs[0]];
  const auto first = static_cast<TensorId>(program_.tensors.size());
  name_ = names_.identifier(value.name);
  first_of_node_.push_back(program_.nodes.size());
  program_.begin_layer(layer_name(value.name));
  try {
    for (const ValueId id : node.outputs) {
      const Element element = graph_[id].type.element;
      const bool known = element == Element::f16 || element == Element::i64 ||
                         element == Element::i32 || element == Element::boolean;
      if (!known) {
        refuse("gives " + std::string(name_of(element)) +
               ", and a program's tensors are f16 and whole numbers of 32 bits");
      }
      if (graph::count_of(graph_[id].type.shape) == 0) refuse("gives no elements");
      if (bytes_of(id) > memory_bytes) {  // before tables are made that are as long
        refuse("gives " + grouped(bytes_of(id), "byte") + ", and the memories of " +
               counted(program::tsp::chips_a_node, "chip") + " have " + grouped(memory_bytes));
      }
    }
    write_results(node);
  } catch (const Refusal& refusal) {
    lacks_.add(node, refusal.why);
  } catch (const Error& error) {
    if (error.category() == Category::internal) throw;
    lacks_.add(node, error.what());
  }
  for (const ValueId id : node.outputs) {  // what follows is looked at too
    if (held_.count(index(id)) != 0 || !is_read(graph_, id)) continue;
    const Shape& shape = graph_[id].type.shape;
    if (graph::count_of(shape) == 0 || bytes_of(id) > memory_bytes) continue;
    held_[index(id)] = {program_.input(part("missing"), type_of(id), tensor_shape(shape)),
                        natural(shape.size())};
  }
  comments_[first] = comments_of(node, most_columns - 2);
}

void Writer::write_results(const graph::Node& node) {
  const auto first = static_cast<TensorId>(program_.tensors.size());
  const auto* sequence = std::get_if<graph::Recurrent>(&node.what);
  if (sequence == nullptr) {
    if (node.outputs.size() != 1) refuse("has several results");
    return store(node.outputs[0],
                 std::visit([this](const auto& what) { return of(what); }, node.what), first);
  }
  const auto made = recurrent(*sequence);
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (!made[i]) continue;
    if (i != 0) name_ = names_.identifier(graph_[node.outputs[i]].name);
    store(node.outputs[i], *made[i], first);
  }
}

void Writer::write_outputs() {
  node_ = nullptr;
  program_.begin_layer("");
  for (const ValueId id : graph_.outputs) {
    const bool made = std::any_of(results_.begin(), results_.end(),
                                  [&](const Made& one) { return one.result.value == id; });
    if (made) continue;
    const graph::Value& value = graph_[id];
    name_ = names_.identifier(value.name);
    const auto first = static_cast<TensorId>(program_.tensors.size());
    TensorId from = 0;
    if (value.constant) {
      from = weight(value.name, graph::numbers_of(*value.constant), type_of(id),
                    tensor_shape(value.type.shape));
    } else if (held_.count(index(id)) != 0) {
      from = held_.at(index(id)).id;
    } else {
      continue;
    }
    store(id, {unary(VectorOperation::copy, from, "same"), natural(value.type.shape.size())},
          first);
  }
}

void Writer::write(const std::string& target) {
  for (const ValueId id : graph_.inputs) declare_input(id);
  for (const graph::Node& node : graph_.nodes) write_node(node);
  write_outputs();
  lacks_.raise(target);
}

void Writer::cut(std::uint32_t chips) {
  cut_by_layers(program_, first_of_node_, chips);
  chips_ = 1;
  for (const program::tsp::TensorNode& node : program_.nodes) {
    chips_ = std::max(chips_, node.chip + 1);
  }
}

program::tsp::TensorProgram Writer::program(bool nodes) const {
  program::tsp::TensorProgram out = program_;
  for (const Made& made : results_) {
    if (nodes || made.result.output) out.output(made.held.id);
  }
  return out;
}

std::string Writer::text(bool nodes) const {
  std::vector<std::string> title{
      title_ + " as a tensor program for " +
          (chips_ == 1 ? "one TSP" : std::to_string(chips_) + " TSPs") +
          ", written by weft compile: yours to read and to",
      "change. weft schedules it; weights are inputs, which the host writes before a run.",
  };
  if (nodes) title.emplace_back("Every node's value is an output.");
  return program::tsp::text_of(program(nodes), title, comments_);
}

}  // namespace weft::lower::tsp
