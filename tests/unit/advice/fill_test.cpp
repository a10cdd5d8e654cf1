// SPDX-License-Identifier: Apache-2.0
// How products fill planes, and one product for several where that takes fewer.
#include "advice/fill.hpp"

#include "advice/rewrite_passes.hpp"
#include "rewrite_support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

constexpr PlaneExtents plane{320, 320};

std::vector<float> weights(std::int64_t count, int number) {
  std::vector<float> out;
  for (std::int64_t i = 0; i < count; ++i) {
    out.push_back(static_cast<float>((i * 29 + 7 * number) % 23) / 16.0F - 0.5F);
  }
  return out;
}

/// Products of one operand [rows.., inner] with matrices of so many columns.
OnnxModel products_of(std::int64_t set, Axes shape, const Axes& columns, bool is_same = true) {
  OnnxModel model(set);
  model.input("x", {shape.begin(), shape.end()}).node("Neg", {"x"}, {"n"});
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string number = std::to_string(i);
    const std::int64_t inner = shape.back();
    model.initializer(floats("w" + number, {inner, columns[i]},
                             weights(inner * columns[i], static_cast<int>(i))));
    model.node("MatMul", {is_same || i == 0 ? "x" : "n", "w" + number}, {"p" + number}, {},
               "product" + number);
    model.node("Abs", {"p" + number}, {"y" + number}).output("y" + number);
  }
  return model;
}

ProductExtents first_product(const OnnxModel& model) {
  const graph::SourceModel list = listed(model);
  for (const graph::SourceNode& node : list.nodes) {
    if (const auto product = product_extents(list, node)) return *product;
  }
  return {};
}

TEST(Fill, OfProductsAndConvolutions) {
  const ProductExtents small = first_product(products_of(13, {2, 3, 96}, {64}));
  EXPECT_EQ((std::vector{small.rows, small.inner, small.columns, small.copies}),
            (std::vector<std::int64_t>{6, 96, 64, 1}));
  EXPECT_EQ(small.planes(plane), 1);
  EXPECT_EQ(small.passes(plane), 6);
  EXPECT_DOUBLE_EQ(small.fill(plane), 96.0 * 64 / (320 * 320));
  const ProductExtents large{10, 321, 640, 2};
  EXPECT_EQ(large.planes(plane), 8);
  EXPECT_DOUBLE_EQ(large.fill(plane), 321.0 * 640 / (4 * 320 * 320));
  OnnxModel image(13);
  image.input("x", {1, 8, 6, 6}).initializer(floats("w", {4, 2, 3, 3}, weights(72, 0)));
  image.node("Conv", {"x", "w"}, {"y"}, {attribute("group", 4)}).output("y");
  const ProductExtents grouped = first_product(image);
  EXPECT_EQ((std::vector{grouped.rows, grouped.inner, grouped.columns, grouped.copies}),
            (std::vector<std::int64_t>{16, 18, 1, 4}));
  OnnxModel batch(13);
  batch.input("x", {2, 3, 5, 7}).input("z", {2, 3, 7, 9}).node("MatMul", {"x", "z"}, {"y"});
  const ProductExtents batched = first_product(batch.output("y"));
  EXPECT_EQ((std::vector{batched.rows, batched.inner, batched.columns, batched.copies}),
            (std::vector<std::int64_t>{5, 7, 9, 6}));
}

/// Zeros that fill a plane never save one: parts are rounded up already.
TEST(Fill, IsNoFasterForZeros) {
  for (std::int64_t extent = 1; extent <= 700; ++extent) {
    const std::int64_t padded = (extent + 319) / 320 * 320;
    EXPECT_EQ((ProductExtents{1, extent, 40, 1}.planes(plane)),
              (ProductExtents{1, padded, 320, 1}.planes(plane)));
  }
}

void expect_joined(const OnnxModel& model, const std::string& left, std::size_t products) {
  const Folder folder;
  test::write_file(folder.path("model.onnx"), model.bytes());
  Rewritten out{onnx::list_model(folder.path("model.onnx"))};
  join_products(out, plane);
  EXPECT_EQ(out.changes.size(), products);
  EXPECT_EQ(operators(out.model), left);
  onnx::write_model(out.model, folder.path("new.onnx"));
  EXPECT_EQ(difference(answers(folder.path("model.onnx")), answers(folder.path("new.onnx"))), 0);
  Rewritten again{onnx::list_model(folder.path("new.onnx"))};
  join_products(again, plane);
  EXPECT_TRUE(again.changes.empty());
  EXPECT_EQ(operators(again.model), left);
  expect_undone_by_nothing(again.model, "slices-to-split");
}

TEST(Fill, JoinsProductsOfOneOperand) {
  expect_joined(products_of(13, {2, 3, 8}, {200, 200, 200}), "Abs 3, MatMul 1, Split 1", 3);
  expect_joined(products_of(11, {4, 8}, {40, 300, 60}), "Abs 3, MatMul 1, Split 1", 3);
  expect_joined(products_of(20, {1, 330}, {16, 16}), "Abs 2, MatMul 1, Split 1", 2);
  expect_joined(products_of(13, {2, 8}, {320, 320}), "Abs 2, MatMul 2", 0);
  expect_joined(products_of(13, {2, 8}, {16, 16}, false), "Abs 2, MatMul 2, Neg 1", 0);
}

/// Types alone are enough for the advice, and not for the change.
TEST(Fill, JoinsNothingWithoutWeights) {
  graph::SourceModel model = listed(products_of(13, {2, 3, 8}, {200, 200, 200}));
  for (graph::SourceValue& value : model.values) value.constant.reset();
  EXPECT_EQ(products_to_join(model, plane).size(), 1U);
  Rewritten out{model};
  join_products(out, plane);
  EXPECT_TRUE(out.changes.empty());
  ASSERT_EQ(out.left.size(), 1U);
  EXPECT_NE(out.left[0].find("'product0' (MatMul): its weights are not there"), std::string::npos)
      << out.left[0];
}

TEST(Fill, JoinsNoMatrixThatIsTooLarge) {
  Rewritten out{listed(products_of(13, {1, 8}, {600'160, 600'160}))};
  join_products(out, plane);
  EXPECT_TRUE(out.changes.empty());
  ASSERT_EQ(out.left.size(), 1U);
  EXPECT_NE(out.left[0].find("would be f32[8, 1200320]"), std::string::npos) << out.left[0];
}

/// A note with its gain on the target with planes, applied there, and gone then.
TEST(Fill, IsFoundAndGained) {
  const Tables tables = load_tables();
  const std::vector<Target> tsp{target_named("groq-tsp")};
  const graph::SourceModel was = listed(products_of(13, {2, 3, 8}, {200, 200, 200}));
  const auto joins = [&](const graph::SourceModel& model) {
    std::vector<Finding> out;
    const Report report = advise(tables, model, tsp, {});
    for (const Finding& one : report.targets[0].findings) {
      if (one.rewrite == "join-products") out.push_back(one);
    }
    return out;
  };
  ASSERT_EQ(joins(was).size(), 1U);
  const Finding found = joins(was)[0];
  EXPECT_EQ(found.severity, Severity::note);
  EXPECT_EQ(found.nodes.size(), 3U);
  EXPECT_DOUBLE_EQ(found.share, 1.0 / 3);
  EXPECT_NE(found.reason.find("take 3 planes of 320 x 320, and 2 as one product"),
            std::string::npos)
      << found.reason;
  const Rewritten out = rewritten_for(tables, was, tsp, {});
  EXPECT_EQ(out.changes.size(), 4U);  // Neg is needed by nobody
  EXPECT_TRUE(joins(out.model).empty());
  EXPECT_TRUE(rewritten_for(tables, out.model, tsp, {}).changes.empty());
}

}  // namespace
}  // namespace weft::advice
