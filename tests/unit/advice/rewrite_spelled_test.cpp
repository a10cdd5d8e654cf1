// SPDX-License-Identifier: Apache-2.0
// Operators that importers have not, by those that they have. Where weft's graphs have not the
// operator either, what it gives is said here, by its definition.
#include <algorithm>

#include "rewrite_support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

constexpr double few_roundings = 1e-13;  // some 100 of doubles near 10

std::vector<double> input_of(const Axes& shape) {
  return drawn({graph::Element::f32, shape}).floats;
}

std::vector<float> channels(std::int64_t count, float first) {
  std::vector<float> out;
  for (std::int64_t i = 0; i < count; ++i) out.push_back(first + 0.25F * static_cast<float>(i));
  return out;
}

OnnxModel groups_of(std::int64_t set, const Axes& shape, std::int64_t groups, std::int64_t scales) {
  OnnxModel model(set);
  model.input("x", {shape.begin(), shape.end()});
  model.initializer(floats("scale", {scales}, channels(scales, 0.5F)));
  model.initializer(floats("bias", {scales}, channels(scales, -1)));
  model.node("GroupNormalization", {"x", "scale", "bias"}, {"y"},
             {attribute("num_groups", groups), attribute("epsilon", 0.25F)}, "norm");
  return std::move(model.output("y"));
}

TEST(SpelledOut, GroupNorm) {
  const std::string id = "group-norm-spelled-out";
  expect_within(groups_of(18, {2, 4, 3, 3}, 2, 2), id, "InstanceNormalization 1, Reshape 2",
                few_roundings);
  expect_within(groups_of(21, {1, 6, 5}, 3, 6), id,
                "Add 1, InstanceNormalization 1, Mul 1, Reshape 2", few_roundings);
  expect_within(groups_of(21, {2, 4, 2, 2}, 1, 4), id,
                "Add 1, InstanceNormalization 1, Mul 1, Reshape 2", few_roundings);
}

OnnxModel one_of(const std::string& operation, const Axes& shape,
                 const std::vector<Proto>& attributes, std::int64_t set, const Axes& result) {
  OnnxModel model(set);
  model.input("x", {shape.begin(), shape.end()});
  model.node(operation, {"x"}, {"y"}, attributes, "it");
  return std::move(model.output("y", {result.begin(), result.end()}));
}

/// Places of a tensor [outer][extent][inner], row by row of its middle.
template <typename Body>
void over_rows(const Axes& shape, std::size_t axis, Body body) {
  std::int64_t inner = 1, outer = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) (i < axis ? outer : inner) *= shape[i];
  inner /= shape[axis];
  for (std::int64_t o = 0; o < outer; ++o) {
    for (std::int64_t i = 0; i < inner; ++i) {
      std::vector<std::size_t> places;
      for (std::int64_t k = 0; k < shape[axis]; ++k) {
        places.push_back(static_cast<std::size_t>((o * shape[axis] + k) * inner + i));
      }
      body(places);
    }
  }
}

TEST(SpelledOut, LpNorm) {
  struct Row {
    Axes shape;
    std::int64_t axis, p;
    const char* left;
  };
  for (const Row& row :
       {Row{{3, 8}, 1, 2, "Div 1, ReduceL2 1"}, Row{{3, 8}, 0, 1, "Div 1, ReduceL1 1"},
        Row{{2, 3, 4}, 1, 2, "Div 1, ReduceL2 1"}}) {
    std::vector<double> expected = input_of(row.shape);
    over_rows(row.shape, static_cast<std::size_t>(row.axis), [&](const auto& places) {
      double sum = 0;
      for (const std::size_t i : places) {
        sum += row.p == 1 ? std::abs(expected[i]) : expected[i] * expected[i];
      }
      for (const std::size_t i : places) expected[i] /= row.p == 1 ? sum : std::sqrt(sum);
    });
    expect_answer(one_of("LpNormalization", row.shape,
                         {attribute("axis", row.axis), attribute("p", row.p)}, 13, row.shape),
                  "lp-norm-spelled-out", row.left, expected, few_roundings);
  }
}

TEST(SpelledOut, MeanVariance) {
  for (const std::int64_t axis : {0, 1, 2}) {
    const Axes shape{3, 4, 5};
    std::vector<double> expected = input_of(shape);
    over_rows(shape, static_cast<std::size_t>(axis), [&](const auto& places) {
      double mean = 0, square = 0;
      for (const std::size_t i : places) {
        mean += expected[i];
        square += expected[i] * expected[i];
      }
      const auto count = static_cast<double>(places.size());
      mean /= count;
      const double off = std::sqrt(square / count - mean * mean) + double{1e-9F};
      for (const std::size_t i : places) expected[i] = (expected[i] - mean) / off;
    });
    expect_answer(
        one_of("MeanVarianceNormalization", shape, {attribute("axes", Axes{axis})}, 13, shape),
        "mean-variance-spelled-out", "Add 1, Div 1, Mul 2, ReduceMean 2, Sqrt 1, Sub 2", expected,
        few_roundings);
  }
}

/// Windows of `kernel` along one axis, with pads in front and behind.
TEST(SpelledOut, LpPool) {
  struct Row {
    std::int64_t p, kernel, stride, front, behind;
    const char* left;
  };
  for (const Row& row : {Row{2, 3, 1, 0, 0, "AveragePool 1, Mul 2, Sqrt 1"},
                         Row{1, 2, 2, 1, 0, "Abs 1, AveragePool 1, Mul 1, Pad 1"},
                         Row{2, 4, 3, 1, 2, "AveragePool 1, Mul 2, Pad 1, Sqrt 1"}}) {
    const Axes shape{1, 2, 9};
    const std::vector<double> x = input_of(shape);
    const std::int64_t outputs = (9 + row.front + row.behind - row.kernel) / row.stride + 1;
    std::vector<double> expected;
    for (std::int64_t at = 0; at < 2 * outputs; ++at) {
      double sum = 0;
      for (std::int64_t k = 0; k < row.kernel; ++k) {
        const std::int64_t place = at % outputs * row.stride + k - row.front;
        if (place < 0 || place >= 9) continue;
        const double one = x[static_cast<std::size_t>(at / outputs * 9 + place)];
        sum += row.p == 1 ? std::abs(one) : one * one;
      }
      expected.push_back(row.p == 1 ? sum : std::sqrt(sum));
    }
    expect_answer(one_of("LpPool", shape,
                         {attribute("p", row.p), attribute("kernel_shape", Axes{row.kernel}),
                          attribute("strides", Axes{row.stride}),
                          attribute("pads", Axes{row.front, row.behind})},
                         11, {1, 2, outputs}),
                  "lp-pool-spelled-out", row.left, expected, few_roundings);
  }
}

TEST(SpelledOut, Hardmax) {
  struct Row {
    std::int64_t set;
    Axes shape;
    std::int64_t axis;
  };
  for (const Row& row : {Row{11, {3, 8}, 1}, Row{13, {3, 8}, 0}, Row{20, {2, 120, 2}, 1}}) {
    std::vector<double> expected = input_of(row.shape);
    over_rows(row.shape, static_cast<std::size_t>(row.axis), [&](const auto& places) {
      std::size_t best = places.front();
      for (const std::size_t i : places) best = expected[i] > expected[best] ? i : best;
      for (const std::size_t i : places) expected[i] = i == best ? 1 : 0;
    });
    expect_answer(one_of("Hardmax", row.shape, {attribute("axis", row.axis)}, row.set, row.shape),
                  "hardmax-spelled-out", "ArgMax 1, Cast 1, Equal 1", expected, 0);
  }
}

TEST(SpelledOut, Comparisons) {
  for (const char* operation : {"GreaterOrEqual", "LessOrEqual"}) {
    const std::string strict = operation[0] == 'G' ? "Greater 1" : "Less 1";
    const std::string left =
        strict == "Less 1" ? "Div 1, Equal 1, Less 1, Or 1" : "Div 1, Equal 1, Greater 1, Or 1";
    for (const Axes& shape : {Axes{4}, Axes{3, 4}, Axes{2, 1, 4}}) {
      OnnxModel model(16);  // of which every fourth number is NaN
      model.input("x", {shape.begin(), shape.end()}).input("z", {4});
      model.initializer(floats("by", {4}, {1, 0, 2, 1})).node("Div", {"z", "by"}, {"d"});
      model.node(operation, {"d", "x"}, {"y"}, {}, "compares").output("y");
      expect_exact(model, "compare-or-equal", left);
    }
  }
}

OnnxModel einsum(const std::string& equation, const std::vector<Axes>& shapes, const Axes& result) {
  OnnxModel model(13);
  Names inputs;
  for (const Axes& shape : shapes) {
    inputs.push_back("x" + std::to_string(inputs.size()));
    model.input(inputs.back(), {shape.begin(), shape.end()});
  }
  model.node("Einsum", inputs, {"y"}, {attribute("equation", equation.c_str())}, "it");
  return std::move(model.output("y", {result.begin(), result.end()}));
}

/// By its definition: sums over all letters' places, the result's letters outside.
std::vector<double> einsum_of(const std::vector<std::string>& operands, const std::string& result,
                              const std::vector<Axes>& shapes) {
  std::map<char, std::int64_t> extents;
  std::string all = result;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    for (std::size_t axis = 0; axis < operands[i].size(); ++axis) {
      extents[operands[i][axis]] = shapes[i][axis];
      if (all.find(operands[i][axis]) == std::string::npos) all += operands[i][axis];
    }
  }
  std::int64_t count = 1, inner = 1;
  for (const char one : all) count *= extents[one];
  for (std::size_t i = result.size(); i < all.size(); ++i) inner *= extents[all[i]];
  std::vector<double> out(static_cast<std::size_t>(count / inner));
  for (std::int64_t at = 0; at < count; ++at) {
    std::map<char, std::int64_t> place;
    std::int64_t rest = at;
    for (auto one = all.rbegin(); one != all.rend(); rest /= extents[*one++]) {
      place[*one] = rest % extents[*one];
    }
    double product = 1;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      std::int64_t index = 0;
      for (const char one : operands[i]) index = index * extents[one] + place[one];
      product *= input_of(shapes[i])[static_cast<std::size_t>(index)];
    }
    out[static_cast<std::size_t>(at / inner)] += product;
  }
  return out;
}

TEST(SpelledOut, Einsum) {
  struct Row {
    const char* equation;
    std::vector<std::string> operands;
    std::string result;
    std::vector<Axes> shapes;
    Axes out;
    const char* left;
  };
  for (const Row& row :
       {Row{"ij,jk->ik", {"ij", "jk"}, "ik", {{3, 4}, {4, 5}}, {3, 5}, "MatMul 1, Reshape 3"},
        Row{"bhid,bhjd->bhij",
            {"bhid", "bhjd"},
            "bhij",
            {{2, 2, 3, 4}, {2, 2, 5, 4}},
            {2, 2, 3, 5},
            "MatMul 1, Reshape 3, Transpose 1"},
        Row{"abc , dcb -> da",
            {"abc", "dcb"},
            "da",
            {{2, 3, 4}, {5, 4, 3}},
            {5, 2},
            "MatMul 1, Reshape 3, Transpose 2"},
        Row{"ij,jk,kl->il",
            {"ij", "jk", "kl"},
            "il",
            {{2, 3}, {3, 4}, {4, 5}},
            {2, 5},
            "MatMul 2, Reshape 6"},
        Row{"bts,bse,ed->btd",
            {"bts", "bse", "ed"},
            "btd",
            {{2, 3, 4}, {2, 4, 2}, {2, 5}},
            {2, 3, 5},
            "MatMul 2, Reshape 6"},
        Row{"ij,jk", {"ij", "jk"}, "ik", {{1, 4}, {4, 2}}, {1, 2}, "MatMul 1, Reshape 3"},
        Row{"ijk->kj", {"ijk"}, "kj", {{2, 3, 4}}, {4, 3}, "ReduceSum 1, Reshape 2, Transpose 1"},
        Row{"ai,aj->ij",
            {"ai", "aj"},
            "ij",
            {{3, 2}, {3, 4}},
            {2, 4},
            "MatMul 1, Reshape 3, Transpose 1"}}) {
    SCOPED_TRACE(row.equation);
    expect_answer(einsum(row.equation, row.shapes, row.out), "einsum-to-matmul", row.left,
                  einsum_of(row.operands, row.result, row.shapes), few_roundings);
  }
  for (const char* equation : {"ii->i", "...i->i"}) {
    const Rewritten out = rewritten(listed(einsum(equation, {{3, 3}}, {3})), "einsum-to-matmul");
    EXPECT_TRUE(out.changes.empty()) << equation;
  }
}

TEST(SpelledOut, ScatteredRows) {
  struct Row {
    Axes shape, places_shape, places, updates;
  };
  const std::string left = "Concat 1, Gather 1, Reshape 3";
  for (const Row& row :
       {Row{{5, 3}, {2, 1}, {3, -5}, {2, 3}}, Row{{3, 4}, {3, 2}, {0, 1, 2, 3, 1, 0}, {3}},
        Row{{2, 3, 2}, {1, 2, 2}, {1, 1, 0, 2}, {1, 2, 2}}}) {
    OnnxModel model(16);
    model.input("x", {row.shape.begin(), row.shape.end()});
    model.initializer(wholes("places", row.places_shape, row.places));
    model.input("u", {row.updates.begin(), row.updates.end()});
    model.node("ScatterND", {"x", "places", "u"}, {"y"}, {}, "puts");
    model.output("y", {row.shape.begin(), row.shape.end()});
    std::vector<double> expected = input_of(row.shape);
    const std::vector<double> updates = input_of(row.updates);
    const auto depth = static_cast<std::size_t>(row.places_shape.back());
    std::size_t width = 1;
    for (std::size_t i = depth; i < row.shape.size(); ++i) {
      width *= static_cast<std::size_t>(row.shape[i]);
    }
    for (std::size_t k = 0; k < row.places.size() / depth; ++k) {
      std::int64_t at = 0;
      for (std::size_t axis = 0; axis < depth; ++axis) {
        const std::int64_t place = row.places[k * depth + axis];
        at = at * row.shape[axis] + (place < 0 ? place + row.shape[axis] : place);
      }
      for (std::size_t i = 0; i < width; ++i) {
        expected[static_cast<std::size_t>(at) * width + i] = updates[k * width + i];
      }
    }
    expect_answer(model, "scatter-to-gather", left, expected, 0);
  }
}

OnnxModel stretched(const Axes& dilations, const Axes& kernel, std::int64_t groups) {
  OnnxModel model(11);
  model.input("x", {1, 4, 5, 4});
  std::vector<float> weights;
  for (std::int64_t i = 0; i < 4 * 2 * kernel[0] * kernel[1]; ++i) {
    weights.push_back(static_cast<float>(i % 7) - 2.5F);
  }
  model.initializer(floats("w", {4, 2, kernel[0], kernel[1]}, weights));
  model.node("ConvTranspose", {"x", "w"}, {"y"},
             {attribute("dilations", dilations), attribute("group", groups),
              attribute("strides", Axes{2, 1}), attribute("pads", Axes{1, 0, 0, 1})},
             "up");
  return std::move(model.output("y"));
}

TEST(SpelledOut, DilatedTransposedConvolution) {
  const std::string id = "dilated-transpose";
  expect_exact(stretched({2, 2}, {3, 3}, 1), id, "ConvTranspose 1");
  expect_exact(stretched({1, 3}, {2, 2}, 2), id, "ConvTranspose 1");
  expect_exact(stretched({2, 1}, {2, 3}, 1), id, "ConvTranspose 1");
  expect_left(stretched({1, 1}, {2, 2}, 1), id);
}

/// The same numbers by operators of set 13.
void expect_opset_13(const OnnxModel& model, const std::string& left) {
  const Done out = done(model, "opset-13");
  EXPECT_EQ(out.difference, 0);
  EXPECT_EQ(out.result.left, std::vector<std::string>{});
  EXPECT_EQ(out.result.model.opsets.at(""), 13);
  EXPECT_EQ(operators(out.result.model), left);
}

TEST(SpelledOut, OlderSets) {
  OnnxModel reductions(11);
  reductions.input("x", {2, 3, 4});
  reductions.node("ReduceSum", {"x"}, {"a"},
                  {attribute("axes", Axes{2}), attribute("keepdims", 0)});
  reductions.node("ReduceMean", {"x"}, {"b"}, {attribute("axes", Axes{2})});
  reductions.node("Unsqueeze", {"a"}, {"c"}, {attribute("axes", Axes{2})})
      .node("Squeeze", {"b"}, {"d"}, {attribute("axes", Axes{2})});
  reductions.node("Split", {"x"}, {"p", "q"},
                  {attribute("axis", 2), attribute("split", Axes{1, 3})});
  reductions.output("c").output("d").output("p").output("q");
  expect_opset_13(reductions, "ReduceMean 1, ReduceSum 1, Split 1, Squeeze 1, Unsqueeze 1");

  OnnxModel rows(11);
  rows.input("x", {2, 3, 4})
      .node("Softmax", {"x"}, {"a"})
      .node("LogSoftmax", {"a"}, {"b"}, {attribute("axis", 2)});
  rows.node("Dropout", {"b"}, {"y"}, {attribute("ratio", 0.5F)}).output("y");
  expect_opset_13(rows, "Dropout 1, LogSoftmax 1, Reshape 2, Softmax 1");

  OnnxModel places(9);
  places.input("x", {2, 6});
  places.node(
      "Slice", {"x"}, {"a"},
      {attribute("starts", Axes{1}), attribute("ends", Axes{5}), attribute("axes", Axes{1})});
  places.node("Pad", {"a"}, {"b"}, {attribute("pads", Axes{0, 1, 0, 2}), attribute("value", 0.5F)});
  places.node("Clip", {"b"}, {"y"}, {attribute("max", 1.0F)}).output("y");
  expect_opset_13(places, "Clip 1, Pad 1, Slice 1");

  OnnxModel old(9);
  old.input("x", {2, 3}).node("Upsample", {"x"}, {"y"}, {}, "stays");
  const Rewritten out = rewritten(listed(old.output("y", {2, 3})), "opset-13");
  EXPECT_TRUE(out.changes.empty());
  ASSERT_EQ(out.left.size(), 1U);
  EXPECT_NE(out.left[0].find("'stays' (Upsample)"), std::string::npos) << out.left[0];
}

}  // namespace
}  // namespace weft::advice
