// SPDX-License-Identifier: Apache-2.0
// Patterns: gathers of constant places that are slices or reshapes.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "graph/evaluate.hpp"
#include "graph/patterns.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

bool gathers(const Operator& what) {
  return std::holds_alternative<Gather>(what) || std::holds_alternative<GatherElements>(what) ||
         std::holds_alternative<GatherPoints>(what);
}

/// The places in the operand that the results' elements come from; none where an index lies
/// outside, which evaluating the node says.
std::vector<std::int64_t> places_of(const Rewriter& r, const Node& node) {
  const Shape& shape = r.shape(node.inputs[0]);
  Numbers places{{Element::i64, shape}, {}, {}};
  places.whole.resize(as_index(count_of(shape)));
  std::iota(places.whole.begin(), places.whole.end(), 0);
  const Numbers indices = numbers_of(*r.graph()[node.inputs[1]].constant);
  try {
    return evaluate(node.what, {&places, &indices}).at(0).whole;
  } catch (const Error&) {
    return {};
  }
}

/// Whole numbers that go up or down by the same step.
struct Progression {
  std::int64_t first, count, step;
};

std::optional<Progression> progression_of(const std::vector<std::int64_t>& values,
                                          std::int64_t extent) {
  if (values.empty()) return std::nullopt;
  const auto from_front = [extent](std::int64_t at) { return at < 0 ? at + extent : at; };
  Progression p{from_front(values[0]), static_cast<std::int64_t>(values.size()), 1};
  if (values.size() > 1) p.step = from_front(values[1]) - p.first;
  if (p.step == 0) return std::nullopt;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t at = from_front(values[i]);
    if (at < 0 || at >= extent) return std::nullopt;  // evaluating it says so
    if (at != p.first + static_cast<std::int64_t>(i) * p.step) {
      return std::nullopt;
    }
  }
  return p;
}

std::optional<Slice> slice_of(const Rewriter& r, const Node& node) {
  const auto* gather = std::get_if<Gather>(&node.what);
  if (gather == nullptr) return std::nullopt;
  const Shape& shape = r.shape(node.inputs[0]);
  const std::size_t axis = as_index(gather->axis);
  const Numbers indices = numbers_of(*r.graph()[node.inputs[1]].constant);
  const auto p = progression_of(indices.whole, shape[axis]);
  if (!p) return std::nullopt;
  Slice slice{Shape(shape.size(), 0), shape, Shape(shape.size(), 1)};
  slice.starts[axis] = p->first;
  slice.counts[axis] = p->count;
  slice.steps[axis] = p->step;
  return slice;
}

}  // namespace

bool recognise_moves(Rewriter& r, NodeId id) {
  constexpr std::int64_t most = std::int64_t{1} << 20;
  const Node node = r.graph()[id];
  if (!gathers(node.what) || !r.is_constant(node.inputs[1])) return false;
  const Shape result = r.shape(node.outputs[0]);
  const std::int64_t count = count_of(r.shape(node.inputs[0]));
  if (count_of(result) == count && count <= most) {
    const std::vector<std::int64_t> places = places_of(r, node);
    std::int64_t next = 0;
    const bool whole = std::all_of(places.begin(), places.end(),
                                   [&next](std::int64_t place) { return place == next++; });
    if (whole && next == count) {
      r.become(r.graph().nodes[index(id)], Reshape{result}, {node.inputs[0]}, {});
      return true;
    }
  }
  const std::optional<Slice> slice = slice_of(r, node);
  if (!slice) return false;
  if (slice->counts == result) {
    r.become(r.graph().nodes[index(id)], *slice, {node.inputs[0]}, {});
    return true;
  }
  const ValueId part = r.before(node, *slice, {node.inputs[0]}, "part");
  r.become(r.graph().nodes[index(id)], Reshape{result}, {part}, {});
  return true;
}

}  // namespace weft::graph
