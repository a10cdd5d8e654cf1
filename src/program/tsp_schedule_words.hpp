// SPDX-License-Identifier: Apache-2.0
// Which words of a TSP's bank a scheduler has handed out, and from when on the others are free.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/ids.hpp"

namespace weft::program::tsp {

/// The words of a bank: fresh ones that nothing ever lay in, taken ones, and those that were given
/// back in some cycle.
class BankWords {
 public:
  static constexpr Cycle fresh = 0;

  /// From when on words [first, first + words) are all free: `fresh`, the cycle in which the last
  /// of them was given back, or `never`.
  Cycle free_from(std::uint32_t first, std::uint32_t words) const;
  void take(std::uint32_t first, std::uint32_t words) { set(first, words, never); }
  /// Nobody reads them from `cycle` on.
  void give_back(std::uint32_t first, std::uint32_t words, Cycle cycle) {
    set(first, words, cycle);
  }
  /// Appends the addresses at which a hole may have to begin: where the words' state changes.
  void add_bounds(std::vector<std::uint32_t>& bounds) const;
  std::uint32_t taken() const;

 private:
  void set(std::uint32_t first, std::uint32_t words, Cycle from);
  /// Makes `address` the begin of a piece.
  void cut(std::uint32_t address);
  /// First word -> from when on it and those behind it are free, up to the next piece.
  std::map<std::uint32_t, Cycle> pieces_{{0, fresh}};
};

}  // namespace weft::program::tsp
