// SPDX-License-Identifier: Apache-2.0
// A chip's tiles fold into rows of a power of two, wider than high; chips into a near square.
#include "analysis/tile_layout.hpp"

#include <algorithm>
#include <utility>

namespace weft::analysis {
namespace {

/// 16 columns of 4 tiles on those that were built.
constexpr std::uint32_t widest_block = 64;

std::uint32_t divide_up(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

std::uint32_t fold_of(std::uint32_t tiles) {
  std::uint32_t fold = widest_block;
  while (fold > 1 && fold > 4 * divide_up(tiles, fold)) fold /= 2;
  return std::min(fold, tiles);
}

}  // namespace

TileLayout::TileLayout(TileShape shape, std::uint32_t width, std::uint32_t height)
    : shape_(std::move(shape)), width_(width), height_(height), fold_(width), rows_(height) {
  if (shape_.is_plane()) return;
  fold_ = fold_of(width);
  rows_ = divide_up(width, fold_);
  std::uint32_t shortest = 0;
  for (std::uint32_t across = 1; across <= height; ++across) {
    if (height % across != 0) continue;
    const std::uint32_t side = std::max(across * fold_, height / across * rows_);
    if (shortest != 0 && side >= shortest) continue;
    shortest = side;
    across_ = across;
  }
}

std::uint32_t TileLayout::block_of(std::uint32_t tile) const {
  return shape_.is_plane() ? 0 : tile / width_;
}

std::uint32_t TileLayout::column_in_block(std::uint32_t tile) const {
  return tile % width_ % fold_;
}

std::uint32_t TileLayout::row_in_block(std::uint32_t tile) const {
  return shape_.is_plane() ? tile / width_ : tile % width_ / fold_;
}

std::string TileLayout::name(std::uint32_t x, std::uint32_t y) const {
  if (shape_.is_plane()) {
    return "(" + std::to_string(x) + ", " + std::to_string(y) + ")";
  }
  const std::string tile = "tile " + std::to_string(x);
  return height_ == 1 ? tile : tile + " of " + shape_.chip + " " + std::to_string(y);
}

}  // namespace weft::analysis
