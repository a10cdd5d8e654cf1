// SPDX-License-Identifier: Apache-2.0
// What a summary says of an IPU's counters.
#pragma once

#include "machine/words.hpp"

namespace weft::machine::ipu {

CounterWords counter_words(const CounterSums& sums);

}  // namespace weft::machine::ipu
