// SPDX-License-Identifier: Apache-2.0
// What a summary says of a wafer's counters.
#include "machine/wse/words.hpp"

namespace weft::machine::wse {

CounterWords counter_words(const CounterSums& sums) {
  const auto sum = [&sums](const char* name) { return std::to_string(sum_of(sums, name)); };
  return {
      {{"tile-cycles", sum("tile_busy") + " active, " + sum("vector_cycles") + " in vector and " +
                           sum("scalar_cycles") + " in scalar instructions"}},
      {}};
}

}  // namespace weft::machine::wse
