// SPDX-License-Identifier: Apache-2.0
// The K largest by K rounds of a maximum, each of which masks its winner. Exact where the operand
// has no infinities and no NaN: among equals the first wins, as TopK has it.
#include <cmath>
#include <limits>

#include "advice/rewrite_passes.hpp"

namespace weft::advice {
namespace {

using graph::Element;
using graph::SourceValueId;
using graph::TensorType;

constexpr std::int64_t most_rounds = 64;

/// What all rounds have in common.
struct Rounds {
  std::size_t axis = 0;
  TensorType type, value, place;
  SourceValueId numbers{}, least{};
};

struct Winner {
  SourceValueId value{}, place{};
};

Winner winner_of(Spelling& to, const Rounds& all, SourceValueId x) {
  const auto axis = static_cast<std::int64_t>(all.axis);
  Winner out;
  out.value = to.reduce("ReduceMax", x, all.type, {axis});
  out.place = to.make("ArgMax", {x}, all.place, {{"axis", axis}, {"keepdims", std::int64_t{1}}});
  return out;
}

SourceValueId without(Spelling& to, const Rounds& all, SourceValueId x, SourceValueId place) {
  const TensorType is_it{Element::boolean, all.type.shape};
  const SourceValueId equal = to.make("Equal", {all.numbers, place}, is_it);
  return to.make("Where", {equal, all.least, x}, all.type);
}

/// 0, 1, ... along the axis.
SourceValueId numbers_along(Spelling& to, const TensorType& type, std::size_t axis) {
  graph::Numbers numbers{{Element::i64, graph::Shape(type.shape.size(), 1)}, {}, {}};
  numbers.type.shape[axis] = type.shape[axis];
  for (std::int64_t i = 0; i < type.shape[axis]; ++i) numbers.whole.push_back(i);
  return to.constant(tensor_of(numbers));
}

}  // namespace

bool spell_top_k(Spelling& to) {
  const graph::SourceNode& node = to.node();
  const auto type = to.type(0);
  const auto count = to.known_wholes(1);
  constexpr std::int64_t equal_of_all = 11;  // Equal of any type; K is an input from 10 on
  if (!type || !is_floating(type->element) || !count || count->size() != 1) return false;
  if (count->front() < 1 || count->front() > most_rounds || node.version < equal_of_all) {
    return false;
  }
  if (whole_attribute(node, "largest", 1) == 0) return false;
  Rounds all;
  all.type = *type;
  all.axis =
      static_cast<std::size_t>(from_front(whole_attribute(node, "axis", -1), type->shape.size()));
  all.value = *type;
  all.value.shape[all.axis] = 1;
  all.place = {Element::i64, all.value.shape};
  all.numbers = numbers_along(to, *type, all.axis);
  all.least = to.number(-std::numeric_limits<double>::infinity(), type->element);
  Ids values, places;
  SourceValueId x = node.inputs[0];
  for (std::int64_t round = 0; round < count->front(); ++round) {
    if (round > 0) x = without(to, all, x, places.back());
    const Winner winner = winner_of(to, all, x);
    values.push_back(winner.value);
    places.push_back(winner.place);
  }
  const Attributes axis{{"axis", static_cast<std::int64_t>(all.axis)}};
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == graph::no_source_value) continue;
    to.finish("Concat", i == 0 ? values : places, {node.outputs[i]}, axis);
  }
  return true;
}

}  // namespace weft::advice
