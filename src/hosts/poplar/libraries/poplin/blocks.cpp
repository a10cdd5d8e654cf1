// SPDX-License-Identifier: Apache-2.0
// poplin: matrices stored in blocks of channels.
#include "hosts/poplar/libraries/poplin/blocks.hpp"

#include <vector>

namespace weft::libraries {

using poplar::Tensor;

ColumnBlocks::ColumnBlocks(poplar::Graph& graph, const poplar::Type& type, std::size_t rows,
                           std::size_t columns, std::size_t group,
                           const poplar::DebugContext& context)
    : rows_(rows),
      columns_(columns),
      group_(group),
      flat_(graph.addVariable(type, {rows * columns}, context)) {}

Tensor ColumnBlocks::block(std::size_t group, const Part& rows) const {
  const Part columns = group_of(columns_, group_, group);
  const std::size_t base = columns.begin * rows_;
  return flat_.slice(base + rows.begin * columns.size(), base + rows.end * columns.size());
}

Tensor ColumnBlocks::matrix() const {
  std::vector<Tensor> parts;
  const std::size_t whole = columns_ / group_;
  if (whole != 0) {
    const Tensor blocks = flat_.slice(0, whole * group_ * rows_).reshape({whole, rows_, group_});
    parts.push_back(blocks.dimShuffle({1, 0, 2}).reshape({rows_, whole * group_}));
  }
  const std::size_t rest = columns_ - whole * group_;
  if (rest != 0) {
    parts.push_back(flat_.slice(whole * group_ * rows_, columns_ * rows_).reshape({rows_, rest}));
  }
  return parts.size() == 1 ? parts.front() : poplar::concat(parts, 1);
}

}  // namespace weft::libraries
