// SPDX-License-Identifier: Apache-2.0
// Where the pixels lie that a convolution's window takes of an image in a TSP's memory.
#pragma once

#include "program/tsp_schedule_state.hpp"
#include "program/tsp_tensor_window.hpp"

namespace weft::program::tsp {

/// Of the image that a convolution reads, which lies with what is around it.
class WindowRows {
 public:
  /// Category::unsupported for a window of one pixel that reaches beyond the image.
  WindowRows(SchedulerState& state, const TensorNode& node);
  std::uint32_t taps() const { return taps_; }
  WindowPixel pixel(std::uint32_t tap, std::uint64_t row) const {
    return pixel_of(node_.window, out_, row, tap);
  }
  /// Row of the image's that is the pixel, or the nearest.
  std::uint64_t row_of(const WindowPixel& pixel) const { return pixel.nearest(in_).number(in_); }
  /// The pixel in a copy of a tile.
  RowPlace place(const WindowPixel& pixel, std::uint32_t tile, std::uint32_t copy) const;
  const Placed& image() const { return image_; }

 private:
  const TensorNode& node_;
  const ImageLayout layout_;
  const TensorShape in_;
  const TensorShape out_;
  const Placed& image_;
  std::uint32_t taps_ = 1;
};

}  // namespace weft::program::tsp
