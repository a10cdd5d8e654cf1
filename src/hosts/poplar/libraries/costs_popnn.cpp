// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices of popnn and poprand.

#include "hosts/poplar/libraries/cost_rules.hpp"

namespace weft::libraries {

using frontends::poplar::register_library_cost;

namespace {

/// One worker, so many cycles an element after a prologue.
frontends::poplar::CostFunction worker_loop(std::uint64_t prologue, std::uint64_t cycles,
                                            const char* field) {
  return [prologue, cycles, field](const CostQuery& query) {
    const std::uint64_t elements = query.elements(field);
    return Cost{prologue + cycles * elements, elements};
  };
}

/// All workers, vector by vector.
frontends::poplar::CostFunction shared_loop(std::uint64_t prologue, std::uint64_t cycles,
                                            const char* field) {
  return [prologue, cycles, field](const CostQuery& query) {
    const std::uint64_t share = worker_share(query, query.elements(field));
    const std::uint64_t vectors = divide_up(share, vector_width(query, query.type(field)));
    return Cost{all_workers(query, prologue + cycles * vectors), 0};
  };
}

}  // namespace

void register_popnn_costs() {
  static const bool once = [] {
    // An element is subtracted, compared, scaled and stored; a logarithm a row or an element.
    register_library_cost("popnn::LossOfLabel", worker_loop(50, 8, "outputs"));
    register_library_cost("popnn::LossOfDistribution", worker_loop(50, 14, "outputs"));
    register_library_cost("popnn::ArgExtreme", worker_loop(30, 4, "in"));
    register_library_cost("popnn::CalcAccuracy", worker_loop(20, 5, "place"));
    return true;
  }();
  (void)once;
}

void register_poprand_costs() {
  static const bool once = [] {
    // 64 random bits an instruction, then scaling.
    register_library_cost("poprand::Random", shared_loop(40, 9, "out"));
    register_library_cost("poprand::Dropout", shared_loop(40, 6, "out"));
    register_library_cost("poprand::NextSeed", worker_loop(10, 2, "seed"));
    return true;
  }();
  (void)once;
}

}  // namespace weft::libraries
