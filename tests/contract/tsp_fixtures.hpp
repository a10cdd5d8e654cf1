// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the TSP.
#pragma once

#include <vector>

#include "contract/cluster.hpp"

namespace weft::test {

std::vector<Fixture> tsp_fixtures();

}  // namespace weft::test
