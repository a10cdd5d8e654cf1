// SPDX-License-Identifier: Apache-2.0
// Whether the values of the program's arithmetic lie within the bounds of each node.
#include "lower/judge.hpp"

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

/// A node's values, kept as long as they are looked at.
class Looked {
 public:
  Looked(const Model& model, const std::vector<Numbers>& values,
         const std::vector<graph::ValueId>& ids) {
    numbers_.reserve(ids.size());
    for (const graph::ValueId id : ids) {
      if (id == graph::no_value) {
        operands_.push_back(nullptr);
        continue;
      }
      numbers_.push_back(widened(values[index(id)], model.value(id).type.element));
      operands_.push_back(&numbers_.back());
    }
  }
  const graph::Operands& operands() const { return operands_; }

 private:
  std::vector<graph::Numbers> numbers_;
  graph::Operands operands_;
};

constexpr double most_of_half = 65504;

}  // namespace

Judgement judge(const Model& model, const std::vector<Numbers>& values) {
  graph::Formats formats;
  formats.result = element_of(model.floats);
  formats.arithmetic = formats.result;
  Judge judge(*model.graph);
  for (const graph::Node& node : model.graph->nodes) {
    // Its scale and shift are folded, which is another formula than that of a bound.
    if (std::holds_alternative<graph::BatchNormalise>(node.what)) continue;
    const Looked operands(model, values, node.inputs);
    const Looked results(model, values, node.outputs);
    const bool half = values[index(node.outputs[0])].kind == Kind::half;
    judge.node(node, operands.operands(), results.operands(), formats, half ? most_of_half : 0);
  }
  return judge.judgement();
}

}  // namespace weft::lower::ipu
