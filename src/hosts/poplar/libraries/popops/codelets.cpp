// SPDX-License-Identifier: Apache-2.0
// popops: its vertices are compiled in; a graph that asks for them gets them and their cycle
// formulas.
#include "popops/codelets.hpp"

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace popops {

void addCodelets(poplar::Graph& graph) {
  weft::libraries::register_popops_costs();
  graph.addLibrary("popops");
}

}  // namespace popops
