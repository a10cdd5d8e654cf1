// SPDX-License-Identifier: Apache-2.0
// How tensors lie in memory, and what communicates: poputil/VarStructure.hpp and gcl.
#include <gtest/gtest.h>

#include <gcl/Collectives.hpp>
#include <gcl/TileAllocation.hpp>
#include <poplar/exceptions.hpp>
#include <popops/Rearrange.hpp>
#include <poputil/VarStructure.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

using namespace poplar;
using poputil::poplibs_error;

namespace weft::test {
namespace {

using Shape = std::vector<std::size_t>;

TEST(VarStructure, PartsAreContiguous) {
  LibraryRun run;
  const Shape shapes[][2] = {
      {{10, 20}, {1, 5}}, {{5, 8, 48}, {4, 3, 10}}, {{7}, {9}}, {{3, 0}, {1, 1}}};
  for (const auto& [shape, partitions] : shapes) {
    const Tensor t = poputil::createPartitionableTensor(run.graph, FLOAT, shape, partitions);
    ASSERT_EQ(t.shape(), shape);
    std::size_t calls = 0;
    std::size_t elements = 0;
    poputil::iterateTensorPartitions(t, partitions, [&](const Shape& i, const Tensor& s) {
      EXPECT_EQ(i[0], calls % partitions[0]) << "the first dimension is the fastest";
      EXPECT_LE(s.getContiguousRegions().size(), 1U);
      ++calls;
      elements += s.numElements();
    });
    EXPECT_EQ(calls, std::accumulate(partitions.begin(), partitions.end(), std::size_t{1},
                                     std::multiplies<>()));
    EXPECT_EQ(elements, t.numElements());
  }
  EXPECT_THROW(poputil::createPartitionableTensor(run.graph, FLOAT, {4, 4}, {2}), poplibs_error);
  EXPECT_THROW(poputil::createPartitionableTensor(run.graph, FLOAT, {4}, {0}), poplibs_error);
}

TEST(VarStructure, GroupsAreFound) {
  LibraryRun run;
  using poputil::GroupingInfo;
  const Tensor plain = run.graph.addVariable(FLOAT, {4, 6}, "plain");
  run.graph.setTileMapping(plain, 0);
  EXPECT_EQ(poputil::detectInnermostGrouping(run.graph, plain), 6U);
  EXPECT_EQ(poputil::detectDimGroupings(run.graph, plain),
            (std::vector<GroupingInfo>{{1, 6}, {0, 4}}));
  // [2][3][8][4]: rows of 8 groups of 4 channels, seen as [3][8][2 * 4].
  const Tensor blocks = run.graph.addVariable(FLOAT, {2, 3, 8, 4}, "blocks");
  run.graph.setTileMapping(blocks, 1);
  const Tensor seen = blocks.dimShuffle({1, 2, 0, 3}).reshape({3, 8, 8});
  EXPECT_EQ(poputil::detectInnermostGrouping(run.graph, seen), 4U);
  EXPECT_EQ(poputil::detectDimGroupings(run.graph, seen),
            (std::vector<GroupingInfo>{{2, 4}, {1, 8}, {0, 3}, {2, 2}}));
  const Tensor spread = run.graph.addVariable(FLOAT, {12}, "spread");
  for (unsigned tile = 0; tile < 4; ++tile) {
    run.graph.setTileMapping(spread.slice(3 * tile, 3 * tile + 3), tile);
  }
  EXPECT_EQ(poputil::detectInnermostGrouping(run.graph, spread), 3U);
  EXPECT_THROW(poputil::detectInnermostGrouping(run.graph, spread[0]), poplibs_error);
}

TEST(Rearrange, MatricesWithTheirRowsAsColumns) {
  on_ranks([] {
    LibraryRun run;
    const auto values = whole_numbers<int>(5 * 7 * 3, -99, 99);
    const Tensor t = run.input(INT, {5, 7, 3}, values, 4);
    const auto cs = run.graph.addComputeSet("transpose");
    const Tensor out = popops::rearrange::partialTranspose(run.graph, t, cs, "t");
    run.prog.add(program::Execute(cs));
    ASSERT_EQ(out.shape(), (Shape{5, 3, 7}));
    std::vector<int> expected;
    for (std::size_t i = 0; i < values.size(); ++i) {
      expected.push_back(values[i / 21 * 21 + i % 7 * 3 + i / 7 % 3]);
    }
    EXPECT_EQ(run.result<int>(out), expected);
    EXPECT_THROW(popops::rearrange::partialTranspose(run.graph, t[0][0], cs), poplibs_error);
    const Tensor truths = run.graph.addVariable(BOOL, {2, 2}, "truths");
    EXPECT_THROW(popops::rearrange::partialTranspose(run.graph, truths, cs), poplibs_error);
  });
}

TEST(TileAllocation, ListsOfTilesForVirtualGraphs) {
  LibraryRun run(40);
  const unsigned least = gcl::getMinIoTiles(run.graph);
  EXPECT_EQ(least, 32U);
  const auto io = gcl::perIPUTiles(run.graph, 0, least);
  const auto rest = gcl::perIPUTiles(run.graph, least, 40 - least);
  std::vector<unsigned> all(io);
  all.insert(all.end(), rest.begin(), rest.end());
  std::sort(all.begin(), all.end());
  std::vector<unsigned> expected(40);
  std::iota(expected.begin(), expected.end(), 0U);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(run.graph.createVirtualGraph(io).getTarget().getNumTiles(), least);
  EXPECT_THROW(gcl::perIPUTiles(run.graph, 39, 2), poplibs_error);
}

TEST(Collectives, OfOneReplica) {
  on_ranks([] {
    LibraryRun run;
    auto& g = run.graph;
    const std::vector<int> values = {1, -2, 3, 4};
    Tensor t = run.input(INT, {4}, values);
    using gcl::CollectiveOperator;
    const auto sum = gcl::allReduceCrossReplica(g, t, CollectiveOperator::ADD, run.prog,
                                                gcl::CommGroup(), "sum");
    const auto squares =
        gcl::allReduceCrossReplica(g, t, CollectiveOperator::SQUARE_ADD, run.prog, "squares");
    const auto gathered = gcl::allGatherCrossReplica(g, t, run.prog, gcl::CommGroup(), "gathered");
    EXPECT_EQ(gathered.shape(), (Shape{1, 4}));
    const auto turned = gcl::allToAllCrossReplica(g, t.expand({0}), run.prog, {}, "turned");
    const auto share =
        gcl::reduceScatterCrossReplica(g, t, CollectiveOperator::MAX, run.prog, "share");
    Tensor to = g.clone(t);
    gcl::allReduceToDestinationCrossReplica(g, t, to, CollectiveOperator::MIN, run.prog);
    gcl::allReduceInPlaceCrossReplica(g, t, CollectiveOperator::SQUARE_ADD, run.prog);
    const auto read =
        run.results<int>({sum, squares, gathered.flatten(), turned.flatten(), share, to, t});
    const std::vector<int> square = {1, 4, 9, 16};
    for (const std::size_t i : {0U, 2U, 3U, 4U, 5U}) EXPECT_EQ(read[i], values) << i;
    EXPECT_EQ(read[1], square);
    EXPECT_EQ(read[6], square);
  });
}

TEST(Collectives, PartialsWithinAReplica) {
  on_ranks([] {
    LibraryRun run;
    const Tensor t = run.input(FLOAT, {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}, 3);
    const auto mean =
        gcl::allReduceWithinReplica(run.graph, t, gcl::CollectiveOperator::MEAN, run.prog);
    EXPECT_EQ(run.graph.getTileMapping(mean), run.graph.getTileMapping(t));
    EXPECT_EQ(run.result<float>(mean), (std::vector<float>{2.5, 3.5, 4.5, 2.5, 3.5, 4.5}));
  });
}

TEST(Collectives, WhatGclRefuses) {
  LibraryRun run;
  const Tensor t = run.input(INT, {2, 2}, std::vector<int>(4));
  const gcl::CommGroup two(gcl::CommGroupType::CONSECUTIVE, 2);
  EXPECT_THROW(gcl::allGatherCrossReplica(run.graph, t, run.prog, two), poplibs_error);
  EXPECT_THROW(gcl::allToAllCrossReplica(run.graph, t, run.prog), poplibs_error);
  EXPECT_THROW(gcl::reduceScatterCrossReplica(run.graph, t, gcl::CollectiveOperator::ADD, run.prog),
               poplibs_error);
  EXPECT_THROW(
      gcl::allReduceCrossReplica(run.graph, t, gcl::CollectiveOperator::LOGICAL_OR, run.prog),
      poplibs_error);
  EXPECT_THROW(gcl::allGatherCrossReplica(run.graph, t, run.prog, "", {{"methods", "auto"}}),
               invalid_option);
}

}  // namespace
}  // namespace weft::test
