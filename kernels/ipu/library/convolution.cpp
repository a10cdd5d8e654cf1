// SPDX-License-Identifier: Apache-2.0
// poplin: a block of a field convolved, kernel element by kernel element, on the AMP units.

#include <cstdint>

#include "amp.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// Where along a dimension an input element lies for an output and a kernel element; `valid` is
/// false in padding and between dilated elements.
struct Axis {
  std::int32_t stride, kernel_dilation, input_dilation, offset, size;
  bool find(std::uint32_t output, std::uint32_t kernel, std::uint32_t& input) const {
    const std::int32_t at = static_cast<std::int32_t>(output) * stride +
                            static_cast<std::int32_t>(kernel) * kernel_dilation + offset;
    if (at < 0 || at % input_dilation != 0 || at / input_dilation >= size) return false;
    input = static_cast<std::uint32_t>(at / input_dilation);
    return true;
  }
};

}  // namespace weft::library

namespace poplin {

/// out[og][y][x][o] = sum over ig, ky, kx, i of in[ig][y'][x'][i] * weights[og * groups of in + ig]
/// [ky][kx][i][o], with y' = (y strideY + ky kernelDilationY + offsetY) / inputDilationY where
/// that is an element of the block; x' likewise. The workers share the outputs.
template <typename In, typename Out>
class ConvPartialnx1 : public MultiVertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Input<Vector<In>>> weights;
  Vector<Output<Vector<Out>>> out;
  unsigned outHeight, outWidth;
  unsigned inHeight, inWidth;
  unsigned kernelHeight, kernelWidth;
  int strideY, strideX;
  int kernelDilationY, kernelDilationX;
  int inputDilationY, inputDilationX;
  int offsetY, offsetX;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(outHeight * outWidth, worker, numWorkers());
    if (share.begin == share.end) return true;
    for (unsigned group = 0; group < out.size(); ++group) {
      const unsigned outputs = out[group].size() / (outHeight * outWidth);
      Out* target = out[group].data();
      for (unsigned i = share.begin * outputs; i < share.end * outputs; ++i) {
        target[i] = static_cast<Out>(0.0F);
      }
      for (unsigned from = 0; from < in.size(); ++from) {
        for (unsigned element = 0; element < kernelHeight * kernelWidth; ++element) {
          add_pass(group, from, element, share);
        }
      }
    }
    return true;
  }

 private:
  void add_pass(unsigned group, unsigned from, unsigned element, weft::library::Share share) {
    const unsigned inputs = in[from].size() / (inHeight * inWidth);
    const unsigned outputs = out[group].size() / (outHeight * outWidth);
    const weft::library::Axis vertical{strideY, kernelDilationY, inputDilationY, offsetY,
                                       static_cast<int>(inHeight)};
    const weft::library::Axis horizontal{strideX, kernelDilationX, inputDilationX, offsetX,
                                         static_cast<int>(inWidth)};
    weft::library::Coefficients<In> coefficients;
    coefficients.load(weights[group * in.size() + from].data() + element * inputs * outputs, inputs,
                      outputs);
    const In* source = in[from].data();
    Out* target = out[group].data();
    unsigned y = share.begin / outWidth;
    unsigned x = share.begin % outWidth;
    for (unsigned pixel = share.begin; pixel < share.end; ++pixel) {
      unsigned row = 0;
      unsigned column = 0;
      if (vertical.find(y, element / kernelWidth, row) &&
          horizontal.find(x, element % kernelWidth, column)) {
        add(source + (row * inWidth + column) * inputs, inputs, coefficients,
            target + pixel * outputs, outputs);
      }
      if (++x == outWidth) {
        x = 0;
        ++y;
      }
    }
  }
  static void add(const In* row, unsigned inputs,
                  const weft::library::Coefficients<In>& coefficients, Out* target,
                  unsigned outputs) {
    weft::library::Sums<Out> sums;
    sums.clear();
    for (unsigned o = 0; o < outputs; ++o) sums.value[o] = static_cast<float>(target[o]);
    weft::library::pass(row, inputs, coefficients, sums);
    for (unsigned o = 0; o < outputs; ++o) target[o] = static_cast<Out>(sums.value[o]);
  }
};

template class ConvPartialnx1<half, float>;
template class ConvPartialnx1<half, half>;
template class ConvPartialnx1<float, float>;

}  // namespace poplin
