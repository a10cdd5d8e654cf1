// SPDX-License-Identifier: Apache-2.0
// What moves elements: where they lie is said, and whoever takes them reads them there.
#include <algorithm>

#include "lower/rdu/writer.hpp"

namespace weft::lower::rdu {

using graph::Shape;
using program::rdu::none;

/// Where the tensor's elements lie one behind the other they do so under the new shape too.
void Writer::of(const graph::Reshape&) {
  const Shape& x = shape(in(0));
  for (const Held& held : model_.held[index(in(0))]) {
    if (!same_places(x, held, dense(x, row_by_row(x, held.columns), 0))) {
      continue;
    }
    return give(row_by_row(result(), held.columns), held.pattern);
  }
  const std::int64_t columns = result().empty() ? 1 : result().back();
  const std::uint32_t made = rows_of(in(0), columns);
  give(row_by_row(result(), columns), made);
}

void Writer::of(const graph::Transpose& what) {
  Held held = first_held(in(0));
  const std::vector<std::int64_t> from = held.strides;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    held.strides[axis] = from[static_cast<std::size_t>(what.permutation[axis])];
  }
  give(held);
}

void Writer::of(const graph::Expand&) {
  const Shape& x = shape(in(0));
  Held held = first_held(in(0));
  const std::vector<std::int64_t> from = held.strides;
  held.strides.assign(result().size(), 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] != 1) held.strides[result().size() - x.size() + i] = from[i];
  }
  give(held);
}

void Writer::of(const graph::Slice& what) {
  Held held = first_held(in(0));
  for (std::size_t axis = 0; axis < held.strides.size(); ++axis) {
    held.first += what.starts[axis] * held.strides[axis];
    held.strides[axis] *= what.steps[axis];
  }
  give(held);
}

/// Parts stand side by side where they lie so that the axis moves fastest and their columns are
/// whole vectors; else the axis becomes the slowest, and they stand one below the other.
void Writer::of(const graph::Concat& what) {
  const auto along = static_cast<std::size_t>(what.axis);
  const std::optional<Order> side_by_side = order_of_columns(along);
  Order order;
  order.axes.push_back(along);
  for (std::size_t axis = 0; axis < result().size(); ++axis) {
    if (axis == along) continue;
    order.axes.push_back(axis);
    order.columns = result()[axis];
  }
  std::vector<std::uint32_t> parts;
  for (std::size_t i = 0; i < node().inputs.size(); ++i) {
    Order of_part = side_by_side.value_or(order);
    if (side_by_side) of_part.columns = shape(in(i))[along];
    parts.push_back(matrix(in(i), of_part));
  }
  if (side_by_side) {
    return give(*side_by_side, model_.patterns.join(result_name(), std::move(parts)));
  }
  give(order, model_.patterns.stack(result_name(), std::move(parts)));
}

std::optional<Order> Writer::order_of_columns(std::size_t along) const {
  constexpr std::int64_t vector_columns = 32;
  for (std::size_t i = 0; i + 1 < node().inputs.size(); ++i) {
    if (shape(in(i))[along] % vector_columns != 0) return std::nullopt;
  }
  const bool is_last = along + 1 == result().size();
  if (!is_last && (along != 1 || result().size() < 3)) return std::nullopt;
  Order out = is_last ? row_by_row(result()) : pixel_by_pixel(result());
  for (std::size_t i = 0; i < node().inputs.size(); ++i) {
    const Shape& of = shape(in(i));
    const std::vector<Held>& all = model_.held[index(in(i))];
    const Held wanted = dense(of, {out.axes, of[along]}, none);
    const bool lies_so = std::any_of(
        all.begin(), all.end(), [&](const Held& held) { return same_places(of, held, wanted); });
    if (!lies_so && !graph_[in(i)].constant) return std::nullopt;
  }
  return out;
}

}  // namespace weft::lower::rdu
