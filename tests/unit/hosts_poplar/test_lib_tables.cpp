// SPDX-License-Identifier: Apache-2.0
// Many rows of a table at once: looked up, written and joined, with plans and without.
#include <gtest/gtest.h>

#include <poplar/exceptions.hpp>
#include <popops/DynamicSlice.hpp>
#include <poputil/exceptions.hpp>
#include <sstream>

#include "library_run.hpp"

using namespace poplar;
using popops::SlicePlan;

namespace weft::test {
namespace {

using Shape = std::vector<std::size_t>;

std::vector<unsigned> numbers_below(std::size_t count, unsigned rows, unsigned seed) {
  return whole_numbers<unsigned>(count, 0, static_cast<int>(rows) - 1, seed);
}

struct Table {
  std::size_t rows, columns, lookups;
  unsigned tiles;
};
const Table tables[] = {
    {40, 6, 17, 8}, {7, 1, 30, 5}, {3, 64, 4, 16}, {300, 5, 50, 12}, {1, 3, 2, 4}};

template <class T>
void check_lookup(const Type& type, const Table& shape, bool planned) {
  SCOPED_TRACE(testing::Message() << type.toString() << ' ' << shape.rows << 'x' << shape.columns
                                  << (planned ? " planned" : ""));
  LibraryRun run(shape.tiles);
  const SlicePlan plan = planned ? popops::embedding::plan(run.graph, type, shape.rows,
                                                           shape.columns, {shape.lookups}, {})
                                 : SlicePlan();
  const Tensor table = popops::createSliceableTensor(run.graph, type, {shape.rows, shape.columns},
                                                     {0}, {1}, plan, {});
  const Tensor indices = popops::createIndicesTensor(run.graph, {0}, shape.lookups, plan, {});
  const auto values = whole_numbers<T>(shape.rows * shape.columns, 0, 1000, 3);
  auto numbers = numbers_below(shape.lookups, static_cast<unsigned>(shape.rows), 5);
  numbers[0] = static_cast<unsigned>(shape.rows);  // no row: zeros
  run.set(table, values);
  run.set(indices, numbers);
  const Tensor found = popops::multiSlice(run.graph, table, indices, {0}, {1}, run.prog, plan, {});
  ASSERT_EQ(found.shape(), (Shape{shape.lookups, 1, shape.columns}));
  std::vector<T> expected;
  for (const unsigned row : numbers) {
    for (std::size_t c = 0; c < shape.columns; ++c) {
      expected.push_back(row < shape.rows ? values[row * shape.columns + c] : T(0));
    }
  }
  EXPECT_EQ(run.result<T>(found), expected);
}

TEST(Tables, RowsAreFoundByNumber) {
  on_ranks([] {
    for (const Table& shape : tables) {
      for (const bool planned : {true, false}) {
        check_lookup<int>(INT, shape, planned);
        check_lookup<float>(FLOAT, shape, planned);
        check_lookup<Half>(HALF, shape, planned);
      }
    }
  });
}

enum class Join { replace, add, maximum, multiply };

float joined(Join how, float old, float written, float scale) {
  switch (how) {
    case Join::add:
      return old + scale * written;
    case Join::maximum:
      return std::max(old, written);
    case Join::multiply:
      return old * written;
    default:
      return written;
  }
}

void add_update(LibraryRun& run, Join how, const std::vector<Tensor>& tensors, const Tensor& scale,
                const SlicePlan& plan) {
  const auto& t = tensors[0];
  const auto& s = tensors[1];
  const auto& at = tensors[2];
  const OptionFlags none;
  auto& g = run.graph;
  if (how == Join::replace) popops::multiUpdate(g, t, s, at, {0}, {1}, run.prog, plan, none);
  if (how == Join::add) popops::multiUpdateAdd(g, t, s, at, scale, {0}, {1}, run.prog, plan, none);
  if (how == Join::maximum) popops::multiUpdateMax(g, t, s, at, {0}, {1}, run.prog, plan, none);
  if (how == Join::multiply) popops::multiUpdateMul(g, t, s, at, {0}, {1}, run.prog, plan, none);
}

/// Whole numbers small enough that float and half are exact.
void check_update(Join how, const Table& shape, bool half) {
  SCOPED_TRACE(testing::Message() << static_cast<int>(how) << ' ' << shape.rows << 'x'
                                  << shape.columns << (half ? " half" : ""));
  LibraryRun run(shape.tiles);
  const Type type = half ? HALF : FLOAT;
  const OptionFlags options = {{"operationForUpdate", "add"}};
  const SlicePlan plan =
      popops::embedding::plan(run.graph, type, shape.rows, shape.columns, {shape.lookups}, options);
  const Tensor table = popops::createSliceableTensor(run.graph, type, {shape.rows, shape.columns},
                                                     {0}, {1}, plan, options);
  const Tensor slices = popops::createSliceTensor(run.graph, type, {shape.rows, shape.columns}, {0},
                                                  {1}, shape.lookups, plan, options);
  ASSERT_EQ(slices.shape(), (Shape{shape.lookups, 1, shape.columns}));
  auto values = whole_numbers<float>(shape.rows * shape.columns, -4, 4, 2);
  const auto written = whole_numbers<float>(slices.numElements(), how == Join::multiply ? 1 : -4,
                                            how == Join::multiply ? 1 : 4, 8);
  auto numbers = numbers_below(shape.lookups, static_cast<unsigned>(shape.rows), 5);
  numbers.back() = 0xffffffffU;  // no row: nothing
  const Tensor indices = run.input(UNSIGNED_INT, {shape.lookups, 1}, numbers);
  const Tensor scale = run.input(FLOAT, {}, std::vector<float>{-2.0F});
  if (half) {
    run.set(table, halves(values));
    run.set(slices, halves(written));
  } else {
    run.set(table, values);
    run.set(slices, written);
  }
  add_update(run, how, {table, slices, indices}, scale, plan);
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    for (std::size_t c = 0; c < shape.columns; ++c) {
      float& old = values[numbers[i] * shape.columns + c];
      old = joined(how, old, written[i * shape.columns + c], -2.0F);
    }
  }
  EXPECT_EQ(half ? floats(run.result<Half>(table)) : run.result<float>(table), values);
}

TEST(Tables, RowsAreWrittenAndJoinedInOrder) {
  on_ranks([] {
    for (const Table& shape : tables) {
      for (const Join how : {Join::replace, Join::add, Join::maximum, Join::multiply}) {
        check_update(how, shape, false);
        check_update(how, shape, true);
      }
    }
  });
}

TEST(Tables, GroupsOfTables) {
  on_ranks([] {
    LibraryRun run(8);
    const SlicePlan plan = popops::embedding::plan(run.graph, INT, 3, 10, 4, {6}, {});
    const Tensor table =
        popops::createGroupedSliceableTensor(run.graph, INT, 3, {10, 4}, {0}, {1}, plan, {});
    const Tensor at = popops::createGroupedIndicesTensor(run.graph, 3, {0}, 6, plan, {});
    const Tensor rows =
        popops::createGroupedSliceTensor(run.graph, INT, 3, {10, 4}, {0}, {1}, 6, plan, {});
    ASSERT_EQ(table.shape(), (Shape{3, 10, 4}));
    ASSERT_EQ(rows.shape(), (Shape{3, 6, 1, 4}));
    auto values = whole_numbers<int>(120, -50, 50, 1);
    const auto written = whole_numbers<int>(72, -50, 50, 2);
    const auto numbers = numbers_below(18, 10, 3);
    run.set(table, values);
    run.set(rows, written);
    run.set(at, numbers);
    const Tensor found =
        popops::groupedMultiSlice(run.graph, table, at, {0}, {1}, run.prog, plan, {});
    ASSERT_EQ(found.shape(), rows.shape());
    popops::groupedMultiUpdate(run.graph, table, rows, at, {0}, {1}, run.prog, plan, {});
    std::vector<int> expected;
    for (std::size_t i = 0; i < 72; ++i) {
      expected.push_back(values[(i / 24 * 10 + numbers[i / 4]) * 4 + i % 4]);
    }
    for (std::size_t i = 0; i < 72; ++i) {
      values[(i / 24 * 10 + numbers[i / 4]) * 4 + i % 4] = written[i];
    }
    const auto read = run.results<int>({found, table});
    EXPECT_EQ(read[0], expected);
    EXPECT_EQ(read[1], values);
  });
}

TEST(Tables, SlicesAlongOtherDimensions) {
  on_ranks([] {
    LibraryRun run;
    const auto values = whole_numbers<int>(24, -50, 50, 1);
    const Tensor t = run.input(INT, {2, 4, 3}, values);
    const Tensor middle = popops::multiSlice(run.graph, t, {3, 1}, 1, run.prog);
    ASSERT_EQ(middle.shape(), (Shape{2, 2, 1, 3}));
    const Tensor at = run.input(UNSIGNED_INT, {2, 2}, std::vector<unsigned>{1, 0, 0, 1});
    const Tensor blocks =
        popops::multiSlice(run.graph, t, at, {0, 2}, {1, 2}, run.prog, SlicePlan(), {});
    ASSERT_EQ(blocks.shape(), (Shape{2, 1, 4, 2}));
    std::vector<int> lines;
    for (const std::size_t row : {3U, 1U}) {
      for (std::size_t i = 0; i < 6; ++i) lines.push_back(values[i / 3 * 12 + row * 3 + i % 3]);
    }
    std::vector<int> corners;
    for (std::size_t i = 0; i < 8; ++i) corners.push_back(values[12 + i / 2 * 3 + i % 2]);
    for (std::size_t i = 0; i < 8; ++i) corners.push_back(values[i / 2 * 3 + i % 2 + 1]);
    const auto read = run.results<int>({middle, blocks});
    EXPECT_EQ(read[0], lines);
    EXPECT_EQ(read[1], corners);
  });
}

TEST(Tables, ANumberOutOfRangeAsTheOptionsSay) {
  on_ranks([] {
    for (const bool stops : {false, true}) {
      LibraryRun run;
      const Tensor t = run.input(INT, {3, 2}, std::vector<int>{1, 2, 3, 4, 5, 6});
      const Tensor at = run.input(UNSIGNED_INT, {2, 1}, std::vector<unsigned>{2, 3});
      const OptionFlags options = {{stops ? "validateIndices" : "remapOutOfBoundIndices", "true"}};
      const Tensor found =
          popops::multiSlice(run.graph, t, at, {0}, {1}, run.prog, SlicePlan(), options);
      if (stops) {
        EXPECT_THROW(run.result<int>(found), poplar_error);
      } else {
        EXPECT_EQ(run.result<int>(found), (std::vector<int>{5, 6, 1, 2}));
      }
    }
  });
}

TEST(Tables, WhatPoplibsRefuses) {
  LibraryRun run;
  auto& g = run.graph;
  auto& prog = run.prog;
  using poputil::poplibs_error;
  const SlicePlan plan = popops::embedding::plan(g, INT, 10, 4, {6}, {});
  const Tensor t = popops::createSliceableTensor(g, INT, {10, 4}, {0}, {1}, plan, {});
  const Tensor other = run.input(INT, {9, 4}, std::vector<int>(36));
  const Tensor at = popops::createIndicesTensor(g, {0}, 6, plan, {});
  const Tensor whole = run.input(INT, {6, 1}, std::vector<int>(6));
  const Tensor s = popops::createSliceTensor(g, INT, {10, 4}, {0}, {1}, 6, plan, {});
  const auto slice = [&](const Tensor& from, const Tensor& by, const Shape& dims,
                         const OptionFlags& options = {}) {
    return popops::multiSlice(g, from, by, dims, {1}, prog, plan, options);
  };
  EXPECT_THROW(slice(other, at, {0}), poplibs_error);
  EXPECT_THROW(slice(t, whole, {0}), poplibs_error);
  EXPECT_THROW(slice(t, at.flatten(), {0}), poplibs_error);
  EXPECT_THROW(slice(t, at, {2}), poplibs_error);
  EXPECT_THROW(slice(t, at, {0}, {{"usedForSlices", "true"}}), invalid_option);
  EXPECT_THROW(popops::multiUpdate(g, t, s.slice(0, 5), at, {0}, {1}, prog, plan, {}),
               poplibs_error);
  EXPECT_THROW(
      popops::groupedMultiSlice(g, t.expand({0}), at.expand({0}), {0}, {1}, prog, SlicePlan(), {}),
      poplibs_error);
  EXPECT_THROW(popops::createSliceableTensor(g, INT, {10, 5}, {0}, {1}, plan, {}), poplibs_error);
  EXPECT_THROW(popops::createGroupedIndicesTensor(g, 2, {0}, 6, plan, {}), poplibs_error);
  EXPECT_THROW(popops::embedding::plan(g, INT, 0, 4, {6}, {}), poplibs_error);
  EXPECT_THROW(popops::embedding::plan(g, INT, 10, 4, {6},
                                       {{"usedForSlice", "false"}, {"usedForUpdate", "false"}}),
               poplibs_error);
  EXPECT_THROW(popops::multiSlice(g, t, {10}, 0, prog), poplibs_error);
  EXPECT_TRUE(plan == popops::embedding::plan(g, INT, 10, 4, {7}, {}));
  EXPECT_TRUE(plan != SlicePlan());
  EXPECT_TRUE(SlicePlan() < plan);
  std::ostringstream out;
  out << SlicePlan();
  EXPECT_EQ(out.str(), "SlicePlan{none}");
}

}  // namespace
}  // namespace weft::test
