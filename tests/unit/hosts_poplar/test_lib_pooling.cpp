// SPDX-License-Identifier: Apache-2.0
// popnn: pooling against loops, over kernels, strides, padding and truncation.
#include <cmath>
#include <limits>
#include <popnn/Pooling.hpp>
#include <poputil/exceptions.hpp>

#include "base/error.hpp"
#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::HALF;
using poplar::Tensor;
using popnn::PoolingType;
using popnn::pooling::PoolParams;

/// As the declaration of pool() says, in float.
std::vector<float> pooled(const PoolParams& p, const std::vector<float>& x) {
  const auto out = p.getOutputFieldShape();
  const long height = static_cast<long>(p.inputFieldShape[0]);
  const long width = static_cast<long>(p.inputFieldShape[1]);
  const auto cut = [&](int number) { return number < 0 ? long{-number} : 0L; };
  std::vector<float> result;
  for (std::size_t plane = 0; plane < p.batchSize * p.numChannels; ++plane) {
    for (std::size_t i = 0; i < out[0] * out[1]; ++i) {
      const long y0 =
          static_cast<long>(i / out[1] * p.stride[0]) - p.inputTruncationOrPaddingLower[0];
      const long x0 =
          static_cast<long>(i % out[1] * p.stride[1]) - p.inputTruncationOrPaddingLower[1];
      float sum = 0;
      float most = -std::numeric_limits<float>::infinity();
      int count = 0;
      for (long y = y0; y < y0 + static_cast<long>(p.kernelShape[0]); ++y) {
        for (long c = x0; c < x0 + static_cast<long>(p.kernelShape[1]); ++c) {
          if (y < cut(p.inputTruncationOrPaddingLower[0]) ||
              y >= height - cut(p.inputTruncationOrPaddingUpper[0]) ||
              c < cut(p.inputTruncationOrPaddingLower[1]) ||
              c >= width - cut(p.inputTruncationOrPaddingUpper[1])) {
            continue;
          }
          const float value = x[(plane * p.inputFieldShape[0] + static_cast<std::size_t>(y)) *
                                    p.inputFieldShape[1] +
                                static_cast<std::size_t>(c)];
          sum += value;
          most = std::max(most, value);
          ++count;
        }
      }
      if (p.poolingType == PoolingType::MAX) sum = most;
      if (p.poolingType == PoolingType::AVG && count != 0) sum /= static_cast<float>(count);
      result.push_back(sum);
    }
  }
  return result;
}

void pooling_case(PoolParams p, unsigned tiles) {
  for (const PoolingType type : {PoolingType::MAX, PoolingType::AVG, PoolingType::SUM}) {
    p.poolingType = type;
    LibraryRun run(tiles);
    const std::size_t count =
        p.batchSize * p.numChannels * p.inputFieldShape[0] * p.inputFieldShape[1];
    auto x = fractions(count, 3.0F);
    for (float& value : x) value = numerics::float_from_half(numerics::half_from_float(value));
    const std::vector<std::size_t> shape{p.batchSize, p.numChannels, p.inputFieldShape[0],
                                         p.inputFieldShape[1]};
    const Tensor single = run.input(FLOAT, shape, x);
    const Tensor half = run.input(HALF, shape, halves(x));
    p.dType = FLOAT;
    const Tensor a = popnn::pooling::pool(run.graph, p, single, run.prog);
    p.dType = HALF;
    const Tensor b = popnn::pooling::pool(run.graph, p, half, run.prog);
    run.graph.createHostRead("halves", b);
    const auto expected = pooled(p, x);
    EXPECT_EQ(run.result<float>(a), expected) << popnn::pooling::asString(type) << ", " << tiles;
    LibraryRun again(tiles);
    const Tensor same = again.input(HALF, shape, halves(x));
    EXPECT_EQ(again.result<Half>(popnn::pooling::pool(again.graph, p, same, again.prog)),
              halves(expected))
        << popnn::pooling::asString(type) << ", halves, " << tiles;
  }
}

TEST(Pooling, WindowsOfAnyKind) {
  on_ranks([] {
    pooling_case({PoolingType::MAX, {8, 8}, {2, 2}, {2, 2}, {0, 0}, {0, 0}, 5, 2, FLOAT}, 4);
    pooling_case({PoolingType::MAX, {7, 9}, {3, 3}, {2, 2}, {1, 1}, {1, 1}, 19, 1, FLOAT}, 64);
    pooling_case({PoolingType::MAX, {6, 5}, {3, 2}, {1, 3}, {-1, 2}, {2, -1}, 3, 1, FLOAT}, 16);
    pooling_case({PoolingType::MAX, {4, 4}, {4, 4}, {1, 1}, {0, 0}, {0, 0}, 33, 3, FLOAT}, 8);
  });
}

TEST(Pooling, OfOneDimensionAndOfNothing) {
  on_ranks([] {
    LibraryRun run;
    const Tensor t = run.input(FLOAT, {1, 1, 4}, std::vector<float>{4, 1, 3, 2});
    const PoolParams p(PoolingType::MAX, {4}, {2}, {2}, {2}, {0}, 1, 1, FLOAT);
    const Tensor out = popnn::pooling::pool(run.graph, p, t, run.prog);
    EXPECT_EQ(out.shape(), (std::vector<std::size_t>{1, 1, 3}));
    const auto values = run.result<float>(out);
    EXPECT_EQ(values, (std::vector<float>{-std::numeric_limits<float>::infinity(), 4, 3}));
  });
}

TEST(Pooling, NotANumberStays) {
  on_ranks([] {
    LibraryRun run;
    const Tensor t = run.input(FLOAT, {1, 1, 1, 4}, std::vector<float>{4, NAN, 3, 2});
    const PoolParams p(PoolingType::MAX, {1, 4}, {1, 2}, {1, 2}, {0, 0}, {0, 0}, 1, 1, FLOAT);
    const auto values = run.result<float>(popnn::pooling::pool(run.graph, p, t, run.prog));
    EXPECT_TRUE(std::isnan(values[0]));
    EXPECT_EQ(values[1], 3.0F);
  });
}

TEST(Pooling, ParametersThatDoNotFit) {
  on_ranks([] {
    LibraryRun run;
    const Tensor t = run.input(FLOAT, {1, 2, 3, 3}, fractions(18, 1.0F));
    PoolParams p(PoolingType::MAX, {3, 3}, {4, 3}, {1, 1}, {0, 0}, {0, 0}, 2, 1, FLOAT);
    EXPECT_THROW(p.getOutputFieldShape(), poputil::poplibs_error);
    p.kernelShape = {2};
    EXPECT_THROW(p.getOutputFieldShape(), poputil::poplibs_error);
    p.kernelShape = {2, 2};
    p.numChannels = 3;
    EXPECT_THROW(popnn::pooling::pool(run.graph, p, t, run.prog), poputil::poplibs_error);
    p.numChannels = 2;
    EXPECT_EQ(popnn::pooling::getFwdFlops(p), 2U * 2U * 2U * 4U);
    EXPECT_THROW(popnn::pooling::pool(run.graph, p, t, run.prog, {}, {{"poolUse", "true"}}),
                 poplar::invalid_option);
  });
}

}  // namespace
}  // namespace weft::test
