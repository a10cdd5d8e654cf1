// SPDX-License-Identifier: Apache-2.0
// Rewrites of small models: the same numbers by the evaluator, within what each states; a second
// time they change nothing.
#include "rewrite_support.hpp"

namespace weft::advice {
namespace {

using namespace weft::test;

OnnxModel norm_of(const Axes& shape, const std::vector<Proto>& attributes, bool has_bias,
                  const std::string& operation = "LayerNormalization", std::int64_t set = 20,
                  const Names& outputs = {"y"}) {
  OnnxModel model(set);
  const std::int64_t width = shape.back();
  std::vector<float> scale, bias;
  for (std::int64_t i = 0; i < width; ++i) {
    scale.push_back(0.5F + 0.25F * static_cast<float>(i));
    bias.push_back(0.125F * static_cast<float>(i));
  }
  model.input("x", {shape.begin(), shape.end()}).initializer(floats("scale", {width}, scale));
  Names inputs{"x", "scale"};
  if (has_bias) {
    model.initializer(floats("bias", {width}, bias));
    inputs.emplace_back("bias");
  }
  model.node(operation, inputs, outputs, attributes, "norm");
  for (const std::string& one : outputs) model.output(one);
  return model;
}

constexpr double fp64_bound = 1e-13;  // some 100 roundings of doubles near 10

TEST(Rewrites, SpellLayerNormOut) {
  const std::string id = "layer-norm-spelled-out";
  expect_within(norm_of({3, 8}, {attribute("axis", -1)}, true), id,
                "Add 2, Div 1, Mul 2, ReduceMean 2, Sqrt 1, Sub 1", fp64_bound);
  expect_within(norm_of({2, 3, 8}, {attribute("epsilon", 0.5F)}, false, "LayerNormalization", 17),
                id, "Add 1, Div 1, Mul 2, ReduceMean 2, Sqrt 1, Sub 1", fp64_bound);
  expect_within(norm_of({2, 3, 8}, {attribute("axis", 1)}, true, "LayerNormalization", 20,
                        {"y", "mean", "inverse"}),
                id, "Add 2, Div 1, Identity 1, Mul 2, Reciprocal 1, ReduceMean 2, Sqrt 1, Sub 1",
                fp64_bound);
}

TEST(Rewrites, SpellRmsNormOut) {
  const std::string id = "rms-norm-spelled-out";
  const std::string left = "Add 1, Div 1, Mul 2, ReduceMean 1, Sqrt 1";
  for (const Axes& shape : {Axes{8}, Axes{3, 8}, Axes{2, 1, 4}}) {
    expect_within(norm_of(shape, {attribute("epsilon", 0.25F)}, false, "RMSNormalization", 23), id,
                  left, fp64_bound);
  }
}

OnnxModel unary_of(const std::string& operation, const Axes& shape,
                   const std::vector<Proto>& attributes = {}, std::int64_t set = 20) {
  OnnxModel model(set);
  model.input("x", {shape.begin(), shape.end()});
  return std::move(model.node(operation, {"x"}, {"y"}, attributes, "it").output("y"));
}

/// Constants are rounded to fp32: half a unit of the last place, times what of the result hangs on
/// them.
constexpr double fp32_constant_bound = 0x1p-22;

TEST(Rewrites, SpellActivationsOut) {
  for (const Axes& shape : {Axes{64}, Axes{3, 8}, Axes{}}) {
    expect_within(unary_of("Gelu", shape), "gelu-spelled-out", "Add 1, Erf 1, Mul 3",
                  fp32_constant_bound);
    expect_within(unary_of("Gelu", shape, {attribute("approximate", "tanh")}), "gelu-spelled-out",
                  "Add 2, Mul 6, Tanh 1", fp32_constant_bound);
    expect_within(unary_of("HardSwish", shape), "hard-swish-spelled-out", "HardSigmoid 1, Mul 1",
                  fp32_constant_bound);
  }
}

TEST(Rewrites, SpellOtherActivationsOut) {
  for (const Axes& shape : {Axes{64}, Axes{3, 8}, Axes{}}) {
    expect_within(unary_of("Mish", shape), "mish-spelled-out", "Mul 1, Softplus 1, Tanh 1",
                  fp64_bound);
    expect_within(unary_of("Celu", shape, {attribute("alpha", 0.75F)}), "celu-spelled-out",
                  "Div 1, Elu 1, Mul 1", fp64_bound);
  }
}

TEST(Rewrites, SpellXorOut) {
  for (const Axes& shape : {Axes{4}, Axes{2, 4}, Axes{3, 1, 4}}) {
    OnnxModel model(13);
    model.input("x", {shape.begin(), shape.end()}, onnx_type::boolean);
    model.input("z", {4}, onnx_type::boolean).node("Neg", {"i"}, {"j"}).output("j");
    model.input("i", {4}).node("Less", {"i", "j"}, {"b"}).node("Or", {"b", "z"}, {"c"});
    model.node("Xor", {"x", "c"}, {"y"}).output("y");
    expect_exact(model, "xor-spelled-out", "And 2, Less 1, Neg 1, Not 2, Or 2");
  }
}

TEST(Rewrites, GiveConvolutionsTheirPads) {
  struct Row {
    const char* automatic;
    std::int64_t stride, dilation, kernel;
    Axes pads;
  };
  const Row rows[] = {{"SAME_UPPER", 1, 1, 3, {1, 1, 1, 1}}, {"SAME_UPPER", 2, 1, 2, {0, 0, 1, 0}},
                      {"SAME_LOWER", 2, 1, 2, {1, 0, 0, 0}}, {"SAME_LOWER", 1, 1, 4, {2, 2, 1, 1}},
                      {"SAME_UPPER", 1, 2, 3, {2, 2, 2, 2}}, {"VALID", 1, 1, 3, {0, 0, 0, 0}}};
  for (const Row& row : rows) {
    std::vector<float> weights;
    for (std::int64_t i = 0; i < 2 * row.kernel * row.kernel; ++i) {
      weights.push_back(static_cast<float>(i % 5) - 1.5F);
    }
    OnnxModel model(11);
    model.input("x", {1, 2, 7, 6});
    model.initializer(floats("w", {1, 2, row.kernel, row.kernel}, weights));
    model.node("Conv", {"x", "w"}, {"y"},
               {attribute("auto_pad", row.automatic), attribute("strides", Axes(2, row.stride)),
                attribute("dilations", Axes(2, row.dilation))});
    const Done out = done(model.output("y"), "explicit-pads");
    EXPECT_EQ(out.difference, 0);
    ASSERT_EQ(out.result.changes.size(), 1U);
    EXPECT_EQ(std::get<Axes>(out.result.model.nodes.at(0).attribute("pads")->value), row.pads);
  }
}

OnnxModel points_of(const Axes& shape, const Axes& places_shape, const Axes& places) {
  OnnxModel model(13);
  model.input("x", {shape.begin(), shape.end()})
      .initializer(wholes("places", places_shape, places));
  return std::move(model.node("GatherND", {"x", "places"}, {"y"}, {}, "points").output("y"));
}

TEST(Rewrites, TakePointsBySlices) {
  const std::string id = "gather-nd-to-slice";
  expect_exact(points_of({1, 4}, {1, 4, 2}, {0, 0, 0, 1, 0, 2, 0, 3}), id, "Reshape 2");
  expect_exact(points_of({3, 4, 2}, {3, 2}, {0, 1, 1, 1, 2, 1}), id, "Reshape 2, Slice 1");
  expect_exact(points_of({5, 2}, {2, 1}, {-4, 4}), id, "Reshape 2, Slice 1");
  expect_left(points_of({5, 2}, {3, 1}, {0, 1, 3}), id);
  expect_left(points_of({5, 2}, {2, 1}, {3, 1}), id);
}

OnnxModel guarded_softmax(const std::vector<float>& mask) {
  OnnxModel model(20);
  model.input("x", {2, 3}).input("k", {3, 2});
  model.initializer(floats("mask", {1, 2}, mask)).initializer(floats("zero", {}, {0}));
  model.node("MatMul", {"x", "k"}, {"s"}).node("Add", {"s", "mask"}, {"m"});
  model.node("Softmax", {"m"}, {"p"}, {attribute("axis", -1)}).node("IsNaN", {"p"}, {"n"});
  model.node("Where", {"n", "zero", "p"}, {"g"}).node("Neg", {"g"}, {"y"});
  return std::move(model.output("y"));
}

TEST(Rewrites, TakeGuardsAwayWhereNoRowIsMasked) {
  const std::string id = "guard-removed", left = "Add 1, MatMul 1, Neg 1, Softmax 1";
  expect_exact(guarded_softmax({0, -INFINITY}), id, left);
  expect_exact(guarded_softmax({-1, 2}), id, left);
  expect_exact(guarded_softmax({-INFINITY, 0}), id, left);
  expect_left(guarded_softmax({-INFINITY, -INFINITY}), id);
  expect_left(guarded_softmax({NAN, 0}), id);
}

OnnxModel pool_of(const std::vector<Proto>& attributes, std::int64_t set = 13) {
  OnnxModel model(set);
  std::vector<Proto> all{attribute("kernel_shape", Axes{3, 3}), attribute("count_include_pad", 1)};
  all.insert(all.end(), attributes.begin(), attributes.end());
  model.input("x", {1, 2, 7, 6}).node("AveragePool", {"x"}, {"y"}, all, "pool");
  return std::move(model.output("y"));
}

TEST(Rewrites, CountPadsByAPad) {
  const std::string id = "count-include-pad";
  expect_exact(pool_of({}), id, "AveragePool 1");
  expect_exact(pool_of({attribute("pads", Axes{1, 0, 1, 2})}), id, "AveragePool 1, Pad 1");
  expect_exact(pool_of({attribute("pads", Axes{1, 1, 1, 1}), attribute("strides", Axes{2, 2})}, 10),
               id, "AveragePool 1, Pad 1");
  expect_left(pool_of({attribute("pads", Axes{1, 1, 1, 1}), attribute("ceil_mode", 1),
                       attribute("strides", Axes{2, 2})}),
              id);
}

OnnxModel sliced(std::int64_t set,
                 const std::vector<std::pair<std::int64_t, std::int64_t>>& parts) {
  OnnxModel model(set);
  model.input("x", {2, 6}).initializer(wholes("axis", {1}, {-1}));
  std::string number = "0";
  for (const auto& [first, end] : parts) {
    model.initializer(wholes("first" + number, {1}, {first}));
    model.initializer(wholes("end" + number, {1}, {end}));
    model.node("Slice", {"x", "first" + number, "end" + number, "axis"}, {"y" + number});
    model.output("y" + number);
    ++number[0];
  }
  return model;
}

TEST(Rewrites, JoinSlicesToASplit) {
  const std::string id = "slices-to-split";
  expect_exact(sliced(13, {{0, 2}, {2, 6}}), id, "Split 1");
  expect_exact(sliced(11, {{4, std::int64_t{1} << 62}, {0, 3}, {3, -2}}), id, "Split 1");
  expect_exact(sliced(20, {{0, 1}, {-5, 3}, {3, 6}}), id, "Split 1");
  expect_left(sliced(13, {{0, 2}, {3, 6}}), id);
  expect_left(sliced(13, {{0, 4}, {2, 6}}), id);
}

OnnxModel directions_of(const std::string& operation, const std::string& direction, bool has_state,
                        const Names& outputs) {
  constexpr std::int64_t steps = 4, batch = 2, width = 3, hidden = 2;
  const std::int64_t count = direction == "bidirectional" ? 2 : 1;
  const std::int64_t gates = operation == "LSTM" ? 4 : 3;
  OnnxModel model(14);
  const auto weight = [&](const std::string& name, const Axes& shape) {
    std::vector<float> values;
    std::int64_t size = 1;
    for (const std::int64_t extent : shape) size *= extent;
    for (std::int64_t i = 0; i < size; ++i) {
      values.push_back(static_cast<float>((i * 29 + 7) % 23) / 16.0F - 0.5F);
    }
    model.initializer(floats(name, shape, values));
    return name;
  };
  model.input("x", {steps, batch, width});
  Names inputs{"x", weight("w", {count, gates * hidden, width}),
               weight("r", {count, gates * hidden, hidden}),
               weight("b", {count, 2 * gates * hidden})};
  if (has_state) {
    inputs.emplace_back("");
    inputs.push_back(weight("h", {count, batch, hidden}));
  }
  model.node(operation, inputs, outputs,
             {attribute("hidden_size", hidden), attribute("direction", direction.c_str())}, "rec");
  for (const std::string& one : outputs) {
    if (!one.empty()) model.output(one);
  }
  return model;
}

TEST(Rewrites, MakeForwardLayersOfDirections) {
  const std::string id = "lstm-directions";
  expect_exact(directions_of("LSTM", "bidirectional", false, {"y"}), id,
               "Concat 1, LSTM 2, Slice 2");
  expect_exact(directions_of("LSTM", "bidirectional", true, {"y", "h_n", "c_n"}), id,
               "Concat 3, LSTM 2, Slice 2");
  expect_exact(directions_of("LSTM", "reverse", false, {"", "h_n"}), id,
               "Identity 1, LSTM 1, Slice 1");
  expect_exact(directions_of("GRU", "bidirectional", true, {"y", "h_n"}), id,
               "Concat 2, GRU 2, Slice 2");
  expect_left(directions_of("LSTM", "forward", false, {"y"}), id);
}

TEST(Rewrites, NarrowInputs) {
  const std::string id = "int64-to-int32";
  const auto model = [](const std::string& operation, const std::vector<Proto>& attributes) {
    OnnxModel out(13);
    out.input("ids", {2, 3}, onnx_type::i64).initializer(floats("t", {2, 2}, {1, 2, 3, 4}));
    out.node("Gather", {"t", "ids"}, {"rows"}).output("rows");
    return std::move(out.node(operation, {"ids"}, {"y"}, attributes, "it").output("y"));
  };
  for (const auto& [one, left] :
       {std::pair{model("Neg", {}), "Cast 1, Gather 1, Neg 1"},
        std::pair{model("Cast", {attribute("to", 1)}), "Cast 1, Gather 1"},
        std::pair{model("Abs", {}), "Abs 1, Cast 1, Gather 1"}}) {
    const Rewritten out = rewritten(listed(one), id);
    EXPECT_EQ(text_of(*out.model[out.model.inputs[0]].type), "i32[2, 3]");
    EXPECT_EQ(done(one, id).difference, 0);
    EXPECT_EQ(operators(out.model), left);
  }
}

// What a file calls its graph is not what the file is called.
TEST(Rewrites, WriteTheSameBytesUnderAnyName) {
  const Folder folder;
  test::write_file(folder.path("model.onnx"), unary_of("Relu", {2}).bytes());
  onnx::write_model(onnx::list_model(folder.path("model.onnx")), folder.path("first.onnx"));
  onnx::write_model(onnx::list_model(folder.path("first.onnx")), folder.path("second.onnx"));
  EXPECT_EQ(text_of_file(folder.path("first.onnx")), text_of_file(folder.path("second.onnx")));
}

TEST(Rewrites, RefuseGraphsAndUnknownIds) {
  EXPECT_THROW((void)rewritten(listed(unary_of("Relu", {2})), "none-such"), Error);
  EXPECT_FALSE(is_automatic("partition-sequence"));
}

}  // namespace
}  // namespace weft::advice
