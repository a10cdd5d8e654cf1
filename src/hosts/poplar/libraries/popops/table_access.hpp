// SPDX-License-Identifier: Apache-2.0
// popops: what lookups and updates of the rows of a table have in common.
#pragma once

#include <string>

#include "hosts/poplar/libraries/popops/slice_options.hpp"
#include "hosts/poplar/libraries/popops/table_parts.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Program.hpp"

namespace weft::libraries {

/// poplibs_error unless `offsets` are unsigned [n][dims] and such slices are in `t`.
void need_offsets(const std::string& who, const poplar::Tensor& t, const poplar::Tensor& offsets,
                  const Shape& dims, const Shape& sizes);
/// poplibs_error unless it has elements, of a type that the vertices take.
void need_table(const std::string& who, const poplar::Tensor& t);

/// One row along one dimension.
bool is_rows(const Shape& dims, const Shape& sizes);

/// A table of rows along `dim`: [rows][the rest].
poplar::Tensor as_table(const poplar::Tensor& t, std::size_t dim);

/// The program's plan, held against `table` [rows][columns] and the number of groups; where it
/// brings none, one that spreads the table as embedding::plan() does.
popops::SlicePlan plan_for(const std::string& who, const poplar::Graph& graph,
                           const popops::SlicePlan& plan, const poplar::Tensor& table,
                           std::size_t groups);

/// Adds what stops the program when a number is no row of the table, if the options want that.
void check_numbers(poplar::Graph& graph, const poplar::Tensor& numbers, std::size_t rows,
                   const SliceOptions& options, poplar::program::Sequence& prog,
                   const poplar::DebugContext& context);

}  // namespace weft::libraries
