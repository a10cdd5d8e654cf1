// SPDX-License-Identifier: Apache-2.0
// The AMP units' order of additions, bit for bit: groups of input channels, in a group the kernel's
// elements, in an element the channels, one product after the other; sums of halves are rounded
// after each pass. Slow loops over the definition are the oracle.
#include <bit>
#include <limits>
#include <poplin/Convolution.hpp>
#include <poplin/MatMul.hpp>

#include "library_run.hpp"

namespace weft::test {
namespace {

using poplar::FLOAT;
using poplar::HALF;
using poplar::Tensor;
using Numbers = std::vector<float>;

struct Formats {
  bool half_in = false, half_sums = false;
  std::size_t pass_inputs() const { return half_in ? 16 : 8; }
  float kept(float sum) const {
    return half_sums ? numerics::float_from_half(numerics::half_from_float(sum)) : sum;
  }
};

/// One dimension of a field.
struct Side {
  int input, kernel, pad, stride, kernel_dilation, input_dilation;
  int output() const {
    const int wide = (input - 1) * input_dilation + 1 + 2 * pad;
    return (wide - (kernel - 1) * kernel_dilation - 1) / stride + 1;
  }
  /// The element that output `at` takes from kernel element `tap`; -1: none.
  int place(int at, int tap) const {
    const int found = at * stride + tap * kernel_dilation - pad;
    if (found < 0 || found % input_dilation != 0) return -1;
    return found / input_dilation < input ? found / input_dilation : -1;
  }
};

struct Case {
  int groups, inputs, outputs;  ///< channels of a conv group
  Side y, x;
  unsigned tiles;
};

float sum_of(const Case& c, const Formats& formats, const Numbers& in, const Numbers& weights,
             int channel, int y, int x) {
  float sum = 0;
  const int pass = static_cast<int>(formats.pass_inputs());
  const int group = channel / c.outputs;
  for (int first = 0; first < c.inputs; first += pass) {
    for (int tap = 0; tap < c.y.kernel * c.x.kernel; ++tap) {
      const int row = c.y.place(y, tap / c.x.kernel);
      const int column = c.x.place(x, tap % c.x.kernel);
      if (row < 0 || column < 0) continue;
      for (int i = first; i < std::min(first + pass, c.inputs); ++i) {
        const int from = ((group * c.inputs + i) * c.y.input + row) * c.x.input + column;
        const int weight = (channel * c.inputs + i) * c.y.kernel * c.x.kernel + tap;
        sum += in[static_cast<std::size_t>(from)] * weights[static_cast<std::size_t>(weight)];
      }
      sum = formats.kept(sum);
    }
  }
  return sum;
}

Numbers expected_of(const Case& c, const Formats& formats, const Numbers& in,
                    const Numbers& weights) {
  Numbers out;
  for (int channel = 0; channel < c.groups * c.outputs; ++channel) {
    for (int y = 0; y < c.y.output(); ++y) {
      for (int x = 0; x < c.x.output(); ++x) {
        out.push_back(sum_of(c, formats, in, weights, channel, y, x));
      }
    }
  }
  return out;
}

/// Any two NaNs are alike.
std::vector<std::uint32_t> bits(const Numbers& numbers) {
  std::vector<std::uint32_t> out;
  for (const float x : numbers) {
    out.push_back(x != x ? 0x7fc00000U : std::bit_cast<std::uint32_t>(x));
  }
  return out;
}

/// Numbers whose sums depend on their order, as the format holds them.
Numbers numbers(std::size_t count, const Formats& formats, unsigned seed) {
  Numbers out = fractions(count, 1.0F, seed);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] *= i % 3 == 0 ? 1.0F / 512 : 1.0F;
    if (formats.half_in) out[i] = floats(halves({out[i]}))[0];
  }
  return out;
}

poplin::ConvParams params_of(const Case& c, const Formats& formats) {
  poplin::ConvParams::InputTransform in(2), kernel(2);
  poplin::ConvParams::OutputTransform out(2);
  const auto pair = [](int a, int b) {
    return std::vector<unsigned>{static_cast<unsigned>(a), static_cast<unsigned>(b)};
  };
  const auto size = [](int a) { return static_cast<std::size_t>(a); };
  in.paddingLower = in.paddingUpper = pair(c.y.pad, c.x.pad);
  in.dilation = pair(c.y.input_dilation, c.x.input_dilation);
  kernel.dilation = pair(c.y.kernel_dilation, c.x.kernel_dilation);
  out.stride = pair(c.y.stride, c.x.stride);
  return {formats.half_in ? HALF : FLOAT,
          formats.half_sums ? HALF : FLOAT,
          1,
          {size(c.y.input), size(c.x.input)},
          {size(c.y.kernel), size(c.x.kernel)},
          size(c.inputs),
          size(c.outputs),
          size(c.groups),
          in,
          kernel,
          out};
}

/// What the tiles make of them.
Numbers convolved(const Case& c, const Formats& formats, const Numbers& in,
                  const Numbers& weights) {
  LibraryRun run(c.tiles);
  const auto params = params_of(c, formats);
  const poplar::OptionFlags options{{"partialsType", formats.half_sums ? "half" : "float"}};
  const Tensor field = poplin::createInput(run.graph, params, "in", options);
  const Tensor kernel = poplin::createWeights(run.graph, params, "weights", options);
  if (formats.half_in) {
    run.set(field, halves(in));
    run.set(kernel, halves(weights));
  } else {
    run.set(field, in);
    run.set(kernel, weights);
  }
  const Tensor out =
      poplin::convolution(run.graph, field, kernel, params, false, run.prog, "c", options);
  return formats.half_sums ? floats(run.result<Half>(out)) : run.result<float>(out);
}

void hold(const Case& c, const Formats& formats, const Numbers& in, const Numbers& weights) {
  EXPECT_EQ(bits(convolved(c, formats, in, weights)), bits(expected_of(c, formats, in, weights)))
      << c.outputs << " outputs, " << c.inputs << " inputs, half in " << formats.half_in
      << ", half sums " << formats.half_sums;
}

const std::vector<Formats> all_formats{{false, false}, {true, false}, {true, true}};

std::size_t field_size(const Case& c) {
  return static_cast<std::size_t>(c.groups * c.inputs * c.y.input * c.x.input);
}
std::size_t kernel_size(const Case& c) {
  return static_cast<std::size_t>(c.groups * c.outputs * c.inputs * c.y.kernel * c.x.kernel);
}

TEST(AmpOrder, OfConvolutions) {
  on_ranks([] {
    const Side plain{7, 3, 1, 1, 1, 1}, strided{9, 3, 1, 2, 1, 1}, wide{11, 3, 2, 1, 2, 1};
    const Side sparse{5, 3, 2, 1, 1, 2}, point{6, 1, 0, 1, 1, 1}, large{10, 7, 3, 2, 1, 1};
    const std::vector<Case> cases{
        {1, 19, 16, plain, plain, 3},   {1, 16, 33, plain, strided, 5},
        {1, 9, 7, large, strided, 2},   {1, 20, 12, wide, plain, 4},
        {2, 5, 10, sparse, plain, 4},   {3, 8, 4, point, point, 3},
        {1, 17, 1, plain, point, 2},    {6, 1, 1, plain, wide, 7},
        {6, 1, 1, strided, strided, 2}, {4, 1, 1, sparse, sparse, 3},
        {1, 40, 16, plain, plain, 64},  {2, 1, 3, plain, strided, 2},
    };
    for (const Case& c : cases) {
      for (const Formats& formats : all_formats) {
        hold(c, formats, numbers(field_size(c), formats, 1), numbers(kernel_size(c), formats, 2));
      }
    }
  });
}

/// Padding is left out of a sum, and not multiplied: an infinite weight there makes no NaN.
TEST(AmpOrder, PaddingIsNoProduct) {
  on_ranks([] {
    const Side plain{4, 3, 1, 1, 1, 1};
    const Case c{1, 8, 16, plain, plain, 3};
    Numbers in = numbers(field_size(c), {}, 1);
    Numbers weights = numbers(kernel_size(c), {}, 2);
    weights[0] = std::numeric_limits<float>::infinity();
    in[5] = 0;
    hold(c, {}, in, weights);
    in[17] = std::numeric_limits<float>::quiet_NaN();
    hold(c, {}, in, weights);
    for (float& x : in) x = -0.0F;
    hold(c, {}, in, numbers(kernel_size(c), {}, 2));
  });
}

/// A row times a matrix is a field of one element for each row.
TEST(AmpOrder, OfProducts) {
  on_ranks([] {
    const Formats single;
    for (const auto& [rows, inputs, outputs] :
         std::vector<std::array<int, 3>>{{1, 30, 40}, {7, 8, 16}, {13, 17, 5}, {3, 9, 1}}) {
      const Case c{1, inputs, outputs, {rows, 1, 0, 1, 1, 1}, {1, 1, 0, 1, 1, 1}, 1};
      const auto size = [](int a) { return static_cast<std::size_t>(a); };
      const Numbers in = numbers(field_size(c), single, 3);  // [inputs][rows]
      const Numbers weights = numbers(kernel_size(c), single, 4);
      LibraryRun run(1);
      const Tensor a = run.input(FLOAT, {size(inputs), size(rows)}, in);
      const Tensor b = run.input(FLOAT, {size(outputs), size(inputs)}, weights);
      const Tensor out = poplin::matMul(run.graph, a.transpose(), b.transpose(), run.prog);
      EXPECT_EQ(bits(run.result<float>(out.transpose())),
                bits(expected_of(c, single, in, weights)));
    }
  });
}

}  // namespace
}  // namespace weft::test
