// SPDX-License-Identifier: Apache-2.0
// Extents from shapes; parts of planes are rounded up.
#include "advice/fill.hpp"

#include <map>
#include <tuple>

#include "advice/spelling.hpp"

namespace weft::advice {
namespace {

using graph::SourceModel;
using graph::SourceNode;
using graph::SourceNodeId;
using graph::SourceValueId;

std::int64_t parts(std::int64_t extent, std::int64_t of) { return (extent + of - 1) / of; }

const graph::Shape* shape_at(const SourceModel& model, const Ids& ids, std::size_t i) {
  if (i >= ids.size() || ids[i] == graph::no_source_value || !model[ids[i]].type) return nullptr;
  return &model[ids[i]].type->shape;
}

std::optional<ProductExtents> of_matrices(const graph::Shape& b, const graph::Shape& y) {
  if (b.size() < 2 || y.size() < 2) return std::nullopt;
  ProductExtents out{1, b[b.size() - 2], b.back(), 1};
  const std::int64_t rows = y.back() == 0 ? 0 : graph::count_of(y) / y.back();
  out.copies = b.size() == 2 || y[y.size() - 2] == 0 ? 1 : rows / y[y.size() - 2];
  out.rows = out.copies == 0 ? 0 : rows / out.copies;
  return out;
}

/// A plain product of a value by a constant matrix.
bool can_be_joined(const SourceModel& model, const SourceNode& node) {
  if (node.operation != "MatMul" || !node.domain.empty() || !node.is_needed || node.is_folded) {
    return false;
  }
  const SourceValueId matrix = node.inputs[1];
  const auto& value = model[matrix];
  return !model[node.inputs[0]].is_constant && value.is_initializer && value.type &&
         value.type->shape.size() == 2 && graph::is_floating(value.type->element);
}

}  // namespace

std::int64_t ProductExtents::planes(const PlaneExtents& plane) const {
  return copies * parts(inner, plane.rows) * parts(columns, plane.columns);
}

double ProductExtents::fill(const PlaneExtents& plane) const {
  const std::int64_t held = planes(plane) * plane.rows * plane.columns;
  return held == 0 ? 1 : static_cast<double>(copies * inner * columns) / static_cast<double>(held);
}

std::optional<ProductExtents> product_extents(const SourceModel& model, const SourceNode& node) {
  const graph::Shape* a = shape_at(model, node.inputs, 0);
  const graph::Shape* b = shape_at(model, node.inputs, 1);
  const graph::Shape* y = shape_at(model, node.outputs, 0);
  if (!node.domain.empty() || a == nullptr || b == nullptr || y == nullptr) return std::nullopt;
  if (node.operation == "MatMul") return of_matrices(*b, *y);
  if (node.operation == "Gemm" && a->size() == 2 && y->size() == 2) {
    const std::size_t inner = whole_attribute(node, "transA", 0) != 0 ? 0 : 1;
    return ProductExtents{(*y)[0], (*a)[inner], (*y)[1], 1};
  }
  const std::int64_t groups = whole_attribute(node, "group", 1);
  if (node.operation == "Conv" && b->size() > 2 && groups > 0 && (*b)[0] > 0) {
    const std::int64_t outputs = (*b)[0];
    return ProductExtents{graph::count_of(*y) / outputs, graph::count_of(*b) / outputs,
                          outputs / groups, groups};
  }
  return std::nullopt;
}

std::vector<JoinedProducts> products_to_join(const SourceModel& model, const PlaneExtents& plane) {
  std::map<std::tuple<SourceValueId, std::int64_t, graph::Element>, std::vector<SourceNodeId>> by;
  std::vector<decltype(by)::key_type> order;
  for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
    const SourceNode& node = model.nodes[i];
    if (!can_be_joined(model, node)) continue;
    const graph::TensorType& type = *model[node.inputs[1]].type;
    const auto key = std::make_tuple(node.inputs[0], type.shape[0], type.element);
    if (!by.contains(key)) order.push_back(key);
    by[key].push_back(SourceNodeId{i});
  }
  std::vector<JoinedProducts> out;
  for (const auto& key : order) {
    JoinedProducts joined{by.at(key), 0, 0};
    if (joined.nodes.size() < 2) continue;
    ProductExtents all;
    for (const SourceNodeId id : joined.nodes) {
      const auto extents = product_extents(model, model[id]);
      if (!extents) break;
      joined.planes_were += extents->planes(plane);
      all = {extents->rows, extents->inner, all.columns + extents->columns, 1};
    }
    joined.planes_are = all.planes(plane);
    if (joined.planes_are < joined.planes_were) out.push_back(std::move(joined));
  }
  return out;
}

}  // namespace weft::advice
