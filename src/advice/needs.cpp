// SPDX-License-Identifier: Apache-2.0
// Attributes, operands and modules held against what rows ask for.
#include "advice/needs.hpp"

#include <algorithm>

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValue;
using Allowed = std::vector<std::variant<std::int64_t, std::string>>;

bool is_allowed(const Allowed& allowed, std::int64_t value) {
  return std::find(allowed.begin(), allowed.end(), Allowed::value_type(value)) != allowed.end();
}
bool is_allowed(const Allowed& allowed, const std::string& value) {
  return std::find(allowed.begin(), allowed.end(), Allowed::value_type(value)) != allowed.end();
}

bool attribute_is_met(const Need& need, const SourceNode& node) {
  const graph::SourceAttribute* found = node.attribute(need.attribute);
  if (found == nullptr) return true;
  if (const auto* whole = std::get_if<std::int64_t>(&found->value)) {
    return is_allowed(need.allowed, *whole);
  }
  if (const auto* text = std::get_if<std::string>(&found->value)) {
    return is_allowed(need.allowed, *text);
  }
  const auto all = [&](const auto& values) {
    return !values.empty() && std::all_of(values.begin(), values.end(), [&](const auto& value) {
      return is_allowed(need.allowed, value);
    });
  };
  if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&found->value)) {
    return all(*wholes);
  }
  if (const auto* texts = std::get_if<std::vector<std::string>>(&found->value)) return all(*texts);
  return false;
}

std::string_view element_name(graph::Element element, const Setting& setting) {
  const bool is_float = graph::is_floating(element);
  return graph::name_of(is_float && setting.floats ? *setting.floats : element);
}

bool shape_is(Need::Shape wanted, const graph::Shape& shape) {
  if (wanted == Need::Shape::matrix) return shape.size() == 2 && shape[0] > 1 && shape[1] > 1;
  return shape.size() >= 2 && shape[shape.size() - 1] == shape[shape.size() - 2];
}

std::optional<bool> operand_is_met(const Need& need, const SourceValue& value,
                                   const Setting& setting) {
  if (need.is_constant) return value.is_constant;
  if (!value.type) return std::nullopt;
  if (!need.types.empty()) {
    const std::string_view name = element_name(value.type->element, setting);
    return std::find(need.types.begin(), need.types.end(), name) != need.types.end();
  }
  const graph::Shape& shape = value.type->shape;
  if (need.least_rank > 0) return static_cast<std::int64_t>(shape.size()) >= need.least_rank;
  if (need.shape) return shape_is(*need.shape, shape);
  return !shape_is(*need.not_shape, shape);
}

/// A result that nobody takes counts as absent.
bool is_used(const SourceModel& model, graph::SourceValueId id) {
  const auto takes = [id](const std::vector<graph::SourceValueId>& ids) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  return takes(model.outputs) ||
         std::any_of(model.nodes.begin(), model.nodes.end(), [&](const SourceNode& node) {
           return takes(node.inputs) || takes(node.captured);
         });
}

std::string module_key(const SourceNode& node) {
  const graph::Origin& origin = node.origin;
  if (!origin.module.empty()) return origin.module;
  if (origin.stack.empty()) return "";
  return origin.stack.back().file + ":" + std::to_string(origin.stack.back().line);
}

}  // namespace

Modules::Modules(const SourceModel& model) {
  for (const graph::SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if (const std::string key = module_key(node); !key.empty()) ++counts_[key][node.operation];
  }
}

std::int64_t Modules::count_of(const SourceNode& node, const std::string& operation) const {
  const auto module = counts_.find(module_key(node));
  if (module == counts_.end()) return node.operation == operation ? 1 : 0;
  const auto found = module->second.find(operation);
  return found == module->second.end() ? 0 : found->second;
}

std::optional<bool> is_met(const Need& need, const SourceModel& model, const SourceNode& node,
                           const Modules& modules, const Setting& setting) {
  if (need.task && *need.task != setting.task) return true;
  if (!need.attribute.empty()) return attribute_is_met(need, node);
  if (need.once_in_module) return modules.count_of(node, node.operation) <= 1;
  if (!need.module_without.empty()) return modules.count_of(node, need.module_without) == 0;
  const auto& ids = need.input ? node.inputs : node.outputs;
  const std::size_t i = need.input ? *need.input : *need.output;
  if (i >= ids.size() || ids[i] == graph::no_source_value) return true;
  if (need.is_absent) return need.output.has_value() && !is_used(model, ids[i]);
  return operand_is_met(need, model[ids[i]], setting);
}

}  // namespace weft::advice
