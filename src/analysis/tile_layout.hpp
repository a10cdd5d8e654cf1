// SPDX-License-Identifier: Apache-2.0
// Where a machine's tiles lie in a picture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::analysis {

/// How the tiles of a region are drawn.
struct TileShape {
  /// What a row of the region is called whose tiles are folded into a block: "IPU". Empty: the
  /// region is a plane, column x, row y.
  std::string chip;
  /// Names of the tiles of a row, where each has its own: a row is drawn as one line, and `chip` is
  /// what it is called.
  std::vector<std::string> columns{};
  bool is_plane() const { return chip.empty(); }
};

/// Blocks of tiles side by side and one below the other. A plane is one block. A chip's tiles run
/// along the rows of its block, 64 to a row at most.
class TileLayout {
 public:
  TileLayout(TileShape shape, std::uint32_t width, std::uint32_t height);

  const TileShape& shape() const { return shape_; }
  std::uint32_t blocks() const { return shape_.is_plane() ? 1 : height_; }
  std::uint32_t blocks_across() const { return across_; }
  std::uint32_t blocks_down() const { return blocks() / across_; }
  std::uint32_t block_columns() const { return fold_; }  ///< tiles
  std::uint32_t block_rows() const { return rows_; }     ///< tiles
  /// Of a tile, numbered in rows of the region.
  std::uint32_t block_of(std::uint32_t tile) const;
  std::uint32_t column_in_block(std::uint32_t tile) const;
  std::uint32_t row_in_block(std::uint32_t tile) const;
  /// "(3, 4)", "tile 17", "tile 17 of IPU 2", from region coordinates.
  std::string name(std::uint32_t x, std::uint32_t y) const;

 private:
  TileShape shape_;
  std::uint32_t width_;   ///< of the region
  std::uint32_t height_;  ///< of the region
  std::uint32_t fold_;
  std::uint32_t rows_;
  std::uint32_t across_ = 1;
};

}  // namespace weft::analysis
