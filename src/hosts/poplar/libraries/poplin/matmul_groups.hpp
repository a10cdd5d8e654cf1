// SPDX-License-Identifier: Apache-2.0
// poplin: products of groups side by side.
#pragma once

#include <cstddef>

#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"

namespace weft::libraries {

/// poplibs_error unless shapes of that rank multiply and the units take the type.
void need_operands(const Shape& a, const Shape& b, std::size_t rank, const poplar::Type& type);

/// Rank 3 shapes as one product of a group.
MatMulShape shape_of(const Shape& a, const Shape& b, const poplar::Type& type,
                     const poplar::Type& partials, std::size_t tiles);

/// The plan, out of the cache if it is there.
MatMulPlan planned(const poplar::Graph& graph, const MatMulShape& shape,
                   const MatMulOptions& options, poplin::matmul::PlanningCache* cache);

/// Each group has its share of the tiles.
struct Grouped {
  std::size_t tiles_each = 1;
  std::size_t tiles = 1;
  std::size_t first_tile(std::size_t group) const { return group * tiles_each % tiles; }
};
Grouped spread(const poplar::Graph& graph, std::size_t groups);

}  // namespace weft::libraries
