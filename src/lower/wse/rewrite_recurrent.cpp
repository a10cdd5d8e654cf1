// SPDX-License-Identifier: Apache-2.0
// Recurrences, a direction a node, forward: backward ones have their steps turned round before and
// behind.
#include <algorithm>

#include "graph/shapes.hpp"
#include "lower/wse/recurrence.hpp"
#include "lower/wse/rewriting.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Shape;
using graph::ValueId;

namespace {

/// The steps of `x`, the last one first.
graph::Slice turned_round(const Shape& x) {
  graph::Slice out{Shape(x.size(), 0), x, Shape(x.size(), 1)};
  out.starts[0] = x[0] - 1;
  out.steps[0] = -1;
  return out;
}

graph::Slice last_step(const Shape& x) {
  graph::Slice out{Shape(x.size(), 0), x, Shape(x.size(), 1)};
  out.starts[0] = x[0] - 1;
  out.counts[0] = 1;
  return out;
}

}  // namespace

bool is_all(const graph::Tensor& constant, std::int64_t number) {
  const graph::Numbers all = numbers_of(constant);
  const auto same = [number](auto one) { return one == static_cast<decltype(one)>(number); };
  return std::all_of(all.floats.begin(), all.floats.end(), same) &&
         std::all_of(all.whole.begin(), all.whole.end(), same);
}

/// Whether operand `i` says what holds without it: a state of zeros, sequences of all steps.
bool Rewriting::says_nothing(const Call& call, std::size_t i, std::int64_t usual) const {
  if (!call.has(i)) return true;
  return constant(call.in[i]) && is_all(*out_[call.in[i]].constant, usual);
}

/// Direction `d` of constant number `i`.
ValueId Rewriting::of_direction(const Call& call, std::size_t i, std::int64_t d) {
  const graph::Numbers all = numbers_of(*out_[call.in[i]].constant);
  graph::Numbers one{all.type, {}, {}};
  const std::int64_t count = graph::count_of(all.type.shape) / all.type.shape[0];
  one.type.shape[0] = 1;
  const auto from = all.floats.begin() + d * count;
  one.floats.assign(from, from + count);
  return number(call, "operand" + std::to_string(i) + "_" + std::to_string(d), one);
}

Rewriting::Made Rewriting::become(const graph::Recurrent& what, const Call& call) {
  const Shape x = shape(call.in[0]);
  const bool plain = says_nothing(call, 4, x[0]) && says_nothing(call, 5, 0) &&
                     says_nothing(call, 6, 0) && constant(call.in[1]) && constant(call.in[2]) &&
                     (!call.has(3) || constant(call.in[3]));
  const bool as_it_is = what.direction == graph::Direction::forward && call.in.size() <= 4;
  if (!plain || (as_it_is && !call.wants(1))) return std::nullopt;
  const bool lstm = what.kind == graph::RecurrentKind::lstm;
  graph::Recurrent one = what;
  one.direction = graph::Direction::forward;
  const std::int64_t directions = what.direction == graph::Direction::both ? 2 : 1;
  std::vector<ValueId> all;
  std::vector<ValueId> ends;
  std::vector<ValueId> cells;
  for (std::int64_t d = 0; d < directions; ++d) {
    const bool backward = what.direction == graph::Direction::reverse || d == 1;
    const std::string which = backward ? "backward" : "forward";
    const ValueId steps =
        backward ? before(turned_round(x), {call.in[0]}, call, "turned_round") : call.in[0];
    std::vector<ValueId> in{steps, of_direction(call, 1, d), of_direction(call, 2, d)};
    if (call.has(3)) in.push_back(of_direction(call, 3, d));
    Call single{in, call.origins, {call.names[0] + "." + which}};
    single.wanted = {true, false, false};
    const std::vector<ValueId> made = add(one, single);
    if (call.wants(1)) {
      const ValueId step = before(last_step(shape(made[0])), {made[0]}, call, which + "_end");
      Shape end = shape(step);
      end.erase(end.begin());
      ends.push_back(before(graph::Reshape{end}, {step}, call, which + "_state"));
    }
    if (lstm) cells.push_back(made[2]);
    all.push_back(backward ? before(turned_round(shape(made[0])), {made[0]}, call, "as_it_was")
                           : made[0]);
  }
  std::vector<ValueId> out{joined(all, 1, call, 0)};
  out.push_back(call.wants(1) ? joined(ends, 0, call, 1) : all[0]);
  if (lstm) out.push_back(call.wants(2) ? joined(cells, 0, call, 2) : cells[0]);
  return out;
}

/// One value a direction, along `axis`: result number `i` of the call.
ValueId Rewriting::joined(const std::vector<ValueId>& values, std::int64_t axis, const Call& call,
                          std::size_t i) {
  const std::string name = i < call.names.size() ? call.names[i] : "";
  if (values.size() > 1) return add(graph::Concat{axis}, {values, call.origins, {name}})[0];
  const Shape same = shape(values[0]);
  return add(graph::Reshape{same}, {values, call.origins, {name}})[0];
}

}  // namespace weft::lower::wse
