// SPDX-License-Identifier: Apache-2.0
// Files of PyTorch's old exporter, whose shapes are computed in the file: with the extents given
// nothing is left of it.
#include "golden.hpp"
#include "graph/passes.hpp"

namespace weft::onnx {
namespace {

struct OldRow {
  const char* file;
  const char* data;
  std::map<std::string, std::int64_t> dims;
  const char* operators;  ///< as read, before any pass
};

const OldRow rows[] = {
    {"old_cnn_opset11",
     "old_cnn",
     {{"N", 2}},
     "convolution 2, hard_sigmoid 1, matmul 1, maximum_pool 1, multiply 1, pad 1, "
     "reduce_mean 1, relu 1, reshape 1"},
    {"old_cnn_opset14",
     "old_cnn",
     {{"N", 2}},
     "convolution 2, hard_swish 1, matmul 1, maximum_pool 1, pad 1, reduce_mean 1, "
     "relu 1, reshape 1"},
    {"old_cnn_opset17",
     "old_cnn",
     {{"N", 2}},
     "convolution 2, hard_swish 1, matmul 1, maximum_pool 1, pad 1, reduce_mean 1, "
     "relu 1, reshape 1"},
    {"old_encoder_opset13",
     "old_encoder",
     {{"N", 2}, {"T", 9}},
     "add 12, divide 4, erf 1, gather 1, matmul 6, multiply 4, power 2, reduce_mean 4, "
     "reshape 4, select 1, slice 3, softmax 1, square_root 2, subtract 2, transpose 4"},
    {"old_encoder_opset17",
     "old_encoder",
     {{"N", 2}, {"T", 9}},
     "add 8, divide 2, erf 1, gather 1, layer_norm 2, matmul 6, multiply 2, reshape 4, "
     "select 1, slice 3, softmax 1, transpose 4"},
    {"old_lstm_opset11",
     "old_lstm",
     {{"N", 2}},
     "gather 1, lstm 2, matmul 1, reshape 2, transpose 4"},
    {"old_lstm_opset17",
     "old_lstm",
     {{"N", 2}},
     "gather 1, lstm 2, matmul 1, reshape 2, transpose 4"},
};

TEST(OnnxOldExports, FoldToWhatDependsOnAnInput) {
  for (const OldRow& row : rows) {
    SCOPED_TRACE(row.file);
    Options options;
    options.dims = row.dims;
    const graph::Graph graph = import_model(model_path(row.file), options);
    EXPECT_NO_THROW(require_sound(graph));
    EXPECT_EQ(operators_of(graph), row.operators);
  }
}

/// The encoder's mask is made in the file and hides by -10000, a number as any other: a row may see
/// what is hidden, so this is no causal attention.
TEST(OnnxOldExports, AMaskOfOrdinaryNumbersHidesNothing) {
  Options options;
  options.dims = {{"N", 1}, {"T", 5}};
  graph::Graph graph = import_model(model_path("old_encoder_opset17"), options);
  simplify(graph);
  EXPECT_EQ(operators_of(graph),
            "add 3, divide 1, gather 1, gelu 1, layer_norm 2, matmul 6, reshape 4, select 1, "
            "slice 3, softmax 1, transpose 4");
}

TEST(OnnxOldExports, AnswerAsPyTorchInDouble) {
  for (const OldRow& row : rows) {
    SCOPED_TRACE(row.file);
    Options options;
    options.dims = row.dims;
    const graph::Graph graph = import_model(model_path(row.file), options);
    const graph::Numbers given = stored(row.data, graph[graph.inputs.at(0)].name);
    const graph::Numbers answer = answers(graph, {given}).at(0);
    const graph::Numbers exact = stored(row.data, "golden/fp64");
    ASSERT_EQ(answer.type.shape, exact.type.shape);
    EXPECT_LT(difference(answer, exact), 1e-6);
    EXPECT_LT(difference(answer, stored(row.data, "golden/onnxruntime")), 1e-5);
  }
}

/// The extents that the file leaves open are free: other ones are read as well.
TEST(OnnxOldExports, TakeOtherExtents) {
  for (const OldRow& row : rows) {
    SCOPED_TRACE(row.file);
    Options options;
    for (const auto& [name, extent] : row.dims) options.dims[name] = extent + 3;
    const graph::Graph graph = import_model(model_path(row.file), options);
    EXPECT_EQ(operators_of(graph), row.operators);
    EXPECT_EQ(graph[graph.outputs.at(0)].type.shape.at(0), row.dims.at("N") + 3);
  }
}

}  // namespace
}  // namespace weft::onnx
