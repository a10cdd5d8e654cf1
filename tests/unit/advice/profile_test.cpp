// SPDX-License-Identifier: Apache-2.0
// Sums of a model's work, worked out by hand.
#include <gtest/gtest.h>

#include "advice/text.hpp"
#include "support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

/// x [2, 3] -> x W [3, 4] -> relu; a shape that is folded; a node that nobody needs.
OnnxModel small() {
  OnnxModel model(13);
  model.input("x", {2, 3}).initializer(floats("w", {3, 4}, std::vector<float>(12, 1.0F)));
  model.node("MatMul", {"x", "w"}, {"a"}, {}, "product").node("Relu", {"a"}, {"b"}, {}, "relu");
  model.node("Shape", {"b"}, {"s"}).node("Reshape", {"b", "s"}, {"y"}, {}, "reshape");
  model.node("Exp", {"x"}, {"unused"}).output("y");
  return model;
}

TEST(Profile, SumsWorkBytesAndParameters) {
  const Profile profile = profile_of(listed(small()));
  EXPECT_EQ(profile.work.nodes, 3);
  EXPECT_EQ(profile.folded_nodes, 1);
  EXPECT_EQ(profile.work.multiplications, 2 * 4 * 3);
  EXPECT_EQ(profile.work.parameters, 12);
  EXPECT_EQ(profile.parameter_bytes, 48);
  ASSERT_EQ(profile.by_operator.size(), 3U);
  EXPECT_EQ(profile.by_operator[0].name, "MatMul");
  EXPECT_EQ(profile.by_operator[0].work.bytes, 4 * (6 + 12 + 8));
  EXPECT_DOUBLE_EQ(profile.by_operator[0].work.intensity(), 2.0 * 24 / 104);
  EXPECT_EQ(profile.by_operator[0].shape, "[2, 4]");
}

// While the product runs x and a live; then a and b; then b and y.
TEST(Profile, FollowsWhatIsLive) {
  const Profile profile = profile_of(listed(small()));
  EXPECT_EQ(profile.live_bytes, 4 * (8 + 8));
  EXPECT_EQ(profile.live_elements, 16);
  EXPECT_EQ(profile.live_at, "relu");
}

TEST(Profile, CountsASharedTableOnce) {
  OnnxModel model(13);
  model.input("x", {2, 2}).initializer(floats("w", {2, 2}, {1, 2, 3, 4}));
  model.node("MatMul", {"x", "w"}, {"a"}).node("MatMul", {"a", "w"}, {"y"}).output("y");
  EXPECT_EQ(profile_of(listed(model)).work.parameters, 4);
}

TEST(Profile, KnowsWorkOfConvolutionsAndRecurrences) {
  OnnxModel model(11);
  model.input("x", {1, 4, 8, 8}).initializer(floats("w", {6, 2, 3, 3}, std::vector<float>(108)));
  model.node("Conv", {"x", "w"}, {"y"}, {attribute("group", 2)}).output("y");
  EXPECT_EQ(profile_of(listed(model)).work.multiplications, 6 * 6 * 6 * 2 * 3 * 3);
  OnnxModel lstm(11);
  lstm.input("x", {5, 2, 4});
  lstm.initializer(floats("w", {1, 12, 4}, std::vector<float>(48)));
  lstm.initializer(floats("r", {1, 12, 3}, std::vector<float>(36)));
  lstm.node("LSTM", {"x", "w", "r"}, {"y"}, {attribute("hidden_size", 3)}).output("y");
  const Profile profile = profile_of(listed(lstm));
  EXPECT_EQ(profile.work.multiplications, 5 * 2 * (48 + 36));
  ASSERT_TRUE(profile.sequence);
  EXPECT_EQ(profile.sequence->extent, 5);
  EXPECT_EQ(profile.batch->extent, 2);
}

TEST(Profile, RecognisesTokensAndOpenExtents) {
  OnnxModel model(13);
  model.input("ids", {"N", 7}, onnx_type::i64);
  model.initializer(floats("table", {10, 2}, std::vector<float>(20)));
  model.node("Gather", {"table", "ids"}, {"y"}).output("y");
  onnx::Options options;
  options.dims["N"] = 3;
  const Profile profile = profile_of(listed(model, options));
  ASSERT_TRUE(profile.batch && profile.sequence);
  EXPECT_EQ(profile.batch->extent, 3);
  EXPECT_EQ(profile.sequence->extent, 7);
  ASSERT_EQ(profile.open_extents.size(), 1U);
  EXPECT_EQ(profile.open_extents[0].name, "N");
  EXPECT_EQ(profile.open_extents[0].extent, 3);
  EXPECT_EQ(profile.work.bytes, 3 * 7 * 8 + 3 * 7 * 2 * 4);
  EXPECT_EQ(profile.largest.bytes, profile.work.bytes);
  EXPECT_EQ(profile.largest.floats, 3 * 7 * 2);  // the table is not read whole
}

// As PyTorch exports transformers' GPT-2: the tokens are reshaped to what they are.
TEST(Profile, RecognisesTokensThroughAReshapeThatChangesNothing) {
  for (const std::int64_t extent : {7, 14}) {
    OnnxModel model(14);
    model.input("ids", {2, 7}, onnx_type::i64);
    model.initializer(wholes("shape", {2}, {-1, extent}));
    model.initializer(floats("table", {10, 2}, std::vector<float>(20)));
    model.node("Reshape", {"ids", "shape"}, {"rows"}, {attribute("allowzero", 1)});
    model.node("Gather", {"table", "rows"}, {"y"}).output("y");
    const Profile profile = profile_of(listed(model));
    ASSERT_EQ(profile.sequence.has_value(), extent == 7) << extent;
    EXPECT_EQ(profile.sequence ? profile.sequence->extent : 7, 7);
  }
}

TEST(Profile, TellsTypesOfGroupsWithSeveral) {
  OnnxModel model(13);
  model.input("x", {2, 3}).input("v", {4}).input("i", {4}, onnx_type::i64);
  model.node("Neg", {"x"}, {"a"}).node("Neg", {"a"}, {"b"}).output("b");
  model.node("Abs", {"x"}, {"c"}).node("Abs", {"v"}, {"d"}).node("Abs", {"i"}, {"e"});
  model.output("c").output("d").output("e");
  const Profile profile = profile_of(listed(model));
  ASSERT_EQ(profile.by_operator.size(), 2U);
  const bool is_first = profile.by_operator[0].name == "Neg";
  const Group& alike = profile.by_operator[is_first ? 0 : 1];
  const Group& several = profile.by_operator[is_first ? 1 : 0];
  EXPECT_EQ(alike.shape, "[2, 3]");
  EXPECT_EQ(type_text(alike), " f32[2, 3]");
  EXPECT_EQ(several.shape, "");
  EXPECT_EQ(several.shapes, 2U);
  EXPECT_EQ(type_text(several), " f32, i64, 2 shapes");
  EXPECT_EQ(type_text(profile.by_module.empty() ? Group{} : profile.by_module[0]), "");
}

// A name says more than a place, and a cache's length is not the sequence's.
TEST(Profile, RecognisesDimensionsByTheirNames) {
  OnnxModel model(13);
  model.input("past", {"batch_size", 4, "past_sequence_length", 2});
  model.input("x", {"heads", "sequence_length", "batch_size"});
  model.node("Relu", {"x"}, {"y"}).node("Relu", {"past"}, {"z"}).output("y").output("z");
  onnx::Options options;
  options.dims = {
      {"batch_size", 3}, {"past_sequence_length", 5}, {"sequence_length", 6}, {"heads", 2}};
  const Profile profile = profile_of(listed(model, options));
  ASSERT_TRUE(profile.batch && profile.sequence);
  EXPECT_EQ(profile.batch->input, "past");
  EXPECT_EQ(profile.batch->axis, 0U);
  EXPECT_EQ(profile.batch->extent, 3);
  EXPECT_EQ(profile.sequence->input, "x");
  EXPECT_EQ(profile.sequence->axis, 1U);
  EXPECT_EQ(profile.sequence->extent, 6);
}

TEST(Profile, RecognisesTokensThatAreConverted) {
  OnnxModel model(13);
  model.input("ids", {2, 7}, onnx_type::i32);
  model.initializer(floats("table", {10, 2}, std::vector<float>(20)));
  model.node("Cast", {"ids"}, {"wide"}, {attribute("to", 7)});
  model.node("Gather", {"table", "wide"}, {"y"}).output("y");
  const Profile profile = profile_of(listed(model));
  ASSERT_TRUE(profile.sequence);
  EXPECT_EQ(profile.sequence->input, "ids");
  EXPECT_EQ(profile.sequence->extent, 7);
}

// Tokens whose time comes first: the recurrence says which axis it is, through lookup and turns.
TEST(Profile, ARecurrenceSaysWhichAxisOfItsTokensIsTime) {
  for (const bool turned : {false, true}) {
    OnnxModel model(14);
    model.input("ids", turned ? std::vector<Dim>{1, 9} : std::vector<Dim>{9, 1}, onnx_type::i64);
    model.initializer(floats("table", {10, 4}, std::vector<float>(40)));
    model.initializer(floats("w", {1, 12, 4}, std::vector<float>(48)));
    model.initializer(floats("r", {1, 12, 3}, std::vector<float>(36)));
    model.node("Gather", {"table", "ids"}, {"rows"});
    if (turned) {
      model.node("Transpose", {"rows"}, {"x"},
                 {attribute("perm", std::vector<std::int64_t>{1, 0, 2})});
    }
    model.node("LSTM", {turned ? "x" : "rows", "w", "r"}, {"y"}, {attribute("hidden_size", 3)});
    model.output("y");
    const Profile profile = profile_of(listed(model));
    ASSERT_TRUE(profile.batch && profile.sequence);
    EXPECT_EQ(profile.sequence->input, "ids");
    EXPECT_EQ(profile.sequence->axis, turned ? 1U : 0U);
    EXPECT_EQ(profile.sequence->extent, 9);
    EXPECT_EQ(profile.batch->extent, 1);
  }
}

TEST(Profile, TakesALayoutWithTheBatchInFront) {
  OnnxModel model(14);
  model.input("x", {2, 5, 4});
  model.initializer(floats("w", {1, 9, 4}, std::vector<float>(36)));
  model.initializer(floats("r", {1, 9, 3}, std::vector<float>(27)));
  model.node("GRU", {"x", "w", "r"}, {"y"}, {attribute("hidden_size", 3), attribute("layout", 1)});
  model.output("y");
  const Profile profile = profile_of(listed(model));
  ASSERT_TRUE(profile.batch && profile.sequence);
  EXPECT_EQ(profile.batch->axis, 0U);
  EXPECT_EQ(profile.batch->extent, 2);
  EXPECT_EQ(profile.sequence->axis, 1U);
  EXPECT_EQ(profile.sequence->extent, 5);
}

TEST(Profile, SaysNothingOfDimensionsThatNothingTells) {
  OnnxModel model(13);
  model.input("a", {2, 3}).input("b", {3, 2}).node("MatMul", {"a", "b"}, {"y"}).output("y");
  const Profile profile = profile_of(listed(model));
  EXPECT_FALSE(profile.batch || profile.sequence);
}

TEST(Profile, FollowsWhatIsLiveOverTheNodes) {
  OnnxModel model(13);
  model.input("x0", {64});
  for (int i = 0; i < 200; ++i) {
    const std::string name = std::to_string(i);
    model.node("Relu", {"x" + name}, {"x" + std::to_string(i + 1)}, {}, "n" + name);
  }
  model.node("Concat", {"x0", "x200"}, {"y"}, {attribute("axis", 0)}, "join").output("y");
  const Profile profile = profile_of(listed(model));
  ASSERT_EQ(profile.live.size(), 64U);
  EXPECT_EQ(profile.live.front().node, "n1");
  EXPECT_EQ(profile.live.front().bytes, 3 * 256);  // x0 to the end, x1 and x2
  EXPECT_EQ(profile.live.back().node, "join");
  EXPECT_EQ(profile.live.back().bytes, 4 * 256);
  EXPECT_EQ(profile.live_bytes, 4 * 256);
}

// What the graphs in a node's attributes take is live until then.
TEST(Profile, KeepsWhatBranchesTake) {
  OnnxModel model(13);
  model.input("x", {64}).input("yes", {}, onnx_type::boolean);
  model.node("Relu", {"x"}, {"kept"}, {}, "a").node("Relu", {"x"}, {"b"}, {}, "b");
  model.node("Relu", {"b"}, {"c"}, {}, "c").node("Relu", {"c"}, {"d"}, {}, "d");
  Proto branch;
  branch.message(1, node_proto("Neg", {"kept"}, {"r"})).text(2, "branch");
  branch.message(12, value_proto("r", onnx_type::f32, {64}));
  model.node("If", {"yes"}, {"y"},
             {graph_attribute("then_branch", branch), graph_attribute("else_branch", branch)});
  model.output("y", {64}).output("d");
  const Profile profile = profile_of(listed(model));
  EXPECT_EQ(profile.live_bytes, 1 + 3 * 256);  // the condition, x, kept and b
}

TEST(Profile, KnowsWhichModulesTakeWhatOthersGive) {
  OnnxModel model(13);
  const auto of_module = [](Proto node, const std::string& name) {
    return std::move(node.message(9, Proto()
                                         .text(1, "pkg.torch.onnx.class_hierarchy")
                                         .text(2, "['a.Net', 'a." + name + "', 'aten.op']")));
  };
  model.input("x", {2}).node(of_module(node_proto("Relu", {"x"}, {"a"}), "First"));
  model.node(of_module(node_proto("Relu", {"a"}, {"b"}), "Second"));
  model.node(of_module(node_proto("Add", {"a", "b"}, {"y"}), "Third")).output("y");
  const Profile profile = profile_of(listed(model));
  std::map<std::string, std::vector<std::string>> flow;
  for (const Group& one : profile.by_module) flow[one.name] = one.gives_to;
  EXPECT_EQ(flow, (std::map<std::string, std::vector<std::string>>{
                      {"First", {"Second", "Third"}}, {"Second", {"Third"}}, {"Third", {}}}));
}

TEST(Profile, GoesOnBehindWhatTheReaderDoesNotKnow) {
  OnnxModel model(13);
  model.opset("com.example", 1).input("x", {4});
  model.node("NonZero", {"x"}, {"places"}, {}, "places");
  model.node("Mine", {"x"}, {"m"}, {}, "mine", "com.example").value("m", {4});
  model.node("Relu", {"m"}, {"y"}, {}, "relu").output("y").output("places");
  const graph::SourceModel source = listed(model);
  ASSERT_EQ(source.nodes.size(), 3U);
  EXPECT_FALSE(source[source.nodes[0].outputs[0]].type);
  EXPECT_EQ(text_of(*source[source.nodes[2].outputs[0]].type), "f32[4]");
  const Profile profile = profile_of(source);
  EXPECT_EQ(profile.work.without_shape, 1);
  EXPECT_EQ(profile.foreign, std::vector<std::string>{"com.example.Mine"});
}

TEST(ProfileText, IsAtMostEightyColumnsWide) {
  OnnxModel model(13);
  const std::string name(200, 'n');
  model.input(name, {1, 4}).node("Relu", {name}, {"y"}, {}, name).output("y");
  const std::string text = profile_text(profile_of(listed(model)));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    EXPECT_LE(end - begin, 80U) << text.substr(begin, end - begin);
    begin = end + 1;
  }
}

}  // namespace
}  // namespace weft::advice
