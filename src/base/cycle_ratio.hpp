// SPDX-License-Identifier: Apache-2.0
// The loop of a graph that bounds how often it can go round: most cycles a token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft {

/// `to` happens `cycles` after `from` at least; after that of `tokens` rounds before.
struct RatioEdge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::int64_t cycles = 0;
  std::int64_t tokens = 0;  ///< at least 0
};

/// A loop: its edges in their order, each beginning where the one before ends.
struct CycleRatio {
  std::vector<std::size_t> edges;
  std::int64_t cycles = 0;  ///< of them all
  std::int64_t tokens = 0;
};

/// The loop with the greatest cycles / tokens; exact, in integers. Without edges where no loop has
/// a ratio above 0. Category::input where edges without tokens make a loop: nothing can go round
/// it.
CycleRatio greatest_cycle_ratio(std::uint32_t nodes, std::span<const RatioEdge> edges);

}  // namespace weft
