// SPDX-License-Identifier: Apache-2.0
// Cycle formulas of the vertices of popnn and poprand.

#include <algorithm>
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

std::uint64_t pool_cost(const CostQuery& query, const std::string& name) {
  return vertex_cost(query, "pool_cycles." + name);
}

/// A worker zeroes its outputs; then, row by row of these and kernel element by kernel element, it
/// goes along the row with each vector of channels.
Cost pooling(const CostQuery& query, const char* kind) {
  const auto size = [&](const char* name) {
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(query.integer(name)));
  };
  const std::uint64_t width = size("outWidth");
  const std::uint64_t outputs = size("outHeight") * width;
  const std::uint64_t share = worker_share(query, outputs);
  const std::uint64_t along = std::min(share, width);
  const std::uint64_t rows = divide_up(share, along);
  const std::uint64_t kernel = size("kernelHeight") * size("kernelWidth");
  std::uint64_t zeroing = 0;
  std::uint64_t item = pool_cost(query, "item");
  for (std::uint64_t group = 0; group < query.rows("out"); ++group) {
    const std::uint64_t channels = query.elements_of_row("out", group) / outputs;
    const std::uint64_t vectors = divide_up(channels, vector_width(query, query.type("out")));
    zeroing += pool_cost(query, "group") + share * vectors;
    item += pool_cost(query, "group") +
            vectors * (pool_cost(query, kind) + along * pool_cost(query, "position"));
  }
  const std::uint64_t worker =
      pool_cost(query, "worker_start") + zeroing + rows * (pool_cost(query, "row") + kernel * item);
  return {pool_cost(query, "start") + query.constant("tile.worker_contexts") * worker,
          query.elements("out") * kernel};
}

}  // namespace

void register_popnn_costs() {
  static const bool once = [] {
    register_library_cost("popnn::LossOfLabel", worker_loop("loss", "loss_of_label", "outputs"));
    register_library_cost("popnn::LossOfDistribution",
                          worker_loop("loss", "loss_of_distribution", "outputs"));
    register_library_cost("popnn::ArgExtreme", worker_loop("arg_extreme", "arg_extreme", "in"));
    register_library_cost("popnn::MaxPooling",
                          [](const CostQuery& query) { return pooling(query, "maximum_vector"); });
    register_library_cost("popnn::SumPooling",
                          [](const CostQuery& query) { return pooling(query, "sum_vector"); });
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
