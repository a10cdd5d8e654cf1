// SPDX-License-Identifier: Apache-2.0
// Rows of images in one memory unit, round and round, while windows pass over them: an image may be
// larger than a unit, as long as the rows of a few windows are not.
#pragma once

#include <cstdint>

#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// Images come row by row, each with the rows beside it that windows see. Windows are read a
/// *chunk* at a time: some rows of windows, the last chunk of an image being what is left. Row r of
/// all images lies in place r % `held`.
///
/// The writer gives a token where the last row that a chunk sees is there; the reader gives a
/// credit where it has read a chunk: rows before the next chunk's first may be overwritten then.
/// The writer takes a credit where the first row of a chunk begins, and has `credits` of them from
/// the start: as many as keep what it writes off what is still to be read.
struct RowRing {
  Window window{};
  std::uint32_t images = 1;
  std::uint32_t chunk = 1;    ///< rows of windows; at most window.rows()
  std::uint32_t held = 0;     ///< rows of pixels that the memory has
  std::uint32_t credits = 0;  ///< 0: windows of one chunk do not lie in what is held

  /// Rows of an image and beside it.
  std::uint32_t rows_of_image() const;
  std::uint32_t chunks_of_image() const;
  /// Rows of pixels from one chunk to the next.
  std::uint32_t rows_of_chunk() const { return chunk * window.down.stride; }
  /// The last row, of its image, that chunk `of` sees.
  std::uint32_t last_row(std::uint32_t of) const;
};

/// A ring that holds up to `rows_most` rows, of two images at most; without credits where these are
/// too few.
RowRing row_ring(const Window& window, std::uint32_t images, std::uint32_t chunk,
                 std::uint64_t rows_most);
/// The fewest rows that one with credits holds.
std::uint32_t fewest_rows(const Window& window, std::uint32_t images, std::uint32_t chunk);

}  // namespace weft::program::rdu
