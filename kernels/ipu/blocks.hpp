// SPDX-License-Identifier: Apache-2.0
// A field of cells cut into one block a tile: the IPUs are rows of blocks, one below the other.
#pragma once

#include <cstddef>
#include <poplar/Target.hpp>
#include <stdexcept>

class Blocks {
 public:
  /// As many columns as an IPU's tiles allow without having more columns than rows.
  Blocks(std::size_t width, std::size_t height, const poplar::Target& target)
      : width_(width), height_(height) {
    const std::size_t tiles = target.getTilesPerIPU();
    for (std::size_t n = 1; n * n <= tiles; ++n) {
      if (tiles % n == 0) columns_ = n;
    }
    rows_ = target.getNumTiles() / columns_;
    if (width < columns_ || height < rows_) {
      throw std::invalid_argument("fewer columns or rows of cells than of tiles");
    }
  }

  std::size_t count() const { return rows_ * columns_; }
  /// First column and row of a tile's block, and the ones after its last.
  std::size_t x_begin(std::size_t tile) const { return tile % columns_ * width_ / columns_; }
  std::size_t x_end(std::size_t tile) const { return (tile % columns_ + 1) * width_ / columns_; }
  std::size_t y_begin(std::size_t tile) const { return tile / columns_ * height_ / rows_; }
  std::size_t y_end(std::size_t tile) const { return (tile / columns_ + 1) * height_ / rows_; }

 private:
  std::size_t width_, height_, columns_ = 1, rows_ = 1;
};
