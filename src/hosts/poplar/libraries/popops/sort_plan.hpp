// SPDX-License-Identifier: Apache-2.0
// popops: over how many tiles a row is sorted, and how the tiles put their parts together.
#pragma once

#include <cstddef>

#include "poplar/Target.hpp"

namespace weft::libraries {

struct SortTask {
  std::size_t rows = 0, length = 0;
  std::size_t kept = 0;  ///< of each row, the first ones
  std::size_t element_bytes = 0;
  bool pairs = false;  ///< keys with values
};

struct SortPlan {
  std::size_t blocks = 1;  ///< of a row, each on a tile of its own where there are tiles enough
  std::size_t block_length = 0;
  /// Pairs of blocks keep the best of both until one is left; else a network sorts the blocks.
  bool tree = false;
};

/// The split of least estimated cycles.
SortPlan plan_sort(const poplar::Target& target, const SortTask& task);

/// Runs of a block of this many elements that the workers of a tile sort, a power of two.
std::size_t runs_of_block(const poplar::Target& target, std::size_t length);

}  // namespace weft::libraries
