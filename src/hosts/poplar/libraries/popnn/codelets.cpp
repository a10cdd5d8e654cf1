// SPDX-License-Identifier: Apache-2.0
// popnn: its vertices are compiled in; a graph that asks for them gets them and their cycle
// formulas.
#include "popnn/codelets.hpp"

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace popnn {

void addCodelets(poplar::Graph& graph) {
  weft::libraries::register_popops_costs();
  weft::libraries::register_popnn_costs();
  graph.addLibrary("popnn");
}

}  // namespace popnn
