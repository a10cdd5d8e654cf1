// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the IPU.
#pragma once

#include <vector>

#include "contract/cluster.hpp"

namespace weft::test {

std::vector<Fixture> ipu_fixtures();

}  // namespace weft::test
