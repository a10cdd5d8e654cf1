// SPDX-License-Identifier: Apache-2.0
// Operators that move elements: rows are picked by address, lanes by a product with zeros and ones.
#include <algorithm>

#include "graph/evaluate.hpp"
#include "lower/tsp/parts.hpp"

namespace weft::lower::tsp {

using graph::Shape;
using Op = VectorOperation;
using Places = std::vector<std::int64_t>;

namespace {

/// Numbers of rows of a tensor of `from`, for each index of `places` axis by axis (all axes but
/// the last): -1 where an axis has it.
Places rows_of(const TensorShape& from, const std::vector<Places>& places) {
  Places rows{0};
  for (std::size_t axis = 0; axis < places.size(); ++axis) {
    Places next;
    for (const std::int64_t row : rows) {
      for (const std::int64_t place : places[axis]) {
        const bool there = row >= 0 && place >= 0;
        next.push_back(there ? row * static_cast<std::int64_t>(from[axis]) + place : -1);
      }
    }
    rows = std::move(next);
  }
  return rows;
}

bool all_in_turn(const Places& places, std::int64_t extent) {
  if (static_cast<std::int64_t>(places.size()) != extent) return false;
  for (std::int64_t i = 0; i < extent; ++i) {
    if (places[static_cast<std::size_t>(i)] != i) return false;
  }
  return true;
}

/// Which element of an axis stands at `place` once it is padded; -1: the pad's value.
std::int64_t place_before_pad(graph::PadMode mode, std::int64_t place, std::int64_t extent) {
  if (place >= 0 && place < extent) return place;
  switch (mode) {
    case graph::PadMode::constant:
      return -1;
    case graph::PadMode::edge:
      return std::clamp<std::int64_t>(place, 0, extent - 1);
    case graph::PadMode::wrap:
      return (place % extent + extent) % extent;
    case graph::PadMode::reflect: {
      const std::int64_t period = std::max<std::int64_t>(1, 2 * (extent - 1));
      const std::int64_t within = (place % period + period) % period;
      return within < extent ? within : period - within;
    }
  }
  return -1;
}

}  // namespace

TensorId Writer::rows_picked(TensorId a, const Places& rows) {
  const std::uint64_t lanes = program_.at(a).shape.back();
  const std::uint64_t all = program_.at(a).elements() / lanes;
  if (all_in_turn(rows, static_cast<std::int64_t>(all))) return a;
  std::vector<double> numbers;
  std::vector<double> there;
  bool missing = false;
  for (const std::int64_t row : rows) {
    numbers.push_back(static_cast<double>(std::max<std::int64_t>(row, 0)));
    there.push_back(row < 0 ? 0.0 : 1.0);
    missing = missing || row < 0;
  }
  const TensorId flat = reshaped(a, {all, lanes}, "table");
  const TensorId picked =
      program_.gather(flat, table(i32, {numbers.size()}, numbers), part("picked"));
  if (!missing) return picked;
  return binary(Op::mask, picked, table(type(a), {there.size(), 1}, there), "there");
}

TensorId Writer::lanes_picked(TensorId a, const Places& lanes) {
  const std::uint64_t width = program_.at(a).shape.back();
  if (all_in_turn(lanes, static_cast<std::int64_t>(width))) return a;
  if (type(a) != f16) refuse("whole numbers do not move from lane to lane");
  std::vector<double> chosen(width * lanes.size(), 0.0);
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i] >= 0) chosen[static_cast<std::size_t>(lanes[i]) * lanes.size() + i] = 1.0;
  }
  return narrow(program_.matmul(a, table(f16, {width, lanes.size()}, chosen), part("moved_lanes")));
}

/// Of a tensor its elements at `places` of each axis, -1: zero.
TensorId Writer::picked(TensorId a, const std::vector<Places>& places) {
  const TensorShape from = program_.at(a).shape;
  const std::vector<Places> leading(places.begin(), places.end() - 1);
  TensorShape shape;
  for (const Places& axis : places) shape.push_back(axis.size());
  TensorId out = rows_picked(a, rows_of(from, leading));
  out = lanes_picked(out, places.back());
  return reshaped(out, shape, "value");
}

Held Writer::of(const graph::Reshape&) {
  const Order order = natural(result().size());
  return {reshaped(elements(0), stored(result(), order), "value"), order};
}

Held Writer::of(const graph::Transpose& what) {
  Held out = held(0);
  for (std::int64_t& axis : out.order) {  // nothing moves: the axes have other names
    axis = std::find(what.permutation.begin(), what.permutation.end(), axis) -
           what.permutation.begin();
  }
  return out;
}

Held Writer::of(const graph::Expand&) {
  const Order order = natural(result().size());
  const TensorId a = broadcast(0, order);
  const TensorShape from = program_.at(a).shape;
  std::vector<Places> places;
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    const std::int64_t wanted = result()[axis];
    places.emplace_back();
    for (std::int64_t i = 0; i < wanted; ++i) {
      places.back().push_back(static_cast<std::int64_t>(from[axis]) == wanted ? i : 0);
    }
  }
  if (result().empty()) return {a, order};
  return {picked(a, places), order};
}

Held Writer::of(const graph::Slice& what) {
  const Order order = common_order();
  const TensorId a = in(0, order);
  std::vector<Places> places;
  for (const std::int64_t axis : order) {
    const auto i = static_cast<std::size_t>(axis);
    places.emplace_back();
    for (std::int64_t n = 0; n < what.counts[i]; ++n) {
      places.back().push_back(what.starts[i] + n * what.steps[i]);
    }
  }
  if (places.empty()) return {a, order};
  return {picked(a, places), order};
}

Held Writer::of(const graph::Pad& what) {
  if (has(1) && !constant(1)) refuse("its value must be a constant");
  if (!floating(0)) refuse("of whole numbers is not written");
  const double value = has(1) ? numbers(1).floats[0] : 0.0;
  const Order order = common_order();
  const TensorId a = in(0, order);
  std::vector<Places> places;
  for (const std::int64_t axis : order) {
    const auto i = static_cast<std::size_t>(axis);
    places.emplace_back();
    for (std::int64_t n = 0; n < result()[i]; ++n) {
      places.back().push_back(place_before_pad(what.mode, n - what.before[i], shape(0)[i]));
    }
  }
  TensorId out = picked(a, places);
  if (value == 0.0 || what.mode != graph::PadMode::constant) return {out, order};
  graph::Numbers zeros;
  zeros.type = {graph::Element::f16, shape(0)};
  zeros.floats.assign(static_cast<std::size_t>(zeros.count()), 0.0);
  graph::Numbers border;
  border.type = {graph::Element::f16, {}};
  border.floats = {value};
  graph::Numbers frame = graph::evaluate(what, {&zeros, &border})[0];
  if (order != natural(order.size())) {
    frame = graph::evaluate(graph::Transpose{order}, {&frame})[0];
  }
  out = plus(out, weight(name_ + "_border", frame, f16, stored(result(), order)), "framed");
  return {out, order};
}

Held Writer::of(const graph::Concat& what) {
  const Order order = common_order();
  const auto last =
      static_cast<std::size_t>(std::find(order.begin(), order.end(), what.axis) - order.begin());
  const auto axis = static_cast<std::size_t>(what.axis);
  std::int64_t before = 0;
  std::optional<TensorId> all;
  for (std::size_t i = 0; i < node_->inputs.size(); ++i) {
    const std::int64_t own = shape(i)[axis];
    std::vector<Places> places;
    for (const std::int64_t each : order) {
      places.emplace_back();
      for (std::int64_t n = 0; n < result()[static_cast<std::size_t>(each)]; ++n) {
        const bool inside = n >= before && n < before + own;
        places.back().push_back(each != what.axis ? n : inside ? n - before : -1);
      }
    }
    const TensorId part =
        constant(i) ? placed_constant(i, order, last, before) : picked(in(i, order), places);
    all = all ? plus(*all, part, "joined") : part;
    before += own;
  }
  return {*all, order};
}

/// A constant operand of a Concat, with zeros where the others are.
TensorId Writer::placed_constant(std::size_t i, const Order& order, std::size_t last,
                                 std::int64_t before) {
  graph::Numbers own = numbers(i);
  if (order != natural(order.size())) {
    own = graph::evaluate(graph::Transpose{order}, {&own})[0];
  }
  graph::Pad pad;
  pad.before.assign(order.size(), 0);
  pad.behind.assign(order.size(), 0);
  const auto axis = static_cast<std::size_t>(order[last]);
  pad.before[last] = before;
  pad.behind[last] = result()[axis] - before - own.type.shape[last];
  const graph::Numbers whole = graph::evaluate(pad, {&own})[0];
  return weight(graph_[input(i)].name, whole, type_of(input(i)), stored(result(), order));
}

Held Writer::of(const graph::Gather& what) {
  const Order order = natural(result().size());
  const Shape from = shape(0);
  const auto axis = static_cast<std::size_t>(what.axis);
  const std::int64_t extent = from[axis];
  if (!constant(1)) {
    if (what.axis != 0 || from.size() != 2 || !floating(0)) {
      refuse("by indices that are computed, of other than the rows of a matrix of floats");
    }
    return {reshaped(rows_by_index(size(extent)), stored(result(), order), "value"), order};
  }
  std::vector<Places> places;
  for (std::size_t i = 0; i < from.size(); ++i) {
    places.emplace_back();
    if (i == axis) {
      for (const std::int64_t index : numbers(1).whole) {
        const std::int64_t place = index < 0 ? index + extent : index;
        if (place < 0 || place >= extent) {
          refuse("index " + std::to_string(index) + " of " + std::to_string(extent));
        }
        places.back().push_back(place);
      }
      continue;
    }
    for (std::int64_t n = 0; n < from[i]; ++n) places.back().push_back(n);
  }
  return {reshaped(picked(plain(0), places), stored(result(), order), "value"), order};
}

/// Rows of a matrix by indices that a run brings: a row of zeros and a one, times the matrix. The
/// sum is exact, as all its other terms are 0.
TensorId Writer::rows_by_index(std::uint64_t extent) {
  if (held_.at(index(input(1))).id >= program_.tensors.size() ||
      program_.at(held_.at(index(input(1))).id).role != program::tsp::TensorValue::Role::input) {
    refuse("by indices that the program computes");
  }
  const std::uint64_t count = size(graph::count_of(shape(1)));
  const TensorId indices = held_.at(index(input(1))).id;
  if (program_.at(indices).shape != TensorShape{count, 1}) {
    refuse("by indices that other nodes take too");
  }
  const TensorId zero = number(i32, 0);
  const TensorId end = number(i32, static_cast<double>(extent));
  const TensorId below =
      binary(Op::multiply, binary(Op::less, indices, zero, "below"), end, "from_end");
  const TensorId row = plus(indices, below, "row");
  graph::Numbers numbers;
  numbers.type = {graph::Element::i32, {static_cast<std::int64_t>(extent)}};
  for (std::uint64_t i = 0; i < extent; ++i) numbers.whole.push_back(static_cast<int>(i));
  const TensorId all = weight("row_numbers", numbers, i32, {extent});
  const TensorId chosen = converted(binary(Op::equal, row, all, "chosen"), f16, "choice");
  return narrow(program_.matmul(chosen, plain(0), part("rows")));
}

}  // namespace weft::lower::tsp
