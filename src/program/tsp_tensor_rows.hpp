// SPDX-License-Identifier: Apache-2.0
// Softmax and layer normalisation of a row, in the order of docs/tsp-arithmetic.md.
#pragma once

#include <vector>

namespace weft::program::tsp {

void softmax_row(std::vector<float>& row);
void normalise_row(std::vector<float>& row, float epsilon);

}  // namespace weft::program::tsp
