// SPDX-License-Identifier: Apache-2.0
// GatherND of constant places at even distances: rows of a reshaped operand, sliced. Exact.
#include <limits>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::Shape;
using graph::SourceValueId;
using graph::TensorType;

/// Row numbers that places name in an operand whose first axes are joined to one.
struct Rows {
  std::int64_t count = 1;  ///< that the operand has
  Whole wanted;
};

std::optional<Rows> rows_of(const Shape& shape, const Whole& places, std::int64_t depth) {
  Rows rows;
  for (std::int64_t axis = 0; axis < depth; ++axis) rows.count *= shape[static_cast<size_t>(axis)];
  for (std::size_t at = 0; at < places.size(); at += static_cast<std::size_t>(depth)) {
    std::int64_t row = 0;
    for (std::int64_t axis = 0; axis < depth; ++axis) {
      const std::int64_t extent = shape[static_cast<std::size_t>(axis)];
      const std::int64_t place =
          from_front(places[at + static_cast<std::size_t>(axis)], static_cast<std::size_t>(extent));
      if (place < 0 || place >= extent) return std::nullopt;
      row = row * extent + place;
    }
    rows.wanted.push_back(row);
  }
  return rows;
}

/// The distance of neighbours, where all have the same and it is forward.
std::optional<std::int64_t> step_of(const Whole& rows) {
  if (rows.size() < 2) return 1;
  const std::int64_t step = rows[1] - rows[0];
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i] - rows[i - 1] != step) return std::nullopt;
  }
  return step > 0 ? std::optional<std::int64_t>(step) : std::nullopt;
}

SourceValueId reshape(Spelling& to, SourceValueId x, const TensorType& type) {
  return to.make("Reshape", {x, to.wholes(type.shape)}, type);
}

}  // namespace

bool spell_gather_points(Spelling& to) {
  const auto type = to.type(0);
  const auto places_type = to.type(1);
  const auto places = to.known_wholes(1);
  constexpr std::int64_t slice_by_inputs = 10;
  if (!type || !places || places->empty() || to.node().version < slice_by_inputs) return false;
  if (whole_attribute(to.node(), "batch_dims", 0) != 0) return false;
  const std::int64_t depth = places_type->shape.back();
  const auto rows = rows_of(type->shape, *places, depth);
  const auto step = rows ? step_of(rows->wanted) : std::nullopt;
  if (!step) return false;
  const Shape rest(type->shape.begin() + depth, type->shape.end());
  for (const std::int64_t extent : rest) {
    if (extent == 0) return false;  // a shape's 0 means another thing to Reshape
  }
  TensorType flat{type->element, {rows->count}};
  flat.shape.insert(flat.shape.end(), rest.begin(), rest.end());
  SourceValueId x = reshape(to, to.node().inputs[0], flat);
  const auto wanted = static_cast<std::int64_t>(rows->wanted.size());
  if (wanted != rows->count) {
    flat.shape[0] = wanted;
    const std::int64_t first = rows->wanted.front();
    x = to.make("Slice",
                {x, to.wholes({first}), to.wholes({rows->wanted.back() + 1}), to.wholes({0}),
                 to.wholes({*step})},
                flat);
  }
  Whole shape(places_type->shape.begin(), places_type->shape.end() - 1);
  shape.insert(shape.end(), rest.begin(), rest.end());
  to.finish("Reshape", {x, to.wholes(shape)}, to.node().outputs);
  return true;
}

}  // namespace weft::advice
