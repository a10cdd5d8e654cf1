// SPDX-License-Identifier: Apache-2.0
// Which compute sets, functions and fills an engine's programs can reach.
#pragma once

#include <vector>

#include "frontends/poplar/step.hpp"

namespace weft::frontends::poplar {

struct UsedSteps {
  std::vector<bool> compute_sets;  ///< [compute set]
  std::vector<const Step*> fills;  ///< each once, in order
};

/// Category::input when a step names a compute set or a function that there is not, or when
/// functions call each other in a circle.
UsedSteps used_steps(const Steps& steps, std::size_t compute_sets);

}  // namespace weft::frontends::poplar
