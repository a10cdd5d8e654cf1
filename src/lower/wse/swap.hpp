// SPDX-License-Identifier: Apache-2.0
// Transpositions that one strip of `turn.csl` does.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/type.hpp"

namespace weft::lower::wse {

/// Matrices [rows][columns] of `inner` elements each, one after the other, that are turned.
struct Swap {
  std::int64_t rows = 1, columns = 1, inner = 1;
};

/// Of a transposition of `x` that swaps two groups of axes that lie side by side, or none; nullopt
/// of all others.
std::optional<Swap> swap_of(const graph::Shape& x, const std::vector<std::int64_t>& permutation);

}  // namespace weft::lower::wse
