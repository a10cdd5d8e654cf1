// SPDX-License-Identifier: Apache-2.0
// poplin: products of groups side by side.
#include "hosts/poplar/libraries/poplin/matmul_groups.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "poputil/Util.hpp"

namespace weft::libraries {

void need_operands(const Shape& a, const Shape& b, std::size_t rank, const poplar::Type& type) {
  const std::string shapes = poputil::shapeToString(a) + " and " + poputil::shapeToString(b);
  const std::string who = "poplin::matMul: ";
  need(a.size() == rank && b.size() == rank,
       who + (rank == 3 ? "operands in groups have 3" : "operands have 2") +
           " dimensions, and not the shapes " + shapes);
  need(a[rank - 1] == b[rank - 2] && (rank == 2 || a[0] == b[0]),
       who + "shapes " + shapes + " do not multiply");
  need(product(a) != 0 && product(b) != 0, who + shapes + " have no elements");
  need(type == poplar::HALF || type == poplar::FLOAT,
       who + "the AMP units multiply float and half, not " + type.toString());
}

/// Rank 3 shapes as one product of a group.
MatMulShape shape_of(const Shape& a, const Shape& b, const poplar::Type& type,
                     const poplar::Type& partials, std::size_t tiles) {
  const std::size_t rank = a.size();
  return {a[rank - 2], a[rank - 1], b[rank - 1], type, partials, tiles};
}

MatMulPlan planned(const poplar::Graph& graph, const MatMulShape& shape,
                   const MatMulOptions& options, poplin::matmul::PlanningCache* cache) {
  if (cache == nullptr) return plan_matmul(graph.getTarget(), shape, options.memory_share);
  auto& plans = cache->plans().by_shape;
  const auto key = std::make_pair(shape.key(), options.memory_share);
  const auto found = plans.find(key);
  if (found != plans.end()) return found->second;
  return plans[key] = plan_matmul(graph.getTarget(), shape, options.memory_share);
}

Grouped spread(const poplar::Graph& graph, std::size_t groups) {
  const std::size_t tiles = graph.getTarget().getNumTiles();
  return {program::ipu::tiles_of_group(tiles, groups), tiles};
}

}  // namespace weft::libraries
