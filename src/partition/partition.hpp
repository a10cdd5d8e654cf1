// SPDX-License-Identifier: Apache-2.0
// Cuts a region of tiles into one slice a rank: a pure function, the same on every rank.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/cut.hpp"
#include "base/geometry.hpp"

namespace weft::partition {

using weft::Cut;

/// Category::input with the known names when `name` is none of them.
Cut cut_from_name(const std::string& name);
std::string cut_name(Cut cut);

/// Who owns what. Unless more than one rank shares a chip, slices form a grid whose lines run
/// through the whole region, so each side of a slice has at most one other beside it. Which slices
/// exchange anything is the machine's to say. The last ranks may hold an empty slice (fewer tiles,
/// or no grid of that many slices).
struct Partition {
  Rectangle region;
  Cut cut = Cut::rectangles;
  std::uint32_t grid_width = 0;   ///< slices side by side; where rows differ, the most of them
  std::uint32_t grid_height = 0;  ///< slices one below the other
  std::vector<Rectangle> slices;  ///< one a rank; row by row, left to right

  int ranks() const { return static_cast<int>(slices.size()); }
  /// Ranks that hold tiles: the first of all.
  int holders() const;
};

/// Cuts `region` for `ranks` ranks. `weights` is empty (all tiles cost the same) or holds one cost
/// a tile, row-major; columns and rows are then cut where their sums balance. Cut::chips: where
/// there are more ranks than rows, each row gets as many as the others or one more, the first rows
/// first. Category::input for an empty region, no ranks, or weights of another size.
Partition cut_region(const Rectangle& region, std::span<const std::uint64_t> weights, int ranks,
                     Cut cut);

/// Bytes a rank would allocate, asked before anything is.
using BytesOfRank = std::function<std::uint64_t(int rank)>;

/// A table for people: rank, tiles, bytes, neighbours, rectangle; then how many pairs of ranks
/// exchange messages, and the bytes of all. `neighbours` holds each rank's.
std::string describe(const Partition& partition, std::span<const std::vector<int>> neighbours,
                     const BytesOfRank& bytes);

/// "12.3 MiB", below a mebibyte "12.3 KiB".
std::string size_text(std::uint64_t bytes);

/// Category::limit, naming the first node that does not fit and what fills it, when the ranks that
/// share a memory need more than it has. `node_of_rank` gives each rank's node.
void require_memory(const Partition& partition, const BytesOfRank& bytes,
                    std::span<const int> node_of_rank, std::uint64_t node_bytes_max,
                    const std::function<std::string(int node)>& filled_by = {});

}  // namespace weft::partition
