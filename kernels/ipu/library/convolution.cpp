// SPDX-License-Identifier: Apache-2.0
// poplin: a block of a field convolved, kernel element by kernel element, on the AMP units.

#include <cstdint>

#include "amp.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// Outputs [begin, end) along a dimension whose input elements lie inside, the first at `input`,
/// each next one a stride on.
struct Run {
  std::uint32_t begin, end, input;
};

/// Where along a dimension an input element lies for an output and a kernel element: outside in
/// padding and between dilated elements.
struct Axis {
  std::int32_t stride, kernel_dilation, input_dilation, offset, size;

  /// The first run for a kernel element in outputs [begin, end); an empty one at `end` if none.
  Run run(std::uint32_t begin, std::uint32_t end, std::uint32_t kernel) const {
    const std::int32_t first = static_cast<std::int32_t>(kernel) * kernel_dilation + offset;
    if (input_dilation != 1) return sparse_run(begin, end, first);
    const std::int32_t before = first < 0 ? quotient(stride - 1 - first) : 0;
    const std::int32_t inside = first < size ? quotient(size - 1 - first) + 1 : 0;
    const auto low =
        static_cast<std::int32_t>(begin) > before ? static_cast<std::int32_t>(begin) : before;
    const auto high =
        static_cast<std::int32_t>(end) < inside ? static_cast<std::int32_t>(end) : inside;
    if (low >= high) return {end, end, 0};
    return {static_cast<std::uint32_t>(low), static_cast<std::uint32_t>(high),
            static_cast<std::uint32_t>(low * stride + first)};
  }

 private:
  std::int32_t quotient(std::int32_t outputs) const {
    return stride == 1 ? outputs : outputs / stride;
  }
  Run sparse_run(std::uint32_t begin, std::uint32_t end, std::int32_t first) const {
    for (std::uint32_t output = begin; output < end; ++output) {
      const std::int32_t at = static_cast<std::int32_t>(output) * stride + first;
      if (at < 0 || at % input_dilation != 0 || at / input_dilation >= size) continue;
      return {output, output + 1, static_cast<std::uint32_t>(at / input_dilation)};
    }
    return {end, end, 0};
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
    const Field field{
        share,
        share.begin / outWidth,
        (share.end - 1) / outWidth,
        {strideY, kernelDilationY, inputDilationY, offsetY, static_cast<int>(inHeight)},
        {strideX, kernelDilationX, inputDilationX, offsetX, static_cast<int>(inWidth)}};
    for (unsigned group = 0; group < out.size(); ++group) {
      const unsigned outputs = out[group].size() / (outHeight * outWidth);
      Out* target = out[group].data();
      for (unsigned i = share.begin * outputs; i < share.end * outputs; ++i) {
        target[i] = static_cast<Out>(0.0F);
      }
      for (unsigned from = 0; from < in.size(); ++from) {
        const unsigned inputs = in[from].size() / (inHeight * inWidth);
        const In* block = weights[group * in.size() + from].data();
        const weft::library::Rows rows{static_cast<std::ptrdiff_t>(strideX) * inputs, inputs,
                                       outputs};
        for (unsigned y = 0; y < kernelHeight; ++y) {
          for (unsigned x = 0; x < kernelWidth; ++x, block += std::size_t{inputs} * outputs) {
            add_pass(field, rows, in[from].data(), target, block, y, x);
          }
        }
      }
    }
    return true;
  }

 private:
  /// The worker's outputs, in rows [first_row, last_row].
  struct Field {
    weft::library::Share share;
    unsigned first_row, last_row;
    weft::library::Axis vertical, horizontal;
  };

  /// Kernel element [ky][kx] of a group of inputs, for the worker's outputs.
  void add_pass(const Field& field, weft::library::Rows rows, const In* source, Out* target,
                const In* block, unsigned ky, unsigned kx) {
    for (unsigned y = field.first_row; y <= field.last_row; ++y) {
      const weft::library::Run row = field.vertical.run(y, y + 1, ky);
      if (row.begin == row.end) continue;
      const unsigned before = y * outWidth;
      const unsigned rest = field.share.end - before;
      const unsigned end = rest < outWidth ? rest : outWidth;
      unsigned x = field.share.begin > before ? field.share.begin - before : 0;
      while (x < end) {
        const weft::library::Run run = field.horizontal.run(x, end, kx);
        x = run.end;
        if (run.begin == run.end) continue;
        const std::size_t from = std::size_t{row.input} * inWidth + run.input;
        const std::size_t to = std::size_t{before} + run.begin;
        weft::library::pass<In>(rows, source + from * rows.inputs, target + to * rows.outputs,
                                run.end - run.begin, block);
      }
    }
  }
};

template class ConvPartialnx1<half, float>;
template class ConvPartialnx1<half, half>;
template class ConvPartialnx1<float, float>;

}  // namespace poplin
