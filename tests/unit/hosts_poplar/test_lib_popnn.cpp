// SPDX-License-Identifier: Apache-2.0
// popnn and poprand: activation functions, losses, accuracy, random numbers.
#include <cmath>
#include <popnn/LayerNorm.hpp>
#include <popnn/LogSoftmax.hpp>
#include <popnn/Loss.hpp>
#include <popnn/NonLinearity.hpp>
#include <popops/Cast.hpp>
#include <popops/DynamicSlice.hpp>
#include <popops/Encoding.hpp>
#include <popops/Gather.hpp>
#include <popops/Pad.hpp>
#include <poprand/RandomGen.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::INT;
using poplar::Tensor;
using poplar::UNSIGNED_INT;
using popnn::NonLinearityType;

struct Moments {
  double mean = 0, deviation = 0;
};
Moments moments(const std::vector<float>& x) {
  Moments m;
  for (const float v : x) m.mean += double{v};
  m.mean /= static_cast<double>(x.size());
  for (const float v : x) m.deviation += (double{v} - m.mean) * (double{v} - m.mean);
  m.deviation = std::sqrt(m.deviation / static_cast<double>(x.size()));
  return m;
}

TEST(LayerNorm, ItemsHaveMeanZeroAndDeviationOne) {
  on_ranks([] {
    LibraryRun run;
    const auto x = fractions(3 * 20, 5.0F);
    const Tensor t = run.input(FLOAT, {3, 4, 5}, x);
    const Tensor gamma = run.input(FLOAT, {4}, std::vector<float>{1, 2, 3, 4});
    const Tensor beta = run.input(FLOAT, {4}, std::vector<float>{10, 20, 30, 40});
    const auto [mean, inverse] = popnn::layerNormStatistics(run.graph, t, 1e-6F, run.prog, false);
    const auto [out, white] =
        popnn::layerNormalise(run.graph, t, gamma, beta, mean, inverse, run.prog);
    const auto results = run.results<float>({white, out});
    for (std::size_t item = 0; item < 3; ++item) {
      const auto begin = results[0].begin() + static_cast<std::ptrdiff_t>(item * 20);
      const Moments m = moments({begin, begin + 20});
      EXPECT_NEAR(m.mean, 0.0, 1e-6);
      EXPECT_NEAR(m.deviation, 1.0, 1e-5);
    }
    for (std::size_t i = 0; i < 60; ++i) {
      const auto channel = static_cast<float>(i / 5 % 4 + 1);
      EXPECT_EQ(results[1][i], results[0][i] * channel + 10.0F * channel) << i;
    }
  });
}

TEST(NonLinearity, SoftmaxRowsAddUpToOne) {
  on_ranks([] {
    LibraryRun run;
    auto x = fractions(3 * 10, 8.0F);
    x[4] = 500.0F;  // e^500 is no float
    const Tensor t = run.input(FLOAT, {3, 10}, x);
    const auto result =
        run.result<float>(popnn::nonLinearity(run.graph, NonLinearityType::SOFTMAX, t, run.prog));
    for (std::size_t r = 0; r < 3; ++r) {
      double sum = 0, most = -1e30;
      for (std::size_t c = 0; c < 10; ++c) most = std::max(most, double{x[r * 10 + c]});
      for (std::size_t c = 0; c < 10; ++c) sum += std::exp(double{x[r * 10 + c]} - most);
      for (std::size_t c = 0; c < 10; ++c) {
        EXPECT_NEAR(double{result[r * 10 + c]}, std::exp(double{x[r * 10 + c]} - most) / sum, 1e-6);
      }
    }
  });
}

TEST(NonLinearity, LogarithmOfASoftmax) {
  on_ranks([] {
    LibraryRun run;
    auto x = fractions(2 * 3 * 10, 8.0F);
    x[4] = 500.0F;
    const Tensor t = run.input(FLOAT, {2, 3, 10}, x);
    const Tensor half = run.input(poplar::HALF, {2, 3, 10}, halves(x));
    const Tensor out = popnn::logSoftmax(run.graph, t, run.prog);
    popnn::logSoftmaxInPlace(run.graph, t, run.prog);
    popnn::logSoftmaxInPlace(run.graph, half, run.prog);
    const auto results =
        run.results<float>({out, t, popops::cast(run.graph, half, FLOAT, run.prog)});
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t row = i / 10 * 10;
      double sum = 0, most = -1e30;
      for (std::size_t c = 0; c < 10; ++c) most = std::max(most, double{x[row + c]});
      for (std::size_t c = 0; c < 10; ++c) sum += std::exp(double{x[row + c]} - most);
      const double expected = double{x[i]} - most - std::log(sum);
      EXPECT_NEAR(double{results[0][i]}, expected, 1e-4) << i;
      EXPECT_EQ(results[1][i], results[0][i]) << i;
      EXPECT_NEAR(double{results[2][i]}, expected, 0.02 + 0.002 * std::abs(expected)) << i;
    }
    const Tensor whole = run.input(INT, {2}, std::vector<int>(2));
    EXPECT_THROW(popnn::logSoftmax(run.graph, whole, run.prog), poputil::poplibs_error);
    EXPECT_THROW(popnn::logSoftmax(run.graph, t[0][0][0], run.prog), poputil::poplibs_error);
  });
}

TEST(NonLinearity, GradientsAreSlopes) {
  on_ranks([] {
    LibraryRun run;
    const auto x = fractions(21, 2.0F);
    const Tensor t = run.input(FLOAT, {21}, x);
    const Tensor one = run.input(FLOAT, {21}, std::vector<float>(21, 1.0F));
    const auto slope = [](NonLinearityType type, double v) {
      const auto f = [type](double u) {
        switch (type) {
          case NonLinearityType::TANH:
            return std::tanh(u);
          case NonLinearityType::SIGMOID:
            return 1 / (1 + std::exp(-u));
          case NonLinearityType::GELU:
            return 0.5 * u * (1 + std::tanh(0.7978845608 * (u + 0.044715 * u * u * u)));
          case NonLinearityType::GELU_ERF:
            return 0.5 * u * (1 + std::erf(u / std::sqrt(2.0)));
          default:
            return u / (1 + std::exp(-u));
        }
      };
      return (f(v + 1e-5) - f(v - 1e-5)) / 2e-5;
    };
    const std::vector<NonLinearityType> types{NonLinearityType::TANH, NonLinearityType::SIGMOID,
                                              NonLinearityType::GELU, NonLinearityType::GELU_ERF,
                                              NonLinearityType::SWISH};
    std::vector<Tensor> out;
    for (const auto type : types) {
      const bool of_output = type == NonLinearityType::TANH || type == NonLinearityType::SIGMOID;
      const Tensor act = of_output ? popnn::nonLinearity(run.graph, type, t, run.prog) : t;
      out.push_back(popnn::nonLinearityInputGradient(run.graph, type, act, one, run.prog));
    }
    const auto results = run.results<float>(out);
    for (std::size_t k = 0; k < types.size(); ++k) {
      for (std::size_t i = 0; i < x.size(); ++i) {
        EXPECT_NEAR(double{results[k][i]}, slope(types[k], double{x[i]}), 2e-6)
            << "function " << k << " at " << x[i];
      }
    }
  });
}

TEST(Loss, CrossEntropyAndAccuracy) {
  on_ranks([] {
    LibraryRun run;
    const std::vector<float> p{0.2F, 0.5F, 0.3F, 0.6F, 0.1F, 0.3F, 0.1F, 0.1F, 0.8F};
    const Tensor outputs = run.input(FLOAT, {3, 3}, p);
    const Tensor labels =
        run.input(UNSIGNED_INT, {3}, std::vector<unsigned>{1, 2, popnn::MASKED_LABEL_CODE});
    const Tensor loss = run.input(FLOAT, {3}, std::vector<float>(3));
    const Tensor deltas = run.input(FLOAT, {3, 3}, std::vector<float>(9));
    const Tensor correct = run.input(UNSIGNED_INT, {1}, std::vector<unsigned>{5});
    run.prog.add(popnn::calcLoss(run.graph, outputs, labels, loss, deltas, correct,
                                 popnn::CROSS_ENTROPY_LOSS));
    const Tensor counted = popops::cast(run.graph, correct, FLOAT, run.prog);
    const auto results = run.results<float>({loss, deltas, counted});
    EXPECT_NEAR(double{results[0][0]}, -std::log(0.5), 1e-6);
    EXPECT_NEAR(double{results[0][1]}, -std::log(0.3), 1e-6);
    EXPECT_EQ(results[0][2], 0.0F);
    EXPECT_EQ(results[1], (std::vector<float>{0.2F, 0.5F - 1.0F, 0.3F, 0.6F, 0.1F, 0.3F - 1.0F,
                                              0.0F, 0.0F, 0.0F}));
    EXPECT_EQ(results[2][0], 6.0F);
  });
}

TEST(Loss, SquaresAndPlacesOfTheLargest) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<float>(4 * 6, -9, 9);
    const Tensor t = run.input(FLOAT, {4, 6}, x);
    const Tensor expected = run.input(FLOAT, {4, 6}, std::vector<float>(24, 1.0F));
    const Tensor loss = run.input(FLOAT, {4}, std::vector<float>(4));
    const Tensor deltas = run.input(FLOAT, {4, 6}, std::vector<float>(24));
    run.prog.add(popnn::calcLoss(run.graph, t, expected, loss, deltas, popnn::SUM_SQUARED_LOSS));
    const auto [value, place] = popnn::maxAndArgMax(run.graph, t, run.prog);
    const Tensor least = popnn::argMin(run.graph, t, run.prog);
    const auto results =
        run.results<float>({loss, deltas, value, popops::cast(run.graph, place, FLOAT, run.prog),
                            popops::cast(run.graph, least, FLOAT, run.prog)});
    for (std::size_t r = 0; r < 4; ++r) {
      const auto row = x.begin() + static_cast<std::ptrdiff_t>(r * 6);
      float sum = 0;
      for (int i = 0; i < 6; ++i) sum += 0.5F * (row[i] - 1.0F) * (row[i] - 1.0F);
      EXPECT_EQ(results[0][r], sum);
      EXPECT_EQ(results[2][r], *std::max_element(row, row + 6));
      EXPECT_EQ(results[3][r], static_cast<float>(std::max_element(row, row + 6) - row));
      EXPECT_EQ(results[4][r], static_cast<float>(std::min_element(row, row + 6) - row));
    }
  });
}

TEST(Slices, AtPlacesKnownWhenTheProgramRuns) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<int>(5 * 6, 0, 99);
    const Tensor t = run.input(INT, {5, 6}, x);
    const Tensor at = run.input(UNSIGNED_INT, {2}, std::vector<unsigned>{4, 1});
    const Tensor slice =
        popops::dynamicSlice(run.graph, t, at.slice(0, 1), {0}, {2}, run.prog);  // rows 4 and 0
    const Tensor both = popops::dynamicSlice(run.graph, t, at, {0, 1}, {1, 3}, run.prog);
    const Tensor numbers = run.input(UNSIGNED_INT, {3}, std::vector<unsigned>{2, 0, 2});
    const Tensor rows = popops::gather(run.graph, t, numbers, 0, run.prog);
    const Tensor code = run.input(INT, {3, 4}, std::vector<int>(12, 7));
    popops::encodeOneHot(run.graph, numbers, code, run.prog);
    const Tensor count = run.input(INT, {5}, std::vector<int>(5));
    popops::iota(run.graph, count, -2, run.prog);
    const Tensor updated = run.input(INT, {5, 6}, x);
    popops::dynamicUpdate(run.graph, updated, both, at, {0, 1}, {1, 3}, run.prog);
    popops::dynamicUpdate(run.graph, updated, count.slice(0, 1).broadcast(6, 0).expand({0}),
                          at.slice(1, 2), {0}, {1}, run.prog);
    const auto results = run.results<int>({slice, both, rows, code, count, updated});
    const auto row = [&x](std::size_t r) {
      const auto begin = x.begin() + static_cast<std::ptrdiff_t>(r * 6);
      return std::vector<int>(begin, begin + 6);
    };
    const auto joined = [](std::vector<int> a, const std::vector<int>& b) {
      a.insert(a.end(), b.begin(), b.end());
      return a;
    };
    EXPECT_EQ(results[0], joined(row(4), row(0)));
    EXPECT_EQ(results[1], (std::vector<int>{x[25], x[26], x[27]}));
    EXPECT_EQ(results[2], joined(joined(row(2), row(0)), row(2)));
    EXPECT_EQ(results[3], (std::vector<int>{0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0}));
    EXPECT_EQ(results[4], (std::vector<int>{-2, -1, 0, 1, 2}));
    auto expected = x;
    std::fill(expected.begin() + 6, expected.begin() + 12, -2);
    EXPECT_EQ(results[5], expected);
  });
}

TEST(Pad, BordersAreViews) {
  on_ranks([] {
    LibraryRun run;
    const Tensor t = run.input(INT, {4}, std::vector<int>{1, 2, 3, 4});
    using popops::padding::Type;
    const auto results = run.results<int>({popops::pad(run.graph, t, 2, -1, 0, 9.0F),
                                           popops::pad(t, 2, 1, 0, Type::EDGE),
                                           popops::pad(t, 2, 1, 0, Type::REFLECT)});
    EXPECT_EQ(results[0], (std::vector<int>{9, 9, 1, 2, 3}));
    EXPECT_EQ(results[1], (std::vector<int>{1, 1, 1, 2, 3, 4, 4}));
    EXPECT_EQ(results[2], (std::vector<int>{3, 2, 1, 2, 3, 4, 3}));
  });
}

std::vector<std::vector<float>> random_tensors(unsigned tiles) {
  LibraryRun run(tiles);
  const Tensor seed = run.input(UNSIGNED_INT, {2}, std::vector<unsigned>{42, 7});
  const Tensor like = run.input(FLOAT, {4000}, std::vector<float>(4000, 1.0F));
  auto& g = run.graph;
  return run.results<float>(
      {poprand::uniform(g, &seed, 0, like, FLOAT, -2.0, 4.0, run.prog),
       poprand::normal(g, &seed, 1, like, FLOAT, 1.0, 2.0, run.prog),
       poprand::bernoulli(g, &seed, 2, like, FLOAT, 0.25, run.prog),
       poprand::truncatedNormal(g, &seed, 3, like, FLOAT, 0.0, 1.0, 1.5, run.prog),
       poprand::dropout(g, &seed, 4, like, like, 0.8, 1.25, run.prog),
       poprand::uniform(g, &seed, 5, like, FLOAT, -2.0, 4.0, run.prog)});
}

TEST(RandomGen, DistributionsByMomentsAndTheSameOnAnyTiles) {
  on_ranks([] {
    const auto x = random_tensors(4);
    const double expected[][2] = {{1.0, 1.732}, {1.0, 2.0}, {0.25, 0.433},
                                  {0.0, 0.743}, {1.0, 0.5}, {1.0, 1.732}};
    for (std::size_t i = 0; i < x.size(); ++i) {
      const Moments m = moments(x[i]);
      EXPECT_NEAR(m.mean, expected[i][0], 0.12) << i;
      EXPECT_NEAR(m.deviation, expected[i][1], 0.06) << i;
    }
    EXPECT_NE(x[0], x[5]);
    for (const float v : x[3]) EXPECT_LE(std::fabs(v), 1.5F);
    EXPECT_EQ(random_tensors(7), x);
  });
}

TEST(RandomGen, WholeNumbersCoverTheirRangeAndOwnSeedsGoOn) {
  on_ranks([] {
    LibraryRun run;
    const Tensor like = run.input(INT, {600}, std::vector<int>(600));
    const Tensor a = poprand::uniform(run.graph, nullptr, 0, like, INT, -1, 1, run.prog);
    const Tensor b = poprand::uniform(run.graph, nullptr, 0, like, INT, -1, 1, run.prog);
    const auto results = run.results<int>({a, b});
    EXPECT_NE(results[0], results[1]);
    for (const int v : {-1, 0, 1}) {
      const auto count = std::count(results[0].begin(), results[0].end(), v);
      EXPECT_NEAR(static_cast<double>(count), 200.0, 50.0) << v;
    }
  });
}

}  // namespace
}  // namespace weft::test
