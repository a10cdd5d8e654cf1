// SPDX-License-Identifier: Apache-2.0
// The constants of an RDU, read once from its topology.
#pragma once

#include <vector>

#include "program/rdu_timing.hpp"
#include "topology/rule.hpp"
#include "topology/topology.hpp"

namespace weft::machine::rdu {

struct Constants {
  program::rdu::Timing timing;
};

/// Category::input where the topology lacks one.
Constants read_constants(const topology::Topology& topology);

/// What every constant of the family may be, whoever reads it.
std::vector<topology::Rule> constant_rules();
/// The same, and what a machine like this one has besides.
std::vector<topology::Rule> rules_of(const topology::Topology& topology);
void check_constants(const topology::Topology& topology);

}  // namespace weft::machine::rdu
