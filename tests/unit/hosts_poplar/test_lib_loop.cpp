// SPDX-License-Identifier: Apache-2.0
// Loops with a counter on the device: what the body sees, and how often it runs.
#include <gtest/gtest.h>

#include <popops/DynamicSlice.hpp>
#include <popops/ElementWise.hpp>
#include <popops/Loop.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

using namespace poplar;

namespace weft::test {
namespace {

/// A tensor of zeros, {passes, sum of the counters}.
Tensor zeros(LibraryRun& run) { return run.input(UNSIGNED_INT, {2}, std::vector<unsigned>{0, 0}); }

std::function<program::Program(const Tensor&)> counting(LibraryRun& run, const Tensor& sums) {
  return [&run, sums](const Tensor& counter) {
    EXPECT_EQ(counter.elementType(), UNSIGNED_INT);
    EXPECT_EQ(counter.shape(), std::vector<std::size_t>{1});
    program::Sequence body;
    popops::addInPlace(run.graph, sums.slice(0, 1), 1U, body);
    popops::addInPlace(run.graph, sums.slice(1, 2), counter, body);
    return body;
  };
}

TEST(Loop, CountsWithConstantEnds) {
  on_ranks([] {
    const unsigned cases[][3] = {{0, 5, 1}, {3, 20, 4}, {7, 8, 100}, {1, 11, 2}};
    for (const auto& [begin, end, step] : cases) {
      LibraryRun run;
      const Tensor sums = zeros(run);
      run.prog.add(popops::countedLoop(run.graph, begin, end, step, counting(run, sums)));
      std::vector<unsigned> expected = {0, 0};
      for (unsigned i = begin; i < end; i += step) {
        ++expected[0];
        expected[1] += i;
      }
      EXPECT_EQ(run.result<unsigned>(sums), expected) << begin << ' ' << end << ' ' << step;
    }
  });
}

TEST(Loop, TheCounterPicksASlice) {
  on_ranks([] {
    LibraryRun run;
    const Tensor table =
        run.input(INT, {4, 3}, std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2});
    const Tensor sum = run.input(INT, {3}, std::vector<int>{0, 0, 0});
    run.prog.add(popops::countedLoop(run.graph, 4, [&](const Tensor& i) {
      program::Sequence body;
      const Tensor row = popops::dynamicSlice(run.graph, table, i, {0}, {1}, body);
      popops::addInPlace(run.graph, sum, row.flatten(), body);
      return body;
    }));
    EXPECT_EQ(run.result<int>(sum), (std::vector<int>{12, 16, 20}));
  });
}

TEST(Loop, CountsToALimitOnTheDevice) {
  on_ranks([] {
    for (const int limit : {0, 1, 9}) {
      LibraryRun run;
      const Tensor end = run.input(INT, {}, std::vector<int>{limit});
      const Tensor count = run.input(INT, {1}, std::vector<int>{-77});
      const Tensor sum = run.input(INT, {2}, std::vector<int>{0, 0});
      program::Sequence body;
      popops::addInPlace(run.graph, sum.slice(0, 1), count, body);
      popops::addInPlace(run.graph, sum.slice(1, 2), 1, body);
      run.prog.add(popops::countedForLoop(run.graph, count, -9, end, 1, body));
      int expected = 0;
      for (int i = -9; i != limit; ++i) expected += i;
      EXPECT_EQ(run.result<int>(sum), (std::vector<int>{expected, limit + 9})) << limit;
    }
  });
}

TEST(Loop, CountsDownByItself) {
  on_ranks([] {
    LibraryRun run;
    const Tensor end = run.input(UNSIGNED_INT, {1}, std::vector<unsigned>{4});
    const Tensor passes = run.input(INT, {1}, std::vector<int>{0});
    program::Sequence body;
    popops::addInPlace(run.graph, passes, 1, body);
    run.prog.add(popops::countedForLoop(run.graph, 10, end, -2, body));
    EXPECT_EQ(run.result<int>(passes), std::vector<int>{3});
  });
}

TEST(Loop, WhatPoplibsRefuses) {
  LibraryRun run;
  const Tensor sums = zeros(run);
  const auto body = counting(run, sums);
  using poputil::poplibs_error;
  EXPECT_THROW(popops::countedLoop(run.graph, 0, 5, 0, body), poplibs_error);
  EXPECT_THROW(popops::countedLoop(run.graph, 5, 5, 1, body), poplibs_error);
  EXPECT_THROW(popops::countedLoop(run.graph, 0, body), poplibs_error);
  EXPECT_THROW(popops::countedLoop(run.graph, 0, std::size_t{1} << 33, 1, body), poplibs_error);
  const program::Sequence nothing;
  const Tensor whole = run.graph.addVariable(INT, {}, "whole");
  const Tensor real = run.graph.addVariable(FLOAT, {}, "real");
  run.graph.setTileMapping(whole, 0);
  run.graph.setTileMapping(real, 0);
  EXPECT_THROW(popops::countedForLoop(run.graph, whole, 0, sums.slice(0, 1), 1, nothing),
               poplibs_error);
  EXPECT_THROW(popops::countedForLoop(run.graph, real, 0, real, 1, nothing), poplibs_error);
  EXPECT_THROW(popops::countedForLoop(run.graph, 0, sums, 1, nothing), poplibs_error);
}

}  // namespace
}  // namespace weft::test
