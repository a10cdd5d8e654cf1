// SPDX-License-Identifier: Apache-2.0
// Which section a pattern stands in.
#pragma once

#include <cstdint>
#include <vector>

#include "program/rdu_pattern.hpp"

namespace weft::program::rdu {

/// [pattern]: its section's number; none of inputs.
std::vector<std::uint32_t> sections_of(const Patterns& patterns, bool fused);

}  // namespace weft::program::rdu
