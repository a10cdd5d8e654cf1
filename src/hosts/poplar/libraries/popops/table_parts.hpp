// SPDX-License-Identifier: Apache-2.0
// popops: tables of which each tile has some rows and columns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"
#include "popops/DynamicSlice.hpp"

namespace weft::libraries {

/// The part of a table [rows][columns] that a tile has.
struct TablePart {
  unsigned tile = 0;
  std::size_t row = 0;  ///< number of the part along the rows
  std::size_t first_row = 0, end_row = 0, first_column = 0, end_column = 0;

  poplar::Tensor of(const poplar::Tensor& table) const {
    return table.slice(first_row, end_row, 0).slice(first_column, end_column, 1);
  }
  poplar::Tensor columns_of(const poplar::Tensor& rows) const {
    return rows.slice(first_column, end_column, 1);
  }
  unsigned width() const { return static_cast<unsigned>(end_column - first_column); }
};

/// The most parts of at least a vector's width, and of a row.
popops::SlicePlan spread_table(const poplar::Target& target, const poplar::Type& type,
                               std::size_t groups, std::size_t rows, std::size_t columns);

/// Parts of a group's table along its rows.
inline std::size_t row_parts(const popops::SlicePlan& plan) {
  return ceil_divide(plan.rows, plan.rowsEach);
}

/// Calls `one` for each part of a group's table, rows slowest.
void for_parts(const poplar::Graph& graph, const popops::SlicePlan& plan, std::size_t group,
               const std::function<void(const TablePart&)>& one);

/// Places a group's table, or rows [n][columns] that were looked up in it: n is cut as the tables'
/// rows are.
void map_table(poplar::Graph& graph, const popops::SlicePlan& plan, std::size_t group,
               const poplar::Tensor& t);

}  // namespace weft::libraries
