// SPDX-License-Identifier: Apache-2.0
// What a TSP could do at most.
#pragma once

#include <vector>

#include "machine/limits.hpp"

namespace weft::machine::tsp {

/// As in machine::limits().
std::vector<Limits::Peak> peaks(const topology::Topology& topology);
/// As machine::limits().
Limits limits(const topology::Topology& topology);
/// As machine::traffic().
std::vector<Traffic> traffic(const CounterSums& sums);

}  // namespace weft::machine::tsp
