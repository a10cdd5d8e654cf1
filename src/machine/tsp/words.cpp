// SPDX-License-Identifier: Apache-2.0
// What a summary says of a TSP's counters: what its stops did, and how full its planes were.
#include "machine/tsp/words.hpp"

namespace weft::machine::tsp {

CounterWords counter_words(const CounterSums& sums) {
  return {{{"tile-cycles", std::to_string(sum_of(sums, "tile_busy")) + " active"}}, {}};
}

}  // namespace weft::machine::tsp
