// SPDX-License-Identifier: Apache-2.0
// What lies in a pool's windows.
#pragma once

#include "graph/evaluate_parts.hpp"

namespace weft::graph {

/// Windows over one image.
struct WindowShape {
  Shape in, out;
};

/// What one window of a pool holds: calls `body` with places of elements in the image; returns how
/// many positions of it lie inside the image and its pads.
template <typename Body>
std::int64_t over_window(const Pool& what, const WindowShape& s, const Shape& at, Body body) {
  std::int64_t counted = 0;
  const std::size_t axes = s.in.size();
  Walk walk(what.kernel, {});
  for (std::int64_t i = 0; i < count_of(what.kernel); ++i, walk.next()) {
    bool inside = true;
    bool padded = true;
    std::int64_t place = 0;
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const std::int64_t position =
          at[axis] * what.strides[axis] + walk.at()[axis] * what.dilations[axis] - what.pads[axis];
      inside = inside && position >= 0 && position < s.in[axis];
      padded = padded && position < s.in[axis] + what.pads[axis + axes];
      place = place * s.in[axis] + position;
    }
    if (padded) ++counted;
    if (inside) body(as_index(place));
  }
  return counted;
}

}  // namespace weft::graph
