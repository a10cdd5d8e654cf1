// SPDX-License-Identifier: Apache-2.0
// popops: rows sorted by vertices on many tiles.
#pragma once

#include <cstddef>
#include <vector>

#include "hosts/poplar/libraries/popops/sort_plan.hpp"
#include "hosts/poplar/libraries/popops/sort_vertices.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"
#include "poplar/Program.hpp"

namespace weft::libraries {

/// Adds to `prog` what sorts the rows of `in` [rows][length]; returns the first `kept` of each.
KeysAndValues sort_rows(poplar::Graph& graph, poplar::program::Sequence& prog,
                        const KeysAndValues& in, std::size_t kept, RowOrder order,
                        const poplar::DebugContext& context);

/// How rows of `shape` [rows][length] are sorted when they hold elements of these types, keys
/// first.
SortPlan plan_rows(const poplar::Graph& graph, const Shape& shape, std::size_t kept,
                   const std::vector<poplar::Type>& types);
/// Maps a tensor [rows][length] as `sort_rows` wants it.
void map_sorted_rows(poplar::Graph& graph, const poplar::Tensor& t, const SortPlan& plan);

}  // namespace weft::libraries
