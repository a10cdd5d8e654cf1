// SPDX-License-Identifier: Apache-2.0
// Cycles of vertices: library formulas and estimators by codelet name.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "frontends/poplar/graph.hpp"
#include "topology/topology.hpp"

namespace weft::frontends::poplar {

struct Cost {
  std::uint64_t cycles = 0;  ///< as program::ipu::Vertex::cycles
  std::uint64_t flops = 0;
};

/// What a formula may look at: a vertex before it is placed.
class CostQuery {
 public:
  CostQuery(const GraphModel& graph, const VertexModel& vertex, const topology::Topology& topology)
      : graph_(graph), vertex_(vertex), topology_(topology) {}
  /// Elements connected to a field (all rows of a list). Category::input for an unknown field.
  std::uint64_t elements(std::string_view field) const;
  /// Rows of a vector_list field.
  std::uint64_t rows(std::string_view field) const;
  std::uint64_t elements_of_row(std::string_view field, std::uint64_t row) const;
  ElementType type(std::string_view field) const;
  /// A state field's initial value, widened; a float is cut to a whole number. Category::input for
  /// a field that was given no value or holds no number.
  std::int64_t integer(std::string_view field) const;
  /// A constant of the topology, e.g. "tile.worker_contexts".
  std::uint64_t constant(std::string_view key) const;
  const VertexModel& vertex() const { return vertex_; }
  const GraphModel& graph() const { return graph_; }
  const topology::Topology& topology() const { return topology_; }

 private:
  const GraphModel& graph_;
  const VertexModel& vertex_;
  const topology::Topology& topology_;
};

using CostFunction = std::function<Cost(const CostQuery&)>;

/// Formulas of library codelets, by codelet name, for the whole process. `name` is the whole
/// name, "popops::Add<float>", or its part before '<' for all instances.
void register_library_cost(std::string name, CostFunction function);
const CostFunction* find_library_cost(std::string_view codelet_name);

/// Cycles of a vertex and where they come from: its own estimate, `estimator` (registered by the
/// user's program, may be empty), the library's formula, or the default mix (topology:
/// vertex.default_prologue_cycles + vertex.default_cycles_per_element * elements of all edges).
struct CostOfVertex {
  Cost cost;
  program::ipu::CostOrigin origin = program::ipu::CostOrigin::default_mix;
};
CostOfVertex cost_of(const CostQuery& query, const CostFunction& estimator);

}  // namespace weft::frontends::poplar
