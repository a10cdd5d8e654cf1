// SPDX-License-Identifier: Apache-2.0
// The models of jobs/data/onnx as PyTorch exports them: all are read, and what they become.
#include "golden.hpp"

namespace weft::onnx {
namespace {

/// Extents that the model leaves open: of the trained one its images, all that its file has.
Options options_of(const std::string& name) {
  Options options;
  if (name == "digits_cnn") options.dims["N"] = 360;
  return options;
}

struct ModelRow {
  const char* name;
  const char* operators;
};

TEST(OnnxModels, AreReadWhole) {
  static constexpr ModelRow rows[] = {
      {"cnn_8", "convolution 2, matmul 2, maximum_pool 1, relu 3, reshape 1"},
      {"digits_cnn", "convolution 2, matmul 2, maximum_pool 2, relu 3, reshape 1"},
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
    const graph::Graph graph = import_model(model_path(row.name), options_of(row.name));
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

/// In doubles on both sides: what differs is what the exporter folded in fp32, and sums' order.
TEST(OnnxModels, AnswerAsPyTorchInDouble) {
  for (const std::string name :
       {"cnn_8", "digits_cnn", "resnet8_32", "mobilenet_v2_w025_32", "vit_2layer_32",
        "bilstm_2layer", "bert_2layer_w64", "gpt2_2layer_w64", "llama_2layer_w64"}) {
    SCOPED_TRACE(name);
    const graph::Graph graph = import_model(model_path(name), options_of(name));
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
