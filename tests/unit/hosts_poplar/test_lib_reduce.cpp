// SPDX-License-Identifier: Apache-2.0
// popops reductions: shapes, dimensions, types and operations against loops.
#include <algorithm>
#include <cmath>
#include <popops/ElementWise.hpp>
#include <popops/Reduce.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::HALF;
using poplar::INT;
using poplar::Tensor;
using popops::Operation;
using Shape = std::vector<std::size_t>;

/// Sums along dimensions by a loop.
std::vector<int> summed(const std::vector<int>& x, const Shape& shape, const Shape& dims) {
  Shape kept;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (std::find(dims.begin(), dims.end(), d) == dims.end()) kept.push_back(d);
  }
  std::size_t size = 1;
  for (const std::size_t d : kept) size *= shape[d];
  std::vector<int> out(size, 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Shape place(shape.size());
    std::size_t rest = i;
    for (std::size_t d = shape.size(); d-- > 0;) {
      place[d] = rest % shape[d];
      rest /= shape[d];
    }
    std::size_t at = 0;
    for (const std::size_t d : kept) at = at * shape[d] + place[d];
    out[at] += x[i];
  }
  return out;
}

struct Case {
  Shape shape, dims;
  unsigned tiles, grain;
};

void sum_case(const Case& c) {
  LibraryRun run(c.tiles);
  const std::size_t count =
      std::accumulate(c.shape.begin(), c.shape.end(), std::size_t{1}, std::multiplies<>{});
  const auto x = whole_numbers<int>(count, -99, 99);
  const Tensor in = run.input(INT, c.shape, x, c.grain);
  const Tensor out = popops::reduce(run.graph, in, c.dims, Operation::ADD, run.prog);
  const auto result = run.result<int>(out);
  EXPECT_EQ(result, summed(x, c.shape, c.dims))
      << "rank " << c.shape.size() << " on " << c.tiles << " tiles";
}

TEST(Reduce, SumsAlongAnyDimensions) {
  on_ranks([] {
    for (const Case& c : std::vector<Case>{{{50}, {0}, 4, 1},
                                           {{1}, {0}, 4, 1},
                                           {{6, 9}, {0}, 4, 1},
                                           {{6, 9}, {1}, 4, 1},
                                           {{6, 9}, {0, 1}, 4, 5},
                                           {{6, 9}, {1}, 4, 9},
                                           {{40, 3}, {0}, 5, 2},
                                           {{3, 4, 5}, {1}, 4, 1},
                                           {{3, 4, 5}, {2, 0}, 4, 7},
                                           {{3, 4, 5}, {2, 1, 0}, 3, 1},
                                           {{2, 3}, {}, 2, 1}}) {
      sum_case(c);
    }
  });
}

TEST(Reduce, ManyTilesGoByGroups) {
  on_ranks([] {
    sum_case({{700}, {0}, 130, 1});
    sum_case({{130, 4}, {0}, 130, 4});
    sum_case({{4, 260}, {1}, 130, 2});
  });
}

// A group of ten tiles' partials, 1.2 MB, is more than a tile of 624 KiB has.
TEST(Reduce, WideRowsGoStraightToTheResult) {
  on_ranks([] {
    constexpr std::size_t rows = 100, width = 30000;
    LibraryRun run(rows);
    const auto values = whole_numbers<int>(rows * width, -100, 100);
    const Tensor t = run.input(INT, {rows, width}, values, width);
    const std::size_t before = run.graph.getNumVertices();
    const Tensor sums = popops::reduce(run.graph, t, {0}, popops::Operation::ADD, run.prog);
    EXPECT_LE(run.graph.getNumVertices() - before, rows) << "no stage for what is one partial";
    std::vector<int> expected(width, 0);
    for (std::size_t i = 0; i < values.size(); ++i) expected[i % width] += values[i];
    EXPECT_EQ(run.result<int>(sums), expected);
  });
}

TEST(Reduce, OtherOperations) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<float>(5 * 8, -20, 20);
    const Tensor in = run.input(FLOAT, {5, 8}, x);
    std::vector<Tensor> outs;
    for (const auto op : {Operation::MAX, Operation::MIN, Operation::SQUARE_ADD, Operation::MUL}) {
      outs.push_back(popops::reduce(run.graph, in, {1}, op, run.prog));
    }
    const Tensor positive = popops::gt(run.graph, in, 0, run.prog);
    const Tensor any = popops::reduce(run.graph, positive, {1}, Operation::LOGICAL_OR, run.prog);
    outs.push_back(popops::select(run.graph, outs[0], outs[1], any, run.prog));
    const auto results = run.results<float>(outs);
    for (std::size_t r = 0; r < 5; ++r) {
      const auto row = x.begin() + static_cast<std::ptrdiff_t>(r * 8);
      const float most = *std::max_element(row, row + 8);
      const float least = *std::min_element(row, row + 8);
      EXPECT_EQ(results[0][r], most);
      EXPECT_EQ(results[1][r], least);
      float squares = 0, product = 1;
      for (int i = 0; i < 8; ++i) {
        squares += row[i] * row[i];
        product *= row[i];
      }
      EXPECT_EQ(results[2][r], squares);
      EXPECT_FLOAT_EQ(results[3][r], product);
      EXPECT_EQ(results[4][r], most > 0 ? most : least);
    }
  });
}

TEST(Reduce, UpdatesScalesAndHalves) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<float>(60, -20, 20);
    const Tensor in = run.input(FLOAT, {3, 20}, x);
    const Tensor sums = run.input(FLOAT, {3}, std::vector<float>{1, 2, 3});
    popops::reduceWithOutput(run.graph, in, sums, {1}, {Operation::ADD, true}, run.prog);
    const Tensor factor = run.input(FLOAT, {1}, std::vector<float>{0.5F});
    const Tensor halved = run.input(FLOAT, {3}, std::vector<float>{9, 9, 9});
    popops::reduceWithOutput(run.graph, in, halved, {1}, {Operation::ADD, false, factor}, run.prog);
    const Tensor both = run.input(FLOAT, {3}, std::vector<float>{4, 5, 6});
    popops::reduceWithOutput(run.graph, in, both, {1}, {Operation::ADD, true, factor}, run.prog);
    // 2048 + 1 is no half: the sum is formed in float.
    std::vector<float> ones(101, 1.0F);
    ones[0] = 2048.0F;
    const Tensor narrow = run.input(HALF, {101}, halves(ones));
    const Tensor wide = popops::reduce(run.graph, narrow, FLOAT, {0}, Operation::ADD, run.prog);
    const auto results = run.results<float>({sums, halved, both, wide});
    for (std::size_t r = 0; r < 3; ++r) {
      const auto row = x.begin() + static_cast<std::ptrdiff_t>(r * 20);
      const float sum = std::accumulate(row, row + 20, 0.0F);
      EXPECT_EQ(results[0][r], sum + static_cast<float>(r + 1));
      EXPECT_EQ(results[1][r], sum * 0.5F);
      EXPECT_EQ(results[2][r], sum * 0.5F + static_cast<float>(r + 4));
    }
    EXPECT_EQ(results[3][0], 2148.0F);
  });
}

TEST(Reduce, SharesComputeSetsOfTheCaller) {
  on_ranks([] {
    LibraryRun run;
    const Tensor a = run.input(INT, {30}, whole_numbers<int>(30, 0, 9, 1));
    const Tensor b = run.input(INT, {30}, whole_numbers<int>(30, 0, 9, 2));
    const Tensor x = run.input(INT, {1}, std::vector<int>{0});
    const Tensor y = run.input(INT, {1}, std::vector<int>{0});
    std::vector<poplar::ComputeSet> sets;
    popops::reduceWithOutput(run.graph, a, x, {0}, {Operation::ADD}, sets, "a");
    const std::size_t one = sets.size();
    popops::reduceWithOutput(run.graph, b, y, {0}, {Operation::ADD}, sets, "b");
    EXPECT_EQ(sets.size(), one);
    for (const auto& cs : sets) run.prog.add(poplar::program::Execute(cs));
    const auto results = run.results<int>({x, y});
    EXPECT_EQ(results[0], summed(whole_numbers<int>(30, 0, 9, 1), {30}, {0}));
    EXPECT_EQ(results[1], summed(whole_numbers<int>(30, 0, 9, 2), {30}, {0}));
  });
}

TEST(Reduce, OfNothingIsTheIdentity) {
  on_ranks([] {
    LibraryRun run;
    const Tensor real = run.input(FLOAT, {3, 0}, std::vector<float>());
    const auto reduced = [&](Operation op) {
      return popops::reduce(run.graph, real, {1}, op, run.prog);
    };
    const Tensor kept = run.input(FLOAT, {3}, std::vector<float>{7, 8, 9});
    popops::reduceWithOutput(run.graph, real, kept, {1}, {Operation::ADD, true}, run.prog);
    const auto found = run.results<float>({reduced(Operation::ADD), reduced(Operation::SQUARE_ADD),
                                           reduced(Operation::MUL), reduced(Operation::MIN),
                                           reduced(Operation::MAX), kept});
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const float expected[] = {0, 0, 1, infinity, -infinity};
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(found[i], std::vector<float>(3, expected[i]));
    EXPECT_EQ(found[5], (std::vector<float>{7, 8, 9}));
    EXPECT_THROW(reduced(Operation::LOG_ADD), poputil::poplibs_error);
    EXPECT_EQ(popops::reduce(run.graph, real, {0}, Operation::ADD, run.prog).numElements(), 0U);
  });
}

TEST(Reduce, OfNoWholeNumbersIsTheIdentity) {
  on_ranks([] {
    LibraryRun run;
    const Tensor whole = run.input(INT, {0, 2}, std::vector<int>());
    const Tensor least = popops::reduce(run.graph, whole, {0}, Operation::MIN, run.prog);
    const Tensor most = popops::reduce(run.graph, whole, {0}, Operation::MAX, run.prog);
    const Tensor sum = popops::reduce(run.graph, whole, {0, 1}, Operation::ADD, run.prog);
    const auto found = run.results<int>({least, most, sum});
    EXPECT_EQ(found[0], std::vector<int>(2, std::numeric_limits<int>::max()));
    EXPECT_EQ(found[1], std::vector<int>(2, std::numeric_limits<int>::min()));
    EXPECT_EQ(found[2], std::vector<int>{0});
  });
  on_ranks([] {
    LibraryRun run;
    const Tensor flags = run.input(poplar::BOOL, {2, 0}, std::vector<char>());
    const Tensor all = popops::reduce(run.graph, flags, {1}, Operation::LOGICAL_AND, run.prog);
    const Tensor any = popops::reduce(run.graph, flags, {1}, Operation::LOGICAL_OR, run.prog);
    const auto found = run.results<char>({all, any});
    EXPECT_EQ(found[0], std::vector<char>(2, 1));
    EXPECT_EQ(found[1], std::vector<char>(2, 0));
  });
}

TEST(Reduce, RefusesWhatHasNoMeaning) {
  LibraryRun run;
  const Tensor a = run.input(FLOAT, {4, 3}, std::vector<float>(12));
  EXPECT_THROW(popops::reduce(run.graph, a, {2}, Operation::ADD, run.prog), poputil::poplibs_error);
  EXPECT_THROW(popops::reduce(run.graph, a, {0, 0}, Operation::ADD, run.prog),
               poputil::poplibs_error);
  EXPECT_THROW(popops::reduce(run.graph, a, {0}, Operation::LOGICAL_OR, run.prog),
               poputil::poplibs_error);
}

}  // namespace
}  // namespace weft::test
