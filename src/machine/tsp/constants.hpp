// SPDX-License-Identifier: Apache-2.0
// The constants of a system of TSPs that decide time, read once from its topology.
#pragma once

#include <vector>

#include "program/tsp_cable.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"
#include "topology/rule.hpp"
#include "topology/topology.hpp"

namespace weft::machine::tsp {

struct Constants {
  program::tsp::Timing timing;
  program::tsp::System system;
  std::vector<program::tsp::Cable> cables;
};

/// Category::input where the topology lacks one.
Constants read_constants(const topology::Topology& topology);

/// What every constant of the family may be, whoever reads it.
std::vector<topology::Rule> constant_rules();
void check_constants(const topology::Topology& topology);

}  // namespace weft::machine::tsp
