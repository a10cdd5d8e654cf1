// SPDX-License-Identifier: Apache-2.0
// Numbers as elements of a TSP's tensors.
#pragma once

#include <cstddef>
#include <vector>

#include "numerics/tsp_operation.hpp"

namespace weft::program::tsp {

/// Whether the type holds `value`: an integer exactly, a float but for digits of a fraction
/// (numerics/given_number.hpp).
bool holds_number(numerics::VectorType type, double value);
/// Writes element `element`: `value`, rounded.
void store_number(std::vector<std::byte>& bytes, std::size_t element, numerics::VectorType type,
                  double value);

}  // namespace weft::program::tsp
