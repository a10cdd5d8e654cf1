// SPDX-License-Identifier: Apache-2.0
// Models of newer operator sets as set 11 has them, and the largest by rounds: the same numbers.
#include <algorithm>
#include <numeric>

#include "rewrite_support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

OnnxModel ranked(std::int64_t set, const Axes& shape, std::int64_t count, std::int64_t axis) {
  OnnxModel model(set);
  model.input("x", {shape.begin(), shape.end()}).initializer(wholes("k", {1}, {count}));
  model.node("TopK", {"x", "k"}, {"best", "places"}, {attribute("axis", axis)}, "top");
  return std::move(model.output("best").output("places"));
}

TEST(RewritesOfSets, SpellOperatorsOfNewerSets) {
  OnnxModel reductions(20);
  reductions.input("x", {2, 3, 4}).initializer(wholes("axes", {1}, {-1}));
  reductions.node("ReduceSum", {"x", "axes"}, {"a"}, {attribute("keepdims", 0)});
  reductions.node("ReduceMean", {"x", "axes"}, {"b"}, {attribute("keepdims", 0)});
  reductions.node("ReduceMax", {"x"}, {"c"}).node("Unsqueeze", {"a", "axes"}, {"d"});
  reductions.node("Squeeze", {"d", "axes"}, {"e"}).node("Add", {"e", "b"}, {"f"});
  reductions.output("f").output("c");
  const Done sums = expect_opset_11(reductions);
  EXPECT_EQ(operators(sums.result.model),
            "Add 1, ReduceMax 1, ReduceMean 1, ReduceSum 1, Squeeze 1, Unsqueeze 1");

  OnnxModel rows(20);
  rows.input("x", {2, 3, 4}).initializer(wholes("shape", {2}, {6, 4}));
  rows.initializer(floats("ratio", {}, {0.5F}));
  rows.node("Softmax", {"x"}, {"a"}, {attribute("axis", 1)}).node("LogSoftmax", {"a"}, {"b"});
  rows.node("Reshape", {"b", "shape"}, {"c"}, {attribute("allowzero", 1)});
  rows.node("Dropout", {"c", "ratio"}, {"d"});
  rows.node("Split", {"d"}, {"p", "q"}, {attribute("axis", 1), attribute("num_outputs", 2)});
  rows.node("GreaterOrEqual", {"i", "j"}, {"g"}).input("i", {2}, onnx_type::i64);
  rows.input("j", {2}, onnx_type::i64).output("p").output("q").output("g");
  const Done soft = expect_opset_11(rows);
  EXPECT_EQ(operators(soft.result.model),
            "Dropout 1, Equal 1, Greater 1, LogSoftmax 1, Or 1, Reshape 1, Softmax 1, Split 1, "
            "Transpose 2");

  OnnxModel pool(19);
  pool.input("x", {1, 2, 5, 5}).initializer(wholes("pads", {8}, {0, 0, 1, 1, 0, 0, 0, 0}));
  pool.initializer(floats("two", {}, {2}));
  pool.node("Pad", {"x", "pads"}, {"a"});
  pool.node("AveragePool", {"a"}, {"b"},
            {attribute("kernel_shape", Axes{2, 2}), attribute("dilations", Axes{1, 1})});
  pool.node("Pow", {"b", "two"}, {"c"}).node("CastLike", {"c", "i"}, {"d"});
  pool.input("i", {}, onnx_type::i32).output("d");
  EXPECT_EQ(operators(expect_opset_11(pool).result.model), "AveragePool 1, Cast 1, Pad 1, Pow 1");
}

/// One asks for set 11 at most, the other for 13 at least: each would undo the other's for good.
TEST(RewritesOfSets, AreNotDoneForTargetsThatWantDifferentOnes) {
  const Tables tables = load_tables();
  const std::vector<Target> both{target_named("graphcore-gc200"), target_named("groq-tsp")};
  for (const std::int64_t set : {11, 13, 18}) {
    OnnxModel model(set);
    model.input("x", {1, 4}).node("Relu", {"x"}, {"y"}).output("y");
    try {
      rewritten_for(tables, listed(model), both, {});
      FAIL() << "set " << set << " is for both";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      EXPECT_NE(std::string(error.what()).find("groq-tsp for 13"), std::string::npos)
          << error.what();
    }
  }
}

TEST(RewritesOfSets, ConvertNothingWhereOneOperatorStays) {
  OnnxModel model(20);
  model.input("x", {4}).node("Relu", {"x"}, {"a"}).node("Mish", {"a"}, {"b"}, {}, "stays");
  model.initializer(wholes("axes", {0}, {}));
  model.node("ReduceSum", {"b", "axes"}, {"y"}, {attribute("noop_with_empty_axes", 1)}, "keeps");
  model.output("y");
  const Done out = done(model, "opset-11");
  EXPECT_TRUE(out.result.changes.empty());
  EXPECT_EQ(out.result.model.opsets.at(""), 20);
  ASSERT_EQ(out.result.left.size(), 2U);
  EXPECT_NE(out.result.left[0].find("'keeps'"), std::string::npos) << out.result.left[0];
  EXPECT_NE(out.result.left[1].find("'stays' (Mish)"), std::string::npos) << out.result.left[1];
}

/// The largest of each row of [outer][extent][inner] along its middle, and where they are, among
/// equals the first first.
std::vector<graph::Numbers> largest_of(const graph::Numbers& x, std::size_t axis,
                                       std::size_t count) {
  const graph::Shape& shape = x.type.shape;
  const auto extent = static_cast<std::size_t>(shape[axis]);
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  graph::Numbers best{x.type, {}, {}};
  best.type.shape[axis] = static_cast<std::int64_t>(count);
  graph::Numbers places{{graph::Element::i64, best.type.shape}, {}, {}};
  best.floats.resize(x.floats.size() / extent * count);
  places.whole.resize(best.floats.size());
  for (std::size_t row = 0; row < x.floats.size() / extent; ++row) {
    const std::size_t outer = row / inner, column = row % inner;
    const auto at = [&](std::size_t i) { return x.floats[(outer * extent + i) * inner + column]; };
    std::vector<std::size_t> order(extent);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return at(a) > at(b); });
    for (std::size_t k = 0; k < count; ++k) {
      best.floats[(outer * count + k) * inner + column] = at(order[k]);
      places.whole[(outer * count + k) * inner + column] = static_cast<std::int64_t>(order[k]);
    }
  }
  return {best, places};
}

/// weft's graphs have no TopK: what it gives is said here.
TEST(RewritesOfSets, TakeTheLargestByRounds) {
  struct Row {
    std::int64_t set;
    Axes shape;
    std::int64_t count, axis;
    const char* left;
  };
  const Row rows[] = {{13, {3, 8}, 3, 1, "ArgMax 3, Concat 2, Equal 2, ReduceMax 3, Where 2"},
                      {20, {8}, 1, 0, "ArgMax 1, Concat 2, ReduceMax 1"},
                      {11, {4, 3, 40}, 4, 0, "ArgMax 4, Concat 2, Equal 3, ReduceMax 4, Where 3"},
                      {18, {2, 150, 2}, 5, 1, "ArgMax 5, Concat 2, Equal 4, ReduceMax 5, Where 4"}};
  for (const Row& row : rows) {
    const Rewritten out =
        rewritten(listed(ranked(row.set, row.shape, row.count, row.axis)), "topk-to-max");
    EXPECT_EQ(operators(out.model), row.left);
    EXPECT_TRUE(rewritten(out.model, "topk-to-max").changes.empty());
    const Folder folder;
    onnx::write_model(out.model, folder.path("new.onnx"));
    const auto expected =
        largest_of(drawn({graph::Element::f32, row.shape}), static_cast<std::size_t>(row.axis),
                   static_cast<std::size_t>(row.count));
    EXPECT_EQ(difference(answers(folder.path("new.onnx")), expected), 0);
  }
}

/// A large constant, and a table that is read as it is, too, would be in the file twice.
TEST(RewritesOfSets, KeepWhatMakesLargeConstants) {
  OnnxModel model(20);
  model.input("x", {2, 8}).initializer(floats("w", {9000, 8}, std::vector<float>(72000, 0.5F)));
  model.node("Transpose", {"w"}, {"t"}).node("MatMul", {"x", "t"}, {"y"}).output("y");
  EXPECT_EQ(operators(expect_opset_11(model).result.model), "MatMul 1, Transpose 1");

  OnnxModel tied(20);
  tied.input("ids", {2}, onnx_type::i64);
  tied.initializer(floats("w", {40, 8}, std::vector<float>(320, 0.5F)));
  tied.node("Gather", {"w", "ids"}, {"x"}).node("Softmax", {"x"}, {"p"}, {attribute("axis", 0)});
  tied.node("Transpose", {"w"}, {"t"}).node("MatMul", {"p", "t"}, {"y"}).output("y");
  EXPECT_EQ(operators(expect_opset_11(tied).result.model),
            "Gather 1, MatMul 1, Softmax 1, Transpose 3");
}

/// What all targets of a kind ask for, until they ask for no more.
TEST(RewritesOfSets, AnswerTheFindingsOfATarget) {
  const Tables tables = load_tables();
  const std::vector<Target> ipu{target_named("graphcore-gc200")};
  OnnxModel model(20);
  model.input("x", {3, 8}).initializer(floats("scale", {8}, std::vector<float>(8, 0.5F)));
  model.node("LayerNormalization", {"x", "scale"}, {"n"}).node("Gelu", {"n"}, {"g"});
  model.node("HardSwish", {"g"}, {"y"}).output("y");
  const graph::SourceModel was = listed(model);
  EXPECT_EQ(advise(tables, was, ipu, {}).verdict, Verdict::needs_changes);
  const Rewritten out = rewritten_for(tables, was, ipu, {});
  EXPECT_EQ(advise(tables, out.model, ipu, {}).verdict, Verdict::ready);
  EXPECT_TRUE(out.left.empty());
  EXPECT_TRUE(rewritten_for(tables, out.model, ipu, {}).changes.empty());
}

TEST(RewritesOfSets, AreOfTheCatalogue) {
  const Tables tables = load_tables();
  EXPECT_GE(automatic_rewrites().size(), 12U);
  for (const std::string& id : automatic_rewrites()) {
    EXPECT_TRUE(is_automatic(id));
    EXPECT_TRUE(tables.rewrites.contains(id)) << id;
  }
}

}  // namespace
}  // namespace weft::advice
