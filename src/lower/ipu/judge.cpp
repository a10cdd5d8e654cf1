// SPDX-License-Identifier: Apache-2.0
// Whether the values of the program's arithmetic lie within the bounds of each node.
#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "graph/bounds.hpp"
#include "lower/ipu/model.hpp"

namespace weft::lower::ipu {

using graph::Element;

namespace {

/// As the graph's functions take them: whole numbers in the model's own width.
graph::Numbers widened(const Numbers& numbers, Element element) {
  graph::Numbers out;
  out.type = {numbers.floating() ? element_of(numbers.kind) : element, numbers.shape};
  out.floats.assign(numbers.floats.begin(), numbers.floats.end());
  out.whole.assign(numbers.whole.begin(), numbers.whole.end());
  return out;
}

/// What is beyond fp16 is the largest number of its sign on a tile; an infinity that only moves
/// stays one.
void saturate(graph::Bound& bound, const Numbers& machine) {
  constexpr double largest = 65504;
  for (std::size_t i = 0; i < bound.exact.floats.size(); ++i) {
    double& exact = bound.exact.floats[i];
    if (std::abs(exact) > largest && machine.floats[i] == std::copysign(largest, exact)) {
      exact = std::copysign(largest, exact);
    }
  }
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
      operands.push_back(widened(values[index(id)], model.value(id).type.element));
      given.push_back(&operands.back());
    }
    const Numbers& machine = values[index(node.outputs[0])];
    const Element element = model.value(node.outputs[0]).type.element;
    auto bounds = graph::bounds_of(node.what, given, formats);
    if (machine.kind == Kind::half) saturate(bounds[0], machine);
    const auto outside = graph::first_outside(bounds[0], widened(machine, element));
    ++out.nodes;
    if (outside && element == Element::i64) {
      fail(Category::unsupported,
           place_of(node) + ": " + text_of(*outside) + ": a tile's whole numbers have 32 bits");
    }
    if (outside) out.outside.push_back(place_of(node) + ": " + text_of(*outside));
  }
  return out;
}

}  // namespace weft::lower::ipu
