// SPDX-License-Identifier: Apache-2.0
// popops: its vertices are compiled in and found by name; their cycle formulas are made known here.
#include "popops/codelets.hpp"

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace popops {

void addCodelets(poplar::Graph& /*graph*/) { weft::libraries::register_popops_costs(); }

}  // namespace popops
