// SPDX-License-Identifier: Apache-2.0
// Patterns: every way of writing them that exporters have becomes one node; near misses stay.
#include <gtest/gtest.h>

#include "graph/passes.hpp"
#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;
using U = UnaryFunction;
using B = BinaryFunction;

const double half_root_two = std::sqrt(0.5);

/// The names of the operators that are left, in order.
std::string left_of(Model& m) {
  expect_pass(recognise_patterns, m);
  std::string names;
  for (const Node& node : m.graph.nodes) {
    names += (names.empty() ? "" : " ") + std::string(name_of(node.what));
  }
  return names;
}

ValueId times(Model& m, ValueId a, ValueId b) { return m.add(Binary{B::multiply}, {a, b}); }
ValueId plus(Model& m, ValueId a, ValueId b) { return m.add(Binary{B::add}, {a, b}); }
ValueId of(Model& m, U function, ValueId x) { return m.add(Unary{function}, {x}); }

// Bit 0: which operand comes first; bits 1 and 2: where the half stands.
std::string gelu_left(int spelling, double root) {
  Model m;
  const ValueId x = m.input("x", {3, 5});
  const ValueId inner = (spelling & 1) != 0 ? m.add(Binary{B::divide}, {x, m.number(1 / root)})
                                            : times(m, m.number(root), x);
  const ValueId erf = of(m, U::error_function, inner);
  const ValueId gate = (spelling & 1) != 0 ? plus(m, erf, m.number(1)) : plus(m, m.number(1), erf);
  const ValueId half = m.number(0.5);
  if (spelling / 2 == 0) m.output(times(m, times(m, x, gate), half));
  if (spelling / 2 == 1) m.output(times(m, times(m, half, x), gate));
  if (spelling / 2 == 2) m.output(times(m, x, times(m, gate, half)));
  return left_of(m);
}

TEST(RecognisePatterns, GeluByErf) {
  for (int spelling = 0; spelling < 6; ++spelling) {
    EXPECT_EQ(gelu_left(spelling, half_root_two), "gelu") << spelling;
  }
  EXPECT_NE(gelu_left(2, 0.7), "gelu");
}

std::string gelu_tanh_left(double factor, bool by_power) {
  Model m;
  const ValueId x = m.input("x", {3, 5});
  const ValueId cube =
      by_power ? m.add(Binary{B::power}, {x, m.number(3)}) : times(m, x, times(m, x, x));
  const ValueId sum = plus(m, x, times(m, cube, m.number(factor)));
  const ValueId inner = times(m, sum, m.number(std::sqrt(2 / 3.14159265358979323846)));
  const ValueId gate = plus(m, of(m, U::tanh, inner), m.number(1));
  m.output(times(m, times(m, x, m.number(0.5)), gate));
  return left_of(m);
}

TEST(RecognisePatterns, GeluByTanh) {
  EXPECT_EQ(gelu_tanh_left(0.044715, true), "gelu_tanh");
  EXPECT_EQ(gelu_tanh_left(0.044715, false), "gelu_tanh");
  EXPECT_NE(gelu_tanh_left(0.0447, true), "gelu_tanh");
}

TEST(RecognisePatterns, OtherGates) {
  const auto left = [](auto build) {
    Model m;
    const ValueId x = times(m, m.input("x", {3, 5}), m.input("z", {3, 5}));
    m.output(build(m, x));
    return left_of(m);
  };
  EXPECT_EQ(left([](Model& m, ValueId x) { return times(m, x, of(m, U::sigmoid, x)); }),
            "multiply silu");
  EXPECT_EQ(left([](Model& m, ValueId x) {
              return times(m, m.add(Unary{U::hard_sigmoid, 1.0 / 6, 0.5}, {x}), x);
            }),
            "multiply hard_swish");
  EXPECT_EQ(left([](Model& m, ValueId x) {
              const ValueId clip = m.add(Clip{0, 6}, {plus(m, x, m.number(3))});
              return m.add(Binary{B::divide}, {times(m, x, clip), m.number(6)});
            }),
            "multiply hard_swish");
  EXPECT_EQ(
      left([](Model& m, ValueId x) { return times(m, x, of(m, U::tanh, of(m, U::softplus, x))); }),
      "multiply mish");
  EXPECT_EQ(left([](Model& m, ValueId x) {
              return times(m, m.number(2), times(m, x, of(m, U::sigmoid, x)));
            }),
            "multiply silu multiply");
  EXPECT_EQ(left([](Model& m, ValueId x) {
              return times(m, x, m.add(Unary{U::hard_sigmoid, 0.2, 0.5}, {x}));
            }),
            "multiply hard_sigmoid multiply");
}

TEST(RecognisePatterns, SoftmaxSpelledOut) {
  for (const bool right : {true, false}) {
    Model m;
    const ValueId x = m.input("x", {3, 5});
    const ValueId most = m.add(Reduce{ReduceKind::maximum, {1}, true}, {x});
    const ValueId power = of(m, U::exponential, m.add(Binary{B::subtract}, {x, most}));
    const ValueId sum = m.add(Reduce{ReduceKind::sum, {right ? 1 : 0}, true}, {power});
    m.output(m.add(Binary{B::divide}, {power, sum}));
    EXPECT_EQ(left_of(m) == "softmax", right);
  }
}

struct NormSpelling {
  bool centered, by_power, by_reciprocal, scale_first;
};

std::string norm_left(const NormSpelling& s, std::vector<std::int64_t> axes = {1, 2}) {
  Model m;
  const ValueId x = m.input("x", {2, 3, 5});
  ValueId d = x;
  if (s.centered) {
    d = m.add(Binary{B::subtract}, {x, m.add(Reduce{ReduceKind::mean, axes, true}, {x})});
  }
  const ValueId square = s.by_power ? m.add(Binary{B::power}, {d, m.number(2)}) : times(m, d, d);
  const ValueId mean = m.add(Reduce{ReduceKind::mean, axes, true}, {square});
  const ValueId root = of(m, U::square_root, plus(m, mean, m.number(1e-5, {1})));
  const ValueId norm = s.by_reciprocal ? times(m, d, of(m, U::reciprocal, root))
                                       : m.add(Binary{B::divide}, {d, root});
  const ValueId scale = m.constant({3, 5}, 1);
  const ValueId scaled = s.scale_first ? times(m, scale, norm) : times(m, norm, scale);
  m.output(plus(m, scaled, m.constant({5}, 2)));
  return left_of(m);
}

TEST(RecognisePatterns, Norms) {
  for (int bits = 0; bits < 16; ++bits) {
    const NormSpelling s{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    EXPECT_EQ(norm_left(s), s.centered ? "layer_norm" : "rms_norm") << bits;
  }
  EXPECT_NE(norm_left({true, true, true, true}, {0, 1}), "layer_norm");
}

/// A way of writing attention.
struct AttentionSpelling {
  bool split_scale = false;  ///< on both factors, else on the product
  bool guarded = false;
  enum { none, added, causal, selected } mask = none;
};

std::string attention_left(const AttentionSpelling& s, Model& m) {
  const ValueId q = m.input("q", {2, 3, 4});
  const ValueId k = m.input("k", {2, 3, 4});
  const ValueId v = m.input("v", {2, 3, 6});
  ValueId turned = m.add(Transpose{{0, 2, 1}}, {k});
  ValueId scores = no_value;
  if (s.split_scale) {
    const ValueId root = m.number(std::sqrt(0.5));
    scores = m.add(MatMul{}, {times(m, q, root), times(m, turned, root)});
  } else {
    scores = m.add(Binary{B::divide}, {m.add(MatMul{}, {q, turned}), m.number(2)});
  }
  const double least = -std::numeric_limits<double>::max();
  if (s.mask == AttentionSpelling::added) scores = plus(m, scores, m.input("mask", {2, 1, 3}));
  if (s.mask == AttentionSpelling::causal) {
    const Numbers mask = floats({1, 3, 3}, {0, least, -inf, 0, 0, least, 0, 0, 0}, Element::f64);
    scores = plus(m, scores, m.constant(mask));
  }
  if (s.mask == AttentionSpelling::selected) {
    const ValueId seen = m.constant(truths({3, 3}, {1, 0, 1, 0, 1, 0, 1, 1, 1}));
    scores = m.add(Select{}, {seen, scores, m.number(least)});
  }
  ValueId weights = m.add(Softmax{2}, {scores});
  if (s.guarded) {
    weights = m.add(Select{}, {of(m, U::is_nan, weights), m.number(0), weights});
  }
  m.output(m.add(MatMul{}, {weights, v}));
  return left_of(m);
}

TEST(RecognisePatterns, AttentionInAllSpellings) {
  using S = AttentionSpelling;
  const std::pair<S, std::string> rows[] = {
      {{false, false, S::none}, "scale 0.5"},
      {{true, true, S::none}, "scale 0.5000000000000001, NaN weights 0"},
      {{false, false, S::added}, "scale 0.5"},
      {{false, true, S::causal}, "scale 0.5, causal, NaN weights 0"},
      {{false, false, S::selected}, "scale 0.5"},
  };
  for (const auto& [spelling, parameters] : rows) {
    Model m;
    EXPECT_EQ(attention_left(spelling, m), "transpose transpose attention");
    join_layout(m.graph);
    ASSERT_EQ(m.graph.nodes.size(), 1U);
    EXPECT_EQ(parameters_of(m.graph.nodes[0].what), parameters);
    const bool masked = spelling.mask == S::added || spelling.mask == S::selected;
    EXPECT_EQ(m.graph.nodes[0].inputs.size(), masked ? 4U : 3U);
  }
}

std::string gather_left(const Operator& what, const Numbers& indices, Shape shape = {2, 4}) {
  Model m;
  const ValueId x = m.input("x", std::move(shape));
  m.output(m.add(what, {x, m.constant(indices)}));
  return left_of(m);
}

TEST(RecognisePatterns, GathersOfConstantPlaces) {
  EXPECT_EQ(gather_left(Gather{1}, whole({}, {-1})), "slice reshape");
  EXPECT_EQ(gather_left(Gather{0}, whole({1}, {1})), "slice");
  EXPECT_EQ(gather_left(Gather{1}, whole({2}, {3, 1})), "slice");
  EXPECT_EQ(gather_left(Gather{1}, whole({2, 2}, {0, 1, 2, 3})), "reshape");
  EXPECT_EQ(gather_left(Gather{1}, whole({3}, {0, 1, 3})), "gather");
  EXPECT_EQ(gather_left(Gather{1}, whole({2}, {1, 1})), "gather");
  EXPECT_EQ(gather_left(Gather{1}, whole({0}, {})), "gather");
  EXPECT_EQ(gather_left(GatherElements{1}, whole({2, 4}, {0, 1, 2, 3, 0, 1, 2, 3})), "reshape");
  EXPECT_EQ(gather_left(GatherElements{1}, whole({2, 4}, {0, 1, 2, 3, 0, 1, 3, 2})),
            "gather_elements");
  EXPECT_EQ(gather_left(GatherPoints{0}, whole({1, 2, 2}, {0, 0, 0, 1}), {1, 2}), "reshape");
}

TEST(RecognisePatterns, AGatherFromOutsideIsLeftForTheEvaluator) {
  for (const std::int64_t at : {4, -5}) {
    Graph graph;
    const ValueId x = graph.add_input("x", {Element::f32, {4}});
    const ValueId one = graph.add_constant("i", tensor_of(whole({4}, {0, 1, 2, at})));
    const ValueId other = graph.add_constant("j", tensor_of(whole({}, {at})));
    graph.outputs = graph.add_node(Gather{0}, {x, one}, origin("a"));
    graph.outputs.push_back(graph.add_node(Gather{0}, {x, other}, origin("b"))[0]);
    recognise_patterns(graph);
    EXPECT_EQ(graph.nodes.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<Gather>(graph.nodes[1].what));
    EXPECT_NE(failure_of([&] { evaluate(graph, {floats({4}, {1, 2, 3, 4})}); }), "");
  }
}

TEST(RecognisePatterns, WeightsThatOthersReadStay) {
  Model m;
  attention_left({}, m);
  Model n;
  const ValueId q = n.input("q", {3, 4});
  const ValueId weights = n.add(Softmax{1}, {n.add(MatMul{false, true}, {q, q})});
  n.output(n.add(MatMul{}, {weights, q}));
  n.output(weights);
  EXPECT_EQ(left_of(n), "matmul softmax matmul");
}

TEST(RecognisePatterns, ANaNThatTheGuardTurnsToZeroStaysZero) {
  Model m;
  attention_left({false, true, AttentionSpelling::none}, m);
  std::vector<Numbers> inputs = drawn_inputs(m.graph, 3);
  for (std::size_t i = 0; i < 4; ++i) inputs[0].floats[i] = nan;
  const auto out = outputs_of(m.graph, evaluate(m.graph, inputs)).at(0);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(out.floats[i], 0);
  EXPECT_NE(out.floats[6], 0);
}

}  // namespace
}  // namespace weft::graph
