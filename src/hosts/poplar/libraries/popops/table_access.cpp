// SPDX-License-Identifier: Apache-2.0
// popops: what lookups and updates of the rows of a table have in common.
#include "hosts/poplar/libraries/popops/table_access.hpp"

#include "base/counted.hpp"
#include "popops/ElementWise.hpp"
#include "popops/Reduce.hpp"
#include "poputil/Util.hpp"

namespace weft::libraries {

using poplar::Tensor;

void need_offsets(const std::string& who, const Tensor& t, const Tensor& offsets, const Shape& dims,
                  const Shape& sizes) {
  need(offsets.elementType() == poplar::UNSIGNED_INT,
       who + ": offsets are unsigned, not " + offsets.elementType().toString());
  need(offsets.rank() == 2 && offsets.dim(1) == dims.size(),
       who + ": offsets have the shape [numbers][" + std::to_string(dims.size()) + "], not " +
           poputil::shapeToString(offsets.shape()));
  need(dims.size() == sizes.size(), who + ": one size a dimension");
  for (std::size_t i = 0; i < dims.size(); ++i) {
    need(dims[i] < t.rank() && sizes[i] <= t.dim(static_cast<unsigned>(dims[i])),
         who + ": no slice of " + std::to_string(sizes[i]) + " along dimension " +
             std::to_string(dims[i]) + " of " + poputil::shapeToString(t.shape()));
  }
}

bool is_rows(const Shape& dims, const Shape& sizes) { return dims.size() == 1 && sizes[0] == 1; }

popops::SlicePlan plan_for(const std::string& who, const poplar::Graph& graph,
                           const popops::SlicePlan& plan, const Tensor& table, std::size_t groups) {
  if (!plan.valid()) {
    return spread_table(graph.getTarget(), table.elementType(), 1, table.dim(0), table.dim(1));
  }
  need(plan.groups == groups, who + ": " + weft::counted(groups, "group") +
                                  ", but the plan is for " + std::to_string(plan.groups));
  need(plan.rows == table.dim(0) && plan.columns == table.dim(1),
       who + ": a table of shape " + poputil::shapeToString(table.shape()) +
           ", but the plan is for " + poputil::shapeToString({plan.rows, plan.columns}));
  return plan;
}

Tensor as_table(const Tensor& t, std::size_t dim) {
  const Tensor rolled = t.dimRoll(static_cast<unsigned>(dim), 0);
  return rolled.reshape({rolled.dim(0), rolled.dim(0) == 0 ? 0 : t.numElements() / rolled.dim(0)});
}

void need_table(const std::string& who, const Tensor& t) {
  need(t.numElements() != 0,
       who + ": a table of shape " + poputil::shapeToString(t.shape()) + " has no elements");
  const auto type = t.elementType();
  need(type == poplar::FLOAT || type == poplar::HALF || type == poplar::INT ||
           type == poplar::UNSIGNED_INT,
       who + ": tables are float, half, int or unsigned, not " + type.toString());
}

void check_numbers(poplar::Graph& graph, const Tensor& numbers, std::size_t rows,
                   const SliceOptions& options, poplar::program::Sequence& prog,
                   const poplar::DebugContext& context) {
  if (!options.validates || options.remaps) return;
  const Tensor wrong =
      popops::gteq(graph, numbers.flatten(), static_cast<unsigned>(rows), prog, context);
  const Tensor any =
      popops::reduce(graph, wrong, {0}, popops::Operation::LOGICAL_OR, prog, context);
  prog.add(poplar::program::AbortOnCondition(
      any, context.getPathName() + ": a number of a row is not below " + std::to_string(rows),
      context));
}

}  // namespace weft::libraries
