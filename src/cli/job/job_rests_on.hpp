// SPDX-License-Identifier: Apache-2.0
// Which constants of its machine a run has read, in words.
#pragma once

#include <string>
#include <vector>

#include "topology/topology.hpp"

namespace weft::cli {

/// "12 assumed, 1 fitted, 20 published constants of toy".
std::string rests_on_counts(const topology::Topology& topology);
/// The assumed ones by name, then the fitted ones, in rows of a terminal's width.
std::vector<std::string> rests_on_choices(const topology::Topology& topology);

/// Both, as `weft check` prints them.
std::string describe_rests_on(const topology::Topology& topology);

}  // namespace weft::cli
