// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the RDU.
#pragma once

#include <vector>

#include "contract/cluster.hpp"

namespace weft::test {

std::vector<Fixture> rdu_fixtures();

}  // namespace weft::test
