// SPDX-License-Identifier: Apache-2.0
// popnn: the largest, the sum or the mean of the window around each output.

#include <limits>

#include "operations.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft::library {

/// What of a window lies inside a block, along one dimension: input elements [begin, end).
inline Share inside(std::uint32_t output, int stride, int offset, std::uint32_t kernel,
                    std::uint32_t size) {
  const int first = static_cast<int>(output) * stride + offset;
  const int last = first + static_cast<int>(kernel);
  const int end = last < static_cast<int>(size) ? last : static_cast<int>(size);
  const int begin = first > 0 ? first : 0;
  if (begin >= end) return {};
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

/// Calls `each` with the output's number and its window, for the worker's share of the outputs.
template <class Vertex, class Each>
void for_windows(const Vertex& v, unsigned worker, unsigned workers, const Each& each) {
  const Share share = share_of(v.outHeight * v.outWidth, worker, workers);
  for (unsigned pixel = share.begin; pixel < share.end; ++pixel) {
    each(pixel, inside(pixel / v.outWidth, v.strideY, v.offsetY, v.kernelHeight, v.inHeight),
         inside(pixel % v.outWidth, v.strideX, v.offsetX, v.kernelWidth, v.inWidth));
  }
}

}  // namespace weft::library

namespace popnn {

using weft::library::Share;

/// out[group][y][x][c] of in[group][y'][x'][c]: of the window from y strideY + offsetY on, what
/// lies inside the block. The workers share the outputs.
template <typename T>
class MaxPooling : public MultiVertex {
 public:
  Vector<Input<Vector<T>>> in;
  Vector<Output<Vector<T>>> out;
  unsigned outHeight, outWidth;
  unsigned inHeight, inWidth;
  unsigned kernelHeight, kernelWidth;
  int strideY, strideX;
  int offsetY, offsetX;

  bool compute(unsigned worker) {
    weft::library::for_windows(
        *this, worker, numWorkers(), [this](unsigned pixel, Share rows, Share columns) {
          for (unsigned group = 0; group < out.size(); ++group) {
            const unsigned channels = out[group].size() / (outHeight * outWidth);
            for (unsigned c = 0; c < channels; ++c) {
              out[group][pixel * channels + c] = largest(group, channels, c, rows, columns);
            }
          }
        });
    return true;
  }

 private:
  T largest(unsigned group, unsigned channels, unsigned channel, Share rows, Share columns) {
    float most = -std::numeric_limits<float>::infinity();
    for (unsigned y = rows.begin; y < rows.end; ++y) {
      for (unsigned x = columns.begin; x < columns.end; ++x) {
        const T value = in[group][(y * inWidth + x) * channels + channel];
        most = weft::library::larger(most, static_cast<float>(value));
      }
    }
    return static_cast<T>(most);
  }
};

/// The same sums, or with `mean` their quotients by the number of elements.
template <typename T>
class SumPooling : public MultiVertex {
 public:
  Vector<Input<Vector<T>>> in;
  Vector<Output<Vector<T>>> out;
  unsigned outHeight, outWidth;
  unsigned inHeight, inWidth;
  unsigned kernelHeight, kernelWidth;
  int strideY, strideX;
  int offsetY, offsetX;
  bool mean;

  bool compute(unsigned worker) {
    weft::library::for_windows(
        *this, worker, numWorkers(), [this](unsigned pixel, Share rows, Share columns) {
          for (unsigned group = 0; group < out.size(); ++group) {
            const unsigned channels = out[group].size() / (outHeight * outWidth);
            for (unsigned c = 0; c < channels; ++c) {
              out[group][pixel * channels + c] = sum(group, channels, c, rows, columns);
            }
          }
        });
    return true;
  }

 private:
  T sum(unsigned group, unsigned channels, unsigned channel, Share rows, Share columns) {
    float total = 0.0F;
    for (unsigned y = rows.begin; y < rows.end; ++y) {
      for (unsigned x = columns.begin; x < columns.end; ++x) {
        total += static_cast<float>(in[group][(y * inWidth + x) * channels + channel]);
      }
    }
    const unsigned count = (rows.end - rows.begin) * (columns.end - columns.begin);
    if (mean && count != 0) total /= static_cast<float>(count);
    return static_cast<T>(total);
  }
};

template class MaxPooling<float>;
template class MaxPooling<half>;
template class SumPooling<float>;
template class SumPooling<half>;

}  // namespace popnn
