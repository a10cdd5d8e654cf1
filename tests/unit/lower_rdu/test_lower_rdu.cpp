// SPDX-License-Identifier: Apache-2.0
// A model as patterns of an RDU: its text, what it refuses, and the values that it must give.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "lower/registry.hpp"
#include "support/lowered_model.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::Shape;
using graph::ValueId;
using namespace weft::test;

Lowered lowered(const Graph& model, Precision precision = Precision::bf16,
                const char* machine = "sambanova-sn40l") {
  return lowered_for(machine, model, precision);
}

/// Largest difference of any output from fp64, over the largest number of that output. All nodes
/// must keep their bounds.
double largest_error(const Graph& model, const Lowered& program,
                     const std::vector<graph::Numbers>& inputs = {}) {
  std::vector<graph::Numbers> given;
  std::vector<graph::Tensor> tensors;
  unsigned seed = 100;
  for (const ValueId id : model.inputs) {
    given.push_back(drawn(model[id].type.shape, ++seed));
    given.back().type = model[id].type;
    if (!inputs.empty()) given.back() = inputs[given.size() - 1];
    if (inputs.empty() && !is_floating(model[id].type.element)) {
      for (const double number : given.back().floats) {
        given.back().whole.push_back(number > 0 ? 1 : 0);
      }
      given.back().floats.clear();
    }
    tensors.push_back(tensor_of(given.back()));
  }
  const auto exact = graph::evaluate(model, given);
  const Evaluated evaluated = within_bounds(model, program, tensors);
  double worst = 0.0;
  for (std::size_t i = 0; i < program.results.size(); ++i) {
    if (!program.results[i].output) continue;
    const auto& right = exact[index(program.results[i].value)];
    worst = std::max(worst, relative_error(numbers_of(evaluated.values[i]), right));
  }
  return worst;
}

graph::Convolution window(std::int64_t stride, std::int64_t padding) {
  graph::Convolution out;
  out.strides = {stride, stride};
  out.dilations = {1, 1};
  out.pads = {padding, padding, padding, padding};
  return out;
}

/// Convolutions of all kinds, a sum with what is older, a pool, a mean and a product.
Graph small_network() {
  Graph model;
  model.name = "small";
  const ValueId x = model.add_input("x", {Element::f32, {2, 3, 6, 6}});
  graph::Convolution conv = window(1, 1);
  conv.then.kind = graph::Then::Kind::relu;
  const ValueId first = model.add_node(
      conv, {x, constant(model, "a.weight", {40, 3, 3, 3}, 3), constant(model, "a/bias", {40}, 4)},
      origin("a", "Conv"), {"a"})[0];
  const ValueId second = model.add_node(
      conv, {first, constant(model, "b.weight", {40, 40, 3, 3}, 5), graph::no_value, first},
      origin("b", "Conv"), {"b"})[0];
  conv.groups = 40;
  conv.then = {graph::Then::Kind::clip, 0.0, 6.0};
  ValueId last = model.add_node(conv, {second, constant(model, "depth.weight", {40, 1, 3, 3}, 6)},
                                origin("depth", "Conv"), {"depth"})[0];
  graph::Pool pool;
  pool.kernel = {3, 3};
  pool.strides = {2, 2};
  pool.dilations = {1, 1};
  pool.pads = {1, 1, 1, 1};
  last = model.add_node(pool, {last}, origin("pool", "MaxPool"), {"pool"})[0];
  const ValueId mean = model.add_node(graph::Reduce{graph::ReduceKind::mean, {2, 3}, false}, {last},
                                      origin("mean", "ReduceMean"), {"mean"})[0];
  graph::MatMul gemm;
  gemm.transpose_b = true;
  model.outputs = {model.add_node(
      gemm, {mean, constant(model, "fc.weight", {10, 40}, 7), constant(model, "fc.bias", {10}, 8)},
      origin("fc", "Gemm"), {"scores"})[0]};
  return model;
}

TEST(LowerRdu, AProgramIsReadable) {
  const Lowered program = lowered(small_network());
  ASSERT_EQ(program.files.size(), 1U);
  const std::string& text = program.files[0].text;
  for (const char* part :
       {"# model.onnx as patterns for sambanova-sn40l", "(Conv) of net.py:7, in forward\n",
        "#   y = layer(x)\n", "input x 36 x 6", "input a.weight 27 x 40",
        "a = convolution(x_pixels, a.weight, a.bias) image 6 x 6 window 3 x 3 padding 1 par 2 then "
        "relu\n",
        "b = convolution(a, b.weight) add a image 6 x 6 window 3 x 3 padding 1 par 2 then relu\n",
        "depth = depthwise(b, depth.weight) image 6 x 6 window 3 x 3 padding 1 then clip 0 6\n",
        "pool = largest(depth) image 6 x 6 window 3 x 3 stride 2 padding 1\n",
        "mean = mean(pool) image 9 x 1 window 9 x 1\n",
        "scores = product(mean, fc.weight, fc.bias) transposed\n", "\noutput scores\n",
        "\nnode pool\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  const std::string job = program.job(3, true);
  for (const char* part : {"rdu_patterns = \"model.patterns\"", "outputs = \"nodes\"",
                           "fusion = \"o1\"", "data = \"weights.h5:fc.weight\"", "items = [2, 1]",
                           "appends = true", "copy_out = \"pool\""}) {
    EXPECT_NE(job.find(part), std::string::npos) << part << "\n" << job;
  }
  EXPECT_EQ(program.job(1, false).find("items"), std::string::npos);
}

TEST(LowerRdu, ValuesAreThoseOfTheModel) {
  const Graph model = small_network();
  const double error = largest_error(model, lowered(model));
  EXPECT_LT(error, 3e-2);
  EXPECT_GT(error, 1e-5);  // bf16
}

TEST(LowerRdu, WindowsOfAllKinds) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 6, 7, 9}});
  graph::Convolution conv;
  conv.strides = {2, 1};
  conv.dilations = {1, 2};
  conv.pads = {1, 0, 2, 2};
  conv.groups = 2;
  ValueId last =
      model.add_node(conv, {x, constant(model, "w", {8, 3, 3, 2}, 1), constant(model, "b", {8}, 2)},
                     origin("grouped", "Conv"), {"grouped"})[0];
  last = model.add_node(
      graph::BatchNormalise{},
      {last, constant(model, "scale", {8}, 3), constant(model, "shift", {8}, 4),
       constant(model, "mean", {8}, 5),
       model.add_constant("variance",
                          graph::tensor_of({{Element::f32, {8}}, {1, 2, 3, 4, 5, 6, 7, 8}, {}}))},
      origin("norm", "BatchNormalization"))[0];
  graph::Pool pool;
  pool.kind = graph::PoolKind::mean;
  pool.kernel = {2, 2};
  pool.strides = {1, 2};
  pool.dilations = {1, 1};
  pool.pads = {0, 0, 0, 0};
  last = model.add_node(pool, {last}, origin("pool", "AveragePool"))[0];
  last = model.add_node(graph::Reduce{graph::ReduceKind::maximum, {2}, false}, {last},
                        origin("most", "ReduceMax"))[0];
  model.outputs = {model.add_node(graph::Softmax{2, true}, {last}, origin("log", "LogSoftmax"))[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 3e-2);
}

TEST(LowerRdu, ElementsRowsAndMasks) {
  using F = graph::UnaryFunction;
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 2, 3, 16}});
  const ValueId seen = model.add_input("seen", {Element::i64, {1, 3}});
  ValueId last = x;
  for (const F f : {F::gelu, F::gelu_tanh, F::leaky_relu, F::elu, F::softplus, F::mish,
                    F::hard_swish, F::hard_sigmoid, F::error_function, F::sine}) {
    last = model.add_node(graph::Unary{f, 0.2, 0.5}, {last}, origin("bend", "Bend"))[0];
    last = model.add_node(graph::Binary{}, {last, x}, origin("again", "Add"))[0];
  }
  using B = graph::BinaryFunction;
  for (const B f : {B::subtract, B::maximum, B::divide}) {
    last = model.add_node(graph::Binary{f}, {last, constant(model, "c", {16}, 9)},
                          origin("two", "Two"))[0];
  }
  graph::Normalise norm;
  norm.axis = 3;
  norm.centered = false;
  last = model.add_node(norm, {last}, origin("rms", "RMSNormalization"))[0];
  const ValueId condition =
      model.add_node(graph::Convert{Element::boolean}, {seen}, origin("cast", "Cast"))[0];
  const ValueId wide =
      model.add_node(graph::Reshape{{1, 1, 1, 3}}, {condition}, origin("wide", "Reshape"))[0];
  const auto number = [&model](const char* name, double value) {
    return model.add_constant(name, graph::tensor_of({{Element::f32, {}}, {value}, {}}));
  };
  const ValueId mask =
      model.add_node(graph::Select{}, {wide, number("none", 0.0), number("far", -1e4)},
                     origin("where", "Where"))[0];
  const ValueId first = model.add_node(graph::Attention{0.25, true, false}, {last, last, last},
                                       origin("causal", "Attention"))[0];
  model.outputs = {model.add_node(graph::Attention{0.25, false, true}, {first, last, last, mask},
                                  origin("masked", "Attention"))[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 8e-2);
}

/// Masks as exporters write them: 0 where a condition holds, else -inf. One row of the second item
/// sees nothing at all.
TEST(LowerRdu, HiddenKeysAreNotSeen) {
  for (const bool of_conditions : {false, true}) {
    Graph model;
    const ValueId x = model.add_input("x", {Element::f32, {2, 1, 3, 16}});
    const ValueId seen = model.add_input("seen", {Element::i64, {2, 1, 1, 3}});
    ValueId mask =
        model.add_node(graph::Convert{Element::boolean}, {seen}, origin("cast", "Cast"))[0];
    if (!of_conditions) {
      const auto number = [&model](const char* name, double value) {
        return model.add_constant(name, graph::tensor_of({{Element::f32, {}}, {value}, {}}));
      };
      const double hides = -std::numeric_limits<double>::infinity();
      mask = model.add_node(graph::Select{}, {mask, number("none", 0.0), number("far", hides)},
                            origin("where", "Where"), {"where"})[0];
    }
    graph::Attention attention{0.25, false, true};
    model.outputs = {model.add_node(attention, {x, x, x, mask}, origin("a", "Attention"))[0]};
    const Lowered program = lowered(model);
    const graph::Numbers numbers{{Element::i64, {2, 1, 1, 3}}, {}, {1, 0, 1, 0, 0, 0}};
    EXPECT_LT(largest_error(model, program, {drawn({2, 1, 3, 16}, 7), numbers}), 2e-2);
    const Evaluated evaluated = program.evaluate(
        {tensor_of(drawn({2, 1, 3, 16}, 7)),
         tensor_of(graph::Numbers{{Element::f32, {2, 1, 1, 3}}, {1, 0, 1, 0, 0, 0}, {}})});
    for (std::size_t i = 0; i < program.results.size(); ++i) {
      const std::vector<double> machine = numbers_of(evaluated.values[i]).floats;
      if (program.results[i].name == "where") {
        EXPECT_TRUE(std::isinf(machine[1]) && machine[1] < 0) << machine[1];
        EXPECT_EQ(machine[0], 0.0);
      }
      if (!program.results[i].output) continue;
      for (std::size_t e = 0; e < machine.size(); ++e) {
        EXPECT_EQ(machine[e] == 0.0, e >= machine.size() / 2) << e;
      }
    }
  }
}

/// A mean and what it is under another shape are one matrix: the model's output, with the nodes
/// and without.
TEST(LowerRdu, AnOutputMayBeANodeUnderAnotherShape) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 5, 3, 3}});
  const ValueId mean = model.add_node(graph::Reduce{graph::ReduceKind::mean, {2, 3}, true}, {x},
                                      origin("pool", "GlobalAveragePool"), {"mean"})[0];
  model.outputs = {
      model.add_node(graph::Reshape{{1, 5}}, {mean}, origin("flat", "Flatten"), {"y"})[0]};
  const Lowered program = lowered(model);
  const std::string& text = program.files[0].text;
  EXPECT_NE(text.find("\noutput mean\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("\nnode mean\n"), std::string::npos) << text;
  EXPECT_NE(program.job(1, false).find("result = \"y\""), std::string::npos);
  EXPECT_LT(largest_error(model, program), 1e-2);
}

TEST(LowerRdu, ConstantsAndInputsMayBeOutputs) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 3}});
  const ValueId c = constant(model, "c", {4, 2}, 5);
  const ValueId y = model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x},
                                   origin("relu", "Relu"), {"y"})[0];
  model.outputs = {c, y, x};
  const Lowered program = lowered(model);
  std::vector<std::string> names;
  for (const Result& result : program.results) {
    EXPECT_TRUE(result.output);
    names.push_back(result.name + " of " + result.node);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"y of node 'relu' (Relu) of net.py:7, in forward",
                                             "c of constant 'c'", "x of input 'x'"}));
  const double error = largest_error(model, program);
  EXPECT_LT(error, 1e-2);
  EXPECT_GT(error, 1e-5);  // bf16
  EXPECT_NE(program.job(1, false).find("copy_out = \"c_given\""), std::string::npos)
      << program.job(1, false);
}

TEST(LowerRdu, NormsAttentionAndTheirKind) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 5, 64}});
  graph::Normalise norm;
  norm.axis = 2;
  ValueId last = model.add_node(
      norm, {x, constant(model, "scale", {64}, 1), constant(model, "shift", {64}, 2)},
      origin("norm", "LayerNormalization"))[0];
  const auto heads = [&](ValueId from, const std::string& name) {
    const ValueId apart = model.add_node(graph::Reshape{{2, 5, 4, 16}}, {from},
                                         origin(name + ".apart", "Reshape"))[0];
    return model.add_node(graph::Transpose{{0, 2, 1, 3}}, {apart},
                          origin(name + ".heads", "Transpose"))[0];
  };
  const ValueId q = heads(last, "q");
  ValueId mixed =
      model.add_node(graph::Attention{0.25, false}, {q, q, q}, origin("attention", "Attention"))[0];
  mixed = model.add_node(graph::Transpose{{0, 2, 1, 3}}, {mixed}, origin("back", "Transpose"))[0];
  mixed = model.add_node(graph::Reshape{{2, 5, 64}}, {mixed}, origin("flat", "Reshape"))[0];
  last = model.add_node(graph::Binary{}, {last, mixed}, origin("add", "Add"))[0];
  last = model.add_node(graph::Binary{}, {constant(model, "row", {64}, 4), last},
                        origin("row", "Add"))[0];
  last =
      model.add_node(graph::Unary{graph::UnaryFunction::silu}, {last}, origin("silu", "Silu"))[0];
  graph::MatMul product;
  product.transpose_b = true;
  last = model.add_node(product, {last, x}, origin("scores", "MatMul"))[0];
  model.outputs = {model.add_node(graph::Softmax{1, false}, {last}, origin("s", "Softmax"))[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 5e-2);
}

TEST(LowerRdu, WhatOnlyMovesIsReadWhereItLies) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {3, 4, 5}});
  ValueId last = model.add_node(graph::Transpose{{2, 0, 1}}, {x}, origin("t", "Transpose"))[0];
  last = model.add_node(graph::Slice{{4, 0, 1}, {3, 3, 2}, {-2, 1, 2}}, {last},
                        origin("s", "Slice"))[0];
  const ValueId sum = model.add_node(graph::Reduce{graph::ReduceKind::sum, {0, 2}, true}, {last},
                                     origin("r", "ReduceSum"))[0];
  const ValueId less = model.add_node(graph::Binary{graph::BinaryFunction::subtract}, {last, sum},
                                      origin("m", "Sub"))[0];
  const ValueId wide = model.add_node(graph::Expand{{3, 3, 2}}, {sum}, origin("e", "Expand"))[0];
  model.outputs = {model.add_node(graph::Concat{1}, {less, last, wide}, origin("c", "Concat"))[0]};
  EXPECT_EQ(model[model.outputs[0]].type.shape, (Shape{3, 9, 2}));
  EXPECT_LT(largest_error(model, lowered(model)), 1e-2);
}

TEST(LowerRdu, WhatIsTooLargeIsNamed) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2000000, 2}});
  model.outputs = {
      model.add_node(graph::Unary{graph::UnaryFunction::relu}, {x}, origin("r", "Relu"), {"y"})[0]};
  try {
    lowered(model);
    FAIL() << "was lowered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    EXPECT_STREQ(error.what(),
                 "'x' is f32[2000000, 2]: a matrix with 2000000 rows or columns, and patterns have "
                 "2^20 (1048576) at most");
  }
}

TEST(LowerRdu, WhatIsLackingIsToldAtOnce) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 3}});
  const ValueId where =
      model.add_node(graph::ArgExtreme{true, 1, true}, {x}, origin("most", "ArgMax"), {"s"})[0];
  const ValueId rest = model.add_node(graph::Binary{graph::BinaryFunction::modulus}, {x, x},
                                      origin("rest", "Mod"))[0];
  model.outputs = {model.add_node(graph::GatherElements{1}, {rest, where},
                                  origin("pick", "GatherElements"), {"y"})[0]};
  try {
    lowered(model);
    FAIL() << "was lowered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    const std::string text = error.what();
    EXPECT_NE(text.find("'most' (ArgMax) of net.py:7"), std::string::npos) << text;
    EXPECT_NE(text.find("'rest' (Mod) of net.py:7"), std::string::npos) << text;
    EXPECT_NE(text.find("'pick' (GatherElements) of net.py:7, in forward: by numbers that are "
                        "computed is not in the patterns"),
              std::string::npos)
        << text;
  }
  EXPECT_THROW(lowered(small_network(), Precision::fp32), Error);
  EXPECT_THROW(lowered(small_network(), Precision::bf16, "plasticine"), Error);
}

}  // namespace
}  // namespace weft::lower
