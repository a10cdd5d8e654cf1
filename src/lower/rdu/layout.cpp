// SPDX-License-Identifier: Apache-2.0
// Orders of axes, and the strides that they are.
#include "lower/rdu/layout.hpp"

#include <algorithm>
#include <numeric>

namespace weft::lower::rdu {

using graph::Shape;

Order row_by_row(const Shape& shape, std::int64_t columns) {
  Order out;
  out.axes.resize(shape.size());
  std::iota(out.axes.begin(), out.axes.end(), std::size_t{0});
  out.columns = columns;
  return out;
}

Order row_by_row(const Shape& shape) { return row_by_row(shape, shape.empty() ? 1 : shape.back()); }

Order axis_first(const Shape& shape, std::size_t axis) {
  Order out;
  out.axes.push_back(axis);
  for (std::size_t other = 0; other < shape.size(); ++other) {
    if (other == axis) continue;
    out.axes.push_back(other);
    out.columns = shape[other];
  }
  return out;
}

Order pixel_by_pixel(const Shape& shape) {
  Order out;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (axis != 1) out.axes.push_back(axis);
  }
  out.axes.push_back(1);
  out.columns = shape[1];
  return out;
}

Held dense(const Shape& shape, const Order& order, std::uint32_t pattern) {
  Held out{pattern, order.columns, graph::count_of(shape), 0,
           std::vector<std::int64_t>(shape.size(), 0)};
  std::int64_t stride = 1;
  for (std::size_t i = order.axes.size(); i-- > 0;) {
    out.strides[order.axes[i]] = stride;
    stride *= shape[order.axes[i]];
  }
  return out;
}

bool same_places(const Shape& shape, const Held& a, const Held& b) {
  if (a.columns != b.columns || a.count != b.count || a.first != b.first) return false;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] > 1 && a.strides[axis] != b.strides[axis]) return false;
  }
  return true;
}

std::vector<std::size_t> filling_order(const Shape& shape, const Held& held) {
  std::vector<std::size_t> axes = row_by_row(shape).axes;
  const auto slower = [&](std::size_t a, std::size_t b) {
    const std::int64_t of_a = shape[a] == 1 ? 0 : held.strides[a];
    const std::int64_t of_b = shape[b] == 1 ? 0 : held.strides[b];
    return of_a > of_b;
  };
  std::stable_sort(axes.begin(), axes.end(), slower);
  // Axes of one element stand in front: they move nothing.
  std::stable_partition(axes.begin(), axes.end(), [&](std::size_t a) { return shape[a] == 1; });
  const Held full = dense(shape, {axes, held.columns}, held.pattern);
  return same_places(shape, full, held) ? axes : std::vector<std::size_t>();
}

program::rdu::Strides strides_of(const Shape& shape, const Held& held, const Order& order) {
  program::rdu::Strides out;
  out.first = static_cast<std::uint32_t>(held.first);
  for (const std::size_t axis : order.axes) {
    if (shape[axis] == 1) continue;
    const auto extent = static_cast<std::uint32_t>(shape[axis]);
    const auto stride = static_cast<std::int32_t>(held.strides[axis]);
    // One axis that goes on where the next faster one ends.
    if (!out.extents.empty() && out.strides.back() == stride * shape[axis]) {
      out.extents.back() *= extent;
      out.strides.back() = stride;
      continue;
    }
    out.extents.push_back(extent);
    out.strides.push_back(stride);
  }
  if (out.extents.empty()) {
    out.extents.push_back(1);
    out.strides.push_back(1);
  }
  return out;
}

std::vector<std::size_t> places_of(const Shape& shape, const Held& held) {
  std::vector<std::size_t> out;
  std::vector<std::int64_t> at(shape.size(), 0);
  for (std::int64_t e = 0; e < graph::count_of(shape); ++e) {
    std::int64_t place = held.first;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) place += at[axis] * held.strides[axis];
    out.push_back(static_cast<std::size_t>(place));
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++at[axis] < shape[axis]) break;
      at[axis] = 0;
    }
  }
  return out;
}

}  // namespace weft::lower::rdu
