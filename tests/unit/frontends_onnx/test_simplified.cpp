// SPDX-License-Identifier: Apache-2.0
// The models of jobs/data/onnx, simplified: they say what they said, in fewer nodes, nothing is
// left to do a second time, and computed in fp32 and fp16 every node lies within its bound.
#include <cmath>
#include <string>

#include "graph/arithmetic.hpp"
#include "graph/bounds.hpp"
#include "graph/passes.hpp"
#include "support.hpp"

namespace weft::onnx {
namespace {

using graph::Element;
using graph::Graph;
using graph::Numbers;
using graph::ValueId;

Graph exported(const std::string& name) {
  return import_model(std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx/" + name + ".onnx");
}

/// Floats between -1 and 1; token numbers below 100, and a mask that sees all but the last.
std::vector<Numbers> some_inputs(const Graph& model) {
  std::vector<Numbers> inputs;
  for (const ValueId id : model.inputs) {
    Numbers numbers{model[id].type, {}, {}};
    const bool mask = model[id].name == "mask";
    for (std::int64_t i = 0; i < numbers.count(); ++i) {
      const std::int64_t drawn = (i * 7919 + 13) % 997;
      if (is_floating(numbers.type.element)) {
        numbers.floats.push_back(static_cast<double>(drawn - 498) / 512);
      } else {
        numbers.whole.push_back(mask ? (i + 1 < numbers.count() ? 1 : 0) : drawn % 100);
      }
    }
    inputs.push_back(std::move(numbers));
  }
  return inputs;
}

double apart(const Numbers& a, const Numbers& b) {
  double largest = 0;
  double off = 0;
  for (std::size_t i = 0; i < b.floats.size(); ++i) {
    largest = std::fmax(largest, std::fabs(b.floats[i]));
    off = std::fmax(off, std::fabs(a.floats[i] - b.floats[i]));
  }
  return off / largest;
}

struct SimplifiedRow {
  const char* name;
  std::size_t nodes;  ///< that are left
  double bound;       ///< fp64; and of gelu_tanh what fp32 made of its constants
};
constexpr SimplifiedRow simplified_rows[] = {{"cnn_8", 6, 1e-14},
                                             {"resnet8_32", 13, 1e-14},
                                             {"mobilenet_v2_w025_32", 55, 1e-14},
                                             {"vit_2layer_32", 59, 1e-13},
                                             {"bilstm_2layer", 6, 1e-14},
                                             {"bert_2layer_w64", 48, 1e-13},
                                             {"gpt2_2layer_w64", 60, 1e-7},
                                             {"llama_2layer_w64", 85, 1e-13}};

TEST(OnnxModels, SimplifiedSayTheSame) {
  for (const SimplifiedRow& row : simplified_rows) {
    SCOPED_TRACE(row.name);
    const Graph model = exported(row.name);
    Graph simple = model;
    simplify(simple);
    EXPECT_EQ(simple.nodes.size(), row.nodes) << text_of(simple);
    const std::string text = text_of(simple);
    simplify(simple);
    EXPECT_EQ(text_of(simple), text);
    const std::vector<Numbers> inputs = some_inputs(model);
    const Numbers before = outputs_of(model, evaluate(model, inputs)).at(0);
    const Numbers after = outputs_of(simple, evaluate(simple, inputs)).at(0);
    EXPECT_LE(apart(after, before), row.bound);
  }
}

TEST(OnnxModels, EveryNodeLiesWithinItsBound) {
  for (const SimplifiedRow& row : simplified_rows) {
    for (const Element element : {Element::f32, Element::f16}) {
      Graph model = exported(row.name);
      simplify(model);
      if (element != Element::f32) change_format(model, Element::f32, element);
      std::vector<Numbers> inputs = some_inputs(model);
      for (Numbers& one : inputs) one = numbers_of(tensor_of(one));
      const auto values = evaluate(model, inputs, graph::PlainArithmetic(element));
      graph::Formats formats;
      formats.result = formats.arithmetic = element;
      for (const graph::Node& node : model.nodes) {
        graph::Operands operands;
        for (const ValueId id : node.inputs) {
          operands.push_back(id == graph::no_value ? nullptr : &values[index(id)]);
        }
        const auto bounds = bounds_of(node.what, operands, formats);
        for (std::size_t i = 0; i < bounds.size(); ++i) {
          const auto outside = first_outside(bounds[i], values[index(node.outputs[i])]);
          EXPECT_FALSE(outside) << row.name << ", " << model[node.outputs[i]].name << " in "
                                << name_of(element) << ": " << text_of(*outside);
        }
      }
    }
  }
}

}  // namespace
}  // namespace weft::onnx
