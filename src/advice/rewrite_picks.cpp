// SPDX-License-Identifier: Apache-2.0
// Maxima and places that are constants, by lookups and comparisons. Exact.
#include <set>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::Element;
using graph::SourceValueId;
using graph::TensorType;

/// The row numbers that constant places name, in an operand whose first axes are joined to one;
/// nothing where one is out of range, or named twice.
std::optional<Whole> distinct_rows(const graph::Shape& shape, const graph::Numbers& places) {
  const std::int64_t depth = places.type.shape.back();
  Whole rows;
  std::set<std::int64_t> seen;
  for (std::size_t at = 0; at < places.whole.size(); at += static_cast<std::size_t>(depth)) {
    std::int64_t row = 0;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(depth); ++axis) {
      const std::int64_t place = places.whole[at + axis];
      const std::int64_t from_start = place < 0 ? place + shape[axis] : place;
      if (from_start < 0 || from_start >= shape[axis]) return std::nullopt;
      row = row * shape[axis] + from_start;
    }
    if (!seen.insert(row).second) return std::nullopt;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

/// 1 where the place is the first maximum's.
bool spell_hardmax(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  constexpr std::int64_t of_one_axis = 13, equal_of_whole = 11;
  if (!type || type->shape.empty() || node.version < equal_of_whole) return false;
  const auto rank = static_cast<std::int64_t>(type->shape.size());
  const std::int64_t axis = from_front(
      whole_attribute(node, "axis", node.version < of_one_axis ? 1 : -1), type->shape.size());
  if (node.version < of_one_axis && axis + 1 != rank) return false;
  const auto at = static_cast<std::size_t>(axis);
  TensorType place{Element::i64, type->shape};
  place.shape[at] = 1;
  const SourceValueId best =
      to.make("ArgMax", {node.inputs[0]}, place, {{"axis", axis}, {"keepdims", std::int64_t{1}}});
  graph::Numbers numbers{{Element::i64, graph::Shape(type->shape.size(), 1)}, {}, {}};
  numbers.type.shape[at] = type->shape[at];
  for (std::int64_t i = 0; i < type->shape[at]; ++i) numbers.whole.push_back(i);
  const SourceValueId is_it =
      to.make("Equal", {to.constant(tensor_of(numbers)), best}, {Element::boolean, type->shape});
  to.finish("Cast", {is_it}, node.outputs, {{"to", type_number(type->element)}});
  return true;
}

/// Rows of the old and the new ones behind each other, looked up by constant places.
bool spell_scatter_points(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0), updates_type = to.type(2);
  if (!type || !updates_type || !node.has_input(1) || !to.model()[node.inputs[1]].constant) {
    return false;
  }
  if (text_attribute(node, "reduction", "none") != "none") return false;
  const graph::Numbers places = numbers_of(*to.model()[node.inputs[1]].constant);
  if (places.type.shape.empty() || graph::count_of(updates_type->shape) == 0) return false;
  const auto depth = static_cast<std::size_t>(places.type.shape.back());
  if (depth < 1 || depth > type->shape.size()) return false;
  const auto updated = distinct_rows(type->shape, places);
  if (!updated) return false;
  const graph::Shape front(type->shape.begin(),
                           type->shape.begin() + static_cast<std::ptrdiff_t>(depth));
  const std::int64_t rows = graph::count_of(front);
  const auto fresh = static_cast<std::int64_t>(updated->size());
  const std::int64_t width = graph::count_of(type->shape) / rows;
  const auto matrix = [&](std::int64_t count) { return TensorType{type->element, {count, width}}; };
  const SourceValueId was = to.reshape(node.inputs[0], matrix(rows));
  const SourceValueId now = to.reshape(node.inputs[2], matrix(fresh));
  const SourceValueId both =
      to.make("Concat", {was, now}, matrix(rows + fresh), {{"axis", std::int64_t{0}}});
  Whole from(static_cast<std::size_t>(rows));
  for (std::int64_t row = 0; row < rows; ++row) from[static_cast<std::size_t>(row)] = row;
  for (std::int64_t i = 0; i < fresh; ++i) {
    from[static_cast<std::size_t>((*updated)[static_cast<std::size_t>(i)])] = rows + i;
  }
  const SourceValueId picked =
      to.make("Gather", {both, to.wholes(from)}, matrix(rows), {{"axis", std::int64_t{0}}});
  to.finish("Reshape", {picked, to.wholes(type->shape)}, node.outputs);
  return true;
}

namespace {

/// a >= b is a > b or a == b, for NaN too.
bool spell_or_equal(Spelling& to, const std::string& strict) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  const auto& result = to.model()[node.outputs[0]].type;
  constexpr std::int64_t equal_of_all = 11;
  if (!type || !result || node.version < equal_of_all) return false;
  const TensorType yes = *result;
  const SourceValueId more = to.make(strict, node.inputs, yes);
  const SourceValueId same = to.make("Equal", node.inputs, yes);
  to.finish("Or", {more, same}, node.outputs);
  return true;
}

}  // namespace

bool spell_greater_or_equal(Spelling& to) { return spell_or_equal(to, "Greater"); }
bool spell_less_or_equal(Spelling& to) { return spell_or_equal(to, "Less"); }

}  // namespace weft::advice
