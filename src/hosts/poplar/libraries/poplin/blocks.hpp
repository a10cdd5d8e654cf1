// SPDX-License-Identifier: Apache-2.0
// poplin: matrices stored in blocks of channels, as the AMP units read and write them.
#pragma once

#include <algorithm>
#include <cstddef>

#include "hosts/poplar/libraries/poplin/matmul_plan.hpp"
#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"

namespace weft::libraries {

/// Group `index` of `count` things in groups of `size`.
inline Part group_of(std::size_t count, std::size_t size, std::size_t index) {
  return {index * size, std::min(count, (index + 1) * size)};
}

/// A matrix [rows][columns] whose columns are stored in groups: each group [rows][group].
class ColumnBlocks {
 public:
  ColumnBlocks(poplar::Graph& graph, const poplar::Type& type, std::size_t rows,
               std::size_t columns, std::size_t group, const poplar::DebugContext& context);
  /// Rows of a group, flat.
  poplar::Tensor block(std::size_t group, const Part& rows) const;
  /// The matrix as it is written: [rows][columns].
  poplar::Tensor matrix() const;
  std::size_t groups() const { return ceil_divide(columns_, group_); }

 private:
  std::size_t rows_, columns_, group_;
  poplar::Tensor flat_;
};

}  // namespace weft::libraries
