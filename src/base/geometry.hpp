// SPDX-License-Identifier: Apache-2.0
// Rectangles of tiles.
#pragma once

#include <algorithm>
#include <cstdint>

namespace weft {

/// Tiles with x0 <= x < x0 + width and y0 <= y < y0 + height; x grows east, y grows south.
struct Rectangle {
  std::uint32_t x0 = 0;
  std::uint32_t y0 = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  constexpr std::uint64_t tiles() const { return std::uint64_t{width} * height; }
  constexpr bool empty() const { return width == 0 || height == 0; }
  constexpr std::uint32_t x1() const { return x0 + width; }
  constexpr std::uint32_t y1() const { return y0 + height; }
  constexpr bool contains(std::uint32_t x, std::uint32_t y) const {
    return x >= x0 && x < x1() && y >= y0 && y < y1();
  }
  friend constexpr bool operator==(const Rectangle&, const Rectangle&) = default;
};

/// The common part of two rectangles; empty (0 x 0) when they do not meet.
constexpr Rectangle intersect(const Rectangle& a, const Rectangle& b) {
  const std::uint32_t x0 = std::max(a.x0, b.x0);
  const std::uint32_t y0 = std::max(a.y0, b.y0);
  const std::uint32_t x1 = std::min(a.x1(), b.x1());
  const std::uint32_t y1 = std::min(a.y1(), b.y1());
  if (x1 <= x0 || y1 <= y0) return {};
  return {x0, y0, x1 - x0, y1 - y0};
}

/// Whether tiles of one lie beside tiles of the other; a common corner is none.
constexpr bool shares_edge(const Rectangle& a, const Rectangle& b) {
  const bool overlap_x = a.x0 < b.x1() && b.x0 < a.x1();
  const bool overlap_y = a.y0 < b.y1() && b.y0 < a.y1();
  return (overlap_x && (a.y1() == b.y0 || b.y1() == a.y0)) ||
         (overlap_y && (a.x1() == b.x0 || b.x1() == a.x0));
}

}  // namespace weft
