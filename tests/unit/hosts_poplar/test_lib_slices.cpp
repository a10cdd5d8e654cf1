// SPDX-License-Identifier: Apache-2.0
// Slices and updates at places that are none, and of nothing: as poplibs does since SDK 3.0.
#include <gtest/gtest.h>

#include <poplar/exceptions.hpp>
#include <popops/DynamicSlice.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Fill.hpp>
#include <popops/Gather.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

using namespace poplar;

namespace weft::test {
namespace {

const std::vector<int> rows = {10, 11, 20, 21, 30, 31};  // [3][2]

/// A slice of two rows at `offset`, and the rows after an update by {1, 2, 3, 4}.
std::vector<std::vector<int>> at(unsigned offset, const OptionFlags& options) {
  LibraryRun run;
  const Tensor t = popops::createSliceableTensor(run.graph, INT, {3, 2}, {0}, {2});
  run.set(t, rows);
  const Tensor place = run.input(UNSIGNED_INT, {1}, std::vector<unsigned>{offset});
  const Tensor slice = popops::createSliceTensor(run.graph, t, {0}, {2}, 1)[0];
  run.set(slice, std::vector<int>{-1, -2, -3, -4});
  popops::dynamicSliceWithOutput(run.graph, slice, t, place, {0}, {2}, run.prog, {}, options);
  const Tensor updated = run.input(INT, {3, 2}, rows);
  const Tensor part = run.input(INT, {2, 2}, std::vector<int>{1, 2, 3, 4});
  popops::dynamicUpdate(run.graph, updated, part, place, {0}, {2}, run.prog, {}, options);
  return run.results<int>({slice, updated});
}

TEST(Slices, APlaceOutOfRangeCopiesNothing) {
  on_ranks([] {
    for (const unsigned offset : {3U, 4U, 0xffffffffU}) {
      const auto found = at(offset, {});
      EXPECT_EQ(found[0], (std::vector<int>{-1, -2, -3, -4})) << offset;
      EXPECT_EQ(found[1], rows) << offset;
    }
    const auto wrapped = at(2, {});
    EXPECT_EQ(wrapped[0], (std::vector<int>{30, 31, 10, 11}));
    EXPECT_EQ(wrapped[1], (std::vector<int>{3, 4, 20, 21, 1, 2}));
  });
}

TEST(Slices, APlaceOutOfRangeIsTheFirstWhereTheProgramSaysSo) {
  on_ranks([] {
    const auto found = at(4, {{"remapOutOfBoundIndices", "true"}});
    EXPECT_EQ(found[0], (std::vector<int>{10, 11, 20, 21}));
    EXPECT_EQ(found[1], (std::vector<int>{1, 2, 3, 4, 30, 31}));
    const auto padded = at(3, {{"paddingIndexUsed", "true"}});
    EXPECT_EQ(padded[0], std::vector<int>(4, 0));
    EXPECT_EQ(padded[1], rows);
  });
}

TEST(Slices, OptionsAreThoseOfPoplibs) {
  on_ranks([] {
    EXPECT_NO_THROW(at(0, {{"usedForUpdate", "false"}}));
    EXPECT_THROW(at(0, {{"remapOutOfBound", "true"}}), invalid_option);
    EXPECT_THROW(at(0, {{"paddingIndexUsed", "yes"}}), invalid_option);
  });
}

TEST(Fill, NumbersThatNoDoubleHoldsAreRefused) {
  LibraryRun run;
  const Tensor wide = run.input(LONGLONG, {2}, std::vector<long long>(2));
  EXPECT_NO_THROW(popops::fill(run.graph, wide, run.prog, 1LL << 60));
  EXPECT_THROW(popops::fill(run.graph, wide, run.prog, (1LL << 60) + 1), poputil::poplibs_error);
}

TEST(Slices, OfNothing) {
  LibraryRun run;
  const Tensor t = run.input(INT, {3, 2}, rows);
  const Tensor place = run.input(UNSIGNED_INT, {1}, std::vector<unsigned>{1});
  const Tensor slice = popops::dynamicSlice(run.graph, t, place, {0}, {0}, run.prog);
  EXPECT_EQ(slice.shape(), (std::vector<std::size_t>{0, 2}));
  EXPECT_NO_THROW(popops::dynamicUpdate(run.graph, t, slice, place, {0}, {0}, run.prog));
  const Tensor none = run.graph.addVariable(INT, {0, 2}, "none");
  EXPECT_EQ(popops::dynamicSlice(run.graph, none, place, {0}, {0}, run.prog).numElements(), 0U);
  EXPECT_THROW(popops::gather(run.graph, none, place, 0, run.prog), poputil::poplibs_error);
  EXPECT_EQ(popops::createSliceableTensor(run.graph, INT, {0, 2}, {0}, {1}).numElements(), 0U);
  EXPECT_EQ(popops::add(run.graph, none, none, run.prog).numElements(), 0U);
}

}  // namespace
}  // namespace weft::test
