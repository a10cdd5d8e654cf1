// SPDX-License-Identifier: Apache-2.0
// Steps of 1, 2 and 5.
#include "analysis/axis.hpp"

#include <algorithm>

namespace weft::analysis {

std::vector<std::uint64_t> round_ticks(std::uint64_t begin, std::uint64_t end, std::uint64_t most) {
  const std::uint64_t span = end - begin;
  const std::uint64_t wanted = span / (std::max<std::uint64_t>(most, 2) - 1) + 1;
  std::uint64_t step = 1;
  for (std::uint64_t tens = 1; step < wanted; tens *= 10) {
    for (const std::uint64_t factor : {1U, 2U, 5U, 10U}) {
      step = factor * tens;
      if (step >= wanted) break;
    }
    if (tens > (std::uint64_t{1} << 58U)) break;
  }
  std::vector<std::uint64_t> ticks;
  for (std::uint64_t at = (begin + step - 1) / step * step; at <= end; at += step) {
    ticks.push_back(at);
    if (end - at < step) break;
  }
  return ticks;
}

}  // namespace weft::analysis
