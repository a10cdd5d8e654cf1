// SPDX-License-Identifier: Apache-2.0
// What a topology says beyond the constants that a machine reads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace weft::topology {

/// Of every constant that has `from_cases`, by key: the rows of `weft validate` whose published
/// figures its value was taken, derived or fitted from, or that were known when it was chosen; they
/// prove nothing about it. A row's name, or its beginning, or its case; the machine's name before
/// it where that is another one. A constant that the user set came from none.
std::map<std::string, std::vector<std::string>> from_cases(const Topology& topology);

}  // namespace weft::topology
