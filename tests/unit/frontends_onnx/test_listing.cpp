// SPDX-License-Identifier: Apache-2.0
// The list of a file's operators: what it keeps, what it goes on behind, what it still refuses.
#include <gtest/gtest.h>

#include "support.hpp"

namespace weft::onnx {
namespace {

using namespace weft::test;
using graph::SourceModel;
using graph::SourceNode;
using graph::SourceValueId;

SourceModel listed(const OnnxModel& model, const Options& options = {}) {
  const Folder folder;
  return list_model(folder.write("model.onnx", model.bytes()), options);
}

TEST(Listing, KeepsOperatorsAttributesAndTypesOfTheFile) {
  OnnxModel model(20);
  model.input("x", {2, 4}).initializer(floats("scale", {4}, {1, 1, 1, 1}));
  model.node("LayerNormalization", {"x", "scale"}, {"n"},
             {attribute("axis", -1), attribute("epsilon", 0.5F)}, "norm");
  model.node("Gelu", {"n"}, {"y"}, {attribute("approximate", "tanh")}, "gelu").output("y");
  const SourceModel out = listed(model);
  ASSERT_EQ(out.nodes.size(), 2U);
  EXPECT_EQ(out.opsets.at(""), 20);
  const SourceNode& norm = out.nodes[0];
  EXPECT_EQ(norm.operation, "LayerNormalization");
  EXPECT_EQ(std::get<std::int64_t>(norm.attribute("axis")->value), -1);
  EXPECT_EQ(std::get<double>(norm.attribute("epsilon")->value), 0.5);
  EXPECT_EQ(std::get<std::string>(out.nodes[1].attribute("approximate")->value), "tanh");
  EXPECT_TRUE(out[norm.inputs[1]].is_initializer);
  EXPECT_EQ(text_of(*out[out.outputs[0]].type), "f32[2, 4]");
  EXPECT_EQ(index(*out[out.outputs[0]].producer), 1U);
}

TEST(Listing, TellsWhatIsFoldedAndWhatNobodyNeeds) {
  OnnxModel model(13);
  model.input("x", {2, 4}).initializer(floats("w", {4, 4}, std::vector<float>(16, 1.0F)));
  model.node("Shape", {"x"}, {"s"})
      .node("Transpose", {"w"}, {"t"}, {attribute("perm", std::vector<std::int64_t>{1, 0})});
  model.node("MatMul", {"x", "t"}, {"a"}).node("Reshape", {"a", "s"}, {"y"});
  model.node("Exp", {"x"}, {"unused"}).output("y");
  const SourceModel out = listed(model);
  ASSERT_EQ(out.nodes.size(), 5U);
  EXPECT_TRUE(out.nodes[0].is_folded);
  EXPECT_TRUE(out.nodes[1].is_folded);
  EXPECT_FALSE(out.nodes[2].is_folded);
  EXPECT_FALSE(out.nodes[4].is_needed);
  EXPECT_EQ(out.work().size(), 2U);
}

// What draws numbers hangs on no input, and is no constant.
TEST(Listing, TakesNoDrawnNumbersForConstants) {
  OnnxModel model(13);
  model.input("x", {2});
  model.node("RandomNormal", {}, {"r"}, {attribute("shape", std::vector<std::int64_t>{2})});
  model.value("r", {2}).node("Add", {"x", "r"}, {"y"}).output("y");
  const SourceModel out = listed(model);
  EXPECT_FALSE(out.nodes[0].is_folded);
  EXPECT_EQ(text_of(*out[out.outputs[0]].type), "f32[2]");
}

TEST(Listing, GoesOnBehindUnknownOperatorsWithWhatTheFileDeclares) {
  OnnxModel model(13);
  model.input("x", {"N", 4});
  model.node("NonZero", {"x"}, {"places"}).value("places", {2, "found"}, onnx_type::i64);
  model.node("Mine", {"x"}, {"m"}).value("m", {"N", 4});
  model.node("Relu", {"m"}, {"y"}).output("y").output("places");
  Options options;
  options.dims["N"] = 3;
  const SourceModel out = listed(model, options);
  EXPECT_FALSE(out[out.nodes[0].outputs[0]].type);
  EXPECT_EQ(text_of(*out[out.nodes[2].outputs[0]].type), "f32[3, 4]");
  ASSERT_EQ(out.open_extents.size(), 1U);
  EXPECT_EQ(out.open_extents[0].extent, 3);
}

TEST(Listing, InlinesFunctionsAndKeepsWhatBranchesCapture) {
  OnnxModel model(13);
  model.opset("mine", 1).input("x", {2}).input("yes", {}, onnx_type::boolean);
  Proto function;
  function.text(1, "Twice").text(4, "v").text(5, "w");
  function.message(7, node_proto("Add", {"v", "v"}, {"w"}, {}, "sum"));
  function.message(9, Proto().text(1, "").whole(2, 13)).text(10, "mine");
  model.function(function).node("Twice", {"x"}, {"t"}, {}, "call", "mine");
  Proto branch;
  branch.message(1, node_proto("Neg", {"t"}, {"b"})).text(2, "branch");
  branch.message(12, value_proto("b", onnx_type::f32, {2}));
  model.node("If", {"yes"}, {"y"},
             {graph_attribute("then_branch", branch), graph_attribute("else_branch", branch)});
  model.output("y", {2});
  const SourceModel out = listed(model);
  ASSERT_EQ(out.nodes.size(), 2U);
  EXPECT_EQ(out.nodes[0].operation, "Add");
  EXPECT_EQ(out.nodes[0].origin.node, "call/sum");
  EXPECT_TRUE(out.nodes[0].is_needed);
  EXPECT_EQ(out.nodes[1].operation, "If");
  ASSERT_FALSE(out.nodes[1].captured.empty());
  EXPECT_EQ(out.nodes[1].captured[0], out.nodes[0].outputs[0]);
}

TEST(Listing, KnowsWeightsThatAreNotThereByTheirType) {
  OnnxModel model(13);
  model.input("x", {1, 4});
  for (const char* name : {"w", "v"}) {
    model.initializer(external_tensor(name, onnx_type::f32, {4, 4}, {{"location", "weights.bin"}}));
  }
  model.node("Transpose", {"v"}, {"t"}).node("MatMul", {"x", "w"}, {"a"});
  model.node("MatMul", {"a", "t"}, {"y"}).output("y");
  const SourceModel out = listed(model);
  EXPECT_EQ(out.absent_data, (std::map<std::string, std::int64_t>{{"weights.bin", 2}}));
  const graph::SourceValue& weights = out[out.nodes[1].inputs[1]];
  EXPECT_TRUE(weights.is_initializer && weights.is_constant);
  EXPECT_FALSE(weights.constant);
  EXPECT_TRUE(out.nodes[0].is_folded);
  EXPECT_EQ(text_of(*out[out.outputs[0]].type), "f32[1, 4]");
}

TEST(Listing, NamesTheClassOfAModule) {
  Proto node = node_proto("Relu", {"x"}, {"y"});
  node.message(9, Proto()
                      .text(1, "pkg.torch.onnx.class_hierarchy")
                      .text(2, "['a.b.Model', 'a.b.Block', 'aten.relu.default']"));
  OnnxModel model(13);
  model.input("x", {2}).node(node).output("y");
  EXPECT_EQ(listed(model).nodes[0].module_class, "Block");
}

TEST(Listing, RefusesWhatTheReaderRefuses) {
  OnnxModel open(13);
  open.input("x", {"N"}).node("Relu", {"x"}, {"y"}).output("y");
  EXPECT_THROW((void)listed(open), Error);
  OnnxModel wrong(13);
  wrong.input("x", {2}).input("z", {3}).node("Add", {"x", "z"}, {"y"}).output("y");
  EXPECT_THROW((void)listed(wrong), Error);
  OnnxModel missing(13);
  missing.input("x", {2}).node("Relu", {"nothing"}, {"y"}).output("y");
  EXPECT_THROW((void)listed(missing), Error);
}

}  // namespace
}  // namespace weft::onnx
