// SPDX-License-Identifier: Apache-2.0
// New values and nodes, named by the node that they stand for.
#include "advice/spelling.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace weft::advice {

using graph::Element;
using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;
using graph::TensorType;

std::optional<TensorType> Spelling::type(std::size_t input) const {
  return node_.has_input(input) ? model_[node_.inputs[input]].type : std::nullopt;
}

std::optional<Whole> Spelling::known_wholes(std::size_t input) const {
  return node_.has_input(input) ? wholes_of(model_, node_.inputs[input]) : std::nullopt;
}

SourceValueId Spelling::value(const TensorType& type) {
  graph::SourceValue value;
  value.name = node_.origin.result.empty() ? "value" : node_.origin.result + "/part";
  value.type = type;
  model_.values.push_back(std::move(value));
  return SourceValueId{static_cast<std::uint32_t>(model_.values.size() - 1)};
}

SourceValueId Spelling::constant(graph::Tensor tensor) {
  const SourceValueId id = value(tensor.type());
  graph::SourceValue& made = model_.values[index(id)];
  made.constant = std::move(tensor);
  made.is_initializer = true;
  made.is_constant = true;
  return id;
}

SourceValueId Spelling::number(double value, Element element) {
  return constant(tensor_of(graph::Numbers{{element, {}}, {value}, {}}));
}

SourceValueId Spelling::wholes(const Whole& values) {
  const TensorType type{Element::i64, {static_cast<std::int64_t>(values.size())}};
  return constant(tensor_of(graph::Numbers{type, {}, values}));
}

void Spelling::finish(const std::string& operation, Ids inputs, Ids outputs,
                      Attributes attributes) {
  SourceNode node;
  node.operation = operation;
  node.version = node_.version;
  node.attributes = std::move(attributes);
  node.inputs = std::move(inputs);
  node.outputs = std::move(outputs);
  node.origin = node_.origin;
  node.origin.operation = operation;
  if (!node.origin.node.empty()) node.origin.node += "/" + operation;
  node.module_class = node_.module_class;
  keep(std::move(node));
}

void Spelling::keep(SourceNode node) {
  made_.push_back(node.operation);
  to_.push_back(std::move(node));
}

SourceValueId Spelling::make(const std::string& operation, Ids inputs, TensorType type,
                             Attributes attributes) {
  const SourceValueId id = value(type);
  finish(operation, std::move(inputs), {id}, std::move(attributes));
  return id;
}

void Spelling::put_list(const std::string& name, const Whole& values, std::int64_t first,
                        Ids& inputs, Attributes& attributes) {
  if (node_.version >= first) {
    inputs.push_back(wholes(values));
  } else {
    attributes.push_back({name, values});
  }
}

SourceValueId Spelling::reduce(const std::string& operation, SourceValueId x,
                               const TensorType& type, const Whole& axes) {
  TensorType reduced = type;
  for (const std::int64_t axis : axes) reduced.shape[static_cast<std::size_t>(axis)] = 1;
  // Of a sum before those of means and maxima.
  const std::int64_t axes_as_input = operation == "ReduceSum" ? 13 : 18;
  Ids inputs{x};
  Attributes attributes{{"keepdims", std::int64_t{1}}};
  put_list("axes", axes, axes_as_input, inputs, attributes);
  return make(operation, std::move(inputs), reduced, std::move(attributes));
}

SourceValueId Spelling::reshape(SourceValueId x, const TensorType& to) {
  if (const auto known = model_[x].constant) return constant(known->reshaped(to.shape));
  return make("Reshape", {x, wholes(to.shape)}, to);
}

SourceValueId Spelling::transpose(SourceValueId x, const TensorType& type, const Whole& order) {
  TensorType turned = type;
  for (std::size_t i = 0; i < order.size(); ++i) {
    turned.shape[i] = type.shape[static_cast<std::size_t>(order[i])];
  }
  return make("Transpose", {x}, turned, {{"perm", order}});
}

namespace {

template <typename Value>
const Value* found(const SourceNode& node, std::string_view name) {
  const graph::SourceAttribute* attribute = node.attribute(name);
  return attribute == nullptr ? nullptr : std::get_if<Value>(&attribute->value);
}

}  // namespace

std::int64_t whole_attribute(const SourceNode& node, std::string_view name,
                             std::int64_t otherwise) {
  const auto* value = found<std::int64_t>(node, name);
  return value == nullptr ? otherwise : *value;
}

double real_attribute(const SourceNode& node, std::string_view name, double otherwise) {
  const auto* value = found<double>(node, name);
  return value == nullptr ? otherwise : *value;
}

std::string text_attribute(const SourceNode& node, std::string_view name,
                           const std::string& otherwise) {
  const auto* value = found<std::string>(node, name);
  return value == nullptr ? otherwise : *value;
}

std::optional<Whole> wholes_attribute(const SourceNode& node, std::string_view name) {
  const auto* value = found<Whole>(node, name);
  return value == nullptr ? std::nullopt : std::optional<Whole>(*value);
}

void drop_attribute(SourceNode& node, std::string_view name) {
  std::erase_if(node.attributes, [name](const auto& one) { return one.name == name; });
}

std::optional<Whole> wholes_of(const SourceModel& model, SourceValueId id) {
  if (id == graph::no_source_value || !model[id].constant) return std::nullopt;
  if (is_floating(model[id].constant->type().element)) return std::nullopt;
  return numbers_of(*model[id].constant).whole;
}

std::int64_t type_number(Element element) {
  switch (element) {
    case Element::f32:
      return 1;
    case Element::u8:
      return 2;
    case Element::i8:
      return 3;
    case Element::u16:
      return 4;
    case Element::i16:
      return 5;
    case Element::i32:
      return 6;
    case Element::i64:
      return 7;
    case Element::boolean:
      return 9;
    case Element::f16:
      return 10;
    case Element::f64:
      return 11;
    case Element::u32:
      return 12;
    case Element::u64:
      return 13;
    case Element::bf16:
      return 16;
  }
  fail(Category::internal, "an element that has no number");
}

}  // namespace weft::advice
