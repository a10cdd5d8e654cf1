// SPDX-License-Identifier: Apache-2.0
// Passes, each by itself: what becomes of small graphs, that they say the same before and after,
// that a second run changes nothing, and what is left alone.
#include "graph/passes.hpp"

#include <gtest/gtest.h>

#include "unit/graph/models.hpp"

namespace weft::graph {
namespace {

using namespace test;
using U = UnaryFunction;
using B = BinaryFunction;

TEST(FoldConstants, ComputesWhatDependsOnNoInput) {
  Model m;
  const ValueId x = m.input("x", {2, 3});
  const ValueId w = m.constant({3, 2}, 1);
  const ValueId t = m.add(Transpose{{1, 0}}, {w});
  const ValueId half = m.add(Binary{B::multiply}, {t, m.number(0.5)});
  m.output(m.add(Binary{B::add}, {x, half}));
  expect_pass(fold_constants, m,
              "input x: f64[2, 3]\nadd: f64[2, 3] = add(x, multiply)\noutputs add\n");
}

TEST(FoldConstants, KeepsWhatWouldGrow) {
  Model m;
  const ValueId big = m.add(Expand{{1 << 11, 1 << 11}}, {m.number(1)});
  m.output(m.add(Reduce{ReduceKind::sum, {0, 1}, false}, {big}));
  Graph& graph = m.graph;
  fold_constants(graph);
  EXPECT_EQ(graph.nodes.size(), 2U);
}

TEST(FoldConstants, NamesTheNodeWhoseConstantsAreWrong) {
  Graph graph;
  const ValueId x = graph.add_constant("x", tensor_of(floats({2}, {1, 2})));
  const ValueId at = graph.add_constant("at", tensor_of(whole({1}, {5})));
  graph.outputs = graph.add_node(Gather{0}, {x, at}, {"pick", "Gather", {}, ""});
  EXPECT_EQ(failure_of([&] { fold_constants(graph); }),
            "node 'pick' (Gather): the index 5 lies outside of an axis of 2");
}

TEST(FoldConstants, AReshapedWeightKeepsItsBytes) {
  Graph graph;
  const ValueId x = graph.add_constant("x", tensor_of(floats({2, 2}, {1, 2, 3, 4})));
  const std::byte* bytes = graph[x].constant->bytes().data();
  graph.outputs = graph.add_node(Reshape{{4}}, {x}, origin("r"));
  fold_constants(graph);
  EXPECT_EQ(graph[graph.outputs[0]].constant->bytes().data(), bytes);
}

TEST(FoldConstants, ASliceOfRowsKeepsItsBytes) {
  Graph graph;
  const ValueId x = graph.add_constant("x", tensor_of(floats({3, 2}, {1, 2, 3, 4, 5, 6})));
  const std::byte* bytes = graph[x].constant->bytes().data();
  graph.outputs = graph.add_node(Slice{{1, 0}, {2, 2}, {1, 1}}, {x}, origin("s"));
  fold_constants(graph);
  const Tensor& rows = *graph[graph.outputs[0]].constant;
  EXPECT_EQ(rows.bytes().data(), bytes + 2 * bytes_of(rows.type().element));
  EXPECT_EQ(numbers_of(rows).floats, (std::vector<double>{3, 4, 5, 6}));
}

TEST(TurnWeights, AProductTurnsATransposedConstant) {
  Model m;
  const ValueId x = m.input("x", {2, 3});
  const ValueId w = m.constant({4, 3}, 1);
  m.output(m.add(MatMul{}, {x, m.add(Transpose{{1, 0}}, {w})}));
  Graph graph = m.graph;
  expect_pass(turn_weights, m,
              "input x: f64[2, 3]\nmatmul: f64[2, 4] = matmul(x, " + graph[w].name +
                  "; b transposed)\noutputs matmul\n");
}

TEST(TurnWeights, LeavesWhatIsNoTransposedConstant) {
  Model m;
  const ValueId x = m.input("x", {2, 3, 4});
  const ValueId y = m.add(Transpose{{0, 2, 1}}, {m.input("y", {2, 3, 4})});
  const ValueId w = m.add(Transpose{{1, 0, 2}}, {m.constant({4, 2, 3}, 1)});
  m.output(m.add(MatMul{}, {x, y}));
  m.output(m.add(MatMul{}, {x, w}));
  turn_weights(m.graph);
  for (const Node& node : m.graph.nodes) {
    const auto* product = std::get_if<MatMul>(&node.what);
    EXPECT_TRUE(product == nullptr || !product->transpose_b);
  }
  EXPECT_EQ(m.graph.nodes.size(), 4U);
}

TEST(RemoveDead, NodesValuesAndNothingElse) {
  Model m;
  const ValueId x = m.input("x", {2});
  m.input("unread", {3});
  m.add(Unary{U::tanh}, {m.add(Unary{U::relu}, {x})});
  m.number(5);
  m.output(m.add(Unary{U::negate}, {x}));
  expect_pass(remove_dead, m,
              "input x: f64[2]\ninput unread: f64[3]\nnegate: f64[2] = negate(x)\n"
              "outputs negate\n");
  EXPECT_EQ(m.graph.values.size(), 3U);
}

std::vector<ValueId> norm_parameters(Model& m, std::int64_t channels) {
  std::vector<ValueId> parameters;
  for (std::uint64_t i = 0; i < 3; ++i) parameters.push_back(m.constant({channels}, 10 + i));
  parameters.push_back(m.positive_constant({channels}, 13));
  return parameters;
}

ValueId batch_norm(Model& m, ValueId x, std::int64_t channels) {
  std::vector<ValueId> inputs{x};
  for (const ValueId id : norm_parameters(m, channels)) inputs.push_back(id);
  return m.add(BatchNormalise{1e-3}, inputs);
}

TEST(FoldBatchNorm, IntoConvolutionsWithAndWithoutBias) {
  for (const bool biased : {false, true}) {
    Model m;
    std::vector<ValueId> inputs{m.input("x", {1, 2, 4, 4}), m.constant({4, 1, 3, 3}, 1)};
    if (biased) inputs.push_back(m.constant({4}, 2));
    const ValueId y = m.add(Convolution{{1, 1}, {1, 1}, {1, 1, 1, 1}, 2, {}}, inputs);
    m.output(batch_norm(m, y, 4));
    expect_pass(fold_batch_norm, m,
                "input x: f64[1, 2, 4, 4]\n"
                "batch_norm: f64[1, 4, 4, 4] = convolution(x, c1.normalised, c1.normalised.bias; "
                "pads [1, 1, 1, 1], groups 2)\noutputs batch_norm\n");
  }
}

TEST(FoldBatchNorm, IntoMatricesEitherWay) {
  for (const bool turned : {false, true}) {
    Model m;
    const ValueId w = m.constant(turned ? Shape{5, 3} : Shape{3, 5}, 1);
    const ValueId y = m.add(MatMul{false, turned}, {m.input("x", {2, 3}), w});
    m.output(batch_norm(m, y, 5));
    expect_pass(fold_batch_norm, m);
    EXPECT_EQ(m.graph.nodes.size(), 1U);
  }
}

TEST(FoldBatchNorm, LeavesWhatOthersRead) {
  Model m;
  const ValueId y = m.add(Convolution{{1}, {1}, {0, 0}, 1, {}},
                          {m.input("x", {1, 2, 4}), m.constant({4, 2, 2}, 1)});
  m.output(batch_norm(m, y, 4));
  m.output(y);
  expect_pass(fold_batch_norm, m);
  EXPECT_EQ(m.graph.nodes.size(), 2U);
}

TEST(FoldBatchNorm, LeavesWhatNoProductIsInFrontOf) {
  Model m;
  const ValueId x = m.input("x", {1, 2, 4});
  m.output(batch_norm(m, m.add(Unary{U::relu}, {x}), 2));
  m.output(batch_norm(m, x, 2));
  const std::string before = text_of(m.graph);
  expect_pass(fold_batch_norm, m, before);
}

TEST(FuseActivations, AWholeResidualBlock) {
  Model m;
  const ValueId x = m.input("x", {1, 2, 5});
  const Convolution c{{1}, {1}, {1, 1}, 1, {}};
  const ValueId w = m.constant({2, 2, 3}, 1);
  const ValueId first = m.add(Unary{U::relu}, {m.add(c, {x, w, m.constant({2}, 2)})});
  const ValueId second = m.add(c, {first, m.constant({2, 2, 3}, 3)});
  const ValueId shifted = m.add(Binary{B::add}, {m.constant({2, 1}, 4), second});
  m.output(m.add(Unary{U::relu}, {m.add(Binary{B::add}, {shifted, x})}));
  expect_pass(fuse_activations, m,
              "input x: f64[1, 2, 5]\n"
              "relu: f64[1, 2, 5] = convolution(x, c1, c2; pads [1, 1], relu)\n"
              "relu_2: f64[1, 2, 5] = convolution(relu, c3, c4.bias, x; pads [1, 1], relu)\n"
              "outputs relu_2\n");
  EXPECT_EQ(m.graph.nodes[1].origins.size(), 4U);
}

TEST(FuseActivations, ABiasOfAMatrixAndABound) {
  Model m;
  const ValueId y = m.add(MatMul{}, {m.input("x", {2, 2, 3}), m.constant({3, 4}, 1)});
  const ValueId z = m.add(Binary{B::add}, {y, m.constant({1, 1, 4}, 2)});
  m.output(m.add(Clip{-0.5, 0.5}, {z}));
  expect_pass(fuse_activations, m,
              "input x: f64[2, 2, 3]\n"
              "clip: f64[2, 2, 4] = matmul(x, c1, c2.bias; clip -0.5 to 0.5)\noutputs clip\n");
}

TEST(FuseActivations, LeavesWhatDoesNotFit) {
  Model m;
  const ValueId x = m.input("x", {2, 3});
  const ValueId y = m.add(MatMul{}, {x, m.constant({3, 4}, 1)});
  m.output(m.add(Unary{U::relu}, {y}));
  m.output(m.add(Binary{B::add}, {y, m.constant({4}, 2)}));  // y has two readers
  const ValueId z = m.add(MatMul{}, {x, m.constant({3, 4}, 3)});
  m.output(m.add(Binary{B::add}, {z, m.constant({2, 1}, 4)}));  // a term for each row
  const ValueId row = m.add(MatMul{}, {m.constant({1, 3}, 5), m.add(Transpose{{1, 0}}, {x})});
  m.output(m.add(Binary{B::add}, {row, m.constant({3, 2}, 6)}));  // broadcasts the product
  const std::string before = text_of(m.graph);
  expect_pass(fuse_activations, m, before);
}

TEST(JoinLayout, ChainsBecomeAsShortAsTheyCanBe) {
  struct Row {
    Shape from;
    std::vector<Operator> chain;
    std::string wanted;
  };
  const Row rows[] = {
      {{2, 3, 4}, {Transpose{{1, 0, 2}}, Transpose{{1, 0, 2}}}, "x"},
      {{2, 3, 4}, {Transpose{{1, 0, 2}}, Transpose{{0, 2, 1}}}, "transpose [1, 2, 0]"},
      {{2, 3, 4}, {Reshape{{6, 4}}, Reshape{{24}}}, "reshape"},
      {{1, 2, 8, 8},
       {Reshape{{2, 8, 8}}, Transpose{{0, 2, 1}}, Reshape{{1, 2, 8, 8}}},
       "transpose [0, 1, 3, 2]"},
      {{1, 2, 8, 8},
       {Reshape{{2, 8, 8}}, Transpose{{0, 2, 1}}, Reshape{{1, 2, 8, 8}}, Transpose{{0, 1, 3, 2}}},
       "x"},
      {{4, 1, 6},
       {Reshape{{1, 4, 1, 3, 2}}, Transpose{{3, 1, 2, 0, 4}}, Reshape{{3, 4, 1, 2}}},
       "reshape transpose [2, 1, 0, 3]"},
      {{2, 3, 1}, {Transpose{{2, 0, 1}}, Reshape{{6}}}, "reshape"},
      {{2, 3, 4},
       {Transpose{{2, 1, 0}}, Reshape{{4, 6}}, Transpose{{1, 0}}},
       "transpose [1, 0, 2] reshape"},
      {{6, 4}, {Reshape{{4, 6}}, Transpose{{1, 0}}}, "reshape transpose [1, 0]"},
      {{2, 2}, {Reshape{{2, 2}}}, "x"},
      {{1, 5, 4}, {Transpose{{1, 0, 2}}}, "reshape"},
      {{2, 0, 3}, {Transpose{{1, 0, 2}}, Transpose{{1, 0, 2}}}, "transpose transpose"},
  };
  for (const Row& row : rows) {
    Model m;
    ValueId id = m.input("x", row.from);
    for (const Operator& what : row.chain) id = m.add(what, {id});
    m.output(m.add(Unary{U::negate}, {id}));
    expect_pass(join_layout, m);
    std::string got;
    for (const Node& node : m.graph.nodes) {
      if (std::holds_alternative<Unary>(node.what)) continue;
      got += (got.empty() ? "" : " ") + std::string(name_of(node.what));
      const auto* t = std::get_if<Transpose>(&node.what);
      if (t != nullptr && row.wanted.find('[') != std::string::npos)
        got += " " + text_of(t->permutation);
    }
    EXPECT_EQ(got.empty() ? "x" : got, row.wanted);
  }
}

TEST(JoinLayout, RemovesWhatMovesNothingButKeepsOutputs) {
  Model m;
  const ValueId x = m.input("x", {2, 3});
  ValueId id = m.add(Slice{{0, 0}, {2, 3}, {1, 1}}, {x});
  id = m.add(Pad{{0, 0}, {0, 0}}, {id});
  id = m.add(Expand{{2, 3}}, {m.add(Concat{0}, {m.add(Clip{}, {id})})});
  id = m.add(Convert{Element::f64}, {id});
  m.output(m.add(Unary{U::negate}, {id}));
  m.output(m.add(Reshape{{2, 3}}, {x}));
  expect_pass(join_layout, m,
              "input x: f64[2, 3]\nnegate: f64[2, 3] = negate(x)\n"
              "reshape: f64[2, 3] = reshape(x)\noutputs negate, reshape\n");
}

TEST(JoinLayout, ALongerWayThatOthersReadStays) {
  Model m;
  const ValueId t = m.add(Transpose{{1, 0, 2}}, {m.input("x", {2, 3, 4})});
  m.output(m.add(Unary{U::negate}, {t}));
  m.output(m.add(Unary{U::negate}, {m.add(Reshape{{3, 8}}, {t})}));
  const std::string before = text_of(m.graph);
  expect_pass(join_layout, m, before);
}

}  // namespace
}  // namespace weft::graph
