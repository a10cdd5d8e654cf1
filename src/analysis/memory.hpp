// SPDX-License-Identifier: Apache-2.0
// What fills the tiles' memories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/tile_layout.hpp"
#include "trace/reader.hpp"

namespace weft::analysis {

/// Bytes of one use over all tiles.
struct MemoryUseTotals {
  std::string use;
  std::uint64_t total = 0;
  std::uint64_t least = 0;  ///< of a tile
  std::uint64_t most = 0;
  std::uint32_t fullest = 0;  ///< first tile with `most`
};

/// A tile and its bytes.
struct TileBytes {
  std::uint32_t tile = 0;
  std::uint64_t bytes = 0;
  std::vector<std::uint64_t> by_use;
};

/// Bytes by use and by tile, in the order of the counter's channels.
struct MemoryReport {
  std::uint32_t tiles = 0;
  std::uint64_t tile_bytes = 0;  ///< what a tile has; 0: not known
  std::vector<MemoryUseTotals> uses;
  MemoryUseTotals all;
  std::vector<TileBytes> fullest;  ///< by bytes, then by number
};

/// Of a counter shaped [tile][use]; the `top` fullest tiles. `tile_bytes` is what a tile has, 0
/// when that is not known.
MemoryReport memory_report(const std::vector<std::string>& uses,
                           const std::vector<std::uint64_t>& values, std::uint64_t tile_bytes,
                           std::size_t top);
/// One tile's bytes by use.
TileBytes tile_memory(const std::vector<std::string>& uses,
                      const std::vector<std::uint64_t>& values, std::uint32_t tile);

/// Tables: by use, the fullest tiles, how full tiles are.
std::string describe(const MemoryReport& report);
/// Table of one tile.
std::string describe(const TileBytes& tile, const std::vector<std::string>& uses,
                     std::uint64_t tile_bytes);

}  // namespace weft::analysis
