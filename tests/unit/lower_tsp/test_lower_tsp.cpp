// SPDX-License-Identifier: Apache-2.0
// A model as a tensor program for a TSP: its text, its values, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "lower/registry.hpp"

namespace weft::lower {
namespace {

using graph::Element;
using graph::Graph;
using graph::Numbers;
using graph::Shape;
using graph::UnaryFunction;
using graph::ValueId;

/// A model that grows node by node, its constants drawn.
class Model {
 public:
  Graph graph;

  ValueId input(const Shape& shape, Element element = Element::f32) {
    return graph.add_input("x" + std::to_string(graph.inputs.size()), {element, shape});
  }
  ValueId weights(const Shape& shape, double scale = 1.0) {
    Numbers numbers = drawn({Element::f32, shape});
    for (double& number : numbers.floats) number *= scale;
    return graph.add_constant("w" + std::to_string(++constants_), tensor_of(numbers));
  }
  ValueId node(const graph::Operator& what, const std::vector<ValueId>& operands) {
    const std::string name(name_of(what));
    graph::Origin origin{name + "_node", name, {{"net.py", ++line_, "forward", "x = f(x)"}}, ""};
    return graph.add_node(what, operands, origin, {name + "_" + std::to_string(line_)})[0];
  }
  /// Multiples of 2^-7 between -1 and 1, which fp16 holds; whole numbers 0 to 3.
  Numbers drawn(const graph::TensorType& type) {
    Numbers out{type, {}, {}};
    for (std::int64_t i = 0; i < out.count(); ++i) {
      seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;
      const auto bits = static_cast<std::int64_t>(seed_ >> 56U);
      if (is_floating(type.element)) {
        out.floats.push_back(static_cast<double>(bits - 128) / 128.0);
      } else {
        out.whole.push_back(bits % 4);
      }
    }
    return out;
  }

 private:
  std::uint64_t seed_ = 1;
  std::uint32_t line_ = 0;
  std::uint32_t constants_ = 0;
};

Lowered lowered(const Graph& graph, Precision precision = Precision::fp16,
                const std::vector<double>& magnitudes = {},
                const std::string& machine = "groq-tsp") {
  Request request;
  request.graph = std::make_shared<const Graph>(graph);
  request.machine = std::make_shared<const topology::Topology>(topology::load_topology(machine));
  request.precision = precision;
  request.model = "model.onnx";
  request.magnitudes = magnitudes;
  return lowering_for(*request.machine).lower(request);
}

/// All nodes lie within their bounds, and the outputs near those of fp64.
void expect_close(Model& model, ValueId output, double most = 2e-2) {
  model.graph.outputs = {output};
  const Lowered program = lowered(model.graph);
  std::vector<Numbers> given;
  std::vector<graph::Tensor> tensors;
  for (std::size_t i = 0; i < model.graph.inputs.size(); ++i) {
    given.push_back(model.drawn(model.graph[model.graph.inputs[i]].type));
    Numbers machine = given.back();
    machine.type.element = program.inputs[i].type.element;
    tensors.push_back(tensor_of(machine));
  }
  const Evaluated evaluated = program.evaluate(tensors);
  EXPECT_EQ(evaluated.judgement.nodes, model.graph.nodes.size());
  for (const std::string& line : evaluated.judgement.outside) ADD_FAILURE() << line;
  const Numbers exact = graph::evaluate(model.graph, given)[index(output)];
  for (std::size_t i = 0; i < program.results.size(); ++i) {
    if (!program.results[i].output) continue;
    const Numbers machine = numbers_of(evaluated.values[i]);
    EXPECT_EQ(machine.type.shape, exact.type.shape);
    ASSERT_EQ(machine.floats.size(), exact.floats.size());
    for (std::size_t e = 0; e < exact.floats.size(); ++e) {
      ASSERT_NEAR(machine.floats[e], exact.floats[e], most) << e;
    }
    EXPECT_EQ(machine.whole, exact.whole);
  }
}

graph::Convolution window(std::int64_t stride, std::int64_t pad, std::int64_t groups = 1) {
  graph::Convolution what;
  what.strides = {stride, stride};
  what.dilations = {1, 1};
  what.pads = {pad, pad, pad, pad};
  what.groups = groups;
  return what;
}

graph::Pool pool(graph::PoolKind kind, std::int64_t kernel, std::int64_t pad = 0) {
  graph::Pool what;
  what.kind = kind;
  what.kernel = {kernel, kernel};
  what.strides = {2, 2};
  what.dilations = {1, 1};
  what.pads = {pad, pad, pad, pad};
  return what;
}

/// A convolution, a pool, one by channels, a mean and a product.
ValueId small_network(Model& model) {
  ValueId last = model.input({1, 3, 8, 8});
  graph::Convolution first = window(1, 1);
  first.then.kind = graph::Then::Kind::relu;
  last = model.node(first, {last, model.weights({16, 3, 3, 3}, 0.25), model.weights({16})});
  last = model.node(pool(graph::PoolKind::maximum, 2), {last});
  graph::Convolution by_channel = window(1, 1, 16);
  by_channel.then = {graph::Then::Kind::clip, 0.0, 6.0};
  last = model.node(by_channel, {last, model.weights({16, 1, 3, 3})});
  last = model.node(graph::Reduce{graph::ReduceKind::mean, {2, 3}, false}, {last});
  graph::MatMul product;
  product.transpose_b = true;
  return model.node(product, {last, model.weights({10, 16}), model.weights({10})});
}

TEST(LowerTsp, AProgramIsReadable) {
  Model model;
  model.graph.outputs = {small_network(model)};
  const Lowered program = lowered(model.graph);
  ASSERT_EQ(program.files.size(), 2U);
  const std::string& text = program.files[0].text;
  for (const char* part :
       {"# model.onnx as a tensor program", "(convolution) of net.py:1", "x = f(x)",
        "input x0: f16[1, 3, 8, 8]", " = conv ", " = max_pool ", "\noutput matmul_5\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  EXPECT_NE(program.files[1].text.find("\noutput convolution_1, maximum_pool_2"), std::string::npos)
      << program.files[1].text;
  const std::string job = program.job(2, false);
  for (const char* part : {"tsp_tensors = \"model.tensors\"", "data = \"inputs.h5:x0\"",
                           "items = [1, 1]", "result = \"matmul_5\""}) {
    EXPECT_NE(job.find(part), std::string::npos) << part << "\n" << job;
  }
}

// 40,000 rows of weights take 5,000 words of sixteen slices, of which a chip has 16,384.
TEST(LowerTsp, WhatOneChipHasNoRoomForIsCutBetweenNodes) {
  Model model;
  ValueId x = model.input({1, 40'000});
  for (int pair = 0; pair < 4; ++pair) {
    x = model.node(graph::MatMul{}, {x, model.weights({40'000, 8}, 0.005)});
    x = model.node(graph::MatMul{}, {x, model.weights({8, 40'000}, 0.3)});
  }
  model.graph.outputs = {x};
  const Lowered program = lowered(model.graph, Precision::fp16, {}, "groq-node8");
  const std::string& text = program.files[0].text;
  EXPECT_NE(text.find("# model.onnx as a tensor program for 2 TSPs"), std::string::npos);
  // Near the middle, where eight columns cross, and not 40,000.
  const std::size_t cut = text.find("\nchip 1\n");
  ASSERT_NE(cut, std::string::npos);
  EXPECT_EQ(text.find("\nchip ", cut + 1), std::string::npos);
  const std::string behind = text.substr(cut, text.find(" = ", cut) - cut);
  EXPECT_NE(behind.find("net.py:4"), std::string::npos) << behind;
  try {
    lowered(model.graph);
    ADD_FAILURE() << "one chip holds it";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    const std::string said = error.what();
    EXPECT_EQ(said.find("no program for groq-tsp: tensor 'w"), 0U) << said;
    EXPECT_NE(said.find("weights and constants take 100.1 MiB"), std::string::npos) << said;
  }
}

TEST(LowerTsp, ValuesOfANetworkAreWithinTheirBounds) {
  Model model;
  expect_close(model, small_network(model), 0.1);
}

TEST(LowerTsp, FunctionsOfOneElement) {
  using F = UnaryFunction;
  for (const F function : {F::negate, F::absolute, F::exponential, F::tanh, F::sigmoid, F::relu,
                           F::leaky_relu, F::elu, F::hard_sigmoid, F::hard_swish, F::gelu,
                           F::gelu_tanh, F::silu, F::floor, F::ceiling, F::round_even, F::sign}) {
    SCOPED_TRACE(name_of(graph::Operator(graph::Unary{function})));
    Model model;
    const ValueId x = model.input({2, 300});
    const ValueId wide = model.node(graph::Binary{graph::BinaryFunction::multiply},
                                    {x, model.weights({1, 300}, 4.0)});
    // A step, where the product was rounded across it, is 1.
    expect_close(model, model.node(graph::Unary{function, 0.25, 0.5}, {wide}), 1.0);
  }
}

TEST(LowerTsp, ConditionsAreWholeNumbers) {
  Model model;
  const ValueId x = model.input({2, 40});
  const ValueId y = model.input({2, 40});
  const ValueId less = model.node(graph::Binary{graph::BinaryFunction::less}, {x, y});
  const ValueId other = model.node(graph::Unary{UnaryFunction::logical_not}, {less});
  expect_close(model, model.node(graph::Select{}, {other, x, y}), 0.0);
}

TEST(LowerTsp, NormsAttentionAndTheirKind) {
  Model model;
  ValueId last = model.input({1, 2, 20, 32});
  graph::Normalise norm;
  norm.axis = 3;
  last = model.node(norm, {last, model.weights({32}), model.weights({32})});
  last = model.node(graph::Attention{0.25}, {last, last, last});
  norm.centered = false;
  last = model.node(norm, {last, model.weights({32})});
  last = model.node(graph::Attention{0.25, true}, {last, last, last});
  last = model.node(graph::Softmax{3, false}, {last});
  last = model.node(graph::Softmax{2, true}, {last});
  expect_close(model, last);
}

// Its factors are folded; its bound is judged all the same.
TEST(LowerTsp, ABatchNormIsJudged) {
  Model model;
  const ValueId x = model.input({1, 4, 3, 3});
  const ValueId variance = model.graph.add_constant(
      "variance", tensor_of(Numbers{{Element::f32, {4}}, {0.125, 0.75, 1.25, 9.0}, {}}));
  const ValueId norm =
      model.node(graph::BatchNormalise{},
                 {x, model.weights({4}), model.weights({4}), model.weights({4}), variance});
  expect_close(model, norm);
}

TEST(LowerTsp, WhatMovesElementsMovesThemExactly) {
  Model model;
  const ValueId x = model.input({2, 6, 40});
  const ValueId part = model.node(graph::Slice{{0, 4, 3}, {2, 3, 20}, {1, -2, 1}}, {x});
  const ValueId turned = model.node(graph::Transpose{{0, 2, 1}}, {part});
  const ValueId flat = model.node(graph::Reshape{{40, 3}}, {turned});
  const ValueId same = model.node(graph::Pad{{3, 1}, {2, 1}, graph::PadMode::reflect}, {flat});
  const ValueId inner = model.node(graph::Slice{{3, 1}, {40, 3}, {1, 1}}, {same});
  const ValueId more = model.node(graph::Pad{{1, 0}, {0, 2}, graph::PadMode::constant}, {inner});
  const ValueId both = model.node(graph::Concat{1}, {more, more, model.weights({41, 3})});
  expect_close(model, model.node(graph::Expand{{2, 41, 13}}, {both}), 0.0);
}

TEST(LowerTsp, RowsByIndicesOfARun) {
  Model model;
  const ValueId ids = model.input({1, 7}, Element::i64);
  const ValueId table = model.weights({50, 24});
  expect_close(model, model.node(graph::Gather{0}, {table, ids}), 0.0);
}

TEST(LowerTsp, MeansAndLargestOfRowsAndWindows) {
  Model model;
  const ValueId x = model.input({1, 5, 9, 9});
  const ValueId mean = model.node(pool(graph::PoolKind::mean, 3, 1), {x});
  const ValueId largest = model.node(graph::Reduce{graph::ReduceKind::maximum, {1}, true}, {mean});
  const ValueId less = model.node(graph::Binary{graph::BinaryFunction::subtract}, {mean, largest});
  const ValueId sums = model.node(graph::CumulativeSum{2, true, true}, {less});
  expect_close(model, model.node(graph::Reduce{graph::ReduceKind::sum, {3}, false}, {sums}), 0.2);
}

TEST(LowerTsp, ConvolutionsOverOneToThreeAxes) {
  struct Case {
    Shape image, weights;
    graph::Convolution what;
  };
  const auto of = [](Shape strides, Shape dilations, Shape pads, std::int64_t groups) {
    return graph::Convolution{
        std::move(strides), std::move(dilations), std::move(pads), groups, {}};
  };
  const std::vector<Case> cases = {
      {{1, 6, 11}, {4, 3, 3}, of({2}, {2}, {1, 2}, 2)},
      {{2, 4, 5, 6}, {4, 1, 3, 3}, of({1, 1}, {1, 1}, {1, 1, 1, 1}, 4)},
      {{1, 4, 5, 6}, {8, 1, 3, 3}, of({2, 1}, {1, 2}, {1, 2, 1, 2}, 4)},
      {{1, 3, 4, 4}, {5, 3, 1, 1}, of({1, 1}, {}, {1, 0, 1, 2}, 1)},
      {{2, 3, 5, 4, 6}, {4, 3, 3, 2, 3}, of({1, 1, 1}, {}, {1, 0, 1, 1, 0, 1}, 1)},
      {{1, 4, 6, 5, 4}, {4, 2, 2, 3, 2}, of({2, 1, 2}, {2, 1, 1}, {}, 2)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(testing::Message()
                 << c.image.size() - 2 << " axes, " << c.what.groups << " groups");
    Model model;
    const ValueId x = model.input(c.image);
    const ValueId bias = model.weights({c.weights[0]});
    graph::Convolution what = c.what;
    what.dilations.resize(c.image.size() - 2, 1);
    what.pads.resize(2 * (c.image.size() - 2), 0);
    const ValueId y = model.node(what, {x, model.weights(c.weights, 0.25), bias});
    expect_close(model, model.node(graph::Unary{UnaryFunction::relu}, {y}));
  }
}

TEST(LowerTsp, PoolsOverOneToThreeAxes) {
  struct Case {
    Shape image, kernel, strides, dilations, pads;
  };
  const std::vector<Case> cases = {
      {{1, 3, 40}, {12}, {3}, {3}, {6, 6}},
      {{1, 2, 9}, {3}, {2}, {}, {1, 1}},
      {{1, 1, 30, 12}, {7, 3}, {2, 2}, {2, 2}, {3, 1, 3, 1}},
      {{2, 5, 9, 8}, {1, 3}, {2, 1}, {}, {}},
      {{2, 5, 9, 8}, {1, 1}, {2, 3}, {}, {}},
      {{1, 4, 9, 9}, {9, 6}, {1, 1}, {}, {4, 0, 4, 0}},
      {{2, 3, 5, 6, 7}, {2, 3, 3}, {1, 2, 2}, {}, {1, 0, 1, 0, 1, 1}},
      {{1, 3, 8, 4, 4}, {3, 2, 2}, {2, 2, 2}, {}, {}},
  };
  for (const Case& c : cases) {
    for (const graph::PoolKind kind : {graph::PoolKind::maximum, graph::PoolKind::mean}) {
      const bool largest = kind == graph::PoolKind::maximum;
      SCOPED_TRACE(testing::Message() << (largest ? "largest" : "mean") << " of " << c.kernel.size()
                                      << " axes, the first window " << c.kernel[0]);
      Model model;
      graph::Pool pool{kind, c.kernel, c.strides, c.dilations, c.pads, false, false};
      pool.dilations.resize(c.kernel.size(), 1);
      pool.pads.resize(2 * c.kernel.size(), 0);
      expect_close(model, model.node(pool, {model.input(c.image)}), largest ? 0.0 : 2e-3);
    }
  }
}

TEST(LowerTsp, RecurrencesGoStepByStep) {
  for (const bool lstm : {true, false}) {
    for (const bool begun : {false, true}) {
      SCOPED_TRACE(testing::Message() << (lstm ? "lstm" : "gru") << (begun ? ", begun" : ""));
      Model model;
      const std::int64_t gates = lstm ? 4 : 3;
      const ValueId x = model.input({5, 2, 6});
      std::vector<ValueId> operands = {x, model.weights({2, gates * 7, 6}),
                                       model.weights({2, gates * 7, 7}),
                                       model.weights({2, 2 * gates * 7}), graph::no_value};
      for (int i = 0; begun && i < (lstm ? 2 : 1); ++i) operands.push_back(model.input({2, 2, 7}));
      const graph::Recurrent what{lstm ? graph::RecurrentKind::lstm : graph::RecurrentKind::gru,
                                  graph::Direction::both, 7, true};
      std::vector<std::string> names = {"all", "last"};
      if (lstm) names.emplace_back("cell");
      const auto made = model.graph.add_node(what, operands, graph::Origin(), names);
      // Something reads all of them, or one alone.
      ValueId read = made[1];
      if (begun) {
        const graph::Reduce mean{graph::ReduceKind::mean, {0}, true};
        const ValueId all = model.node(graph::Reshape{{2, 2, 7}}, {model.node(mean, {made[0]})});
        read = model.node(graph::Binary{graph::BinaryFunction::add}, {read, all});
        if (lstm) read = model.node(graph::Binary{graph::BinaryFunction::add}, {read, made[2]});
      }
      expect_close(model, read);
    }
  }
  Model other;
  const graph::Recurrent early{graph::RecurrentKind::gru, graph::Direction::forward, 4, false};
  const auto made = other.graph.add_node(
      early, {other.input({2, 1, 3}), other.weights({1, 12, 3}), other.weights({1, 12, 4})},
      graph::Origin(), {"all", "last"});
  other.graph.outputs = {made[0]};
  EXPECT_THROW(lowered(other.graph), Error);
}

/// Channels stay in the lanes from a mean to the product behind it: nothing is turned.
TEST(LowerTsp, AMeanOfImagesIsARowOfAProduct) {
  Model model;
  model.graph.outputs = {small_network(model)};
  const std::string text = lowered(model.graph).files[0].text;
  EXPECT_EQ(text.find("lying"), std::string::npos) << text;
  EXPECT_NE(text.find("groups 16"), std::string::npos) << text;
}

TEST(LowerTsp, WhatIsLackingIsToldAtOnce) {
  Model model;
  const ValueId waves = model.node(graph::Unary{UnaryFunction::sine}, {model.input({2, 3})});
  model.graph.outputs = {model.node(graph::ArgExtreme{}, {waves})};
  try {
    lowered(model.graph);
    FAIL() << "was lowered";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    const std::string text = error.what();
    EXPECT_NE(text.find("of net.py:1"), std::string::npos) << text;
    EXPECT_NE(text.find("of net.py:2"), std::string::npos) << text;
  }
  Model beside;
  const graph::Pool far{graph::PoolKind::maximum, {2}, {1}, {9}, {4, 5}, false, false};
  beside.graph.outputs = {beside.node(far, {beside.input({1, 2, 3})})};
  EXPECT_THROW(lowered(beside.graph), Error);
  Model plain;
  plain.graph.outputs = {plain.node(graph::Unary{}, {plain.input({4})})};
  EXPECT_THROW(lowered(plain.graph, Precision::fp32), Error);
}

TEST(LowerTsp, ProductsOfWholeSteps) {
  Model model;
  model.graph.outputs = {small_network(model)};
  const auto input = model.drawn(model.graph[model.graph.inputs[0]].type);
  const auto exact = graph::evaluate(model.graph, {input});
  std::vector<double> magnitudes;
  for (const Numbers& numbers : exact) {
    magnitudes.push_back(0.0);
    for (const double number : numbers.floats) {
      magnitudes.back() = std::max(magnitudes.back(), std::abs(number));
    }
  }
  const Lowered program = lowered(model.graph, Precision::int8, magnitudes);
  EXPECT_NE(program.files[0].text.find(": i8[3, 3, 3, 16]"), std::string::npos);
  Numbers given = input;
  given.type.element = Element::f16;
  const Evaluated evaluated = program.evaluate({tensor_of(given)});
  EXPECT_EQ(evaluated.judgement.nodes, model.graph.nodes.size());
  for (const std::string& line : evaluated.judgement.outside) ADD_FAILURE() << line;
  const Numbers scores = numbers_of(evaluated.values.back());
  const Numbers& right = exact[index(model.graph.outputs[0])];
  for (std::size_t i = 0; i < right.floats.size(); ++i) {
    EXPECT_NEAR(scores.floats[i], right.floats[i], 0.5);
  }
}

TEST(LowerTsp, NumbersBeyondFp16AreRefused) {
  Model model;
  const ValueId x = model.input({4});
  const ValueId large = model.weights({4}, 1e6);
  model.graph.outputs = {model.node(graph::Binary{}, {x, large})};
  EXPECT_THROW(lowered(model.graph), Error);
}

}  // namespace
}  // namespace weft::lower
