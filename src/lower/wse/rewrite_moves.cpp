// SPDX-License-Identifier: Apache-2.0
// What only moves elements, one step a strip: along one axis, or two groups of axes that change
// places.
#include <algorithm>
#include <numeric>

#include "graph/shapes.hpp"
#include "lower/wse/rewriting.hpp"
#include "lower/wse/swap.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Shape;
using graph::ValueId;

/// Axis after axis moves to its place in front of the others that are not there yet.
Rewriting::Made Rewriting::become(const graph::Transpose& what, const Call& call) {
  const Shape x = shape(call.in[0]);
  if (swap_of(x, what.permutation)) return std::nullopt;
  std::vector<std::int64_t> order(x.size());  // of the axes of x, as they stand
  std::iota(order.begin(), order.end(), 0);
  ValueId value = call.in[0];
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto found = std::find(order.begin(), order.end(), what.permutation[at]);
    auto end = found + 1;  // of those that follow it in the result, too
    std::size_t next = at + 1;
    while (end != order.end() && next < order.size() && *end == what.permutation[next]) {
      ++end;
      ++next;
    }
    const auto place = order.begin() + static_cast<std::ptrdiff_t>(at);
    if (found == place) continue;
    graph::Transpose step;
    step.permutation.resize(order.size());
    std::iota(step.permutation.begin(), step.permutation.end(), 0);
    std::rotate(step.permutation.begin() + (place - order.begin()),
                step.permutation.begin() + (found - order.begin()),
                step.permutation.begin() + (end - order.begin()));
    std::rotate(place, found, end);
    if (order == what.permutation) return last(step, {value}, call);
    value = before(step, {value}, call, "turned");
  }
  return std::nullopt;
}

/// Groups of axes that lie side by side, the last one first: rows are then long early.
Rewriting::Made Rewriting::become(const graph::Expand& what, const Call& call) {
  Shape x = shape(call.in[0]);
  while (x.size() < what.shape.size()) x.insert(x.begin(), 1);
  Shape reached = x;
  std::vector<Shape> steps;
  for (std::size_t end = x.size(); end > 0; --end) {
    if (x[end - 1] == what.shape[end - 1]) continue;
    std::size_t begin = end;
    for (; begin > 0 && x[begin - 1] == 1; --begin) reached[begin - 1] = what.shape[begin - 1];
    steps.push_back(reached);
    end = begin + 1;
  }
  if (steps.size() < 2) return std::nullopt;
  ValueId value = call.in[0];
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    value = before(graph::Expand{steps[i]}, {value}, call, "repeated");
  }
  return last(graph::Expand{what.shape}, {value}, call);
}

/// One axis after the other, the one that leaves least first.
Rewriting::Made Rewriting::become(const graph::Slice& what, const Call& call) {
  const Shape x = shape(call.in[0]);
  std::vector<std::size_t> cut;
  for (std::size_t axis = 0; axis < x.size(); ++axis) {
    if (what.counts[axis] != x[axis] || what.steps[axis] != 1) cut.push_back(axis);
  }
  if (cut.size() < 2) return std::nullopt;
  std::sort(cut.begin(), cut.end(), [&](std::size_t a, std::size_t b) {
    return what.counts[a] * x[b] < what.counts[b] * x[a];
  });
  ValueId value = call.in[0];
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const Shape now = shape(value);
    graph::Slice step{Shape(x.size(), 0), now, Shape(x.size(), 1)};
    step.starts[cut[i]] = what.starts[cut[i]];
    step.counts[cut[i]] = what.counts[cut[i]];
    step.steps[cut[i]] = what.steps[cut[i]];
    if (i + 1 == cut.size()) return last(step, {value}, call);
    value = before(step, {value}, call, "cut");
  }
  return std::nullopt;
}

/// One axis after the other.
Rewriting::Made Rewriting::become(const graph::Pad& what, const Call& call) {
  std::vector<std::size_t> padded;
  for (std::size_t axis = 0; axis < what.before.size(); ++axis) {
    if (what.before[axis] != 0 || what.behind[axis] != 0) padded.push_back(axis);
  }
  if (padded.size() < 2) return std::nullopt;
  std::vector<ValueId> in = call.in;
  for (std::size_t i = 0; i < padded.size(); ++i) {
    graph::Pad step{Shape(what.before.size(), 0), Shape(what.before.size(), 0), what.mode};
    step.before[padded[i]] = what.before[padded[i]];
    step.behind[padded[i]] = what.behind[padded[i]];
    if (i + 1 == padded.size()) return last(step, in, call);
    in[0] = before(step, in, call, "padded");
  }
  return std::nullopt;
}

/// Up to three values, and constants before or behind them: more are joined in pairs.
Rewriting::Made Rewriting::become(const graph::Concat& what, const Call& call) {
  std::size_t constants = 0;
  bool ends = true;
  for (std::size_t i = 0; i < call.in.size(); ++i) {
    if (!constant(call.in[i])) continue;
    ++constants;
    ends = ends && (i == 0 || i + 1 == call.in.size());
  }
  const std::size_t values = call.in.size() - constants;
  if (values == 0 || (values <= 3 && constants <= 1 && ends)) return std::nullopt;
  std::vector<ValueId> in = call.in;
  while (in.size() > 3 || (in.size() == 3 && constants > 0)) {
    std::vector<ValueId> fewer;
    for (std::size_t i = 0; i < in.size(); i += 2) {
      const bool pair = i + 1 < in.size() && !(constant(in[i]) && constant(in[i + 1]));
      fewer.push_back(pair ? before(what, {in[i], in[i + 1]}, call, "joined") : in[i]);
      if (!pair && i + 1 < in.size()) fewer.push_back(in[i + 1]);
    }
    if (fewer.size() == in.size()) return std::nullopt;  // constants alone side by side
    in = fewer;
    constants = static_cast<std::size_t>(
        std::count_if(in.begin(), in.end(), [this](ValueId id) { return constant(id); }));
  }
  return last(what, in, call);
}

}  // namespace weft::lower::wse
