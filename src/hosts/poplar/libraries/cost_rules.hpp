// SPDX-License-Identifier: Apache-2.0
// Parts of the cycle formulas of library vertices.
//
// The families are those of the estimators of Graphcore's poplibs: a worker takes a prologue and,
// for each vector of 64 bits, the cycles of the operation and of the loop; a vertex of all workers
// takes the supervisor's start and six times the busiest worker. Their numbers are constants of the
// topology, vertex_cost.* (topologies/parts/ipu-vertex-costs.toml); here are only their shapes.
#pragma once

#include <cstdint>
#include <string>

#include "frontends/poplar/cost.hpp"

namespace weft::libraries {

using frontends::poplar::Cost;
using frontends::poplar::CostQuery;
using frontends::poplar::ElementType;

/// A number of the cycle formulas: constant "vertex_cost." + name of the topology.
inline std::uint64_t vertex_cost(const CostQuery& query, const std::string& name) {
  return query.constant("vertex_cost." + name);
}

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

inline bool is_floating(ElementType type) {
  return type == ElementType::single || type == ElementType::half;
}

/// Bytes of a load or store.
inline std::uint64_t data_path_bytes(const CostQuery& query) {
  return query.constant("tile.data_path_bits") / 8;
}

/// Elements that one instruction handles: 64 bits of floating-point numbers, one of anything else.
inline std::uint64_t vector_width(const CostQuery& query, ElementType type) {
  if (!is_floating(type)) return 1;
  return data_path_bytes(query) / program::ipu::bytes_of(type);
}

/// The busiest worker's elements when all share `elements`.
inline std::uint64_t worker_share(const CostQuery& query, std::uint64_t elements) {
  return divide_up(elements, query.constant("tile.worker_contexts"));
}

/// Cycles of the tile when its busiest worker takes `worker`.
inline std::uint64_t all_workers(const CostQuery& query, std::uint64_t worker) {
  return vertex_cost(query, "supervisor_start_cycles") +
         query.constant("tile.worker_contexts") * worker;
}

/// Makes the formulas of a library known; more than once does nothing.
void register_popops_costs();
void register_sort_costs();
void register_slice_costs();
void register_poplin_costs();
void register_popnn_costs();
void register_poprand_costs();

}  // namespace weft::libraries
