// SPDX-License-Identifier: Apache-2.0
// Views against a list of elements that every operation is repeated on, and their closed forms.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/view.hpp"

namespace weft::frontends::poplar {
namespace {

using Elements = std::vector<std::uint64_t>;

/// Elements as variable * 1000 + number.
Elements elements_of(const View& view) {
  Elements out;
  for (const Run& run : view.runs()) {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const std::uint64_t element = run.first + i * static_cast<std::uint64_t>(run.stride);
      out.push_back(run.variable * 1000 + element);
    }
  }
  EXPECT_EQ(out.size(), view.elements());
  return out;
}

TEST(View, WholeVariableIsOneRun) {
  const View view = View::of(7, {2, 3, 4});
  ASSERT_EQ(view.runs().size(), 1U);
  EXPECT_EQ(view.runs().front(), (poplar::Run{7, 0, 24, 1}));
  EXPECT_TRUE(view.contiguous());
  EXPECT_TRUE(view.distinct());
  EXPECT_EQ(view.variable(), 7U);
  EXPECT_EQ(View().elements(), 0U);
  EXPECT_EQ(View().shape(), Shape{0});
  EXPECT_FALSE(View().variable().has_value());
}

TEST(View, ScalarHasNoDimensions) {
  const View scalar = View::of(0, {3}).index(2);
  EXPECT_EQ(scalar.rank(), 0U);
  EXPECT_EQ(elements_of(scalar), Elements{2});
  EXPECT_EQ(scalar.expand(0).shape(), Shape{1});
}

TEST(View, IndexAndSlice) {
  const View matrix = View::of(0, {3, 4});
  EXPECT_EQ(elements_of(matrix.index(1)), (Elements{4, 5, 6, 7}));
  EXPECT_EQ(elements_of(matrix.index(1, 1)), (Elements{1, 5, 9}));
  EXPECT_EQ(elements_of(matrix.slice(1, 3, 1)), (Elements{1, 2, 5, 6, 9, 10}));
  EXPECT_EQ(matrix.slice(1, 3, 1).runs().size(), 3U);
  EXPECT_EQ(matrix.slice(1, 3, 0).runs().size(), 1U);
  EXPECT_EQ(matrix.slice(2, 2).shape(), (Shape{0, 4}));
}

TEST(View, ColumnIsOneStridedRun) {
  const View column = View::of(0, {3, 4}).index(1, 1);
  ASSERT_EQ(column.runs().size(), 1U);
  EXPECT_EQ(column.runs().front(), (poplar::Run{0, 1, 3, 4}));
  EXPECT_FALSE(column.contiguous());
}

TEST(View, PermuteReverseBroadcastSubsample) {
  const View matrix = View::of(0, {2, 3});
  const std::vector<std::size_t> order{1, 0};
  EXPECT_EQ(elements_of(matrix.permute(order)), (Elements{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(elements_of(matrix.reverse(1)), (Elements{2, 1, 0, 5, 4, 3}));
  EXPECT_EQ(elements_of(matrix.broadcast(2, 1)), (Elements{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
  EXPECT_EQ(matrix.broadcast(2, 1).shape(), (Shape{2, 6}));
  const View row = matrix.slice(0, 1, 0).broadcast(3, 0);
  EXPECT_EQ(row.shape(), (Shape{3, 3}));
  EXPECT_FALSE(row.distinct());
  EXPECT_EQ(elements_of(View::of(0, {7}).subsample(3, 0)), (Elements{0, 3, 6}));
}

TEST(View, ReshapeOfBlockKeepsRowMajorOrder) {
  const View block = View::of(0, {4, 6}).slice(1, 3, 0).slice(2, 5, 1);
  const View reshaped = block.reshape({3, 2});
  EXPECT_EQ(elements_of(reshaped), elements_of(block));
  EXPECT_EQ(elements_of(reshaped.index(1)), (Elements{10, 14}));
  EXPECT_EQ(elements_of(block.reshape({2, 1, 3, 1}).index(1)), (Elements{14, 15, 16}));
}

TEST(View, ConcatJoinsWhatContinues) {
  const View vector = View::of(0, {10});
  const std::vector<View> halves{vector.slice(0, 4), vector.slice(4, 10)};
  const View whole = View::concat(halves, 0);
  EXPECT_EQ(whole.runs().size(), 1U);
  EXPECT_TRUE(whole.contiguous());

  const View a = View::of(1, {2, 2});
  const View b = View::of(2, {2, 1});
  const std::vector<View> columns{a, b};
  const View joined = View::concat(columns, 1);
  EXPECT_EQ(joined.shape(), (Shape{2, 3}));
  EXPECT_EQ(elements_of(joined), (Elements{1000, 1001, 2000, 1002, 1003, 2001}));
  EXPECT_EQ(elements_of(joined.index(2, 1)), (Elements{2000, 2001}));
  EXPECT_EQ(joined.index(2, 1).variable(), 2U);
  EXPECT_EQ(joined.variables(), (std::vector<VariableId>{1, 2}));
}

TEST(View, DistinctSeesRepeatedElements) {
  const View vector = View::of(0, {8});
  EXPECT_FALSE(View::concat(std::vector<View>{vector, vector.slice(3, 4)}, 0).distinct());
  EXPECT_TRUE(
      View::concat(std::vector<View>{vector.slice(4, 8), vector.slice(0, 4)}, 0).distinct());
  // Windows of a vector: strides 1 and 1.
  EXPECT_FALSE(View::of_runs({{0, 0, 3, 1}, {0, 1, 3, 1}}, {2, 3}).distinct());
}

TEST(View, RefusesWhatIsOutside) {
  const View view = View::of(0, {2, 3});
  EXPECT_THROW(view.index(2), Error);
  EXPECT_THROW(view.index(0, 2), Error);
  EXPECT_THROW(view.slice(2, 1), Error);
  EXPECT_THROW(view.slice(0, 4, 1), Error);
  EXPECT_THROW(view.reshape({5}), Error);
  EXPECT_THROW(view.permute(std::vector<std::size_t>{0, 0}), Error);
  EXPECT_THROW(view.subsample(0, 0), Error);
  EXPECT_THROW(View::concat(std::vector<View>{view, View::of(0, {2})}, 0), Error);
  EXPECT_THROW(View::of_runs({{0, 0, 3, 1}}, {4}), Error);
  EXPECT_THROW(View::of(0, {1ULL << 40U, 1ULL << 40U}), Error);
  try {
    view.slice(0, 4, 1);
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "slice [0, 4) of dimension 1 is outside shape [2, 3]");
  }
}

/// A view and what its elements must be.
struct Pair {
  View view;
  Shape shape;
  Elements elements;
};

/// Element numbers of a row-major array with dimension `d` mapped by `source` (length `length`).
template <typename Source>
Pair along(const Pair& from, std::size_t d, std::uint64_t length, View view, Source source) {
  std::uint64_t inner = 1;
  for (std::size_t i = d + 1; i < from.shape.size(); ++i) inner *= from.shape[i];
  std::uint64_t outer = 1;
  for (std::size_t i = 0; i < d; ++i) outer *= from.shape[i];
  Pair to{std::move(view), from.shape, {}};
  to.shape[d] = length;
  for (std::uint64_t o = 0; o < outer; ++o) {
    for (std::uint64_t i = 0; i < length; ++i) {
      for (std::uint64_t k = 0; k < inner; ++k) {
        to.elements.push_back(from.elements[(o * from.shape[d] + source(i)) * inner + k]);
      }
    }
  }
  return to;
}

Pair random_step(const Pair& from, std::mt19937& random) {
  const std::size_t d = random() % from.shape.size();
  const std::uint64_t n = from.shape[d];
  switch (random() % 6) {
    case 0: {
      const std::uint64_t begin = random() % n;
      const std::uint64_t end = begin + 1 + random() % (n - begin);
      return along(from, d, end - begin, from.view.slice(begin, end, d),
                   [&](std::uint64_t i) { return begin + i; });
    }
    case 1:
      return along(from, d, n, from.view.reverse(d), [&](std::uint64_t i) { return n - 1 - i; });
    case 2:
      if (from.elements.size() > 300) return from;
      return along(from, d, 2 * n, from.view.broadcast(2, d),
                   [&](std::uint64_t i) { return i % n; });
    case 3:
      return along(from, d, (n + 1) / 2, from.view.subsample(2, d),
                   [&](std::uint64_t i) { return 2 * i; });
    case 4: {
      Shape shape{1, from.elements.size()};
      for (const std::uint64_t f : {2U, 3U, 5U}) {
        if (shape[1] % f == 0 && random() % 2 == 0) shape = {shape[0] * f, shape[1] / f};
      }
      return {from.view.reshape(shape), shape, from.elements};
    }
    default: {
      const std::uint64_t cut = random() % n;
      const std::vector<View> parts{from.view.slice(cut, n, d), from.view.slice(0, cut, d)};
      return along(from, d, n, View::concat(parts, d),
                   [&](std::uint64_t i) { return (i + cut) % n; });
    }
  }
}

TEST(View, RandomChainsMatchElementLists) {
  std::mt19937 random(1);
  for (int chain = 0; chain < 300; ++chain) {
    Pair pair{View::of(0, {4, 3, 5}), {4, 3, 5}, Elements(60)};
    std::iota(pair.elements.begin(), pair.elements.end(), 0U);
    for (int step = 0; step < 8; ++step) {
      pair = random_step(pair, random);
      ASSERT_EQ(pair.view.shape(), pair.shape) << "chain " << chain << " step " << step;
      ASSERT_EQ(elements_of(pair.view), pair.elements) << "chain " << chain << " step " << step;
      Elements sorted = pair.elements;
      std::sort(sorted.begin(), sorted.end());
      const bool distinct = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
      ASSERT_EQ(pair.view.distinct(), distinct) << "chain " << chain << " step " << step;
    }
  }
}

}  // namespace
}  // namespace weft::frontends::poplar
