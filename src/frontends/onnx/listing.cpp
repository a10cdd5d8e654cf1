// SPDX-License-Identifier: Apache-2.0
// Nodes and values of a file, copied out of it.
#include "frontends/onnx/listing.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "frontends/onnx/origin.hpp"

namespace weft::onnx {
namespace {

std::vector<std::string> copied(const std::vector<std::string_view>& texts) {
  return {texts.begin(), texts.end()};
}

graph::AttributeValue value_of(const FileAttribute& it, Tensors& tensors) {
  switch (it.kind) {
    case AttributeKind::real:
      return static_cast<double>(it.real);
    case AttributeKind::whole:
      return it.whole;
    case AttributeKind::text:
      return std::string(it.text);
    case AttributeKind::reals:
      return std::vector<double>(it.reals.begin(), it.reals.end());
    case AttributeKind::wholes:
      return it.wholes;
    case AttributeKind::texts:
      return copied(it.texts);
    case AttributeKind::tensor:
      if (!it.tensors.empty() && element_of(it.tensors.front().type)) {
        return tensors.read(it.tensors.front());
      }
      return graph::OtherAttribute{"a tensor"};
    case AttributeKind::graph:
    case AttributeKind::graphs:
      return graph::OtherAttribute{"a graph"};
    default:
      return graph::OtherAttribute{"a value of another kind"};
  }
}

}  // namespace

graph::SourceValueId Listing::add(graph::SourceValue value) {
  model_.values.push_back(std::move(value));
  return graph::SourceValueId{static_cast<std::uint32_t>(model_.values.size() - 1)};
}

bool Listing::is_constant(graph::SourceValueId id) const {
  return id == graph::no_source_value || model_[id].is_constant;
}

graph::SourceValueId Listing::input(std::string_view name, const graph::TensorType& type) {
  graph::SourceValue value;
  value.name = name;
  value.type = type;
  model_.inputs.push_back(add(std::move(value)));
  return model_.inputs.back();
}

graph::SourceValueId Listing::initializer(std::string_view name, const graph::Tensor& tensor) {
  graph::SourceValue value;
  value.name = name;
  value.type = tensor.type();
  value.constant = tensor;
  value.is_initializer = true;
  value.is_constant = true;
  return add(std::move(value));
}

graph::SourceValueId Listing::absent_initializer(std::string_view name,
                                                 const graph::TensorType& type,
                                                 std::string_view location) {
  graph::SourceValue value;
  value.name = name;
  value.type = type;
  value.is_initializer = true;
  value.is_constant = true;
  ++model_.absent_data[std::string(location)];
  return add(std::move(value));
}

void Listing::output(std::string_view name, graph::SourceValueId value) {
  const auto& outputs = model_.outputs;
  const bool is_first = std::find(outputs.begin(), outputs.end(), value) == outputs.end();
  if (is_first && model_[value].producer) model_.values[index(value)].name = name;
  model_.outputs.push_back(value);
}

std::vector<graph::SourceValueId> Listing::node(const FileNode& node, ListedNode read,
                                                const graph::Origin& origin, Tensors& tensors) {
  graph::SourceNode out;
  out.operation = node.operation;
  out.domain = node.domain;
  out.version = read.version;
  for (const FileAttribute& one : node.attributes) {
    out.attributes.push_back({std::string(one.name), value_of(one, tensors)});
  }
  const bool all_known =
      std::all_of(read.results.begin(), read.results.end(),
                  [](const ListedNode::Result& one) { return one.tensor.has_value(); });
  // What draws numbers is no constant, and weft knows nothing that does.
  const bool hangs_on_nothing =
      read.is_known && std::all_of(read.inputs.begin(), read.inputs.end(),
                                   [this](graph::SourceValueId id) { return is_constant(id); });
  out.is_folded = all_known || hangs_on_nothing;
  const auto self = graph::SourceNodeId{static_cast<std::uint32_t>(model_.nodes.size())};
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i].empty()) {
      out.outputs.push_back(graph::no_source_value);
      continue;
    }
    graph::SourceValue value;
    value.name = node.outputs[i];
    value.type = std::move(read.results[i].type);
    value.constant = std::move(read.results[i].tensor);
    value.is_constant = out.is_folded;
    value.producer = self;
    out.outputs.push_back(add(std::move(value)));
  }
  out.inputs = std::move(read.inputs);
  out.captured = std::move(read.captured);
  out.origin = origin;
  out.module_class = module_class_of(node);
  model_.nodes.push_back(std::move(out));
  return model_.nodes.back().outputs;
}

}  // namespace weft::onnx
