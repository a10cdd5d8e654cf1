// SPDX-License-Identifier: Apache-2.0
// poplin: products and convolutions of small whole numbers, which are exact, against loops.
#include <poplin/Convolution.hpp>
#include <poplin/MatMul.hpp>
#include <popops/ElementWise.hpp>
#include <poputil/exceptions.hpp>

#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"
#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::HALF;
using poplar::Tensor;
using Shape = std::vector<std::size_t>;

std::vector<float> product(const std::vector<float>& a, const std::vector<float>& b, std::size_t m,
                           std::size_t k, std::size_t n) {
  std::vector<float> out(m * n, 0.0F);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t p = 0; p < k; ++p) {
      for (std::size_t j = 0; j < n; ++j) out[i * n + j] += a[i * k + p] * b[p * n + j];
    }
  }
  return out;
}

void product_case(std::size_t m, std::size_t k, std::size_t n, unsigned tiles) {
  LibraryRun run(tiles);
  const auto x = whole_numbers<float>(m * k, -4, 4, 1);
  const auto y = whole_numbers<float>(k * n, -4, 4, 2);
  const Tensor a = run.input(FLOAT, {m, k}, x);
  const Tensor b = run.input(FLOAT, {k, n}, y);
  const Tensor ha = run.input(HALF, {m, k}, halves(x));
  const Tensor hb = run.input(HALF, {k, n}, halves(y));
  const Tensor half = poplin::matMul(run.graph, ha, hb, run.prog, FLOAT);
  const Tensor single = poplin::matMul(run.graph, a, b, run.prog);
  const Tensor turned = poplin::matMul(run.graph, b.transpose(), a.transpose(), run.prog);
  const auto results = run.results<float>({single, half, turned.transpose()});
  const auto expected = product(x, y, m, k, n);
  for (const auto& result : results) {
    EXPECT_EQ(result, expected) << m << " x " << k << " x " << n << " on " << tiles << " tiles";
  }
}

TEST(MatMul, AnyShapeIsExact) {
  on_ranks([] {
    product_case(1, 1, 1, 4);
    product_case(10, 50, 1, 4);
    product_case(10, 1, 30, 4);
    product_case(17, 33, 19, 4);
    product_case(40, 40, 40, 16);
    product_case(3, 130, 5, 16);
    product_case(64, 16, 16, 1);
  });
}

TEST(MatMul, OperandsMadeForItNeedNoRearrangement) {
  on_ranks([] {
    LibraryRun run(8);
    poplin::matmul::PlanningCache cache;
    const Shape left{24, 40}, right{40, 24};
    const auto x = whole_numbers<float>(24 * 40, -4, 4, 1);
    const auto y = whole_numbers<float>(40 * 24, -4, 4, 2);
    const Tensor a = poplin::createMatMulInputLHS(run.graph, FLOAT, left, right, "a", {}, &cache);
    const Tensor b = poplin::createMatMulInputRHS(run.graph, FLOAT, left, right, "b", {}, &cache);
    EXPECT_EQ(cache.size(), 1U);
    run.set(a, x);
    run.set(b, y);
    const std::size_t before = run.graph.getNumVertices();
    const Tensor c = poplin::matMul(run.graph, a, b, run.prog, "c", {}, &cache);
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_GT(run.graph.getNumVertices(), before);
    poplin::matMulAcc(run.graph, c, 2.0F, a, b, run.prog);
    auto expected = product(x, y, 24, 40, 24);
    for (float& v : expected) v *= 3.0F;
    EXPECT_EQ(run.result<float>(c), expected);
  });
}

TEST(MatMul, GroupsSideBySide) {
  on_ranks([] {
    LibraryRun run(8);
    const auto x = whole_numbers<float>(3 * 4 * 5, -4, 4, 1);
    const auto y = whole_numbers<float>(3 * 5 * 6, -4, 4, 2);
    const Tensor a = run.input(FLOAT, {3, 4, 5}, x);
    const Tensor b = run.input(FLOAT, {3, 5, 6}, y);
    const auto result = run.result<float>(poplin::matMulGrouped(run.graph, a, b, run.prog, FLOAT));
    for (std::size_t g = 0; g < 3; ++g) {
      const auto part = [g](const std::vector<float>& v, std::size_t size) {
        const auto begin = v.begin() + static_cast<std::ptrdiff_t>(g * size);
        return std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(size));
      };
      EXPECT_EQ(part(result, 24), product(part(x, 20), part(y, 30), 4, 5, 6));
    }
  });
}

TEST(MatMul, OperandsAndResultsMadeForGroups) {
  on_ranks([] {
    for (const auto& type : {FLOAT, HALF}) {
      LibraryRun run(12);
      poplin::matmul::PlanningCache cache;
      const Shape left{3, 20, 24}, right{3, 24, 36};
      const auto x = whole_numbers<float>(3 * 20 * 24, -2, 2, 1);
      const auto y = whole_numbers<float>(3 * 24 * 36, -2, 2, 2);
      const Tensor a =
          poplin::createMatMulGroupedInputLHS(run.graph, type, FLOAT, left, right, "a", {}, &cache);
      const Tensor b =
          poplin::createMatMulGroupedInputRHS(run.graph, type, FLOAT, left, right, "b", {}, &cache);
      Tensor c =
          poplin::createMatMulGroupedOutput(run.graph, type, FLOAT, left, right, "c", {}, &cache);
      ASSERT_EQ(a.shape(), left);
      ASSERT_EQ(b.shape(), right);
      ASSERT_EQ(c.shape(), (Shape{3, 20, 36}));
      if (type == FLOAT) {
        run.set(a, x);
        run.set(b, y);
      } else {
        run.set(a, halves(x));
        run.set(b, halves(y));
      }
      poplin::matMulGroupedWithOutput(run.graph, a, b, c, run.prog, "product", {}, &cache);
      EXPECT_EQ(cache.size(), 1U);
      const Tensor scale = run.input(FLOAT, {}, std::vector<float>{2.0F});
      poplin::matMulGroupedAcc(run.graph, c, scale, a, b, run.prog);
      const auto result = run.result<float>(c);
      for (std::size_t g = 0; g < 3; ++g) {
        const std::vector<float> one_x(x.data() + g * 480, x.data() + (g + 1) * 480);
        const std::vector<float> one_y(y.data() + g * 864, y.data() + (g + 1) * 864);
        auto expected = product(one_x, one_y, 20, 24, 36);
        for (float& v : expected) v *= 3.0F;
        EXPECT_EQ(std::vector<float>(result.data() + g * 720, result.data() + (g + 1) * 720),
                  expected);
      }
      EXPECT_EQ(poplin::transposeGroupedMatrix(a).shape(), (Shape{3, 24, 20}));
    }
  });
}

TEST(MatMul, PlansUseTheTilesThereAre) {
  const auto target = small_device(64).getTarget();
  const auto plan = libraries::plan_matmul(target, {512, 512, 512, HALF, FLOAT, 64}, 0.6);
  EXPECT_GE(plan.parts(), 32U);
  EXPECT_LE(plan.parts(), 64U);
  const auto small = libraries::plan_matmul(target, {4, 16, 16, HALF, FLOAT, 64}, 0.6);
  EXPECT_LE(small.parts(), 4U);
}

TEST(MatMul, RefusesWhatDoesNotMultiply) {
  LibraryRun run;
  const Tensor a = run.input(FLOAT, {2, 3}, std::vector<float>(6));
  const Tensor b = run.input(FLOAT, {2, 3}, std::vector<float>(6));
  const Tensor c = run.input(poplar::INT, {3, 2}, std::vector<int>(6));
  EXPECT_THROW(poplin::matMul(run.graph, a, b, run.prog), poputil::poplibs_error);
  EXPECT_THROW(poplin::matMul(run.graph, c, c.transpose(), run.prog), poputil::poplibs_error);
  EXPECT_THROW(poplin::createMatMulGroupedInputLHS(run.graph, FLOAT, FLOAT, {2, 3, 4}, {3, 4, 5}),
               poputil::poplibs_error);
  EXPECT_THROW(poplin::createMatMulInputRHS(run.graph, FLOAT, {2, 3, 4}, {4, 5}),
               poputil::poplibs_error);
  Tensor wide = run.graph.addVariable(FLOAT, {1, 2, 3}, "wide");
  EXPECT_THROW(
      poplin::matMulGroupedWithOutput(run.graph, a.expand({0}), b.expand({0}), wide, run.prog),
      poputil::poplibs_error);
  EXPECT_THROW(poplin::transposeGroupedMatrix(a), poputil::poplibs_error);
}

struct ConvCase {
  std::size_t batch, groups, inputs, outputs, height, width, kernel;
  unsigned pad, stride, kernel_dilation, input_dilation;
  unsigned tiles;
};

poplin::ConvParams params_of(const ConvCase& c, const poplar::Type& type) {
  poplin::ConvParams::InputTransform in(2), kernel(2);
  poplin::ConvParams::OutputTransform out(2);
  in.paddingLower = in.paddingUpper = {c.pad, c.pad};
  in.dilation = {c.input_dilation, c.input_dilation};
  kernel.dilation = {c.kernel_dilation, c.kernel_dilation};
  out.stride = {c.stride, c.stride};
  return {type,
          type,
          c.batch,
          {c.height, c.width},
          {c.kernel, c.kernel},
          c.inputs,
          c.outputs,
          c.groups,
          in,
          kernel,
          out};
}

/// By the definition: every output from every kernel element.
std::vector<float> convolved(const ConvCase& c, const poplin::ConvParams& params,
                             const std::vector<float>& x, const std::vector<float>& w) {
  const std::size_t oh = params.getOutputSize(0), ow = params.getOutputSize(1);
  std::vector<float> out;
  for (std::size_t b = 0; b < c.batch; ++b) {
    for (std::size_t o = 0; o < c.groups * c.outputs; ++o) {
      for (std::size_t i = 0; i < oh * ow; ++i) {
        float sum = 0;
        const std::size_t g = o / c.outputs;
        for (std::size_t ic = 0; ic < c.inputs; ++ic) {
          for (std::size_t k = 0; k < c.kernel * c.kernel; ++k) {
            const auto place = [&](std::size_t at, std::size_t tap) {
              return static_cast<int>(at * c.stride + tap * c.kernel_dilation) -
                     static_cast<int>(c.pad);
            };
            const int y = place(i / ow, k / c.kernel);
            const int x0 = place(i % ow, k % c.kernel);
            const int d = static_cast<int>(c.input_dilation);
            if (y < 0 || x0 < 0 || y % d != 0 || x0 % d != 0) continue;
            const auto row = static_cast<std::size_t>(y / d);
            const auto column = static_cast<std::size_t>(x0 / d);
            if (row >= c.height || column >= c.width) continue;
            const std::size_t channel = b * c.groups * c.inputs + g * c.inputs + ic;
            sum += x[(channel * c.height + row) * c.width + column] *
                   w[(o * c.inputs + ic) * c.kernel * c.kernel + k];
          }
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

void conv_case(const ConvCase& c) {
  LibraryRun run(c.tiles);
  const auto params = params_of(c, FLOAT);
  const auto x = whole_numbers<float>(c.batch * c.groups * c.inputs * c.height * c.width, -4, 4, 1);
  const auto w =
      whole_numbers<float>(c.groups * c.outputs * c.inputs * c.kernel * c.kernel, -4, 4, 2);
  const Tensor in = poplin::createInput(run.graph, params, "in");
  const Tensor weights = poplin::createWeights(run.graph, params, "weights");
  run.set(in, x);
  run.set(weights, w);
  const Tensor own = run.input(FLOAT, in.shape(), x);
  const Tensor own_weights = run.input(FLOAT, weights.shape(), w);
  const Tensor out = poplin::convolution(run.graph, in, weights, params, false, run.prog, "c");
  const Tensor again =
      poplin::convolution(run.graph, own, own_weights, params, false, run.prog, "d");
  const auto results = run.results<float>({out, again});
  const auto expected = convolved(c, params, x, w);
  EXPECT_EQ(results[0], expected);
  EXPECT_EQ(results[1], expected);
}

TEST(Convolution, AsDefined) {
  on_ranks([] {
    conv_case({1, 1, 4, 4, 9, 7, 3, 1, 1, 1, 1, 4});
    conv_case({2, 1, 3, 5, 6, 8, 3, 0, 2, 1, 1, 4});
    conv_case({1, 2, 3, 2, 7, 7, 3, 2, 1, 2, 1, 4});
    conv_case({1, 1, 9, 18, 5, 5, 1, 0, 1, 1, 1, 4});
    conv_case({1, 1, 2, 2, 4, 5, 3, 2, 1, 1, 2, 3});
  });
}

TEST(Convolution, BiasesAreAddedByChannel) {
  on_ranks([] {
    LibraryRun run;
    const auto x = whole_numbers<float>(2 * 3 * 4, -4, 4);
    const Tensor t = run.input(FLOAT, {2, 3, 4}, x);
    const Tensor biases = run.input(FLOAT, {3}, std::vector<float>{10, 20, 30});
    poplin::addBias(run.graph, t, biases, run.prog);
    auto expected = x;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] += static_cast<float>(10 * (i / 4 % 3 + 1));
    }
    EXPECT_EQ(run.result<float>(t), expected);
  });
}

}  // namespace
}  // namespace weft::test
