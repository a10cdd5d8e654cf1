// SPDX-License-Identifier: Apache-2.0
// Finds a loop among things that wait for each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weft {

struct WaitEdge {
  std::uint64_t who = 0;
  std::uint64_t whom = 0;
  bool starts = true;  ///< a loop is looked for from here
};

/// Places in `edges` of a loop in which each waits for the next and the last for the first: the
/// loop with the least number of those to which an edge that starts leads, beginning with it. Empty
/// where there is none. Of several edges of
/// one thing the first counts; linear in their number but for sorting.
std::vector<std::size_t> first_loop(std::span<const WaitEdge> edges);

}  // namespace weft
