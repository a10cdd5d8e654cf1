// SPDX-License-Identifier: Apache-2.0
// Extents: how they broadcast, and walks over all indices of a shape.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/type.hpp"

namespace weft::graph {

constexpr std::size_t as_index(std::int64_t value) { return static_cast<std::size_t>(value); }
inline std::int64_t rank_of(const Shape& shape) { return static_cast<std::int64_t>(shape.size()); }

/// numpy's rule for both at once; nullopt where they do not fit.
std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b);
/// Whether `from` broadcasts to exactly `to`.
bool broadcasts_to(const Shape& from, const Shape& to);

/// Elements from one index of an axis to the next, of a tensor kept row by row.
std::vector<std::int64_t> strides_of(const Shape& shape);
/// The same as seen from `to`, which `from` broadcasts to: 0 along axes that are repeated.
std::vector<std::int64_t> broadcast_strides(const Shape& from, const Shape& to);

/// Elements before, along and behind `axis`: of axis 1 of [2, 3, 4, 5]: 2, 3 and 20.
struct Sections {
  std::int64_t before = 1;
  std::int64_t along = 1;
  std::int64_t behind = 1;
};
Sections sections_of(const Shape& shape, std::int64_t axis);

/// Goes through all indices of a shape, the last axis fastest, and keeps the place in up to any
/// number of tensors with given strides.
class Walk {
 public:
  Walk(const Shape& shape, std::vector<std::vector<std::int64_t>> strides);
  /// Place of the present index in tensor number `which`.
  std::int64_t place(std::size_t which) const { return places_[which]; }
  const Shape& at() const { return at_; }
  void next();

 private:
  const Shape shape_;
  Shape at_;
  std::vector<std::vector<std::int64_t>> strides_;
  std::vector<std::int64_t> places_;
};

}  // namespace weft::graph
