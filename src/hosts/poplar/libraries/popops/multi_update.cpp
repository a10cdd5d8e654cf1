// SPDX-License-Identifier: Apache-2.0
// popops: many rows of a table at once, updated by number.
//
// Each tile has some rows and columns of the table. It gets all rows that are written, of its
// columns, and takes those that are its own.
#include <string>

#include "hosts/poplar/libraries/popops/table_access.hpp"
#include "popops/Cast.hpp"
#include "popops/DynamicSlice.hpp"
#include "poputil/Util.hpp"
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

/// As the vertices number them.
enum class Update : unsigned { replace, add, maximum, multiply };

/// Joins rows `numbers` of `table` with `rows` [n][columns].
void update(Graph& graph, const Tensor& table, const Tensor& rows, const Tensor& numbers,
            const Tensor& scale, Update how, const SlicePlan& plan, std::size_t group, bool remaps,
            poplar::ComputeSet cs) {
  for_parts(graph, plan, group, [&](const TablePart& part) {
    const auto v =
        graph.addVertex(cs, poputil::templateVertex("popops::MultiUpdate", table.elementType()),
                        {{"in", part.columns_of(rows).flatten()},
                         {"numbers", numbers},
                         {"scale", scale},
                         {"out", part.of(table).flatten()},
                         {"width", part.width()},
                         {"first", static_cast<unsigned>(part.first_row)},
                         {"parts", static_cast<unsigned>(row_parts(plan))},
                         {"update", static_cast<unsigned>(how)},
                         {"rows", static_cast<unsigned>(plan.rows)},
                         {"remaps", remaps}});
    graph.setTileMapping(v, part.tile);
  });
}

/// The scale in the type of the table; one where there is none.
Tensor scale_for(const std::string& who, Graph& graph, const Tensor& given,
                 const poplar::Type& type, Sequence& prog, const DebugContext& context) {
  if (given.valid()) {
    need(given.numElements() == 1, who + ": the scale has one element");
    if (given.elementType() == type) return given.reshape({});
    need(given.elementType() == poplar::FLOAT && type == poplar::HALF,
         who + ": a scale of type " + given.elementType().toString() + " for a table of " +
             type.toString());
    return popops::cast(graph, given.reshape({}), type, prog, context);
  }
  const bool whole = type == poplar::INT || type == poplar::UNSIGNED_INT;
  const Tensor out = whole ? graph.addConstant(type, {}, 1, named(context, "one"))
                           : graph.addConstant(type, {}, 1.0F, named(context, "one"));
  graph.setTileMapping(out, 0);
  return out;
}

struct Written {
  const std::string who;
  const Tensor& t;
  const Tensor& s;
  const Tensor& offsets;
  const Shape& dims;
  const Shape& sizes;
  const SlicePlan& plan;
  const OptionFlags& options;
  const DebugContext& context;
};

/// An update of a table [rows][columns], or of each of a group [groups][rows][columns].
void update_all(Graph& graph, const Written& w, const Tensor& given_scale, Update how,
                Sequence& prog, bool grouped) {
  const SliceOptions chosen = slice_options(w.who, w.options);
  need(!grouped || w.plan.valid(), w.who + ": only with a plan");
  need(!grouped || (w.t.rank() == 3 && w.offsets.rank() == 3 && w.s.rank() == 4 &&
                    w.t.dim(0) == w.offsets.dim(0) && w.t.dim(0) == w.s.dim(0)),
       w.who + ": tables, slices and offsets of different groups");
  need_table(w.who, w.t);
  const Tensor scale = scale_for(w.who, graph, given_scale, w.t.elementType(), prog, w.context);
  const auto cs = graph.addComputeSet(named(w.context, "multiUpdate"));
  const std::size_t groups = grouped ? w.t.dim(0) : 1;
  for (std::size_t group = 0; group < groups; ++group) {
    const Tensor t = grouped ? w.t[group] : w.t;
    const Tensor s = grouped ? w.s[group] : w.s;
    const Tensor offsets = grouped ? w.offsets[group] : w.offsets;
    need_offsets(w.who, t, offsets, w.dims, w.sizes);
    need(is_rows(w.dims, w.sizes), w.who + ": one row along one dimension at a time");
    const Tensor table = as_table(t, w.dims[0]);
    Shape slices = t.shape();
    slices[w.dims[0]] = 1;
    slices.insert(slices.begin(), offsets.dim(0));
    need(s.shape() == slices && s.elementType() == t.elementType(),
         w.who + ": slices are " + t.elementType().toString() + " of shape " +
             poputil::shapeToString(slices) + ", not " + s.elementType().toString() + " of shape " +
             poputil::shapeToString(s.shape()));
    if (offsets.dim(0) == 0) continue;
    const Tensor rows =
        s.dimRoll(static_cast<unsigned>(w.dims[0]) + 1, 1).reshape({offsets.dim(0), table.dim(1)});
    check_numbers(graph, offsets, table.dim(0), chosen, prog, w.context);
    update(graph, table, rows, offsets.flatten(), scale, how,
           plan_for(w.who, graph, w.plan, table, groups), group, chosen.remaps, cs);
  }
  prog.add(Execute(cs, w.context));
}

}  // namespace

void multiUpdate(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                 const Shape& dims, const Shape& sizes, Sequence& prog, const SlicePlan& plan,
                 const OptionFlags& options, const DebugContext& debugContext) {
  update_all(graph,
             {"popops::multiUpdate", t, s, offsets, dims, sizes, plan, options, debugContext},
             Tensor(), Update::replace, prog, false);
}
void multiUpdateAdd(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                    const Tensor& scale, const Shape& dims, const Shape& sizes, Sequence& prog,
                    const SlicePlan& plan, const OptionFlags& options,
                    const DebugContext& debugContext) {
  update_all(graph,
             {"popops::multiUpdateAdd", t, s, offsets, dims, sizes, plan, options, debugContext},
             scale, Update::add, prog, false);
}
void multiUpdateMax(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                    const Shape& dims, const Shape& sizes, Sequence& prog, const SlicePlan& plan,
                    const OptionFlags& options, const DebugContext& debugContext) {
  update_all(graph,
             {"popops::multiUpdateMax", t, s, offsets, dims, sizes, plan, options, debugContext},
             Tensor(), Update::maximum, prog, false);
}
void multiUpdateMul(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                    const Shape& dims, const Shape& sizes, Sequence& prog, const SlicePlan& plan,
                    const OptionFlags& options, const DebugContext& debugContext) {
  update_all(graph,
             {"popops::multiUpdateMul", t, s, offsets, dims, sizes, plan, options, debugContext},
             Tensor(), Update::multiply, prog, false);
}
void multiUpdateAdd(Graph& graph, const Tensor& t, const Tensor& s,
                    poplar::ArrayRef<unsigned> offsets, const Tensor& scale, std::size_t dim,
                    Sequence& prog, const DebugContext& debugContext,
                    const OptionFlags& optionFlags) {
  const Tensor places = graph.addConstant<unsigned>(poplar::UNSIGNED_INT, {offsets.size(), 1},
                                                    offsets, named(debugContext, "offsets"));
  graph.setTileMapping(places, 0);
  multiUpdateAdd(graph, t, s, places, scale, {dim}, {1}, prog, SlicePlan(), optionFlags,
                 debugContext);
}

void groupedMultiUpdate(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                        const Shape& dims, const Shape& sizes, Sequence& prog,
                        const SlicePlan& plan, const OptionFlags& options,
                        const DebugContext& debugContext) {
  update_all(
      graph,
      {"popops::groupedMultiUpdate", t, s, offsets, dims, sizes, plan, options, debugContext},
      Tensor(), Update::replace, prog, true);
}
void groupedMultiUpdateAdd(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                           const Tensor& scale, const Shape& dims, const Shape& sizes,
                           Sequence& prog, const SlicePlan& plan, const OptionFlags& options,
                           const DebugContext& debugContext) {
  update_all(
      graph,
      {"popops::groupedMultiUpdateAdd", t, s, offsets, dims, sizes, plan, options, debugContext},
      scale, Update::add, prog, true);
}
void groupedMultiUpdateMax(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                           const Shape& dims, const Shape& sizes, Sequence& prog,
                           const SlicePlan& plan, const OptionFlags& options,
                           const DebugContext& debugContext) {
  update_all(
      graph,
      {"popops::groupedMultiUpdateMax", t, s, offsets, dims, sizes, plan, options, debugContext},
      Tensor(), Update::maximum, prog, true);
}
void groupedMultiUpdateMul(Graph& graph, const Tensor& t, const Tensor& s, const Tensor& offsets,
                           const Shape& dims, const Shape& sizes, Sequence& prog,
                           const SlicePlan& plan, const OptionFlags& options,
                           const DebugContext& debugContext) {
  update_all(
      graph,
      {"popops::groupedMultiUpdateMul", t, s, offsets, dims, sizes, plan, options, debugContext},
      Tensor(), Update::multiply, prog, true);
}

}  // namespace popops
