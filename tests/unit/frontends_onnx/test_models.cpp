// SPDX-License-Identifier: Apache-2.0
// The models of jobs/data/onnx as PyTorch exports them: all are read, and what they become.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "support.hpp"
#include "trace/tensor.hpp"

namespace weft::onnx {
namespace {

std::string model_path(const std::string& name) {
  return std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx/" + name + ".onnx";
}

/// "add 3, convolution 2": the graph's operators by name.
std::string operators_of(const graph::Graph& graph) {
  std::map<std::string, int> counts;
  for (const graph::Node& node : graph.nodes) ++counts[std::string(name_of(node.what))];
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "" : ", ") + name + " " + std::to_string(count);
  }
  return text;
}

struct ModelRow {
  const char* name;
  const char* operators;
};

TEST(OnnxModels, AreReadWhole) {
  static constexpr ModelRow rows[] = {
      {"cnn_8", "convolution 2, matmul 2, maximum_pool 1, relu 3, reshape 1"},
      {"resnet8_32",
       "add 3, convolution 9, matmul 1, maximum_pool 1, reduce_mean 1, relu 7, "
       "reshape 1"},
      {"mobilenet_v2_w025_32",
       "add 11, clip 35, convolution 52, matmul 1, reduce_mean 1, reshape 1"},
      {"vit_2layer_32",
       "add 11, concat 1, convolution 1, gather 7, gelu 2, layer_norm 5, matmul 13, "
       "multiply 4, reshape 23, softmax 2, transpose 17"},
      {"bilstm_2layer", "add 1, lstm 2, matmul 1, reshape 2, transpose 4"},
      {"bert_2layer_w64",
       "add 20, and 1, convert 1, gather 1, gather_points 1, gelu 2, is_nan 2, "
       "layer_norm 5, matmul 16, multiply 4, reshape 12, select 3, softmax 2, "
       "transpose 10"},
      {"gpt2_2layer_w64",
       "add 11, gather 1, is_nan 2, layer_norm 5, matmul 13, multiply 12, power 2, "
       "reshape 28, select 2, slice 6, softmax 2, tanh 2, transpose 10"},
      {"llama_2layer_w64",
       "add 15, concat 4, expand 4, gather 1, is_nan 2, matmul 19, multiply 26, "
       "negate 4, power 5, reciprocal 5, reduce_mean 5, reshape 18, select 2, "
       "sigmoid 2, slice 8, softmax 2, square_root 5, transpose 10"}};
  for (const ModelRow& row : rows) {
    SCOPED_TRACE(row.name);
    const graph::Graph graph = import_model(model_path(row.name));
    EXPECT_NO_THROW(require_sound(graph));
    EXPECT_EQ(operators_of(graph), row.operators);
    EXPECT_EQ(graph.name, row.name);
    EXPECT_EQ(graph.outputs.size(), 1U);
    for (const graph::Node& node : graph.nodes) {
      ASSERT_EQ(node.origins.size(), 1U);
      EXPECT_FALSE(node.origins[0].node.empty());
    }
  }
}

/// An array of the file beside the model, as the graph takes it.
graph::Numbers stored(const std::string& model, const std::string& name) {
  const trace::Tensor array =
      trace::read_tensor(std::string(WEFT_SOURCE_DIR) + "/jobs/data/onnx/" + model + ".h5", name);
  static const std::map<trace::ElementType, graph::Element> elements = {
      {trace::ElementType::f32, graph::Element::f32},
      {trace::ElementType::f64, graph::Element::f64},
      {trace::ElementType::i64, graph::Element::i64}};
  const graph::Shape shape(array.shape.begin(), array.shape.end());
  return numbers_of(graph::Tensor({elements.at(array.type), shape}, array.bytes));
}

/// The largest difference, as a part of the largest value.
double difference(const graph::Numbers& a, const graph::Numbers& b) {
  double largest = 0;
  double off = 0;
  for (std::size_t i = 0; i < a.floats.size(); ++i) {
    largest = std::max(largest, std::abs(b.floats[i]));
    off = std::max(off, std::abs(a.floats[i] - b.floats[i]));
  }
  return off / largest;
}

/// In doubles on both sides: what differs is what the exporter folded in fp32, and sums' order.
TEST(OnnxModels, AnswerAsPyTorchInDouble) {
  for (const std::string name :
       {"cnn_8", "resnet8_32", "mobilenet_v2_w025_32", "vit_2layer_32", "bilstm_2layer",
        "bert_2layer_w64", "gpt2_2layer_w64", "llama_2layer_w64"}) {
    SCOPED_TRACE(name);
    const graph::Graph graph = import_model(model_path(name));
    std::vector<graph::Numbers> inputs;
    for (const graph::ValueId id : graph.inputs) inputs.push_back(stored(name, graph[id].name));
    const graph::Numbers answer = answers(graph, inputs).at(0);
    const graph::Numbers exact = stored(name, "golden/fp64");
    ASSERT_EQ(answer.type.shape, exact.type.shape);
    const double off = difference(answer, exact);
    RecordProperty(name, std::to_string(off));
    EXPECT_LT(off, 1e-6);
    EXPECT_LT(difference(answer, stored(name, "golden/onnxruntime")), 1e-5);
  }
}

}  // namespace
}  // namespace weft::onnx
