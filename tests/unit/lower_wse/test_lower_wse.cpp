// SPDX-License-Identifier: Apache-2.0
// A model as a CSL program: its text, what it refuses, and the values that it must give.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "support/wse_models.hpp"

namespace weft::lower {
namespace {

/// Two convolutions, a pool, a mean and a product.
Graph small_network() {
  Graph model;
  model.name = "small";
  const ValueId x = model.add_input("x", {Element::f32, {1, 3, 8, 8}});
  graph::Convolution conv = padded_3x3();
  conv.then.kind = graph::Then::Kind::relu;
  ValueId last = model.add_node(
      conv, {x, constant(model, "a.weight", {16, 3, 3, 3}, 3), constant(model, "a/bias", {16}, 4)},
      origin("a", "Conv"), {"a"})[0];
  graph::Pool pool;
  pool.kernel = {3, 3};
  pool.strides = {2, 2};
  pool.dilations = {1, 1};
  pool.pads = {1, 1, 1, 1};
  last = model.add_node(pool, {last}, origin("pool", "MaxPool"), {"pool"})[0];
  conv.strides = {2, 1};
  conv.dilations = {1, 2};
  conv.pads = {0, 2, 1, 2};
  conv.then = {graph::Then::Kind::clip, 0, 0.75};
  last = model.add_node(conv, {last, constant(model, "b.weight", {40, 16, 3, 3}, 5)},
                        origin("b", "Conv"), {"b"})[0];
  last = model.add_node(graph::Reduce{graph::ReduceKind::mean, {2, 3}, false}, {last},
                        origin("mean", "ReduceMean"), {"mean"})[0];
  graph::MatMul gemm;
  gemm.transpose_b = true;
  model.outputs = {model.add_node(
      gemm, {last, constant(model, "fc.weight", {10, 40}, 6), constant(model, "fc.bias", {10}, 7)},
      origin("fc", "Gemm"), {"scores"})[0]};
  return model;
}

TEST(LowerWse, AProgramIsReadable) {
  const Lowered program = lowered(small_network());
  const std::string layout = text_of(program, "layout.csl");
  for (const char* part :
       {"// model.onnx as a CSL program", "// Input 'x', f32[1, 3, 8, 8].",
        "(Conv) of net.py:7, in forward\n", "  //   y = layer(x)\n", "'x' with its channels last.",
        "window(", "lane_floods(", "@export_name(\"weights\", [*]f32, true);", ".then = 2",
        ".to_host = nodes == 1"}) {
    EXPECT_NE(layout.find(part), std::string::npos) << part << "\n" << layout;
  }
  EXPECT_NE(text_of(program, "window.csl").find("@fmacs"), std::string::npos);
  EXPECT_NE(text_of(program, "run.py").find("(\"scores\", "), std::string::npos);
  EXPECT_NE(text_of(program, "commands_wse2.sh").find("cslc --arch=wse2"), std::string::npos);
  const Lowered third = lowered(small_network(), Precision::fp16, "cerebras-wse3");
  EXPECT_NE(text_of(third, "commands_wse3.sh").find("cslc --arch=wse3"), std::string::npos);
  EXPECT_NE(text_of(third, "layout.csl").find("const half = true;"), std::string::npos);

  const std::string job = program.job(3, true);
  EXPECT_NE(job.find("nodes = 1"), std::string::npos) << job;
  EXPECT_NE(job.find("data = \"weights.h5:a.bias\""), std::string::npos) << job;
  EXPECT_NE(job.find("items = 3\nresult = \"scores\""), std::string::npos) << job;
  EXPECT_EQ(program.job(3, false).find("result = \"pool\""), std::string::npos);
}

TEST(LowerWse, ValuesAreThoseOfTheModel) {
  const Graph model = small_network();
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
}

/// An encoder layer: attention with a mask, two residual additions, norms, a gelu.
Graph encoder_layer() {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 6, 16}});
  graph::MatMul plain;
  const auto product = [&](ValueId from, const std::string& name, std::int64_t in,
                           std::int64_t out) {
    return model.add_node(plain,
                          {from, constant(model, name + ".weight", {in, out}, 11),
                           constant(model, name + ".bias", {out}, 12)},
                          origin(name, "MatMul"), {name})[0];
  };
  std::vector<ValueId> heads;
  for (const char* name : {"q", "k", "v"}) {
    const ValueId flat = product(x, name, 16, 16);
    const ValueId split = model.add_node(graph::Reshape{{1, 6, 2, 8}}, {flat}, origin("", ""))[0];
    heads.push_back(
        model.add_node(graph::Transpose{{0, 2, 1, 3}}, {split}, origin("heads", "Transpose"))[0]);
  }
  const ValueId mask = model.add_input("mask", {Element::f32, {1, 1, 6, 6}});
  ValueId last =
      model.add_node(graph::Attention{0.35, false, false}, {heads[0], heads[1], heads[2], mask},
                     origin("attention", "Attention"), {"attention"})[0];
  last = model.add_node(graph::Transpose{{0, 2, 1, 3}}, {last}, origin("back", "Transpose"))[0];
  last = model.add_node(graph::Reshape{{1, 6, 16}}, {last}, origin("", ""))[0];
  last = model.add_node(graph::Binary{graph::BinaryFunction::add}, {product(last, "o", 16, 16), x},
                        origin("residual", "Add"))[0];
  graph::Normalise norm;
  norm.axis = 2;
  const ValueId scale = constant(model, "scale", {16}, 13);
  last = model.add_node(norm, {last, scale, constant(model, "shift", {16}, 14)},
                        origin("norm", "LayerNormalization"))[0];
  const ValueId up = product(last, "up", 16, 32);
  const ValueId gelu =
      model.add_node(graph::Unary{graph::UnaryFunction::gelu}, {up}, origin("gelu", "Gelu"))[0];
  last = model.add_node(graph::Binary{graph::BinaryFunction::add},
                        {product(gelu, "down", 32, 16), last}, origin("residual", "Add"))[0];
  norm.centered = false;
  model.outputs = {model.add_node(norm, {last, scale}, origin("rms", "RMSNorm"), {"out"})[0]};
  return model;
}

TEST(LowerWse, AnEncoderLayerKeepsItsBounds) {
  const Graph model = encoder_layer();
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
  const std::string layout = text_of(lowered(model), "layout.csl");
  EXPECT_NE(layout.find("lane_passes("), std::string::npos) << "a residual passes no strip";
}

TEST(LowerWse, EverythingThatIsMissingIsToldAtOnce) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 4, 8, 8}});
  graph::Convolution conv;
  conv.strides = {1, 1};
  conv.dilations = {1, 1};
  conv.pads = {0, 0, 0, 0};
  const ValueId weights = model.add_input("w", {Element::f32, {4, 4, 3, 3}});
  ValueId last = model.add_node(conv, {x, weights}, origin("computed", "Conv"))[0];
  last = model.add_node(graph::CumulativeSum{1}, {last}, origin("sums", "CumSum"))[0];
  model.outputs = {last};
  const std::string why = refusal(model);
  for (const char* part : {"no program for cerebras-wse2", "'computed' (Conv) of net.py:7",
                           "weights must be constants", "'sums' (CumSum) of net.py:7"}) {
    EXPECT_NE(why.find(part), std::string::npos) << part << "\n" << why;
  }
  EXPECT_NE(refusal(small_network(), Precision::bf16).find("fp32 and fp16"), std::string::npos);
}

TEST(LowerWse, StripsAreNarrowerWhereTheWaferIsTooNarrow) {
  Graph deep;
  ValueId last = deep.add_input("x", {Element::f32, {32, 512}});
  const ValueId weights = constant(deep, "w", {512, 512}, 3);
  for (int i = 0; i < 60; ++i) {
    last = deep.add_node(graph::MatMul{}, {last, weights}, origin("layer", "MatMul"))[0];
  }
  deep.outputs = {last};
  const std::string layout = text_of(lowered(deep), "layout.csl");
  EXPECT_NE(layout.find("window(1, 8, "), std::string::npos) << layout.substr(0, 6000);
}

TEST(LowerWse, WhatDoesNotFitIsRefusedWithItsSizes) {
  Graph wide;
  const ValueId x = wide.add_input("x", {Element::f32, {1, 160, 64, 64}});
  graph::Convolution conv;
  conv.strides = {1, 1};
  conv.dilations = {1, 1};
  conv.pads = {3, 3, 3, 3};
  wide.outputs = {
      wide.add_node(conv, {x, constant(wide, "w", {8, 160, 7, 7}, 1)}, origin("wide", "Conv"))[0]};
  EXPECT_NE(refusal(wide).find("images of 64 x 64 x 160 under a window of 7 x 7"),
            std::string::npos);

  Graph deep;
  ValueId last = deep.add_input("x", {Element::f32, {1, 8}});
  const ValueId weights = constant(deep, "w", {8, 8}, 1);
  for (int i = 0; i < 800; ++i) {
    last = deep.add_node(graph::MatMul{}, {last, weights}, origin("layer", "MatMul"))[0];
  }
  deep.outputs = {last};
  EXPECT_NE(refusal(deep).find("PEs, and cerebras-wse2 has 750 x 994"), std::string::npos);
}

TEST(LowerWse, InputsOfOtherFormatsAreNumbersOfTheProgram) {
  for (const Element element : {Element::f16, Element::bf16, Element::f64}) {
    Graph model;
    const ValueId x = model.add_input("x", {element, {16}});
    model.outputs = {model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x},
                                    origin("act", "Relu"), {"y"})[0]};
    const Lowered program = lowered(model);
    EXPECT_EQ(program.inputs[0].type.element, Element::f32);
    graph::Numbers given = drawn({16}, 5);
    for (double& number : given.floats) number = std::fabs(number);
    const Evaluated evaluated = program.evaluate({tensor_of(given)});
    EXPECT_EQ(numbers_of(evaluated.values[0]).floats, given.floats) << name_of(element);
  }
}

TEST(LowerWse, RoundingToAnotherFormatIsRefused) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {16}});
  const ValueId half = model.add_node(graph::Convert{Element::f16}, {x}, origin("cast", "Cast"))[0];
  model.outputs = {model.add_node(graph::CumulativeSum{0}, {half}, origin("sum", "CumSum"))[0]};
  const std::string why = refusal(model);
  EXPECT_NE(
      why.find(
          "'cast' (Cast) of net.py:7, in forward: rounds to f16, and the program's floats are f32"),
      std::string::npos)
      << why;
  EXPECT_NE(why.find("'sum' (CumSum)"), std::string::npos) << why;
}

TEST(LowerWse, ValuesWithoutElementsAreRefused) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {0, 8}});
  const ValueId y = model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x},
                                   origin("act", "Relu"), {"y"})[0];
  model.outputs = {
      model.add_node(graph::MatMul{}, {y, constant(model, "w", {8, 4}, 1)}, origin("", ""))[0]};
  const std::string why = refusal(model);
  for (const char* part : {"'x' is f32[0, 8]: no elements", "'y' is f32[0, 8]: no elements"}) {
    EXPECT_NE(why.find(part), std::string::npos) << why;
  }
}

/// A product of so many rows.
Graph rows_by_matrix(std::int64_t rows) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {rows, 8}});
  model.outputs = {model.add_node(graph::MatMul{}, {x, constant(model, "w", {8, 8}, 1)},
                                  origin("product", "MatMul"), {"y"})[0]};
  return model;
}

TEST(LowerWse, ABatchThatNoJobMovesIsRefusedBeforeItIsEvaluated) {
  constexpr std::int64_t most_rows = (1 << 24) / 8;
  const std::string why = refusal(rows_by_matrix(most_rows + 1));
  EXPECT_NE(why.find("'x' is f32[2097153, 8]: 16,777,224 elements, and a job moves at most "
                     "16,777,216 of a value"),
            std::string::npos)
      << why;
  EXPECT_GT(lowered(rows_by_matrix(most_rows)).evaluation_bytes, std::uint64_t{1} << 30U);
}

TEST(LowerWse, ANodeThatIsTakenApartIsJudgedAsOne) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 2, 4, 4}});
  graph::Convolution conv = padded_3x3();
  conv.then.kind = graph::Then::Kind::relu;
  const ValueId weights = constant(model, "w", {2, 2, 3, 3}, 1);
  model.outputs = {
      model.add_node(conv, {x, weights, graph::no_value, x}, origin("c", "Conv"), {"y"})[0]};
  const Evaluated evaluated = lowered(model).evaluate({tensor_of(drawn({1, 2, 4, 4}, 3))});
  EXPECT_EQ(evaluated.judgement.nodes, 1U);
}

/// What the program gives for numbers drawn for each input, by the name of the result.
std::map<std::string, graph::Numbers> given_by(const Graph& model, const Lowered& program) {
  std::vector<graph::Tensor> inputs;
  for (const ValueId id : model.inputs) {
    graph::Numbers numbers = drawn(model[id].type.shape, index(id) + 9);
    if (!is_floating(model[id].type.element)) {
      numbers.whole.assign(numbers.floats.size(), 3);
      numbers.floats.clear();
    }
    numbers.type.element = model[id].type.element;
    inputs.push_back(tensor_of(numbers));
  }
  const Evaluated evaluated = program.evaluate(inputs);
  std::map<std::string, graph::Numbers> out;
  for (std::size_t i = 0; i < program.results.size(); ++i) {
    if (program.results[i].output) out[program.results[i].name] = numbers_of(evaluated.values[i]);
  }
  return out;
}

TEST(LowerWse, AValueThatIsTakenTwiceComesByTwoLanes) {
  Graph model;
  const ValueId a = model.add_input("a", {Element::f32, {2, 4, 4}});
  const ValueId b = model.add_input("b", {Element::f32, {2, 2, 4}});
  const auto binary = [&](graph::BinaryFunction function, ValueId other, const char* name) {
    return model.add_node(graph::Binary{function}, {a, other}, origin(name, "Binary"), {name})[0];
  };
  const ValueId same = model.add_node(graph::Reshape{{2, 4, 4}}, {a}, origin("", ""))[0];
  model.outputs = {
      binary(graph::BinaryFunction::add, a, "twice"),
      binary(graph::BinaryFunction::subtract, same, "none"),
      model.add_node(graph::Concat{1}, {a, b, a}, origin("join", "Concat"), {"join"})[0],
      model.add_node(graph::MatMul{}, {a, a}, origin("square", "MatMul"), {"square"})[0]};
  const Lowered program = lowered(model);
  EXPECT_LT(largest_error(model, program), 1e-6);
  EXPECT_NE(text_of(program, "layout.csl").find("  // 'a' once more.\n  copy("), std::string::npos);
  EXPECT_NE(text_of(program, "copy.csl").find("@mov32"), std::string::npos);
}

TEST(LowerWse, ProductsOfTwoMatricesOfValues) {
  Graph model;
  const ValueId a = model.add_input("a", {Element::f32, {2, 3, 8}});
  const ValueId b = model.add_input("b", {Element::f32, {5, 8}});
  graph::MatMul gemm;
  gemm.transpose_b = true;
  const ValueId plain = model.add_node(gemm, {a, b}, origin("plain", "MatMul"), {"plain"})[0];
  gemm.then.kind = graph::Then::Kind::relu;
  const ValueId biased = model.add_node(gemm, {a, b, constant(model, "bias", {5}, 3)},
                                        origin("biased", "Gemm"), {"biased"})[0];
  model.outputs = {plain, biased};
  EXPECT_LT(largest_error(model, lowered(model)), 1e-6);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
}

TEST(LowerWse, OutputsThatAreInputsComeBack) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 3}});
  const ValueId n = model.add_input("n", {Element::i32, {3}});
  const ValueId flat = model.add_node(graph::Reshape{{6}}, {x}, origin("", ""), {"flat"})[0];
  const ValueId y = model.add_node(graph::Unary{graph::UnaryFunction::relu}, {flat},
                                   origin("act", "Relu"), {"y"})[0];
  const ValueId z = model.add_node(graph::Reshape{{3, 2}}, {y}, origin("", ""), {"z"})[0];
  model.outputs = {x, n, flat, y, z, x};
  const Lowered program = lowered(model);
  const auto given = given_by(model, program);
  ASSERT_EQ(given.size(), 5U);
  EXPECT_EQ(program.results.size(), 5U);
  const std::vector<double> numbers = drawn({2, 3}, index(x) + 9).floats;
  EXPECT_EQ(given.at("x").floats, numbers);
  EXPECT_EQ(given.at("flat").floats, numbers);
  EXPECT_EQ(given.at("n").whole, (std::vector<std::int64_t>{3, 3, 3}));
  EXPECT_EQ(given.at("z").floats, given.at("y").floats);
  EXPECT_EQ(given.at("z").type.shape, (Shape{3, 2}));
}

TEST(LowerWse, AnImageThatIsAnOutputHasItsName) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 3, 4, 4}});
  model.outputs = {model.add_node(padded_3x3(), {x, constant(model, "w", {5, 3, 3, 3}, 1)},
                                  origin("c", "Conv"), {"y"})[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
}

}  // namespace
}  // namespace weft::lower
