// SPDX-License-Identifier: Apache-2.0
// poplin: its vertices are compiled in; a graph that asks for them gets them and their cycle
// formulas.
#include "poplin/codelets.hpp"

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace poplin {

void addCodelets(poplar::Graph& graph) {
  weft::libraries::register_popops_costs();
  weft::libraries::register_poplin_costs();
  graph.addLibrary("poplin");
}

}  // namespace poplin
