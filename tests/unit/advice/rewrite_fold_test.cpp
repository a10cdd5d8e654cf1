// SPDX-License-Identifier: Apache-2.0
// What needs no run, what no output needs, tables of two uses, tails: the same numbers, and a
// second time no change.
#include "rewrite_support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

std::vector<float> steps(std::size_t count) {
  std::vector<float> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(static_cast<float>((i * 29 + 7) % 23) / 16.0F - 0.5F);
  }
  return out;
}

std::vector<std::string> changed(const Rewritten& result) {
  std::vector<std::string> out;
  for (const Change& one : result.changes) out.push_back(one.operation);
  return out;
}

TEST(Folding, ComputesWhatHangsOnNoInput) {
  const std::string id = "fold-constants";
  OnnxModel shapes(13);
  shapes.input("x", {2, 4}).initializer(floats("w", {4, 4}, steps(16)));
  shapes.node("Shape", {"x"}, {"s"}).node("Neg", {"w"}, {"t"}).node("MatMul", {"x", "t"}, {"a"});
  shapes.node("Reshape", {"a", "s"}, {"y"}).output("y").output("t");
  expect_exact(shapes, id, "MatMul 1, Reshape 1");

  OnnxModel places(20);
  places.input("x", {3, 4}).initializer(wholes("first", {}, {0}));
  places.initializer(wholes("last", {}, {3})).initializer(wholes("one", {}, {1}));
  places.node("Range", {"first", "last", "one"}, {"r"}).node("Add", {"r", "r"}, {"twice"});
  places.node("Sub", {"twice", "r"}, {"p"}).node("Gather", {"x", "p"}, {"y"}).output("y");
  expect_exact(places, id, "Gather 1");

  OnnxModel scale(20);
  scale.input("x", {2, 3}).initializer(floats("w", {3}, {1, 2, 4}));
  scale.node("Sqrt", {"w"}, {"root"}).node("Exp", {"root"}, {"e"}).node("Mul", {"x", "e"}, {"y"});
  scale.output("y");
  const Done out = done(scale, id);
  EXPECT_LE(out.difference, 0x1p-20);  // a constant of the file is fp32
  EXPECT_EQ(changed(out.result), (std::vector<std::string>{"Sqrt", "Exp"}));
}

TEST(Folding, LeavesOutWhatNoOutputNeeds) {
  const std::string id = "unused-removed";
  for (const Axes& shape : {Axes{4}, Axes{2, 3}, Axes{1, 2, 2}}) {
    OnnxModel model(13);
    model.input("x", {shape.begin(), shape.end()}).node("Relu", {"x"}, {"y"}).output("y");
    model.node("Exp", {"x"}, {"e"}).node("Neg", {"e"}, {"unused"});
    const Done out = done(model, id);
    EXPECT_EQ(out.difference, 0);
    EXPECT_EQ(changed(out.result), (std::vector<std::string>{"Exp", "Neg"}));
    EXPECT_EQ(operators(out.result.model), "Relu 1");
  }
}

OnnxModel tied(std::int64_t rows, std::int64_t width, bool is_turned, bool by_gemm = false) {
  OnnxModel model(13);
  model.input("ids", {1, 3}, onnx_type::i64);
  model.initializer(floats("table", {rows, width}, steps(static_cast<std::size_t>(rows * width))));
  model.node("Gather", {"table", "ids"}, {"x"});
  std::string matrix = "table";
  if (is_turned) {
    model.node("Transpose", {"table"}, {"turned"});
    matrix = "turned";
  }
  if (by_gemm) {
    model.initializer(wholes("flat", {2}, {3, width})).node("Reshape", {"x", "flat"}, {"rows"});
    model.node("Gemm", {"rows", matrix}, {"y"}, {attribute("transB", 1)}, "head");
  } else {
    model.node("MatMul", {"x", matrix}, {"y"}, {}, "head");
  }
  return std::move(model.output("y"));
}

/// Initializers of two axes.
int tables_of(const graph::SourceModel& model) {
  int count = 0;
  for (const graph::SourceValue& value : model.values) {
    count += value.is_initializer && value.type->shape.size() == 2 ? 1 : 0;
  }
  return count;
}

TEST(Folding, KeepsATableOfTwoUsesOnce) {
  const Rewritten out = rewritten(listed(tied(40, 8, true)), "fold-constants");
  EXPECT_EQ(operators(out.model), "Gather 1, MatMul 1, Transpose 1");
  EXPECT_EQ(tables_of(out.model), 1);
}

TEST(Folding, UntiesTables) {
  const std::string id = "untie-weights";
  const OnnxModel models[] = {tied(40, 8, true), tied(8, 8, false), tied(40, 8, false, true)};
  for (const OnnxModel& model : models) {
    const Done out = done(model, id);
    EXPECT_EQ(out.difference, 0);
    EXPECT_EQ(changed(out.result).size(), 1U);
    EXPECT_EQ(tables_of(out.result.model), 2);
  }
  OnnxModel apart(13);
  apart.input("x", {2, 8}).initializer(floats("w", {8, 8}, steps(64)));
  expect_left(apart.node("MatMul", {"x", "w"}, {"y"}).output("y"), id);
}

/// A larger table than is folded keeps its Transpose, each of its own.
TEST(Folding, UntiesLargeTables) {
  const Rewritten out = rewritten(listed(tied(9000, 8, true)), "untie-weights");
  EXPECT_EQ(operators(out.model), "Gather 1, MatMul 1, Transpose 1");
  EXPECT_EQ(tables_of(out.model), 2);
}

void expect_cut(OnnxModel& model, const std::string& left, std::size_t gone) {
  const Tables tables = load_tables();
  const std::vector<Target> ipu{target_named("graphcore-gc200")};
  model.value("found", {2, "many"}, onnx_type::i64).output("found", {2, "many"}, onnx_type::i64);
  const Rewritten out = rewritten_for(tables, listed(model), ipu, {});
  EXPECT_EQ(operators(out.model), left);
  std::size_t cut = 0;
  for (const Change& one : out.changes) cut += one.rewrite == "cut-tail" ? 1U : 0U;
  EXPECT_EQ(cut, gone);
  EXPECT_EQ(advise(tables, out.model, ipu, {}).verdict, Verdict::ready);
  EXPECT_TRUE(rewritten_for(tables, out.model, ipu, {}).changes.empty());
  ASSERT_TRUE(out.before_cut);
  const Folder folder;
  onnx::write_model(*out.before_cut, folder.path("was.onnx"));
  onnx::write_model(out.model, folder.path("is.onnx"));
  EXPECT_EQ(difference(answers(folder.path("was.onnx")), answers(folder.path("is.onnx"))), 0);
  EXPECT_TRUE(
      rewritten_for(tables, onnx::list_model(folder.path("is.onnx")), ipu, {}).changes.empty());
}

TEST(Folding, CutsTails) {
  OnnxModel one(11);
  one.input("x", {3, 8}).node("Relu", {"x"}, {"r"}).node("NonZero", {"r"}, {"found"});
  expect_cut(one, "Relu 1", 1);
  OnnxModel two(11);
  two.input("x", {3, 8}).node("Relu", {"x"}, {"r"}).node("NonZero", {"r"}, {"f"});
  two.node("Neg", {"f"}, {"found"}).node("Exp", {"r"}, {"other"}).output("other");
  expect_cut(two, "Exp 1, Relu 1", 2);
  OnnxModel three(20);  // which asks for another change, too
  three.input("x", {3, 8}).node("Abs", {"x"}, {"r"}).node("NonZero", {"r"}, {"found"});
  three.initializer(wholes("axes", {1}, {-1})).node("ReduceSum", {"r", "axes"}, {"s"});
  three.output("s");
  expect_cut(three, "Abs 1, ReduceSum 1", 1);
}

}  // namespace
}  // namespace weft::advice
