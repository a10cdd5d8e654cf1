// SPDX-License-Identifier: Apache-2.0
// Functions of rows and of elements, as strips have them: along the last axes, of operands that are
// broadcast along leading ones.
#include <algorithm>
#include <cmath>

#include "graph/shapes.hpp"
#include "lower/wse/rewriting.hpp"
#include "lower/wse/rows.hpp"
#include "lower/wse/window.hpp"

namespace weft::lower::wse {

using graph::as_index;
using graph::Numbers;
using graph::Shape;
using graph::ValueId;

namespace {

/// Those of `rank` axes that are not in `moved`, and then these.
std::vector<std::int64_t> behind_others(std::size_t rank, const std::vector<std::int64_t>& moved) {
  std::vector<std::int64_t> out;
  for (std::int64_t axis = 0; axis < static_cast<std::int64_t>(rank); ++axis) {
    if (std::find(moved.begin(), moved.end(), axis) == moved.end()) out.push_back(axis);
  }
  out.insert(out.end(), moved.begin(), moved.end());
  return out;
}

}  // namespace

/// With the statistics of a trained model: times a factor of each channel, plus a shift.
Rewriting::Made Rewriting::become(const graph::BatchNormalise& what, const Call& call) {
  for (std::size_t i = 1; i < call.in.size(); ++i) {
    if (!constant(call.in[i])) return std::nullopt;
  }
  const auto numbers = [&](std::size_t i) { return numbers_of(*out_[call.in[i]].constant).floats; };
  const std::vector<double> scale = numbers(1);
  const std::vector<double> shift = numbers(2);
  const std::vector<double> mean = numbers(3);
  const std::vector<double> variance = numbers(4);
  Shape channels(shape(call.in[0]).size() - 1, 1);
  channels[0] = static_cast<std::int64_t>(scale.size());
  const graph::TensorType numbers_type{type(call.in[0]).element, channels};
  Numbers factors{numbers_type, {}, {}};
  Numbers shifts{numbers_type, {}, {}};
  for (std::size_t i = 0; i < scale.size(); ++i) {
    factors.floats.push_back(scale[i] / std::sqrt(variance[i] + what.epsilon));
    shifts.floats.push_back(shift[i] - mean[i] * factors.floats[i]);
  }
  using graph::BinaryFunction;
  const ValueId product = before(graph::Binary{BinaryFunction::multiply},
                                 {call.in[0], number(call, "factor", factors)}, call, "product");
  return last(graph::Binary{BinaryFunction::add}, {product, number(call, "shift", shifts)}, call);
}

/// Along the last axis, where it is put for it.
Rewriting::Made Rewriting::become(const graph::Softmax& what, const Call& call) {
  const std::size_t rank = shape(call.in[0]).size();
  if (what.axis + 1 == static_cast<std::int64_t>(rank)) return std::nullopt;
  graph::Transpose turn{behind_others(rank, {what.axis})};
  graph::Transpose back;
  back.permutation.resize(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    back.permutation[as_index(turn.permutation[i])] = static_cast<std::int64_t>(i);
  }
  const ValueId rows = before(turn, {call.in[0]}, call, "turned");
  graph::Softmax along = what;
  along.axis = static_cast<std::int64_t>(rank) - 1;
  const ValueId value = before(along, {rows}, call, "rows");
  return last(back, {value}, call);
}

/// Along the last axes; what is left has its order.
Rewriting::Made Rewriting::become(const graph::Reduce& what, const Call& call) {
  const auto in = types(call);
  const graph::TensorType result = graph::result_types(what, in)[0];
  std::string why;
  if (what.axes.empty() || window_of(what, in, result, why)) return std::nullopt;
  std::vector<std::int64_t> axes = what.axes;
  std::sort(axes.begin(), axes.end());
  const std::size_t rank = shape(call.in[0]).size();
  if (axes.front() == static_cast<std::int64_t>(rank - axes.size())) return std::nullopt;
  const graph::Transpose turn{behind_others(rank, axes)};
  const ValueId rows = before(turn, {call.in[0]}, call, "turned");
  graph::Reduce along{what.kind, {}, false};
  for (std::size_t i = rank - axes.size(); i < rank; ++i) {
    along.axes.push_back(static_cast<std::int64_t>(i));
  }
  return last(graph::Reshape{result.shape}, {before(along, {rows}, call, "rows")}, call);
}

ValueId Rewriting::spread(ValueId id, const Shape& to, const Call& call, const std::string& name) {
  if (constant(id) || ends_with(to, shape(id))) return id;
  return before(graph::Expand{to}, {id}, call, name);
}

Rewriting::Made Rewriting::become(const graph::Binary& what, const Call& call) {
  const Shape result = graph::result_types(what, types(call))[0].shape;
  const std::vector<ValueId> in{spread(call.in[0], result, call, "a"),
                                spread(call.in[1], result, call, "b")};
  if (in == call.in) return std::nullopt;
  return last(what, in, call);
}

Rewriting::Made Rewriting::become(const graph::Select& what, const Call& call) {
  const Shape result = graph::result_types(what, types(call))[0].shape;
  std::vector<ValueId> in;
  for (std::size_t i = 0; i < call.in.size(); ++i) {
    const ValueId id = call.in[i];
    const bool whole = i == 0 || constant(id) || shape(id) == result;
    in.push_back(whole ? id : before(graph::Expand{result}, {id}, call, i == 1 ? "a" : "b"));
  }
  if (in == call.in) return std::nullopt;
  return last(what, in, call);
}

}  // namespace weft::lower::wse
