// SPDX-License-Identifier: Apache-2.0
// A recurrence in both directions, or backward, as forward ones: time is turned around one, and
// its results are turned back. The same sums in the same order: exact.
#include <limits>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::SourceNode;
using graph::SourceValueId;
using graph::Tensor;
using graph::TensorType;

/// Inputs of LSTM, GRU and RNN: x, w, r, b, lengths, h, c, p; of these with an axis of directions
/// in front all but the first and the lengths.
constexpr std::size_t lengths = 4;
bool has_directions(std::size_t input) { return input != 0 && input != lengths; }

/// Operands of one direction are parts of constants.
bool can_be_parted(const Spelling& to) {
  const SourceNode& node = to.node();
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    if (!node.has_input(i)) continue;
    if (i == lengths || !to.model()[node.inputs[i]].constant) return false;
  }
  return true;
}

TensorType one_direction(TensorType type, std::size_t axis) {
  type.shape[axis] = 1;
  return type;
}

SourceValueId part_of(Spelling& to, SourceValueId id, std::int64_t direction) {
  const Tensor whole = *to.model()[id].constant;
  const TensorType type = one_direction(whole.type(), 0);
  return to.constant(whole.part(type, direction * graph::count_of(type.shape)));
}

/// A Slice from the last step to the first.
Ids turned_operands(Spelling& to, SourceValueId x) {
  return {x, to.wholes({-1}), to.wholes({std::numeric_limits<std::int32_t>::min()}), to.wholes({0}),
          to.wholes({-1})};
}

SourceValueId turned(Spelling& to, SourceValueId x, const TensorType& type) {
  return to.make("Slice", turned_operands(to, x), type);
}

/// Attributes of a direction; lists of functions have those of the first in front.
Attributes attributes_of(const SourceNode& node, std::size_t direction, std::size_t directions) {
  Attributes out;
  for (graph::SourceAttribute one : node.attributes) {
    if (one.name == "direction") continue;
    if (auto* names = std::get_if<std::vector<std::string>>(&one.value)) {
      const std::size_t each = names->size() / directions;
      const auto first = names->begin() + static_cast<std::ptrdiff_t>(direction * each);
      one.value = std::vector<std::string>(first, first + static_cast<std::ptrdiff_t>(each));
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

bool spell_directions(Spelling& to) {
  const SourceNode& node = to.node();
  const std::string direction = text_attribute(node, "direction", "forward");
  const auto type = to.type(0);
  constexpr std::int64_t slice_by_inputs = 10;
  if (direction == "forward" || !type || node.version < slice_by_inputs) return false;
  if (whole_attribute(node, "layout", 0) != 0 || !can_be_parted(to)) return false;
  for (const char* parameters : {"activation_alpha", "activation_beta"}) {
    if (node.attribute(parameters) != nullptr) return false;  // how many a function takes differs
  }
  for (const SourceValueId id : node.outputs) {
    if (id != graph::no_source_value && !to.model()[id].type) return false;
  }
  const std::size_t directions = direction == "bidirectional" ? 2 : 1;
  std::vector<Ids> results(node.outputs.size());
  for (std::size_t k = 0; k < directions; ++k) {
    const bool is_backward = directions == 1 || k == 1;
    Ids inputs = node.inputs;
    if (is_backward) inputs[0] = turned(to, inputs[0], *type);
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      if (!node.has_input(i) || !has_directions(i)) continue;
      inputs[i] = part_of(to, inputs[i], static_cast<std::int64_t>(k));
    }
    Ids outputs;
    std::vector<TensorType> types(node.outputs.size());
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] == graph::no_source_value) {
        outputs.push_back(graph::no_source_value);
        continue;
      }
      types[i] = one_direction(*to.model()[node.outputs[i]].type, i == 0 ? 1 : 0);
      outputs.push_back(to.value(types[i]));
    }
    to.finish(node.operation, inputs, outputs, attributes_of(node, k, directions));
    if (is_backward && outputs[0] != graph::no_source_value) {
      outputs[0] = turned(to, outputs[0], types[0]);
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) results[i].push_back(outputs[i]);
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (node.outputs[i] == graph::no_source_value) continue;
    const Attributes axis{{"axis", std::int64_t{i == 0 ? 1 : 0}}};
    to.finish(directions == 2 ? "Concat" : "Identity", results[i], {node.outputs[i]},
              directions == 2 ? axis : Attributes{});
  }
  return true;
}

}  // namespace weft::advice
