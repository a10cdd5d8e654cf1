// SPDX-License-Identifier: Apache-2.0
// A model as a Poplar program: its text, what it refuses, and the values that it must give.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
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

Lowered lowered(const Graph& model, Precision precision = Precision::fp32) {
  return lowered_for("graphcore-gc200", model, precision);
}

/// Largest difference of any result from fp64, over the largest number of that result.
double largest_error(const Graph& model, const Lowered& program) {
  std::vector<graph::Numbers> given;
  std::vector<graph::Tensor> tensors;
  unsigned seed = 100;
  for (const ValueId id : model.inputs) {
    given.push_back(drawn(model[id].type.shape, ++seed));
    tensors.push_back(tensor_of(given.back()));
  }
  const auto exact = graph::evaluate(model, given);
  const Evaluated evaluated = program.evaluate(tensors);
  const auto& values = evaluated.values;
  EXPECT_EQ(evaluated.judgement.nodes, model.nodes.size());
  for (const std::string& line : evaluated.judgement.outside) ADD_FAILURE() << line;
  double worst = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto& right = exact[index(program.results[i].value)];
    worst = std::max(worst, relative_error(numbers_of(values[i]), right));
  }
  return worst;
}

/// Two convolutions alike, one of another kind, a pool, a mean and a product.
Graph small_network() {
  Graph model;
  model.name = "small";
  const ValueId x = model.add_input("x", {Element::f32, {1, 16, 6, 6}});
  graph::Convolution conv;
  conv.strides = {1, 1};
  conv.dilations = {1, 1};
  conv.pads = {1, 1, 1, 1};
  conv.then.kind = graph::Then::Kind::relu;
  ValueId last = x;
  for (const char* name : {"a", "b"}) {
    const ValueId weights = constant(model, std::string(name) + ".weight", {16, 16, 3, 3}, 3);
    const ValueId bias = constant(model, std::string(name) + "/bias", {16}, 4);
    last = model.add_node(conv, {last, weights, bias}, origin(name, "Conv"), {name})[0];
  }
  conv.groups = 16;
  conv.then.kind = graph::Then::Kind::clip;
  conv.then.high = 6.0;
  const ValueId depth = constant(model, "depth.weight", {16, 1, 3, 3}, 5);
  last = model.add_node(conv, {last, depth}, origin("depth", "Conv"), {"depth"})[0];
  graph::Pool pool;
  pool.kernel = {3, 3};
  pool.strides = {2, 2};
  pool.dilations = {1, 1};
  pool.pads = {1, 1, 1, 1};
  last = model.add_node(pool, {last}, origin("pool", "MaxPool"), {"pool"})[0];
  const ValueId mean = model.add_node(graph::Reduce{graph::ReduceKind::mean, {2, 3}, false}, {last},
                                      origin("mean", "ReduceMean"), {"mean"})[0];
  const ValueId matrix = constant(model, "fc.weight", {10, 16}, 6);
  const ValueId bias = constant(model, "fc.bias", {10}, 7);
  graph::MatMul gemm;
  gemm.transpose_b = true;
  model.outputs = {model.add_node(gemm, {mean, matrix, bias}, origin("fc", "Gemm"), {"scores"})[0]};
  return model;
}

// Its factors are folded, from parameters as the model has them; its bound is judged all the same.
TEST(LowerIpu, ABatchNormIsJudged) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 4, 3, 3}});
  const graph::Numbers variance{{Element::f32, {4}}, {0.1, 0.7, 1.3, 9.1}, {}};
  model.outputs = {model.add_node(
      graph::BatchNormalise{},
      {x, constant(model, "scale", {4}, 3), constant(model, "shift", {4}, 4),
       constant(model, "mean", {4}, 5), model.add_constant("variance", tensor_of(variance))},
      origin("norm", "BatchNormalization"), {"y"})[0]};
  EXPECT_LT(largest_error(model, lowered(model)), 1e-6);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 5e-3);
}

TEST(LowerIpu, AProgramIsReadable) {
  const Lowered program = lowered(small_network());
  ASSERT_EQ(program.files.size(), 1U);
  const std::string& text = program.files[0].text;
  for (const char* part :
       {"// model.onnx as a program", "(Conv) of net.py:7", "y = layer(x)",
        "net.input(\"x\", FLOAT, {1, 16, 6, 6})", "popnn::PoolingType::MAX",
        "net.weights(\"a.bias\"", "// The first of 2 layers alike.", "net.output(\"scores\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  // One convolution stands in the shared layer, one by itself.
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find("convolution(net, ", at)) != std::string::npos; ++at) {
    ++count;
  }
  EXPECT_EQ(count, 2U);
  const std::string job = program.job(3, true);
  EXPECT_NE(job.find("arguments = [\"--runs\", \"3\", \"--nodes\"]"), std::string::npos) << job;
  EXPECT_NE(job.find("data = \"weights.h5:fc.weight\""), std::string::npos) << job;
}

TEST(LowerIpu, ValuesAreThoseOfTheModel) {
  const Graph model = small_network();
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
}

TEST(LowerIpu, NormsAttentionAndTheirKind) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 5, 32}});
  const ValueId scale = constant(model, "scale", {32}, 1);
  const ValueId shift = constant(model, "shift", {32}, 2);
  graph::Normalise norm;
  norm.axis = 2;
  ValueId last = model.add_node(norm, {x, scale, shift}, origin("norm", "LayerNormalization"))[0];
  norm.centered = false;
  last = model.add_node(norm, {last, scale}, origin("rms", "RMSNormalization"))[0];
  last =
      model.add_node(graph::Unary{graph::UnaryFunction::gelu}, {last}, origin("gelu", "Gelu"))[0];
  last = model.add_node(graph::Attention{0.25, false}, {last, last, last},
                        origin("attention", "Attention"))[0];
  graph::MatMul product;
  product.transpose_b = true;
  last = model.add_node(product, {last, x}, origin("scores", "MatMul"))[0];
  last = model.add_node(graph::Softmax{1, false}, {last}, origin("softmax", "Softmax"))[0];
  last = model.add_node(graph::Softmax{2, true}, {last}, origin("log", "LogSoftmax"))[0];
  model.outputs = {last};
  EXPECT_LT(largest_error(model, lowered(model)), 1e-5);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 2e-2);
}

TEST(LowerIpu, WhatIsLackingIsToldAtOnce) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 4, 5, 5}});
  const ValueId weights = model.add_input("weights", {Element::f32, {2, 4, 3, 3}});
  const ValueId made = model.add_node(graph::Convolution{{1, 1}, {1, 1}, {0, 0, 0, 0}},
                                      {x, weights}, origin("made", "Conv"), {"m"})[0];
  graph::Pool pool;
  pool.kernel = {2, 2};
  pool.strides = {1, 1};
  pool.dilations = {2, 2};
  pool.pads = {0, 0, 0, 0};
  model.outputs = {model.add_node(pool, {made}, origin("wide", "MaxPool"), {"y"})[0]};
  try {
    lowered(model);
    FAIL() << "was lowered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    const std::string text = error.what();
    EXPECT_NE(text.find("'made' (Conv) of net.py:7"), std::string::npos) << text;
    EXPECT_NE(text.find("'wide' (MaxPool) of net.py:7"), std::string::npos) << text;
  }
  EXPECT_THROW(lowered(small_network(), Precision::bf16), Error);
}

/// A model of one node of one input, with the numbers of a line.
Graph one_node(const graph::Operator& what, const Shape& shape) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, shape});
  model.outputs = {model.add_node(what, {x}, origin("n", "N"), {"y"})[0]};
  return model;
}

TEST(LowerIpu, SumsUpToEachElementAndBordersOfItsOwn) {
  for (const bool exclusive : {false, true}) {
    for (const bool reverse : {false, true}) {
      const Graph model = one_node(graph::CumulativeSum{1, exclusive, reverse}, {2, 13, 3});
      EXPECT_LT(largest_error(model, lowered(model)), 1e-6);
    }
  }
  for (const auto mode : {graph::PadMode::reflect, graph::PadMode::edge, graph::PadMode::wrap}) {
    const Graph model = one_node(graph::Pad{{0, 2}, {1, 3}, mode}, {3, 4});
    EXPECT_EQ(largest_error(model, lowered(model)), 0.0);
  }
}

TEST(LowerIpu, FunctionsHaveTheirLimitsAtInfinity) {
  using F = graph::UnaryFunction;
  for (const F function : {F::gelu, F::gelu_tanh, F::silu, F::hard_swish, F::mish, F::softplus}) {
    const Graph model = one_node(graph::Unary{function}, {40});
    EXPECT_LT(largest_error(model, lowered(model)), 1e-6);
    for (const Precision precision : {Precision::fp32, Precision::fp16}) {
      graph::Numbers given;
      given.type = {Element::f32, {40}};
      given.floats.assign(40, -std::numeric_limits<double>::infinity());
      const Evaluated seen = lowered(model, precision).evaluate({tensor_of(given)});
      EXPECT_TRUE(seen.judgement.outside.empty()) << seen.judgement.outside.front();
      EXPECT_EQ(numbers_of(seen.values[0]).floats[0], 0.0);
    }
  }
}

TEST(LowerIpu, CausalAttentionHidesWhatComesLater) {
  Graph model;
  const ValueId q = model.add_input("q", {Element::f32, {2, 3, 8}});
  const ValueId k = model.add_input("k", {Element::f32, {2, 5, 8}});
  model.outputs = {model.add_node(graph::Attention{0.5, true, false}, {q, k, k},
                                  origin("a", "Attention"), {"y"})[0]};
  const Lowered program = lowered(model);
  EXPECT_NE(program.files[0].text.find("causal(net, 3, 5)"), std::string::npos);
  EXPECT_LT(largest_error(model, program), 1e-6);
  EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 1e-2);
}

/// Weights of one direction or two, with biases.
Graph recurrence(graph::Recurrent what, std::int64_t directions, bool biased) {
  Graph model;
  const std::int64_t gates = what.kind == graph::RecurrentKind::lstm ? 4 : 3;
  what.hidden = 6;
  std::vector<ValueId> in{model.add_input("x", {Element::f32, {4, 2, 5}}),
                          constant(model, "w", {directions, gates * 6, 5}, 1),
                          constant(model, "r", {directions, gates * 6, 6}, 2)};
  if (biased) in.push_back(constant(model, "b", {directions, 2 * gates * 6}, 3));
  model.outputs = model.add_node(what, in, origin("n", "LSTM"), {"all", "hidden"});
  return model;
}

TEST(LowerIpu, RecurrencesGiveAllTheirStates) {
  using graph::Direction;
  for (const auto kind : {graph::RecurrentKind::lstm, graph::RecurrentKind::gru}) {
    for (const Direction direction : {Direction::forward, Direction::reverse, Direction::both}) {
      graph::Recurrent what;
      what.kind = kind;
      what.direction = direction;
      what.linear_before_reset = direction != Direction::forward;
      const bool both = direction == Direction::both;
      const Graph model = recurrence(what, both ? 2 : 1, !both);
      const Lowered program = lowered(model);
      EXPECT_EQ(program.results.size(), model.nodes[0].outputs.size());
      EXPECT_LT(largest_error(model, program), 1e-5);
      EXPECT_LT(largest_error(model, lowered(model, Precision::fp16)), 2e-2);
    }
  }
}

/// What refuses a model of one node.
std::string refusal(const Graph& model, Precision precision = Precision::fp32) {
  try {
    lowered(model, precision);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    return error.what();
  }
  return "none";
}

// Nobody reads the gigabyte of weights: the memory of the test stays untouched too.
TEST(LowerIpu, AModelBeyondTheTilesIsRefusedBeforeItsWeightsAreRead) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {1, 16384}});
  const graph::TensorType type{Element::f32, {16384, 16384}};
  constexpr std::size_t bytes = std::size_t{1} << 30U;
  const std::shared_ptr<void> keeper(std::calloc(bytes, 1), std::free);
  const graph::Tensor weights(type, {static_cast<const std::byte*>(keeper.get()), bytes}, keeper);
  model.outputs = model.add_node(graph::MatMul{}, {x, model.add_constant("w", weights)},
                                 origin("n", "MatMul"), {"y"});
  const std::string said = refusal(model);
  for (const char* part : {"at least 1,073,872,896 bytes", "weights 1,073,741,824",
                           "have 940,572,672", "729,533 of 638,976 on each"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  }
}

TEST(LowerIpu, OtherMachinesAreRefused) {
  const auto toy = topology::load_topology("toy");
  try {
    lowering_for(toy);
    FAIL() << "has a lowering";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    EXPECT_NE(std::string(error.what()).find("toy"), std::string::npos);
  }
}

TEST(LowerIpu, WholeNumbersOfOtherWidthsAreMovedButNotComputedWith) {
  for (const Element element : {Element::u8, Element::i8, Element::i16, Element::u32}) {
    Graph model;
    const ValueId x = model.add_input("x", {element, {4}});
    const ValueId moved = model.add_node(graph::Reshape{{2, 2}}, {x}, origin("r", "Reshape"))[0];
    Graph added = model;
    model.outputs = {moved};
    EXPECT_EQ(refusal(model), "none");
    added.outputs = added.add_node(graph::Binary{}, {moved, moved}, origin("n", "Add"), {"n"});
    EXPECT_NE(refusal(added).find("(Add)"), std::string::npos) << refusal(added);
    EXPECT_NE(refusal(added).find("have 32 bits and a sign"), std::string::npos);
  }
}

TEST(LowerIpu, AResultBeyond32BitsIsNotTakenForOneThatIsRight) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::i64, {1}});
  model.outputs = model.add_node(graph::Binary{graph::BinaryFunction::multiply}, {x, x},
                                 origin("n", "Mul"), {"n"});
  const Lowered program = lowered(model);
  graph::Numbers given;
  given.type = {Element::i64, {1}};
  given.whole = {46340};
  EXPECT_TRUE(program.evaluate({tensor_of(given)}).judgement.outside.empty());
  given.whole = {65536};
  EXPECT_THROW(program.evaluate({tensor_of(given)}), Error);
}

TEST(LowerIpu, RoundingOnTheWayIsNotLeftOut) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {4}});
  model.outputs = model.add_node(graph::Convert{Element::f16}, {x}, origin("c", "Cast"), {"c"});
  EXPECT_NE(refusal(model).find("rounds to f16"), std::string::npos) << refusal(model);
  EXPECT_EQ(refusal(model, Precision::fp16), "none");
}

TEST(LowerIpu, BeyondFp16TheLargestNumberIsWithinItsBound) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {3}});
  model.outputs = model.add_node(graph::Binary{graph::BinaryFunction::multiply}, {x, x},
                                 origin("n", "Mul"), {"n"});
  const Lowered program = lowered(model, Precision::fp16);
  graph::Numbers given;
  given.type = {Element::f32, {3}};
  given.floats = {300, -300, 2};
  const Evaluated seen = program.evaluate({tensor_of(given)});
  EXPECT_TRUE(seen.judgement.outside.empty());
  EXPECT_EQ(numbers_of(seen.values[0]).floats, (std::vector<double>{65504, 65504, 4}));
}

TEST(LowerIpu, ALogarithmOfSoftmaxBringsItsHeader) {
  Graph model;
  const ValueId x = model.add_input("x", {Element::f32, {2, 8}});
  model.outputs = model.add_node(graph::Softmax{1, true}, {x}, origin("s", "LogSoftmax"), {"s"});
  const Lowered program = lowered(model);
  EXPECT_NE(program.files[0].text.find("#include <popnn/LogSoftmax.hpp>"), std::string::npos);
  EXPECT_LT(largest_error(model, program), 1e-6);
}

}  // namespace
}  // namespace weft::lower
