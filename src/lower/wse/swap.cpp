// SPDX-License-Identifier: Apache-2.0
#include "lower/wse/swap.hpp"

#include <algorithm>

#include "graph/shapes.hpp"

namespace weft::lower::wse {

using graph::as_index;

std::optional<Swap> swap_of(const graph::Shape& x, const std::vector<std::int64_t>& permutation) {
  // Axes of one place do not matter; those that stay side by side are one.
  std::vector<std::int64_t> axes;
  for (const std::int64_t axis : permutation) {
    if (x[as_index(axis)] != 1) axes.push_back(axis);
  }
  std::vector<std::int64_t> sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  const auto last = static_cast<std::int64_t>(axes.size());
  const auto product = [&](std::int64_t from, std::int64_t to) {
    std::int64_t out = 1;
    for (std::int64_t i = from; i < to; ++i) out *= x[as_index(sorted[as_index(i)])];
    return out;
  };
  std::int64_t begin = 0;
  while (begin < last && axes[as_index(begin)] == sorted[as_index(begin)]) ++begin;
  if (begin == last) return Swap{};
  std::int64_t end = last;
  while (axes[as_index(end - 1)] == sorted[as_index(end - 1)]) --end;
  for (std::int64_t middle = begin + 1; middle < end; ++middle) {
    std::vector<std::int64_t> swapped = sorted;
    std::rotate(swapped.begin() + begin, swapped.begin() + middle, swapped.begin() + end);
    if (swapped == axes) {
      return Swap{product(begin, middle), product(middle, end), product(end, last)};
    }
  }
  return std::nullopt;
}

}  // namespace weft::lower::wse
