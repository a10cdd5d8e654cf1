// SPDX-License-Identifier: Apache-2.0
// Which axes of inputs are the batch and the sequence: by their names, else by who takes them.
#include <algorithm>

#include "advice/profile.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValue;
using graph::SourceValueId;

std::string lowered(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

/// An open extent whose name has one of these words in it: "batch_size", "sequence_length".
std::optional<Dimension> named_dimension(const SourceModel& model,
                                         const std::vector<std::string>& words,
                                         const std::vector<std::string>& names) {
  for (const graph::OpenExtent& one : model.open_extents) {
    const std::string name = lowered(one.name);
    const bool has = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return name.find(word) != std::string::npos;
    });
    const bool is = std::find(names.begin(), names.end(), name) != names.end();
    const bool is_past = name.find("past") != std::string::npos;
    if ((has || is) && !is_past) return Dimension{one.input, one.axis, one.extent};
  }
  return std::nullopt;
}

/// The first axis, where all inputs have it in common.
std::optional<Dimension> common_axis(const SourceModel& model) {
  std::optional<Dimension> common;
  for (const SourceValueId id : model.inputs) {
    const auto& type = model[id].type;
    if (!type || type->shape.empty()) continue;
    if (common && common->extent != type->shape[0]) return std::nullopt;
    if (!common) common = Dimension{model[id].name, 0, type->shape[0]};
  }
  return common;
}

/// A node that gives its operand's numbers in the operand's shape: as another type, or by a reshape
/// to what it is already.
bool only_converts(const SourceModel& model, const SourceNode& node) {
  if (node.inputs.empty() || node.inputs[0] == graph::no_source_value) return false;
  if (node.operation == "Cast" || node.operation == "Identity") return true;
  if (node.operation != "Reshape" || node.outputs.empty()) return false;
  const auto& was = model[node.inputs[0]].type;
  const auto& is = model[node.outputs[0]].type;
  return was && is && was->shape == is->shape;
}

/// An input of the model, through what only converts; nothing where it is computed.
const SourceValue* converted_input(const SourceModel& model, SourceValueId id) {
  while (id != graph::no_source_value && model[id].producer) {
    const SourceNode& node = model[*model[id].producer];
    if (!only_converts(model, node)) break;
    id = node.inputs[0];
  }
  if (id == graph::no_source_value || model[id].producer || model[id].is_constant) return nullptr;
  return &model[id];
}

/// The second axis of numbers that are looked up in a table: tokens.
std::optional<Dimension> token_axis(const SourceModel& model) {
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if (node.operation != "Gather" || node.inputs.size() != 2) continue;
    const SourceValue* tokens = converted_input(model, node.inputs[1]);
    if (tokens == nullptr || !tokens->type || tokens->type->shape.size() != 2) continue;
    return Dimension{tokens->name, 1, tokens->type->shape[1]};
  }
  return std::nullopt;
}

/// An axis of a value.
struct Axis {
  SourceValueId value{};
  std::size_t axis = 0;
};

/// The axis that it is of what the node is made of: through lookups, what only converts, and
/// turns; nothing where it is computed.
std::optional<Axis> axis_behind(const SourceModel& model, const SourceNode& node, Axis at) {
  if (only_converts(model, node)) return Axis{node.inputs[0], at.axis};
  if (node.operation == "Transpose" && node.inputs.size() == 1) {
    const graph::SourceAttribute* perm = node.attribute("perm");
    if (perm == nullptr)
      return Axis{node.inputs[0], model[at.value].type->shape.size() - 1 - at.axis};
    const auto* order = std::get_if<std::vector<std::int64_t>>(&perm->value);
    if (order == nullptr || at.axis >= order->size()) return std::nullopt;
    return Axis{node.inputs[0], static_cast<std::size_t>((*order)[at.axis])};
  }
  if (node.operation != "Gather" || node.inputs.size() != 2) return std::nullopt;
  const graph::SourceAttribute* along = node.attribute("axis");
  const auto* rows = along == nullptr ? nullptr : std::get_if<std::int64_t>(&along->value);
  const auto& ids = model[node.inputs[1]].type;
  const bool is_lookup =
      (along == nullptr || (rows != nullptr && *rows == 0)) && ids && at.axis < ids->shape.size();
  return is_lookup ? std::optional(Axis{node.inputs[1], at.axis}) : std::nullopt;
}

/// The axis of an input of the model, or of the value at which what is behind is computed.
Axis axis_of_origin(const SourceModel& model, Axis at) {
  while (model[at.value].producer && model[at.value].type) {
    const auto next = axis_behind(model, model[*model[at.value].producer], at);
    if (!next || next->value == graph::no_source_value) break;
    at = *next;
  }
  return at;
}

/// A recurrence takes a sequence along the first axis and a batch along the second, or with layout
/// 1 the other way round. What tokens' shape suggests gives way where the recurrence takes them.
void add_recurrence(const SourceModel& model, Profile& to) {
  for (const SourceNodeId id : model.work()) {
    const SourceNode& node = model[id];
    if (node.operation != "LSTM" && node.operation != "GRU" && node.operation != "RNN") continue;
    const SourceValueId x = node.inputs.empty() ? graph::no_source_value : node.inputs[0];
    if (x == graph::no_source_value || !model[x].type || model[x].type->shape.size() != 3) continue;
    const graph::SourceAttribute* layout = node.attribute("layout");
    const auto* given = layout == nullptr ? nullptr : std::get_if<std::int64_t>(&layout->value);
    const std::size_t time = given != nullptr && *given == 1 ? 1 : 0;
    const auto dimension = [&](std::size_t axis) {
      const Axis origin = axis_of_origin(model, {x, axis});
      return std::pair(Dimension{model[origin.value].name, origin.axis, model[x].type->shape[axis]},
                       !model[origin.value].producer && !model[origin.value].is_constant);
    };
    const auto [sequence, is_input] = dimension(time);
    if (to.sequence && !is_input) return;
    to.sequence = sequence;
    to.batch = dimension(1 - time).first;
    return;
  }
}

}  // namespace

void add_dimensions(const SourceModel& model, Profile& to) {
  to.batch = common_axis(model);
  to.sequence = token_axis(model);
  add_recurrence(model, to);
  if (auto named = named_dimension(model, {"batch"}, {"n", "b"})) to.batch = std::move(named);
  if (auto named = named_dimension(model, {"seq", "tokens", "time"}, {"t", "s"})) {
    to.sequence = std::move(named);
  }
}

}  // namespace weft::advice
