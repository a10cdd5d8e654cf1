// SPDX-License-Identifier: Apache-2.0
// poputil: linear mappings, regions split over workers, names of vertices.
#include <algorithm>
#include <poputil/Broadcast.hpp>
#include <poputil/TileMapping.hpp>
#include <poputil/Util.hpp>
#include <poputil/VertexTemplates.hpp>
#include <poputil/exceptions.hpp>

#include "hosts/poplar/libraries/popops/elementwise.hpp"
#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::Interval;
using Intervals = std::vector<Interval>;

std::vector<std::size_t> sizes(const std::vector<Intervals>& parts) {
  std::vector<std::size_t> out;
  for (const auto& part : parts) out.push_back(libraries::size_of(part));
  return out;
}

TEST(TileMapping, LinearIsEvenInGrainsAndCoversAll) {
  const poplar::Graph graph = small_graph(4);
  EXPECT_EQ(sizes(poputil::calcLinearTileMapping(graph, {10}, 1, 1)),
            (std::vector<std::size_t>{2, 3, 2, 3}));
  EXPECT_EQ(sizes(poputil::calcLinearTileMapping(graph, {10}, 6, 2)),
            (std::vector<std::size_t>{10, 0, 0, 0}));
  EXPECT_EQ(sizes(poputil::calcLinearTileMapping(graph, {30}, 1, 8)),
            (std::vector<std::size_t>{8, 8, 8, 6}));
  EXPECT_EQ(sizes(poputil::calcLinearTileMapping(graph, {0}, 1, 8)),
            (std::vector<std::size_t>{0, 0, 0, 0}));
}

TEST(TileMapping, OffsetsGoRoundAndBack) {
  poplar::Graph graph = small_graph(4);
  const auto t = graph.addVariable(FLOAT, {3}, "t");
  EXPECT_EQ(poputil::mapTensorLinearlyWithOffset(graph, t, 1, 1, 2), 1U);
  const auto mapping = graph.getTileMapping(t);
  EXPECT_EQ(mapping[2], (Intervals{{0, 1}}));
  EXPECT_EQ(mapping[3], (Intervals{{1, 2}}));
  EXPECT_EQ(mapping[0], (Intervals{{2, 3}}));
  poputil::mapTensorLinearlyWithOffset(graph, t, 1, 1, 0, false);
  EXPECT_EQ(graph.getTileMapping(t)[3], (Intervals{{0, 1}}));
  EXPECT_EQ(poputil::getTileImbalance(graph, t), 0U);
  graph.setTileMapping(t, 1);
  EXPECT_EQ(poputil::getTileImbalance(graph, t), 2U);
}

TEST(Util, RegionsAreSplitInOrder) {
  const auto parts = poputil::splitRegions(Intervals{{0, 5}, {10, 17}}, 1, 3);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0], (Intervals{{0, 4}}));
  EXPECT_EQ(parts[1], (Intervals{{4, 5}, {10, 13}}));
  EXPECT_EQ(parts[2], (Intervals{{13, 17}}));
  EXPECT_EQ(poputil::splitRegions(Intervals{{0, 12}}, 4, 6).size(), 3U);
  EXPECT_EQ(poputil::splitRegions(Intervals{{0, 12}}, 1, 6, 8).size(), 1U);
  EXPECT_EQ(poputil::splitRegions(Intervals{{0, 12}}, 1, 2, 0, 3).size(), 4U);
  EXPECT_TRUE(poputil::splitRegions(Intervals{{3, 3}}, 1, 2).empty());
}

TEST(Util, NamesAndIndices) {
  EXPECT_EQ(poputil::templateVertex("Scale", FLOAT, true, 3, "A::b"), "Scale<float,true,3,A::b>");
  EXPECT_EQ(poputil::unflattenIndex({3, 4}, 7), (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(poputil::flattenIndex({3, 4}, {1, 3}), 7U);
  EXPECT_THROW(poputil::unflattenIndex({3, 4}, 12), poputil::poplibs_error);
}

TEST(Broadcast, RepeatsDimensionsOfLengthOne) {
  poplar::Graph graph = small_graph();
  auto a = graph.addVariable(FLOAT, {3, 1}, "a");
  auto b = graph.addVariable(FLOAT, {4}, "b");
  EXPECT_TRUE(poputil::canBroadcastToMatch(a, b));
  poputil::broadcastToMatch(a, b);
  EXPECT_EQ(a.shape(), (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(b.shape(), a.shape());
  auto c = graph.addVariable(FLOAT, {2}, "c");
  EXPECT_THROW(poputil::broadcastToMatch(a, c), poputil::poplibs_error);
}

TEST(Repetition, IsFoundOrRefused) {
  using Numbers = std::vector<std::uint32_t>;
  const auto inner = libraries::find_repetition(Numbers{5, 6, 6, 6, 7, 7, 7});
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->inner, 3U);
  EXPECT_EQ(inner->start, 2U);
  EXPECT_EQ(inner->unique, (Numbers{5, 6, 7}));
  const auto outer = libraries::find_repetition(Numbers{2, 3, 1, 2, 3, 1, 2});
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->inner, 1U);
  EXPECT_EQ(outer->unique, (Numbers{2, 3, 1}));
  EXPECT_FALSE(libraries::find_repetition(Numbers{1, 1, 2, 3, 3}));
}

}  // namespace
}  // namespace weft::test
