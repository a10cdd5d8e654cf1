// SPDX-License-Identifier: Apache-2.0
// Sorting and the best of rows, over shapes and types, against the host's own sort.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <popops/Sort.hpp>
#include <popops/TopK.hpp>
#include <poputil/exceptions.hpp>
#include <sstream>

#include "library_run.hpp"

using namespace poplar;
using popops::SortOrder;
using popops::TopKParams;

namespace weft::test {
namespace {

using Shape = std::vector<std::size_t>;

std::size_t rows_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end() - 1, std::size_t{1}, std::multiplies<>());
}

/// Elements [begin, end).
template <class T>
std::vector<T> part(const std::vector<T>& of, std::size_t begin, std::size_t end) {
  return {of.data() + begin, of.data() + end};
}

/// Places of a row's first k elements, best first; of equals the lower place first.
template <class T>
std::vector<unsigned> best_places(const T* row, std::size_t length, std::size_t k, bool largest) {
  std::vector<unsigned> places(length);
  std::iota(places.begin(), places.end(), 0U);
  std::stable_sort(places.begin(), places.end(), [&](unsigned a, unsigned b) {
    return largest ? row[a] > row[b] : row[a] < row[b];
  });
  places.resize(k);
  return places;
}

/// What a stable topKWithPermutation gives: the places of all rows.
template <class T>
std::vector<unsigned> expected_places(const std::vector<T>& values, const Shape& shape,
                                      const TopKParams& params) {
  std::vector<unsigned> out;
  const std::size_t length = shape.back();
  for (std::size_t r = 0; r < rows_of(shape); ++r) {
    const T* row = values.data() + r * length;
    auto places = best_places(row, length, params.k, params.largest);
    const bool descending = params.sortOrder == SortOrder::DESCENDING;
    std::sort(places.begin(), places.end());
    std::stable_sort(places.begin(), places.end(), [&](unsigned a, unsigned b) {
      return descending ? row[a] > row[b] : row[a] < row[b];
    });
    out.insert(out.end(), places.begin(), places.end());
  }
  return out;
}

template <class T>
std::vector<T> picked(const std::vector<T>& values, const Shape& shape,
                      const std::vector<unsigned>& places) {
  std::vector<T> out;
  const std::size_t k = places.size() / rows_of(shape);
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.push_back(values[i / k * shape.back() + places[i]]);
  }
  return out;
}

/// Keys that come several times, on `tiles` tiles, held against the reference.
template <class T>
void check_stable(const Type& type, const Shape& shape, const TopKParams& params, unsigned tiles) {
  SCOPED_TRACE(testing::Message() << type.toString() << ' ' << shape.size() << "d, rows of "
                                  << shape.back() << ", " << params << ", " << tiles << " tiles");
  LibraryRun run(tiles);
  const auto values = whole_numbers<T>(rows_of(shape) * shape.back(), -9, 30, params.k + tiles);
  const Tensor t = run.input(type, shape, values, 3);
  const auto found = popops::topKWithPermutation(run.graph, run.prog, t, params);
  Shape result = shape;
  result.back() = params.k;
  ASSERT_EQ(found.first.shape(), result);
  ASSERT_EQ(found.second.elementType(), UNSIGNED_INT);
  const auto places = expected_places(values, shape, params);
  const auto read = run.results<unsigned>({found.first, found.second});  // 32 bits all
  std::vector<T> keys(places.size());
  std::memcpy(keys.data(), read[0].data(), keys.size() * sizeof(T));
  EXPECT_EQ(keys, picked(values, shape, places));
  EXPECT_EQ(read[1], places);
}

TEST(Sort, StableTopKWithPermutation) {
  on_ranks([] {
    for (const auto order : {SortOrder::ASCENDING, SortOrder::DESCENDING}) {
      for (const bool largest : {true, false}) {
        check_stable<float>(FLOAT, {70}, {70, largest, order, true}, 4);
        check_stable<int>(INT, {2, 33}, {5, largest, order, true}, 4);
        check_stable<unsigned>(UNSIGNED_INT, {1000}, {40, largest, order, true}, 16);
      }
    }
    check_stable<float>(FLOAT, {3, 2, 300}, {299, true, SortOrder::DESCENDING, true}, 13);
    check_stable<int>(INT, {1500}, {1500, true, SortOrder::ASCENDING, true}, 13);
    check_stable<int>(INT, {40, 7}, {3, false, SortOrder::ASCENDING, true}, 4);
    check_stable<int>(INT, {1, 1}, {1, true, SortOrder::DESCENDING, true}, 2);
  });
}

TEST(Sort, ManyTilesShareARow) {
  on_ranks([] {
    for (const std::size_t length : {511U, 2048U, 3001U}) {
      LibraryRun run(61);
      const auto values = whole_numbers<int>(length, -1000000, 1000000, 7);
      const Tensor t = run.input(INT, {length}, values);
      const Tensor sorted = popops::sort(run.graph, t, 0, run.prog);
      std::size_t used = 0;
      for (const auto& regions : run.graph.getTileMapping(sorted)) used += !regions.empty();
      EXPECT_GT(used, 7U);
      auto expected = values;
      std::sort(expected.begin(), expected.end());
      EXPECT_EQ(run.result<int>(sorted), expected) << length;
    }
  });
}

TEST(Sort, TopKOfAnyOrderHasTheRightElements) {
  on_ranks([] {
    LibraryRun run(16);
    const auto values = fractions(5 * 200, 50.0F);
    const Tensor t = run.input(HALF, {5, 200}, halves(values));
    const TopKParams params(17, false, SortOrder::NONE);
    const auto found = floats(run.result<Half>(popops::topK(run.graph, run.prog, t, params)));
    ASSERT_EQ(found.size(), 5U * 17U);
    for (std::size_t row = 0; row < 5; ++row) {
      auto keys = floats(halves(part(values, row * 200, (row + 1) * 200)));
      std::sort(keys.begin(), keys.end());
      keys.resize(17);
      auto kept = part(found, row * 17, (row + 1) * 17);
      std::sort(kept.begin(), kept.end());
      EXPECT_EQ(kept, keys) << row;
    }
  });
}

TEST(Sort, AlongAnyDimension) {
  on_ranks([] {
    const auto values = fractions(6 * 5 * 4, 3.0F, 5);
    for (unsigned dim = 0; dim < 3; ++dim) {
      LibraryRun run;
      const Tensor t = run.input(FLOAT, {6, 5, 4}, values);
      const Tensor sorted = popops::sort(run.graph, t, dim, run.prog);
      popops::sortInPlace(run.graph, t, dim, run.prog);
      const auto found = run.results<float>({sorted, t});
      const std::size_t lengths[] = {6, 5, 4};
      const std::size_t strides[] = {20, 4, 1};
      auto expected = values;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (i / strides[dim] % lengths[dim] != 0) continue;
        std::vector<float> row;
        for (std::size_t j = 0; j < lengths[dim]; ++j) row.push_back(values[i + j * strides[dim]]);
        std::sort(row.begin(), row.end());
        for (std::size_t j = 0; j < lengths[dim]; ++j) expected[i + j * strides[dim]] = row[j];
      }
      EXPECT_EQ(found[0], expected) << dim;
      EXPECT_EQ(found[1], expected) << dim;
    }
  });
}

TEST(Sort, KeysCarryTheirValues) {
  on_ranks([] {
    std::vector<int> keys(300);
    int next = 0;
    for (int& key : keys) key = (next++ * 7919) % 300 - 150;
    std::vector<float> values(keys.begin(), keys.end());
    for (float& v : values) v = v * 0.5F + 1.0F;
    LibraryRun run(8);
    const Tensor k = run.input(INT, {300}, keys);
    const Tensor v = run.input(FLOAT, {300}, values);
    const Tensor sorted = popops::sortKeyValue(run.graph, k, v, 0, run.prog);
    const auto best =
        popops::topKKeyValue(run.graph, run.prog, k, v, TopKParams(4, true, SortOrder::ASCENDING));
    const auto copy = run.graph.clone(v);
    run.prog.add(program::Copy(v, copy));
    popops::sortKeyValueInPlace(run.graph, k, copy, 0, run.prog);
    std::sort(values.begin(), values.end());
    const auto found = run.results<float>({sorted, best.second, copy});
    EXPECT_EQ(found[0], values);
    EXPECT_EQ(found[1], std::vector<float>(values.end() - 4, values.end()));
    EXPECT_EQ(found[2], values);
  });
}

TEST(Sort, NothingIsLostBesideNaNs) {
  on_ranks([] {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    std::vector<float> values = {nan, 3, -inf, nan, inf, -0.0F, 0, 7, nan, -1};
    LibraryRun run;
    const Tensor t = run.input(FLOAT, {values.size()}, values);
    const auto found = run.result<float>(popops::sort(run.graph, t, 0, run.prog));
    const std::vector<float> expected = {-inf, -1, 0, 0, 3, 7, inf};
    EXPECT_EQ(std::vector<float>(found.begin(), found.begin() + 7), expected);
    for (std::size_t i = 7; i < 10; ++i) EXPECT_TRUE(std::isnan(found[i])) << i;
  });
}

TEST(Sort, WhatPoplibsRefuses) {
  LibraryRun run;
  auto& graph = run.graph;
  const Tensor t = graph.addVariable(FLOAT, {3, 8}, "t");
  const Tensor v = graph.addVariable(INT, {3, 9}, "v");
  const Tensor b = graph.addVariable(BOOL, {8}, "b");
  for (const Tensor& some : {t, v, b}) poputil::mapTensorLinearly(graph, some);
  using poputil::poplibs_error;
  EXPECT_THROW(popops::topK(graph, run.prog, t, TopKParams(9, true, SortOrder::NONE)),
               poplibs_error);
  EXPECT_THROW(popops::topK(graph, run.prog, b, TopKParams(2, true, SortOrder::NONE)),
               poplibs_error);
  EXPECT_THROW(popops::topK(graph, run.prog, t.slice({0, 0}, {1, 1}).reshape({}),
                            TopKParams(1, true, SortOrder::NONE)),
               poplibs_error);
  const TopKParams two(2, true, SortOrder::ASCENDING);
  EXPECT_THROW(popops::topKKeyValue(graph, run.prog, t, v, two), poplibs_error);
  EXPECT_THROW(
      popops::topKKeyValue(graph, run.prog, t, t, TopKParams(2, true, SortOrder::ASCENDING, true)),
      poplibs_error);
  EXPECT_THROW(popops::sort(graph, t, 2, run.prog), poplibs_error);
  EXPECT_THROW(popops::sortInPlace(graph, t, 2, run.prog), poplibs_error);
  EXPECT_THROW(popops::sortKeyValue(graph, t, v, 0, run.prog), poplibs_error);
  EXPECT_THROW(popops::sortKeyValueInPlace(graph, t, t, 5, run.prog), poplibs_error);
  EXPECT_THROW(popops::createTopKInput(graph, FLOAT, {}, two), poplibs_error);
  EXPECT_THROW(popops::createTopKInput(graph, FLOAT, {4, 1}, two), poplibs_error);
}

TEST(Sort, InputsAndNothing) {
  LibraryRun run(8);
  const TopKParams three(3, true, SortOrder::DESCENDING);
  const Tensor input = popops::createTopKInput(run.graph, FLOAT, {2, 400}, three);
  EXPECT_NO_THROW(run.graph.getTileMapping(input));
  const Tensor none =
      popops::topK(run.graph, run.prog, input, TopKParams(0, true, SortOrder::NONE));
  EXPECT_EQ(none.shape(), (Shape{2, 0}));
  std::ostringstream out;
  out << three;
  EXPECT_EQ(out.str(), "{k=3, largest=true, sortOrder=descending, stableSort=false}");
}

}  // namespace
}  // namespace weft::test
