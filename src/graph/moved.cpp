// SPDX-License-Identifier: Apache-2.0
// A result is runs of bytes of its operands, as long as strides allow.
#include "graph/moved.hpp"

#include <cstring>
#include <utility>

#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

/// Where the elements of a result lie in its only operand.
struct Places {
  std::int64_t first = 0;
  std::vector<std::int64_t> strides;  ///< of each axis of the result
};

Places places_of(const Transpose& what, const Shape& from, const Shape&) {
  const std::vector<std::int64_t> own = strides_of(from);
  Places places;
  for (const std::int64_t axis : what.permutation) places.strides.push_back(own[as_index(axis)]);
  return places;
}

Places places_of(const Expand&, const Shape& from, const Shape& to) {
  return {0, broadcast_strides(from, to)};
}

Places places_of(const Slice& what, const Shape& from, const Shape&) {
  Places places{0, strides_of(from)};
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    places.first += places.strides[axis] * what.starts[axis];
    // A step that is never taken may be any number.
    places.strides[axis] = what.counts[axis] == 1 ? 0 : places.strides[axis] * what.steps[axis];
  }
  return places;
}

Tensor taken(const Tensor& from, const Places& places, const TensorType& result) {
  const Shape& shape = result.shape;
  std::size_t outer = shape.size();
  std::int64_t run = 1;
  for (; outer > 0 && (shape[outer - 1] == 1 || places.strides[outer - 1] == run); --outer) {
    run *= shape[outer - 1];
  }
  if (outer == 0) return from.part(result, places.first);
  const std::size_t size = bytes_of(result.element);
  const std::size_t run_bytes = as_index(run) * size;
  std::vector<std::byte> bytes(as_index(count_of(shape)) * size);
  const auto end = static_cast<std::ptrdiff_t>(outer);
  Walk walk(Shape(shape.begin(), shape.begin() + end),
            {{places.strides.begin(), places.strides.begin() + end}});
  for (std::size_t to = 0; to < bytes.size(); to += run_bytes) {
    const std::byte* source = from.bytes().data() + as_index(places.first + walk.place(0)) * size;
    std::memcpy(bytes.data() + to, source, run_bytes);
    walk.next();
  }
  return Tensor(result, std::move(bytes));
}

Tensor joined(const Concat& what, const std::vector<const Tensor*>& parts,
              const TensorType& result) {
  const std::size_t size = bytes_of(result.element);
  const Sections all = sections_of(result.shape, what.axis);
  std::vector<std::byte> bytes(as_index(count_of(result.shape)) * size);
  std::size_t offset = 0;
  for (const Tensor* part : parts) {
    const std::span<const std::byte> from = part->bytes();
    if (from.empty()) continue;
    const std::size_t each = from.size() / as_index(all.before);
    for (std::size_t i = 0; i < as_index(all.before); ++i) {
      const std::size_t to = i * as_index(all.along * all.behind) * size + offset;
      std::memcpy(bytes.data() + to, from.data() + i * each, each);
    }
    offset += each;
  }
  return Tensor(result, std::move(bytes));
}

}  // namespace

std::optional<Tensor> moved(const Operator& what, const std::vector<const Tensor*>& operands,
                            const TensorType& result) {
  if (std::holds_alternative<Reshape>(what)) return operands[0]->reshaped(result.shape);
  const bool moves = std::holds_alternative<Concat>(what) || std::holds_alternative<Slice>(what) ||
                     std::holds_alternative<Transpose>(what) ||
                     std::holds_alternative<Expand>(what);
  if (!moves) return std::nullopt;
  if (count_of(result.shape) == 0) return Tensor(result, std::vector<std::byte>{});
  if (const auto* concat = std::get_if<Concat>(&what)) return joined(*concat, operands, result);
  const auto take = [&](const auto& one) {
    return taken(*operands[0], places_of(one, operands[0]->type().shape, result.shape), result);
  };
  if (const auto* transpose = std::get_if<Transpose>(&what)) return take(*transpose);
  if (const auto* expand = std::get_if<Expand>(&what)) return take(*expand);
  return take(std::get<Slice>(what));
}

}  // namespace weft::graph
