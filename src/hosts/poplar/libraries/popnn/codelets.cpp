// SPDX-License-Identifier: Apache-2.0
// popnn: its vertices are compiled in and found by name; their cycle formulas are made known here.
#include "popnn/codelets.hpp"

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace popnn {

void addCodelets(poplar::Graph& /*graph*/) {
  weft::libraries::register_popops_costs();
  weft::libraries::register_popnn_costs();
}

}  // namespace popnn
