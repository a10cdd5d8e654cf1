// SPDX-License-Identifier: Apache-2.0
// What the windows of convolutions and pools take of an image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::program::tsp {

/// A pixel of an image, or beside it.
struct WindowPixel {
  std::int64_t image = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
  bool inside(const TensorShape& images) const;
  /// In the order of rows of [images, height, width, channels].
  std::uint64_t number(const TensorShape& images) const;
  /// The one in its image that is nearest.
  WindowPixel nearest(const TensorShape& images) const;
};
/// What tap `tap` of a window, counted row by row, takes for pixel `at` of the result.
WindowPixel pixel_of(const TensorWindow& window, const TensorShape& result, std::uint64_t at,
                     std::uint32_t tap);

/// [first, behind)
struct Range {
  std::uint64_t first = 0;
  std::uint64_t behind = 0;
  std::uint64_t size() const { return behind - first; }
};
/// Channels of the image that a plane which makes `columns` of the result takes: those of their
/// groups, and those before them to a multiple of what a pass takes (fp16 160, int8 320).
Range channels_of_groups(const TensorProgram& program, const TensorNode& node,
                         const Range& columns);

/// A convolution's result from the bytes of its operands; `result` has its size.
void convolve(const TensorProgram& program, const TensorNode& node,
              const std::vector<std::byte>& image, const std::vector<std::byte>& weights,
              std::vector<std::byte>& result);

}  // namespace weft::program::tsp
