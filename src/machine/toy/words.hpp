// SPDX-License-Identifier: Apache-2.0
// What a summary says of a toy machine's counters.
#pragma once

#include "machine/words.hpp"

namespace weft::machine::toy {

CounterWords counter_words(const CounterSums& sums);

}  // namespace weft::machine::toy
