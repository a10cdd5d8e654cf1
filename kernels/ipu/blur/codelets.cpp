// SPDX-License-Identifier: Apache-2.0
// A 3 x 3 Gaussian blur of one tile's block of an RGBA image, rows dealt to the workers.
#include <poplar/HalfFloat.hpp>
#include <poplar/Vertex.hpp>

using poplar::Input;
using poplar::Output;
using poplar::Vector;

/// Corners weigh 1/16, sides 1/8, the middle 1/4. Sums are formed in float: (north-west +
/// north-east) + (south-west + south-east), then (north + south) + (west + east), then
/// corners / 16 + sides / 8 + middle / 4 from left to right, rounded to T once.
template <typename T>
class Blur : public poplar::MultiVertex {
 public:
  Input<Vector<T>> block;  // [height][width][4]
  Input<Vector<T>> north;  // [1 + width + 1][4], corners included
  Input<Vector<T>> south;
  Input<Vector<T>> west;  // [height][4]
  Input<Vector<T>> east;
  Output<Vector<T>> blurred;  // as block
  unsigned width;

  bool compute(unsigned worker) {
    const int height = static_cast<int>(block.size() / (4 * width));
    for (int y = static_cast<int>(worker); y < height; y += static_cast<int>(numWorkers())) {
      for (int x = 0; x < static_cast<int>(width); ++x) blur(y, x, height);
    }
    return true;
  }

 private:
  /// The four channels of a pixel of the block or of the rim around it.
  const T* pixel(int y, int x, int height) const {
    if (y < 0) return &north[4 * (x + 1)];
    if (y >= height) return &south[4 * (x + 1)];
    if (x < 0) return &west[4 * y];
    if (x >= static_cast<int>(width)) return &east[4 * y];
    return &block[4 * (y * static_cast<int>(width) + x)];
  }

  void blur(int y, int x, int height) const {
    const T* near[3][3];
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        near[row][column] = pixel(y + row - 1, x + column - 1, height);
      }
    }
    T* out = &blurred[4 * (y * static_cast<int>(width) + x)];
    for (int c = 0; c < 4; ++c) {
      const auto value = [&](int row, int column) { return float(near[row][column][c]); };
      const float corners = (value(0, 0) + value(0, 2)) + (value(2, 0) + value(2, 2));
      const float sides = (value(0, 1) + value(2, 1)) + (value(1, 0) + value(1, 2));
      out[c] = T(corners * 0.0625F + sides * 0.125F + value(1, 1) * 0.25F);
    }
  }
};

template class Blur<float>;
template class Blur<half>;
