// SPDX-License-Identifier: Apache-2.0
// A tensor program over several chips, cut between layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/tsp_tensor.hpp"

namespace weft::lower::tsp {

/// Gives each operation a chip, in the order of the program, so that chips have about equal shares
/// of the weights. Of the places between layers that are near to that, each cut is where the fewest
/// vectors go on to later layers. `first_of_layer`: operations, ascending. Fewer chips are used
/// where there are fewer layers.
void cut_by_layers(program::tsp::TensorProgram& program,
                   const std::vector<std::size_t>& first_of_layer, std::uint32_t chips);

}  // namespace weft::lower::tsp
