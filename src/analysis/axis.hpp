// SPDX-License-Identifier: Apache-2.0
// Numbers beside pictures.
#pragma once

#include <cstdint>
#include <vector>

#include "base/number_text.hpp"

namespace weft::analysis {

/// Multiples of 1, 2 or 5 times a power of ten in [begin, end], at most `most` (at least 2) of
/// them.
std::vector<std::uint64_t> round_ticks(std::uint64_t begin, std::uint64_t end, std::uint64_t most);

}  // namespace weft::analysis
