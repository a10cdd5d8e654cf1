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
