// SPDX-License-Identifier: Apache-2.0
// What a summary says of a TSP's counters.
#pragma once

#include "machine/words.hpp"

namespace weft::machine::tsp {

CounterWords counter_words(const CounterSums& sums);

}  // namespace weft::machine::tsp
