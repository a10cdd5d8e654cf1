// SPDX-License-Identifier: Apache-2.0
// What a summary says of an RDU's counters.
#pragma once

#include "machine/words.hpp"

namespace weft::machine::rdu {

CounterWords counter_words(const CounterSums& sums);

}  // namespace weft::machine::rdu
