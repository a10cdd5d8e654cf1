// SPDX-License-Identifier: Apache-2.0
// The walk over a graph that is written anew.
#include "lower/wse/rewriting.hpp"

namespace weft::lower::wse {

using graph::ValueId;

Rewriting::Rewriting(const graph::Graph& from)
    : from_(from), ids_(from.values.size(), graph::no_value), taken_(from.values.size(), false) {
  for (const graph::Node& node : from.nodes) {
    for (const ValueId id : node.inputs) {
      if (id != graph::no_value) taken_[index(id)] = true;
    }
  }
  for (const ValueId id : from.outputs) taken_[index(id)] = true;
  out_.name = from.name;
  for (const ValueId id : from.inputs) {
    ids_[index(id)] = out_.add_input(from[id].name, from[id].type);
  }
  for (std::size_t i = 0; i < from.values.size(); ++i) {
    const graph::Value& value = from.values[i];
    if (value.constant) ids_[i] = out_.add_constant(value.name, *value.constant);
  }
}

graph::Graph Rewriting::written() {
  for (const graph::Node& node : from_.nodes) {
    Call call{{}, node.origins, {}};
    for (const ValueId id : node.inputs) {
      call.in.push_back(id == graph::no_value ? id : ids_[index(id)]);
    }
    for (const ValueId id : node.outputs) {
      call.names.push_back(from_[id].name);
      call.wanted.push_back(taken_[index(id)]);
    }
    const std::vector<ValueId> made = add(node.what, call);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) ids_[index(node.outputs[i])] = made[i];
  }
  for (const ValueId id : from_.outputs) out_.outputs.push_back(ids_[index(id)]);
  return std::move(out_);
}

std::vector<std::optional<graph::TensorType>> Rewriting::types(const Call& call) const {
  std::vector<std::optional<graph::TensorType>> out;
  for (const ValueId id : call.in) {
    out.push_back(id == graph::no_value ? std::nullopt : std::optional(type(id)));
  }
  return out;
}

std::vector<ValueId> Rewriting::add(const graph::Operator& what, const Call& call) {
  if (Made made = std::visit([&](const auto& one) { return become(one, call); }, what)) {
    return *made;
  }
  return out_.add_node(what, call.in, call.origins, call.names);
}

ValueId Rewriting::before(const graph::Operator& what, const std::vector<ValueId>& in,
                          const Call& call, const std::string& name) {
  return add(what, {in, call.origins, {call.names[0] + "." + name}})[0];
}

Rewriting::Made Rewriting::last(const graph::Operator& what, const std::vector<ValueId>& in,
                                const Call& call) {
  return add(what, {in, call.origins, call.names});
}

ValueId Rewriting::number(const Call& call, const std::string& name,
                          const graph::Numbers& numbers) {
  return out_.add_constant(call.names[0] + "." + name, tensor_of(numbers));
}

}  // namespace weft::lower::wse
