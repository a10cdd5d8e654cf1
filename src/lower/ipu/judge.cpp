// SPDX-License-Identifier: Apache-2.0
// Whether the values of the program's arithmetic lie within the bounds of each node.
#include "graph/bounds.hpp"
#include "lower/ipu/model.hpp"

namespace weft::lower::ipu {

using graph::Element;

namespace {

/// As the graph's functions take them.
graph::Numbers widened(const Numbers& numbers) {
  graph::Numbers out;
  const bool condition = numbers.kind == Kind::boolean;
  out.type = {condition ? Element::boolean : element_of(numbers.kind), numbers.shape};
  out.floats.assign(numbers.floats.begin(), numbers.floats.end());
  out.whole.assign(numbers.whole.begin(), numbers.whole.end());
  return out;
}

}  // namespace

Judgement judge(const Model& model, const std::vector<Numbers>& values) {
  graph::Formats formats;
  formats.result = element_of(model.floats);
  formats.arithmetic = formats.result;
  Judgement out;
  for (const graph::Node& node : model.graph->nodes) {
    // Its scale and shift are folded, which is another formula than that of a bound.
    if (std::holds_alternative<graph::BatchNormalise>(node.what)) continue;
    std::vector<graph::Numbers> operands;
    graph::Operands given;
    operands.reserve(node.inputs.size());
    for (const graph::ValueId id : node.inputs) {
      if (id == graph::no_value) {
        given.push_back(nullptr);
        continue;
      }
      operands.push_back(widened(values[index(id)]));
      given.push_back(&operands.back());
    }
    const auto bounds = graph::bounds_of(node.what, given, formats);
    const auto outside = graph::first_outside(bounds[0], widened(values[index(node.outputs[0])]));
    ++out.nodes;
    if (outside) out.outside.push_back(place_of(node) + ": " + text_of(*outside));
  }
  return out;
}

}  // namespace weft::lower::ipu
