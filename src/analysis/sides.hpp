// SPDX-License-Identifier: Apache-2.0
// Two runs side by side: totals, the stages and the tiles that differ most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trace/reader.hpp"

namespace weft::analysis {

/// A figure of both runs.
struct SideTotal {
  std::string name;  ///< "cycles", or a counter, with ".channel" where it has several
  std::string unit;
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  std::uint64_t gap() const { return left < right ? right - left : left - right; }
};

/// Cycles of one stage: rows of a stream (NamedWork), or the host's calls of one name.
struct SideStage {
  std::string stream;
  std::string kind;
  std::string name;
  std::uint64_t rows_left = 0;
  std::uint64_t rows_right = 0;
  SideTotal cycles;
};

/// One counter's tile of the largest difference.
struct SideTile {
  SideTotal counter;  ///< of that tile
  std::uint32_t tile = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint64_t tiles = 0;  ///< that differ in it
};

struct Sides {
  std::vector<SideTotal> totals;  ///< cycles, then every counter of either run
  /// Those that differ, the largest difference first, of streams that both traces keep.
  std::vector<SideStage> stages;
  /// Of each counter that differs on a tile, likewise; none where the regions are of other sizes.
  std::vector<SideTile> tiles;
};

Sides side_by_side(const trace::Reader& left, const trace::Reader& right);

/// Tables: all totals that differ and how many do not, then `top` stages and `top` tiles.
std::string describe(const Sides& sides, std::size_t top);

}  // namespace weft::analysis
