// SPDX-License-Identifier: Apache-2.0
// popops: plans for lookups in tables, and the tensors that are made for them.
#include <algorithm>
#include <ostream>
#include <string>

#include "base/counted.hpp"
#include "hosts/poplar/libraries/popops/slice_options.hpp"
#include "hosts/poplar/libraries/popops/table_parts.hpp"
#include "popops/DynamicSlice.hpp"
#include "poputil/TileMapping.hpp"
#include "poputil/Util.hpp"

namespace popops {

using poplar::DebugContext;
using poplar::Graph;
using poplar::OptionFlags;
using poplar::Tensor;
using poplar::Type;
using namespace weft::libraries;

std::ostream& operator<<(std::ostream& o, const SlicePlan& p) {
  if (!p.valid()) return o << "SlicePlan{none}";
  return o << "SlicePlan{groups=" << p.groups << ", rows=" << p.rows << ", columns=" << p.columns
           << ", rowsEach=" << p.rowsEach << ", columnsEach=" << p.columnsEach << "}";
}

namespace {

void need_plan(const std::string& who, const SlicePlan& plan, std::size_t groups,
               const Shape& shape, const Shape& dims, const Shape& sizes) {
  need(plan.valid(), who + ": only with a plan");
  need(plan.groups == groups, who + ": " + weft::counted(groups, "group") +
                                  ", but the plan is for " + std::to_string(plan.groups));
  need(dims == Shape{0} && sizes == Shape{1},
       who + ": a plan is for slices of length 1 along dimension 0");
  need(shape == Shape({plan.rows, plan.columns}),
       who + ": shape " + poputil::shapeToString(shape) + ", but the plan is for " +
           poputil::shapeToString({plan.rows, plan.columns}));
}

/// [groups][rows][columns], placed by the plan.
Tensor planned_rows(Graph& graph, const Type& type, const SlicePlan& plan, std::size_t rows,
                    const DebugContext& context) {
  const Tensor out = graph.addVariable(type, {plan.groups, rows, plan.columns}, context);
  for (std::size_t group = 0; group < plan.groups; ++group) {
    map_table(graph, plan, group, out[group]);
  }
  return out;
}

}  // namespace

Tensor createSliceableTensor(Graph& graph, const Type& type, const Shape& shape, const Shape& dims,
                             const Shape& sizes, const SlicePlan& plan, const OptionFlags& options,
                             const DebugContext& debugContext) {
  slice_options("popops::createSliceableTensor", options);
  if (!plan.valid()) {
    return createSliceableTensor(graph, type, shape, dims, sizes, std::size_t{0}, debugContext);
  }
  need_plan("popops::createSliceableTensor", plan, 1, shape, dims, sizes);
  return planned_rows(graph, type, plan, plan.rows, debugContext)[0];
}

Tensor createGroupedSliceableTensor(Graph& graph, const Type& type, std::size_t groupSize,
                                    const Shape& shape, const Shape& dims, const Shape& sizes,
                                    const SlicePlan& plan, const OptionFlags& options,
                                    const DebugContext& debugContext) {
  slice_options("popops::createGroupedSliceableTensor", options);
  need_plan("popops::createGroupedSliceableTensor", plan, groupSize, shape, dims, sizes);
  return planned_rows(graph, type, plan, plan.rows, debugContext);
}

Tensor createSliceTensor(Graph& graph, const Type& type, const Shape& shape, const Shape& dims,
                         const Shape& sizes, std::size_t numIndices, const SlicePlan& plan,
                         const OptionFlags& options, const DebugContext& debugContext) {
  slice_options("popops::createSliceTensor", options);
  if (plan.valid()) {
    need_plan("popops::createSliceTensor", plan, 1, shape, dims, sizes);
    return planned_rows(graph, type, plan, numIndices, debugContext)[0].expand({1});
  }
  Shape slice = shape;
  need(dims.size() == sizes.size(), "popops::createSliceTensor: one size a dimension");
  for (std::size_t i = 0; i < dims.size(); ++i) {
    need(dims[i] < shape.size() && sizes[i] <= shape[dims[i]],
         "popops::createSliceTensor: no slice of " + std::to_string(sizes[i]) +
             " along dimension " + std::to_string(dims[i]) + " of " +
             poputil::shapeToString(shape));
    slice[dims[i]] = sizes[i];
  }
  slice.insert(slice.begin(), numIndices);
  const Tensor out = graph.addVariable(type, slice, debugContext);
  poputil::mapTensorLinearly(graph, out);
  return out;
}

Tensor createGroupedSliceTensor(Graph& graph, const Type& type, std::size_t groupSize,
                                const Shape& shape, const Shape& dims, const Shape& sizes,
                                std::size_t numIndices, const SlicePlan& plan,
                                const OptionFlags& options, const DebugContext& debugContext) {
  slice_options("popops::createGroupedSliceTensor", options);
  need_plan("popops::createGroupedSliceTensor", plan, groupSize, shape, dims, sizes);
  return planned_rows(graph, type, plan, numIndices, debugContext).expand({2});
}

Tensor createGroupedIndicesTensor(Graph& graph, std::size_t groupSize, const Shape& dims,
                                  std::size_t numIndices, const SlicePlan& plan,
                                  const OptionFlags& options, const DebugContext& debugContext) {
  slice_options("popops::createGroupedIndicesTensor", options);
  need(!plan.valid() || plan.groups == groupSize,
       "popops::createGroupedIndicesTensor: " + weft::counted(groupSize, "group") +
           ", but the plan is for " + std::to_string(plan.groups));
  const Tensor out =
      graph.addVariable(poplar::UNSIGNED_INT, {groupSize, numIndices, dims.size()}, debugContext);
  poputil::mapTensorLinearly(graph, out);
  return out;
}
Tensor createIndicesTensor(Graph& graph, const Shape& dims, std::size_t numIndices,
                           const SlicePlan& plan, const OptionFlags& options,
                           const DebugContext& debugContext) {
  return createGroupedIndicesTensor(graph, 1, dims, numIndices, plan, options, debugContext)[0];
}

Tensor createSliceableTensorFromSlice(Graph& graph, const Tensor& s, const Shape& dims,
                                      const Shape& numSlices, const DebugContext& debugContext) {
  need(dims.size() == numSlices.size(),
       "popops::createSliceableTensorFromSlice: one number of slices a dimension");
  Tensor out = s;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    need(dims[i] < s.rank(), "popops::createSliceableTensorFromSlice: there is no dimension " +
                                 std::to_string(dims[i]) + " in " +
                                 poputil::shapeToString(s.shape()));
    std::vector<Tensor> slices;
    for (std::size_t n = 0; n < numSlices[i]; ++n) slices.push_back(graph.clone(out, debugContext));
    out = poplar::concat(slices, static_cast<unsigned>(dims[i]));
  }
  return dims.empty() ? graph.clone(s, debugContext) : out;
}

namespace embedding {

SlicePlan plan(const Graph& graph, const Type& dataType, std::size_t groupSize,
               std::size_t numEntries, std::size_t outputSize, const Shape& /*numLookups*/,
               const OptionFlags& options) {
  const std::string who = "popops::embedding::plan";
  slice_options(who, options);
  const auto is = [&](const std::string& wanted, const char* value) {
    return std::any_of(options.begin(), options.end(), [&](const auto& option) {
      return option.first == wanted && option.second == value;
    });
  };
  need(!is("usedForSlice", "false") || !is("usedForUpdate", "false"),
       who + ": a table that is used neither for slices nor for updates");
  need(groupSize > 0 && numEntries > 0 && outputSize > 0,
       who + ": " + weft::counted(groupSize, "table") + " of " +
           weft::counted(numEntries, "entry", "entries") + " of " +
           weft::counted(outputSize, "element") + " have nothing");
  return spread_table(graph.getTarget(), dataType, groupSize, numEntries, outputSize);
}
SlicePlan plan(const Graph& graph, const Type& dataType, std::size_t numEntries,
               std::size_t outputSize, const Shape& numLookups, const OptionFlags& options) {
  return plan(graph, dataType, 1, numEntries, outputSize, numLookups, options);
}

}  // namespace embedding
}  // namespace popops
