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

/// A batch norm's parameters are not on the machine: a factor and a term are, made of them as the
/// model has them (channel_line), not rounded to `element`, which an operator's operands all have.
/// Of other nodes none.
std::vector<graph::Numbers> folded_parameters(const Model& model, const graph::Node& node,
                                              Element element) {
  std::vector<graph::Numbers> out;
  if (!std::holds_alternative<graph::BatchNormalise>(node.what)) return out;
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    out.push_back(graph::numbers_of(*model.value(node.inputs[i]).constant));
    out.back().type.element = element;
  }
  return out;
}

constexpr double most_of_half = 65504;

}  // namespace

Judgement judge(const Model& model, const std::vector<Numbers>& values) {
  graph::Formats formats;
  formats.result = element_of(model.floats);
  formats.arithmetic = formats.result;
  Judge judge(*model.graph);
  for (const graph::Node& node : model.graph->nodes) {
    const Looked looked(model, values, node.inputs);
    graph::Operands operands = looked.operands();
    const std::vector<graph::Numbers> folded = folded_parameters(model, node, formats.result);
    for (std::size_t i = 0; i < folded.size(); ++i) operands[1 + i] = &folded[i];
    const Looked results(model, values, node.outputs);
    const bool half = values[index(node.outputs[0])].kind == Kind::half;
    judge.node(node, operands, results.operands(), formats, half ? most_of_half : 0);
  }
  return judge.judgement();
}

}  // namespace weft::lower::ipu
