// SPDX-License-Identifier: Apache-2.0
// Keeps disjoint ranges, sorted.
#include "frontends/poplar/byte_set.hpp"

#include <algorithm>
#include <iterator>

namespace weft::frontends::poplar {
namespace {

std::uint64_t place(std::uint32_t tile, std::uint32_t address) {
  return std::uint64_t{tile} << 32U | address;
}

}  // namespace

void ByteSet::add(std::uint32_t tile, std::uint32_t begin, std::uint32_t end) {
  std::uint64_t first = place(tile, begin);
  std::uint64_t last = place(tile, end);
  auto next = end_of_.upper_bound(first);
  if (next != end_of_.begin() && std::prev(next)->second >= first) {
    --next;
    first = next->first;
  }
  while (next != end_of_.end() && next->first <= last) {
    last = std::max(last, next->second);
    next = end_of_.erase(next);
  }
  end_of_.emplace_hint(next, first, last);
}

bool ByteSet::overlaps(std::uint32_t tile, std::uint32_t begin, std::uint32_t end) const {
  const auto next = end_of_.lower_bound(place(tile, begin));
  if (next != end_of_.end() && next->first < place(tile, end)) return true;
  return next != end_of_.begin() && std::prev(next)->second > place(tile, begin);
}

}  // namespace weft::frontends::poplar
