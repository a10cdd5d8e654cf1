// SPDX-License-Identifier: Apache-2.0
// The elements of a tensor as ranges of variables, in order.
#pragma once

#include <cstdint>
#include <vector>

#include "frontends/poplar/view.hpp"

namespace poplar::core {

/// Elements of a flattened tensor from `at` on that lie one after the other in a variable.
struct Region {
  std::uint64_t at = 0;
  weft::frontends::poplar::VariableId variable = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
};

/// All of a view's, in its order, each as long as it can be.
std::vector<Region> regions_of(const weft::frontends::poplar::View& view);

}  // namespace poplar::core
