// SPDX-License-Identifier: Apache-2.0
// The view algebra of tensors against an index by index model, and its refusals by name.
#include <gtest/gtest.h>

#include <numeric>
#include <poplar/Graph.hpp>
#include <vector>

#include "support/poplar_graph.hpp"

using namespace poplar;

namespace {

using weft::test::constant_values;
using weft::test::small_graph;

/// A constant of the given shape that holds 0, 1, 2 ...
Tensor counting(Graph& graph, const std::vector<std::size_t>& shape) {
  const std::size_t count =
      std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
  std::vector<int> values(count);
  std::iota(values.begin(), values.end(), 0);
  return graph.addConstant(INT, shape, values.data());
}

using Values = std::vector<int>;
using Shape = std::vector<std::size_t>;

TEST(Tensor, KnowsItsShape) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(HALF, {2, 3, 4}, "t");
  EXPECT_EQ(t.shape(), (Shape{2, 3, 4}));
  EXPECT_EQ(t.rank(), 3U);
  EXPECT_EQ(t.numElements(), 24U);
  EXPECT_EQ(t.elementType(), HALF);
  EXPECT_EQ(t.shapeToString(), "[2,3,4]");
  EXPECT_THROW(t.dim(3), index_error);
}

TEST(Tensor, DefaultConstructedIsRefusedByName) {
  const Tensor t;
  EXPECT_FALSE(t.valid());
  EXPECT_THROW(t.numElements(), tensor_creation_error);
}

TEST(Tensor, IndexAndSlice) {
  Graph graph = small_graph();
  const Tensor t = counting(graph, {3, 4});
  EXPECT_EQ(constant_values(graph, t[1]), (Values{4, 5, 6, 7}));
  EXPECT_EQ(constant_values(graph, t[1][2]), (Values{6}));
  EXPECT_EQ(constant_values(graph, t.slice(1, 3, 1)), (Values{1, 2, 5, 6, 9, 10}));
  EXPECT_EQ(constant_values(graph, t.slice({1, 1}, {3, 2})), (Values{5, 9}));
  EXPECT_EQ(constant_values(graph, t.slice(Interval(0, 1))), (Values{0, 1, 2, 3}));
  EXPECT_EQ(constant_values(graph, t.index({2, 3})), (Values{11}));
  EXPECT_THROW(t[3], index_error);
  EXPECT_THROW(t.slice(2, 5), index_error);
  EXPECT_THROW(t.slice(3, 2), index_error);
  EXPECT_THROW(t.slice(0, 1, 2), index_error);
}

TEST(Tensor, ManySlices) {
  Graph graph = small_graph();
  const Tensor t = counting(graph, {6});
  const std::vector<Interval> intervals = {{0, 2}, {4, 5}};
  const auto parts = t.slices(ArrayRef<Interval>(intervals));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(constant_values(graph, parts[1]), (Values{4}));
  const std::vector<std::vector<Interval>> groups = {{{4, 6}, {0, 1}}, {{2, 3}}};
  const auto joined = t.slices(groups);
  EXPECT_EQ(constant_values(graph, joined[0]), (Values{4, 5, 0}));
}

TEST(Tensor, Reshapes) {
  Graph graph = small_graph();
  const Tensor t = counting(graph, {2, 3, 4});
  EXPECT_EQ(t.flatten().shape(), (Shape{24}));
  EXPECT_EQ(t.flatten(1, 3).shape(), (Shape{2, 12}));
  EXPECT_EQ(t.reshape({4, 6}).shape(), (Shape{4, 6}));
  EXPECT_EQ(t.reshapePartial(1, 2, {3, 1}).shape(), (Shape{2, 3, 1, 4}));
  EXPECT_EQ(t.reshapePartial(0, 0, {1}).shape(), (Shape{1, 2, 3, 4}));
  EXPECT_EQ(t.expand({0, 3}).shape(), (Shape{1, 2, 3, 4, 1}));
  EXPECT_EQ(t.expand({1, 1}).squeeze().shape(), (Shape{2, 3, 4}));
  EXPECT_EQ(t.expand({0}).squeeze({0}).shape(), (Shape{2, 3, 4}));
  EXPECT_THROW(t.reshape({5, 5}), poplar_error);
  EXPECT_THROW(t.squeeze({0}), poplar_error);
  EXPECT_THROW(t.expand({4}), index_error);
}

TEST(Tensor, Shuffles) {
  Graph graph = small_graph();
  const Tensor t = counting(graph, {2, 3});
  EXPECT_EQ(constant_values(graph, t.transpose()), (Values{0, 3, 1, 4, 2, 5}));
  const Tensor u = counting(graph, {2, 3, 4});
  EXPECT_EQ(u.dimShuffle({2, 0, 1}).shape(), (Shape{4, 2, 3}));
  EXPECT_EQ(u.dimRoll(2).shape(), (Shape{4, 2, 3}));
  EXPECT_EQ(u.dimRoll(0, 2).shape(), (Shape{3, 4, 2}));
  EXPECT_EQ(u.dimShufflePartial({0}, {1}).shape(), (Shape{3, 2, 4}));
  EXPECT_THROW(u.dimShuffle({0, 1}), poplar_error);
  EXPECT_THROW(u.dimShuffle({0, 1, 1}), poplar_error);
}

TEST(Tensor, RepeatsAndSteps) {
  Graph graph = small_graph();
  const Tensor t = counting(graph, {3});
  EXPECT_EQ(constant_values(graph, t.broadcast(2, 0)), (Values{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(constant_values(graph, t.upsample(2, 0, UpsampleMethod::REPEAT)),
            (Values{0, 0, 1, 1, 2, 2}));
  EXPECT_EQ(constant_values(graph, t.reverse(0)), (Values{2, 1, 0}));
  EXPECT_EQ(constant_values(graph, counting(graph, {7}).subSample(3, 0)), (Values{0, 3, 6}));
}

TEST(Tensor, ConcatAndAppend) {
  Graph graph = small_graph();
  const Tensor a = counting(graph, {2, 2});
  const Tensor b = counting(graph, {2, 1});
  EXPECT_EQ(constant_values(graph, concat(a, b, 1)), (Values{0, 1, 0, 2, 3, 1}));
  EXPECT_EQ(constant_values(graph, concat({a, a})), (Values{0, 1, 2, 3, 0, 1, 2, 3}));
  EXPECT_EQ(constant_values(graph, append(a, a[0])), (Values{0, 1, 2, 3, 0, 1}));
  EXPECT_THROW(concat(a, b), poplar_error);
  EXPECT_THROW(concat(a, graph.addVariable(FLOAT, {2, 2})), type_error);
  EXPECT_THROW(concat(ArrayRef<Tensor>()), poplar_error);
}

TEST(Tensor, ReinterpretKeepsTheSize) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {4});
  EXPECT_EQ(t.reinterpret(UNSIGNED_INT).elementType(), UNSIGNED_INT);
  EXPECT_THROW(t.reinterpret(HALF), type_error);
}

TEST(Tensor, AliasesAndConstants) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {2, 2});
  EXPECT_TRUE(t.isContiguous());
  EXPECT_FALSE(t.transpose().isContiguous());
  EXPECT_FALSE(t.containsAliases());
  EXPECT_TRUE(t.isParallelWriteable());
  EXPECT_TRUE(t.broadcast(2, 0).containsAliases());
  EXPECT_FALSE(t.broadcast(2, 0).isParallelWriteable());
  const Tensor c = graph.addConstant(FLOAT, {2, 2}, 1.0F);
  EXPECT_TRUE(concat(t, c).containsConstant());
  EXPECT_TRUE(t.intersectsWith(t[1]));
  EXPECT_FALSE(t[0].intersectsWith(t[1]));
}

TEST(Tensor, Regions) {
  Graph graph = small_graph();
  const Tensor t = graph.addVariable(FLOAT, {2, 3});
  const auto regions = t.slice(1, 3, 1).getVarRegions();
  ASSERT_EQ(regions.size(), 2U);
  EXPECT_EQ(regions[0].interval, Interval(1, 3));
  EXPECT_EQ(regions[1].interval, Interval(4, 6));
  EXPECT_EQ(t.transpose().getContiguousRegions().size(), 6U);
}

}  // namespace
