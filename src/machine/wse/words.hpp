// SPDX-License-Identifier: Apache-2.0
// What a summary says of a wafer's counters.
#pragma once

#include "machine/words.hpp"

namespace weft::machine::wse {

CounterWords counter_words(const CounterSums& sums);

}  // namespace weft::machine::wse
