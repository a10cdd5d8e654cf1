// SPDX-License-Identifier: Apache-2.0
// How windows go over the axes of a field.
#pragma once

#include <array>
#include <cstdint>

namespace weft::lower::tsp {

/// Windows along one axis.
struct WindowAxis {
  std::int64_t kernel = 1;    ///< taps
  std::int64_t stride = 1;    ///< from window to window
  std::int64_t dilation = 1;  ///< from tap to tap
  std::int64_t before = 0;    ///< elements beyond the field
  std::int64_t behind = 0;
  std::int64_t in = 1;   ///< elements of the field
  std::int64_t out = 1;  ///< windows
  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }
  std::int64_t place(std::int64_t window, std::int64_t tap) const {
    return window * stride + tap * dilation - before;
  }
  /// Elements from the first window's first to the last one's end.
  std::int64_t last() const { return (out - 1) * stride + reach(); }
};
/// Depth, height, width; of fewer axes the first are not there.
using WindowField = std::array<WindowAxis, 3>;

}  // namespace weft::lower::tsp
