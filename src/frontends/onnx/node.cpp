// SPDX-License-Identifier: Apache-2.0
// Attributes and inputs by kind, and the pieces that many operators are put together from.
#include "frontends/onnx/node.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::onnx {

using graph::Element;
using graph::Numbers;
using graph::Shape;

void unsupported(const std::string& why) { fail(Category::unsupported, why); }
void refuse(const std::string& why) { fail(Category::input, why); }

graph::Tensor whole_tensor(const Wholes& values, Shape shape) {
  Numbers numbers;
  numbers.type = {Element::i64, std::move(shape)};
  numbers.whole = values;
  return tensor_of(numbers);
}

graph::Tensor number_tensor(double value, Element element) {
  Numbers numbers{{element, {}}, {}, {}};
  if (is_floating(element)) {
    numbers.floats = {value};
  } else {
    numbers.whole = {static_cast<std::int64_t>(value)};
  }
  return tensor_of(numbers);
}

NodeImport::NodeImport(Builder& builder, Tensors& tensors, const FileNode& node,
                       std::int64_t version, std::vector<Term> inputs, const graph::Origin& origin)
    : builder_(builder),
      tensors_(tensors),
      node_(node),
      version_(version),
      inputs_(std::move(inputs)),
      origin_(origin),
      results_(node.outputs.size(), no_term),
      used_(node.attributes.size(), false),
      known_outputs_(node.outputs.size(), false) {}

bool NodeImport::has(std::string_view name) const {
  return std::any_of(node_.attributes.begin(), node_.attributes.end(),
                     [&](const FileAttribute& one) { return one.name == name; });
}

const FileAttribute* NodeImport::find(std::string_view name, AttributeKind kind) {
  for (std::size_t i = 0; i < node_.attributes.size(); ++i) {
    const FileAttribute& one = node_.attributes[i];
    if (one.name != name) continue;
    // An empty list in a file that does not say its kind looks like nothing.
    const bool empty = one.kind == AttributeKind::undefined;
    if (one.kind != kind && !empty) refuse("attribute " + in_quotes(name) + " is of another kind");
    used_[i] = true;
    return &one;
  }
  return nullptr;
}

std::int64_t NodeImport::whole(std::string_view name, std::int64_t otherwise) {
  const FileAttribute* found = find(name, AttributeKind::whole);
  return found == nullptr ? otherwise : found->whole;
}

double NodeImport::real(std::string_view name, double otherwise) {
  const FileAttribute* found = find(name, AttributeKind::real);
  return found == nullptr ? otherwise : double{found->real};
}

std::string NodeImport::text(std::string_view name, const std::string& otherwise) {
  const FileAttribute* found = find(name, AttributeKind::text);
  return found == nullptr ? otherwise : std::string(found->text);
}

std::optional<Wholes> NodeImport::wholes(std::string_view name) {
  const FileAttribute* found = find(name, AttributeKind::wholes);
  if (found == nullptr) return std::nullopt;
  return found->wholes;
}

std::vector<float> NodeImport::reals(std::string_view name) {
  const FileAttribute* found = find(name, AttributeKind::reals);
  return found == nullptr ? std::vector<float>{} : found->reals;
}

std::vector<std::string_view> NodeImport::texts(std::string_view name) {
  const FileAttribute* found = find(name, AttributeKind::texts);
  return found == nullptr ? std::vector<std::string_view>{} : found->texts;
}

std::optional<graph::Tensor> NodeImport::tensor(std::string_view name) {
  const FileAttribute* found = find(name, AttributeKind::tensor);
  if (found == nullptr || found->tensors.empty()) return std::nullopt;
  return tensors_.read(found->tensors.front());
}

void NodeImport::require_all_used() const {
  for (std::size_t i = 0; i < used_.size(); ++i) {
    const std::string_view name = node_.attributes[i].name;
    const auto here = node_.attributes.begin() + static_cast<std::ptrdiff_t>(i);
    const bool is_again = std::any_of(node_.attributes.begin(), here,
                                      [&](const FileAttribute& one) { return one.name == name; });
    if (is_again) refuse("has the attribute " + in_quotes(name) + " twice");
    if (!used_[i]) refuse("has the attribute " + in_quotes(name) + ", which its operator has not");
  }
}

Term NodeImport::input(std::size_t i) const {
  if (!has_input(i)) refuse("lacks its input " + std::to_string(i + 1));
  return inputs_[i];
}

Numbers NodeImport::known(std::size_t i, const std::string& what) const {
  const std::optional<graph::Tensor>& tensor = builder_.known(input(i));
  if (!tensor) {
    unsupported("takes its " + what + " from " + in_quotes(builder_.name(input(i))) +
                ", which depends on the model's inputs");
  }
  return numbers_of(*tensor);
}

Wholes NodeImport::known_wholes(std::size_t i, const std::string& what) const {
  Numbers numbers = known(i, what);
  if (is_floating(numbers.type.element) || numbers.type.element == Element::boolean) {
    refuse("has " + what + " of type " + text_of(numbers.type) + ", which are no whole numbers");
  }
  if (numbers.type.shape.size() > 1) {
    refuse("has " + what + " of type " + text_of(numbers.type) + ", which is no list");
  }
  return std::move(numbers.whole);
}

std::optional<Wholes> NodeImport::wholes_of(std::string_view name, std::size_t i,
                                            std::int64_t version) {
  if (version_ < version) return wholes(name);
  if (!has_input(i)) return std::nullopt;
  return known_wholes(i, std::string(name));
}

std::int64_t NodeImport::axis(std::int64_t axis, std::int64_t rank) const {
  const std::int64_t from_front = axis < 0 ? axis + rank : axis;
  if (from_front < 0 || from_front >= rank) {
    refuse("has the axis " + std::to_string(axis) + " of a tensor with " +
           counted(rank, "axis", "axes"));
  }
  return from_front;
}

Wholes NodeImport::axes(const Wholes& axes, std::int64_t rank) const {
  Wholes all;
  for (const std::int64_t one : axes) all.push_back(axis(one, rank));
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  if (twice != all.end()) refuse("names axis " + std::to_string(*twice) + " twice");
  return all;
}

Term NodeImport::make(graph::Operator what, const std::vector<Term>& inputs) {
  const std::string before = node_.outputs.empty() ? "" : std::string(node_.outputs.front()) + "/";
  const std::string name = before + std::string(name_of(what));
  return builder_.make(std::move(what), inputs, origin_, {name}).front();
}

std::vector<Term> NodeImport::make_all(graph::Operator what, const std::vector<Term>& inputs) {
  std::vector<std::string> names;
  for (const std::string_view name : node_.outputs) names.emplace_back(name);
  return builder_.make(std::move(what), inputs, origin_, names);
}

Term NodeImport::constant(graph::Tensor tensor) {
  std::string name = node_.outputs.empty() ? "constant" : std::string(node_.outputs.front());
  return builder_.constant(std::move(name), std::move(tensor));
}

Term NodeImport::scalar(double value, Element element) {
  return constant(number_tensor(value, element));
}

Term NodeImport::wholes_constant(const Wholes& values) {
  return constant(whole_tensor(values, {static_cast<std::int64_t>(values.size())}));
}

Term NodeImport::reshape(Term x, Shape shape) {
  if (shape == this->shape(x)) return x;
  return make(graph::Reshape{std::move(shape)}, {x});
}

Term NodeImport::transpose(Term x, Wholes permutation) {
  return make(graph::Transpose{std::move(permutation)}, {x});
}

Term NodeImport::convert(Term x, Element element) {
  if (element == this->element(x)) return x;
  return make(graph::Convert{element}, {x});
}

Term NodeImport::binary(graph::BinaryFunction function, Term a, Term b) {
  return make(graph::Binary{function}, {a, b});
}

Term NodeImport::unary(graph::UnaryFunction function, Term x, double alpha, double beta) {
  return make(graph::Unary{function, alpha, beta}, {x});
}

void NodeImport::result(std::size_t i, Term term) {
  if (i < results_.size()) results_[i] = term;
}

void NodeImport::finish(graph::Operator what, const std::vector<Term>& inputs) {
  result(0, make_all(std::move(what), inputs).front());
}

const OperatorRow* find_operator(std::string_view name, std::int64_t version) {
  for (const auto rows : {elementwise_operators(), layout_operators(), constant_operators(),
                          product_operators(), reduction_operators()}) {
    for (const OperatorRow& row : rows) {
      if (row.name == name && version >= row.first && version <= row.last) return &row;
    }
  }
  return nullptr;
}

std::string versions_of(std::string_view name) {
  std::int64_t first = newest_opset + 1;
  std::int64_t last = 0;
  for (const auto rows : {elementwise_operators(), layout_operators(), constant_operators(),
                          product_operators(), reduction_operators()}) {
    for (const OperatorRow& row : rows) {
      if (row.name != name) continue;
      first = std::min(first, row.first);
      last = std::max(last, row.last);
    }
  }
  if (last == 0) return "";
  return std::to_string(first) + " to " + std::to_string(last);
}

}  // namespace weft::onnx
