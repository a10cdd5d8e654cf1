// SPDX-License-Identifier: Apache-2.0
// Where a tensor's elements lie in a matrix.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/type.hpp"
#include "program/rdu_pattern.hpp"

namespace weft::lower::rdu {

/// A tensor in a matrix: element (i, j ...) is element first + i x strides[0] + j x strides[1] ...
/// of it, row by row. An axis that only repeats has stride 0.
struct Held {
  std::uint32_t pattern = 0;
  std::int64_t columns = 1;  ///< of the matrix
  std::int64_t count = 1;    ///< elements of the matrix
  std::int64_t first = 0;
  std::vector<std::int64_t> strides;
};

/// A tensor that is somewhere.
struct Placed {
  graph::Shape shape;
  Held held;
};

/// Axes from the slowest to the fastest, and how many of the fastest make a row.
struct Order {
  std::vector<std::size_t> axes;
  std::int64_t columns = 1;
};
/// As the tensor is written down, in rows of `columns`; of its last axis.
Order row_by_row(const graph::Shape& shape, std::int64_t columns);
Order row_by_row(const graph::Shape& shape);
/// One axis in front of the others, in rows of the last of these.
Order axis_first(const graph::Shape& shape, std::size_t axis);
/// [N, C, extents ...]: a row a pixel, a column a channel.
Order pixel_by_pixel(const graph::Shape& shape);

/// A whole matrix in that order.
Held dense(const graph::Shape& shape, const Order& order, std::uint32_t pattern);
/// The same places for each element, in matrices alike.
bool same_places(const graph::Shape& shape, const Held& a, const Held& b);
/// The order of axes in which the tensor fills the matrix without a gap; empty: it does not.
std::vector<std::size_t> filling_order(const graph::Shape& shape, const Held& held);

/// What a view must be for the tensor to come out in that order.
program::rdu::Strides strides_of(const graph::Shape& shape, const Held& held, const Order& order);
/// Place of each element, row by row of the tensor.
std::vector<std::size_t> places_of(const graph::Shape& shape, const Held& held);

}  // namespace weft::lower::rdu
