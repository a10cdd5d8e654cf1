// SPDX-License-Identifier: Apache-2.0
// What a summary says of a toy machine's counters.
#include "machine/toy/words.hpp"

namespace weft::machine::toy {

CounterWords counter_words(const CounterSums& sums) {
  const auto sum = [&sums](const char* name) { return std::to_string(sum_of(sums, name)); };
  return {{{"tile-cycles", sum("tile_busy") + " active"},
           {"tokens", sum("tokens.absorbed") + " absorbed, " + sum("tokens.dropped") + " dropped"}},
          {"tokens.absorbed", "tokens.dropped"}};
}

}  // namespace weft::machine::toy
