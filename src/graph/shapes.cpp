// SPDX-License-Identifier: Apache-2.0
// Broadcasting and walks over shapes.
#include "graph/shapes.hpp"

#include <algorithm>
#include <utility>

namespace weft::graph {

std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& shorter = a.size() >= b.size() ? b : a;
  Shape result = longer;
  const std::size_t offset = longer.size() - shorter.size();
  for (std::size_t axis = 0; axis < shorter.size(); ++axis) {
    std::int64_t& extent = result[offset + axis];
    const std::int64_t other = shorter[axis];
    if (extent == 1) {
      extent = other;
    } else if (other != 1 && other != extent) {
      return std::nullopt;
    }
  }
  return result;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const std::optional<Shape> both = broadcast_shape(from, to);
  return both && *both == to;
}

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to) {
  const std::vector<std::int64_t> own = strides_of(from);
  std::vector<std::int64_t> strides(to.size(), 0);
  const std::size_t offset = to.size() - from.size();
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    if (from[axis] != 1) strides[offset + axis] = own[axis];
  }
  return strides;
}

Sections sections_of(const Shape& shape, std::int64_t axis) {
  Sections sections;
  for (std::int64_t i = 0; i < rank_of(shape); ++i) {
    std::int64_t& part =
        i < axis ? sections.before : (i == axis ? sections.along : sections.behind);
    part *= shape[as_index(i)];
  }
  return sections;
}

Walk::Walk(const Shape& shape, std::vector<std::vector<std::int64_t>> strides)
    : shape_(shape),
      at_(shape.size(), 0),
      strides_(std::move(strides)),
      places_(strides_.size(), 0) {}

void Walk::next() {
  for (std::size_t axis = shape_.size(); axis-- > 0;) {
    ++at_[axis];
    for (std::size_t i = 0; i < places_.size(); ++i) places_[i] += strides_[i][axis];
    if (at_[axis] < shape_[axis]) return;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      places_[i] -= strides_[i][axis] * shape_[axis];
    }
    at_[axis] = 0;
  }
}

}  // namespace weft::graph
