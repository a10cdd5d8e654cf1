// SPDX-License-Identifier: Apache-2.0
// What a program holds at least on the tiles of one IPU: variables live as long as the program.
#include <algorithm>
#include <set>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "lower/ipu/model.hpp"

namespace weft::lower::ipu {

namespace {

template <class What>
bool is(const graph::Node& node) {
  return std::holds_alternative<What>(node.what);
}

/// Whether its result is its operands in another arrangement, or may be.
bool may_be_view(const Model& model, const graph::Node& node) {
  if (is<graph::Convert>(node)) return model.kind(node.outputs[0]) == model.kind(node.inputs[0]);
  if (is<graph::Gather>(node)) return model.constant(node.inputs[1]);
  return is<graph::Reshape>(node) || is<graph::Transpose>(node) || is<graph::Expand>(node) ||
         is<graph::Concat>(node) || is<graph::Slice>(node) || is<graph::Pad>(node) ||
         is<graph::CumulativeSum>(node);
}

/// Whether that constant is a variable of the program, and not part of its text.
bool is_weight(const graph::Node& node, std::size_t input) {
  if (is<graph::BatchNormalise>(node) || is<graph::Pad>(node)) return false;
  if (is<graph::Recurrent>(node)) return input != 4;  // the lengths
  return !is<graph::Gather>(node) || input == 0;
}

std::uint64_t bytes_of(const Model& model, graph::ValueId id) {
  return static_cast<std::uint64_t>(graph::count_of(model.shape(id))) *
         graph::bytes_of(element_of(model.kind(id)));
}

}  // namespace

void require_room(const Model& model, const topology::Topology& machine) {
  std::uint64_t weights = 0;
  std::uint64_t values = 0;
  std::set<std::uint32_t> counted;
  for (const graph::ValueId id : model.graph->inputs) values += bytes_of(model, id);
  for (const graph::Node& node : model.graph->nodes) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const graph::ValueId id = node.inputs[i];
      if (id == graph::no_value || !model.constant(id) || !is_weight(node, i)) continue;
      if (counted.insert(index(id)).second) weights += bytes_of(model, id);
    }
    if (may_be_view(model, node)) continue;
    for (const graph::ValueId id : node.outputs) values += bytes_of(model, id);
  }
  const auto tile = static_cast<std::uint64_t>(machine.integer("tile.memory_bytes"));
  const std::uint64_t has = tile * model.machine.tiles;
  if (weights + values <= has) return;
  const std::uint64_t each = (weights + values) / model.machine.tiles;
  fail(Category::unsupported, "no program for " + machine.name() + ": the model needs at least " +
                                  grouped(weights + values, "byte") + " (weights " +
                                  grouped(weights) + ", values of nodes " + grouped(values) +
                                  ", which stay as long as the program), and the " +
                                  grouped(model.machine.tiles, "tile") + " of one IPU have " +
                                  grouped(has) + ": " + grouped(each) + " of " + grouped(tile) +
                                  " on each");
}

std::uint64_t evaluation_bytes(const Model& model) {
  // Of a value: its numbers, the limits of its bounds in fp64, and these as tensors.
  constexpr std::uint64_t bytes_a_value = 4 + 2 * 8 + 2 * 4;
  constexpr std::uint64_t bytes_a_weight = 4;
  // Of one node at a time: operands and results in fp64, with magnitudes, exact ones and bounds.
  constexpr std::uint64_t bytes_judged = 4 * 8;
  std::uint64_t held = 0;
  std::uint64_t most = 0;
  for (const graph::Value& value : model.graph->values) {
    const auto count = static_cast<std::uint64_t>(graph::count_of(value.type.shape));
    held += count * (value.constant ? bytes_a_weight : bytes_a_value);
  }
  for (const graph::Node& node : model.graph->nodes) {
    std::uint64_t count = 0;
    for (const auto* ids : {&node.inputs, &node.outputs}) {
      for (const graph::ValueId id : *ids) {
        if (id == graph::no_value) continue;
        count += static_cast<std::uint64_t>(graph::count_of(model.shape(id)));
      }
    }
    most = std::max(most, count * bytes_judged);
  }
  return held + most;
}

}  // namespace weft::lower::ipu
