// SPDX-License-Identifier: Apache-2.0
// popops: tables of which each tile has some rows and columns.
#include "hosts/poplar/libraries/popops/table_parts.hpp"

#include <tuple>
#include <utility>

namespace weft::libraries {

namespace {

/// Part `index` of `count` things in parts of `each`.
std::pair<std::size_t, std::size_t> piece(std::size_t count, std::size_t each, std::size_t index) {
  return {std::min(count, index * each), std::min(count, (index + 1) * each)};
}

}  // namespace

popops::SlicePlan spread_table(const poplar::Target& target, const poplar::Type& type,
                               std::size_t groups, std::size_t rows, std::size_t columns) {
  const std::size_t grain = std::max<std::size_t>(1, target.getVectorWidth(type));
  const std::size_t tiles = std::max<std::size_t>(1, target.getNumTiles() / groups);
  popops::SlicePlan plan;
  plan.groups = groups;
  plan.rows = rows;
  plan.columns = columns;
  const std::size_t wanted = std::min(tiles, ceil_divide(columns, grain));
  plan.columnsEach = ceil_divide(ceil_divide(columns, wanted), grain) * grain;
  const std::size_t column_parts = ceil_divide(columns, plan.columnsEach);
  const std::size_t parts = std::min(rows, std::max<std::size_t>(1, tiles / column_parts));
  plan.rowsEach = ceil_divide(rows, parts);
  return plan;
}

void for_parts(const poplar::Graph& graph, const popops::SlicePlan& plan, std::size_t group,
               const std::function<void(const TablePart&)>& one) {
  const std::size_t tiles = graph.getTarget().getNumTiles();
  const std::size_t first_tile = group * std::max<std::size_t>(1, tiles / plan.groups);
  const std::size_t column_parts = ceil_divide(plan.columns, plan.columnsEach);
  for (std::size_t row = 0; row < row_parts(plan); ++row) {
    for (std::size_t column = 0; column < column_parts; ++column) {
      TablePart part;
      part.tile = static_cast<unsigned>((first_tile + row * column_parts + column) % tiles);
      part.row = row;
      std::tie(part.first_row, part.end_row) = piece(plan.rows, plan.rowsEach, row);
      std::tie(part.first_column, part.end_column) = piece(plan.columns, plan.columnsEach, column);
      one(part);
    }
  }
}

void map_table(poplar::Graph& graph, const popops::SlicePlan& plan, std::size_t group,
               const poplar::Tensor& t) {
  const std::size_t each = ceil_divide(t.dim(0), row_parts(plan));
  for_parts(graph, plan, group, [&](const TablePart& part) {
    const auto [begin, end] = piece(t.dim(0), each, part.row);
    if (begin != end) graph.setTileMapping(part.columns_of(t.slice(begin, end, 0)), part.tile);
  });
}

}  // namespace weft::libraries
