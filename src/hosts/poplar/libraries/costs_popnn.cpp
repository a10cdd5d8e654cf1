// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices of popnn and poprand.

#include <string>

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;

namespace {

/// One worker, element by element after a prologue: vertex_cost.prologue_cycles and
/// .element_cycles.
frontends::poplar::CostFunction worker_loop(const std::string& prologue, const std::string& element,
                                            const char* field) {
  return [=](const CostQuery& query) {
    const std::uint64_t elements = query.elements(field);
    return Cost{vertex_cost(query, "prologue_cycles." + prologue) +
                    vertex_cost(query, "element_cycles." + element) * elements,
                elements};
  };
}

/// All workers, vector by vector: vertex_cost.prologue_cycles and .vector_cycles.
frontends::poplar::CostFunction shared_loop(const std::string& name, const char* field) {
  return [=](const CostQuery& query) {
    const std::uint64_t share = worker_share(query, query.elements(field));
    const std::uint64_t vectors = divide_up(share, vector_width(query, query.type(field)));
    return Cost{all_workers(query, vertex_cost(query, "prologue_cycles." + name) +
                                       vertex_cost(query, "vector_cycles." + name) * vectors),
                0};
  };
}

}  // namespace

void register_popnn_costs() {
  static const bool once = [] {
    register_library_cost("popnn::LossOfLabel", worker_loop("loss", "loss_of_label", "outputs"));
    register_library_cost("popnn::LossOfDistribution",
                          worker_loop("loss", "loss_of_distribution", "outputs"));
    register_library_cost("popnn::ArgExtreme", worker_loop("arg_extreme", "arg_extreme", "in"));
    register_library_cost("popnn::CalcAccuracy", worker_loop("accuracy", "accuracy", "place"));
    return true;
  }();
  (void)once;
}

void register_poprand_costs() {
  static const bool once = [] {
    register_library_cost("poprand::Random", shared_loop("random", "out"));
    register_library_cost("poprand::Dropout", shared_loop("dropout", "out"));
    register_library_cost("poprand::NextSeed", worker_loop("next_seed", "next_seed", "seed"));
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries
