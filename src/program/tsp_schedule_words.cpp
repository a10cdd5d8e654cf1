// SPDX-License-Identifier: Apache-2.0
// Keeps a bank's words as pieces that became free together.
#include "program/tsp_schedule_words.hpp"

#include <algorithm>
#include <iterator>

#include "program/tsp.hpp"

namespace weft::program::tsp {

Cycle BankWords::free_from(std::uint32_t first, std::uint32_t words) const {
  Cycle from = fresh;
  for (auto piece = std::prev(pieces_.upper_bound(first));
       piece != pieces_.end() && piece->first < first + words && from != never; ++piece) {
    from = std::max(from, piece->second);
  }
  return from;
}

void BankWords::add_bounds(std::vector<std::uint32_t>& bounds) const {
  for (const auto& [address, from] : pieces_) bounds.push_back(address);
}

std::uint32_t BankWords::taken() const {
  std::uint32_t sum = 0;
  for (auto piece = pieces_.begin(); piece != pieces_.end(); ++piece) {
    const auto next = std::next(piece);
    const std::uint32_t behind = next == pieces_.end() ? words_a_bank : next->first;
    if (piece->second == never) sum += behind - piece->first;
  }
  return sum;
}

void BankWords::cut(std::uint32_t address) {
  pieces_.emplace(address, std::prev(pieces_.upper_bound(address))->second);
}

void BankWords::set(std::uint32_t first, std::uint32_t words, Cycle from) {
  cut(first);
  cut(first + words);
  pieces_.erase(std::next(pieces_.find(first)), pieces_.find(first + words));
  pieces_[first] = from;
  for (const std::uint32_t bound : {first + words, first}) {  // neighbours alike are one piece
    const auto piece = pieces_.find(bound);
    if (piece != pieces_.begin() && std::prev(piece)->second == piece->second) pieces_.erase(piece);
  }
}

}  // namespace weft::program::tsp
