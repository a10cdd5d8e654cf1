// SPDX-License-Identifier: Apache-2.0
// popops: many rows of a table at once, looked up by number.
//
// Each tile has some rows and columns of the table. It looks up the numbers that fall into its
// rows; then each tile picks, for its share of the numbers, the part that had the row.
#include <algorithm>
#include <string>

#include "hosts/poplar/libraries/popops/table_access.hpp"
#include "popops/DynamicSlice.hpp"
#include "poputil/VertexTemplates.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::program::Execute;
using poplar::program::Sequence;
using namespace weft::libraries;

namespace {

/// Rows `numbers` [n] of `table`, [n][columns].
Tensor look_up(Graph& graph, const Tensor& table, const Tensor& numbers, const SlicePlan& plan,
               std::size_t group, bool remaps, Sequence& prog, const DebugContext& context) {
  const std::size_t count = numbers.numElements();
  const auto type = table.elementType();
  const auto parts = static_cast<unsigned>(row_parts(plan));
  const Tensor partials =
      graph.addVariable(type, {parts, count, plan.columns}, named(context, "partials"));
  const Tensor out = graph.addVariable(type, {count, plan.columns}, named(context, "slices"));
  map_table(graph, plan, group, out);
  const auto find = graph.addComputeSet(named(context, "multiSlice"));
  const auto pick = graph.addComputeSet(named(context, "pickParts"));
  const std::size_t each = ceil_divide<std::size_t>(count, parts);
  for_parts(graph, plan, group, [&](const TablePart& part) {
    const Tensor found = part.columns_of(partials[part.row]);
    graph.setTileMapping(found, part.tile);
    const auto v = graph.addVertex(find, poputil::templateVertex("popops::MultiSlice", type),
                                   {{"in", part.of(table).flatten()},
                                    {"numbers", numbers},
                                    {"out", found.flatten()},
                                    {"width", part.width()},
                                    {"first", static_cast<unsigned>(part.first_row)},
                                    {"parts", parts},
                                    {"rows", static_cast<unsigned>(plan.rows)},
                                    {"remaps", remaps}});
    graph.setTileMapping(v, part.tile);
    const std::size_t begin = std::min(count, part.row * each);
    const std::size_t end = std::min(count, begin + each);
    if (begin == end) return;
    const Tensor all = partials.slice(begin, end, 1).slice(part.first_column, part.end_column, 2);
    const auto p = graph.addVertex(pick, poputil::templateVertex("popops::PickPart", type),
                                   {{"in", all.flatten()},
                                    {"numbers", numbers.slice(begin, end)},
                                    {"out", part.columns_of(out.slice(begin, end)).flatten()},
                                    {"width", part.width()},
                                    {"partRows", static_cast<unsigned>(plan.rowsEach)},
                                    {"rows", static_cast<unsigned>(plan.rows)},
                                    {"remaps", remaps}});
    graph.setTileMapping(p, part.tile);
  });
  prog.add(Execute(find, context));
  prog.add(Execute(pick, context));
  return out;
}

/// Slices of any kind, one after the other.
Tensor one_by_one(Graph& graph, const Tensor& t, const Tensor& offsets, const Shape& dims,
                  const Shape& sizes, Sequence& prog, const OptionFlags& options,
                  const DebugContext& context) {
  std::vector<Tensor> out;
  for (std::size_t i = 0; i < offsets.dim(0); ++i) {
    out.push_back(
        dynamicSlice(graph, t, offsets[i], dims, sizes, prog, context, options).expand({0}));
  }
  return poplar::concat(out);
}

Tensor slices_of(const std::string& who, Graph& graph, const Tensor& t, const Tensor& offsets,
                 const Shape& dims, const SlicePlan& plan, std::size_t group, std::size_t groups,
                 const SliceOptions& options, Sequence& prog, const DebugContext& context) {
  need_table(who, t);
  const Tensor table = as_table(t, dims[0]);
  Shape shape = t.dimRoll(static_cast<unsigned>(dims[0]), 0).shape();
  shape[0] = 1;
  shape.insert(shape.begin(), offsets.dim(0));
  check_numbers(graph, offsets, table.dim(0), options, prog, context);
  const Tensor rows =
      look_up(graph, table, offsets.flatten(), plan_for(who, graph, plan, table, groups), group,
              options.remaps, prog, context);
  return rows.reshape(shape).dimRoll(1, static_cast<unsigned>(dims[0]) + 1);
}

Tensor constant_offsets(Graph& graph, poplar::ArrayRef<unsigned> offsets, std::size_t rows,
                        const DebugContext& context) {
  for (const unsigned offset : offsets) {
    need(offset < rows, "popops::multiSlice: there is no slice " + std::to_string(offset) + " of " +
                            std::to_string(rows));
  }
  const Tensor out = graph.addConstant<unsigned>(poplar::UNSIGNED_INT, {offsets.size(), 1}, offsets,
                                                 named(context, "offsets"));
  graph.setTileMapping(out, 0);
  return out;
}

}  // namespace

Tensor multiSlice(Graph& graph, const Tensor& t, const Tensor& offsets, const Shape& dims,
                  const Shape& sizes, Sequence& prog, const SlicePlan& plan,
                  const OptionFlags& options, const DebugContext& debugContext) {
  const std::string who = "popops::multiSlice";
  const SliceOptions chosen = slice_options(who, options);
  need_offsets(who, t, offsets, dims, sizes);
  need(offsets.dim(0) > 0, who + ": there are no offsets");
  if (!is_rows(dims, sizes)) {
    need(!plan.valid(), who + ": a plan is for slices of length 1 along one dimension");
    return one_by_one(graph, t, offsets, dims, sizes, prog, options, debugContext);
  }
  return slices_of(who, graph, t, offsets, dims, plan, 0, 1, chosen, prog,
                   named(debugContext, "multiSlice"));
}

Tensor multiSlice(Graph& graph, const Tensor& t, poplar::ArrayRef<unsigned> offsets,
                  std::size_t dim, Sequence& prog, const DebugContext& debugContext,
                  const OptionFlags& optionFlags) {
  need(dim < t.rank(), "popops::multiSlice: there is no dimension " + std::to_string(dim) +
                           " in a tensor of rank " + std::to_string(t.rank()));
  const Tensor places =
      constant_offsets(graph, offsets, t.dim(static_cast<unsigned>(dim)), debugContext);
  return multiSlice(graph, t, places, {dim}, {1}, prog, SlicePlan(), optionFlags, debugContext);
}

Tensor groupedMultiSlice(Graph& graph, const Tensor& t, const Tensor& offsets, const Shape& dims,
                         const Shape& sizes, Sequence& prog, const SlicePlan& plan,
                         const OptionFlags& options, const DebugContext& debugContext) {
  const std::string who = "popops::groupedMultiSlice";
  const SliceOptions chosen = slice_options(who, options);
  need(plan.valid(), who + ": only with a plan");
  need(t.rank() == 3 && offsets.rank() == 3 && t.dim(0) == offsets.dim(0) && t.dim(0) > 0,
       who + ": tables and offsets of different groups");
  std::vector<Tensor> out;
  for (std::size_t group = 0; group < t.dim(0); ++group) {
    need_offsets(who, t[group], offsets[group], dims, sizes);
    need(is_rows(dims, sizes) && offsets.dim(1) > 0,
         who + ": one row along one dimension at a time");
    out.push_back(slices_of(who, graph, t[group], offsets[group], dims, plan, group, t.dim(0),
                            chosen, prog, named(debugContext, "multiSlice"))
                      .expand({0}));
  }
  return poplar::concat(out);
}

}  // namespace popops
