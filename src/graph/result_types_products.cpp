// SPDX-License-Identifier: Apache-2.0
// Types of results: products, convolutions, windows, reductions, norms, attention, recurrences.
#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "graph/result_types.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

Shape leading_axes(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

Shape broadcast_leading(const Given& given, std::size_t a, std::size_t b) {
  const auto shape = broadcast_shape(leading_axes(given.shape(a)), leading_axes(given.shape(b)));
  if (!shape) {
    given.refuse("has inputs " + text_of(given.shape(a)) + " and " + text_of(given.shape(b)) +
                 ", whose leading axes do not broadcast");
  }
  return *shape;
}

void require_vector(const Given& given, std::size_t i, std::int64_t extent) {
  if (given.has(i) && given.shape(i) != Shape{extent}) {
    given.refuse(text_of_input(given, i) + " has to be " + text_of(Shape{extent}));
  }
}

void require_shape(const Given& given, std::size_t i, const Shape& shape) {
  if (given.has(i) && given.shape(i) != shape) {
    given.refuse(text_of_input(given, i) + " has to be " + text_of(shape));
  }
}

/// One window's placing along one axis.
struct Window {
  std::int64_t kernel, stride, dilation, before, behind;
};

// `up`: a last window that hangs over the end counts where it begins before the end of what is
// there or padded in front.
std::int64_t windows_along(const Given& given, std::int64_t extent, const Window& w, bool up) {
  constexpr std::int64_t most = std::int64_t{1} << 40;
  if (w.kernel > most || w.stride > most || w.dilation > most || w.before > most ||
      w.behind > most || (w.kernel - 1) > most / w.dilation) {
    given.refuse("has a window beyond 2^40");
  }
  const std::int64_t spread = (w.kernel - 1) * w.dilation + 1;
  const std::int64_t room = extent + w.before + w.behind - spread;
  if (room < 0) {
    given.refuse("has a window of " + std::to_string(spread) + " on an axis of " +
                 std::to_string(extent) + " with " + std::to_string(w.before + w.behind) +
                 " padded");
  }
  std::int64_t count = (up ? room + w.stride - 1 : room) / w.stride + 1;
  if (up && (count - 1) * w.stride >= extent + w.before) --count;
  return count;
}

Shape window_counts(const Given& given, const Pool& p) {
  Shape extents(given.shape(0).begin() + 2, given.shape(0).end());
  const std::int64_t axes = rank_of(extents);
  given.require_parameters(p.kernel, axes, "kernel extents", 1);
  given.require_parameters(p.strides, axes, "strides", 1);
  given.require_parameters(p.dilations, axes, "dilations", 1);
  given.require_parameters(p.pads, 2 * axes, "pads", 0);
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const Window w{p.kernel[i], p.strides[i], p.dilations[i], p.pads[i],
                   p.pads[i + extents.size()]};
    extents[i] = windows_along(given, extents[i], w, p.round_up);
  }
  return extents;
}

}  // namespace

Types types_of(const MatMul& what, const Given& given) {
  given.require_count(2, 3);
  given.require_not_boolean(0);
  given.require_same_element(0, 3);
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    if (given.rank(i) < 2) given.refuse(text_of_input(given, i) + " has to have two axes or more");
  }
  const auto last_two = [&given](std::size_t i, bool swapped) {
    const Shape& shape = given.shape(i);
    std::pair<std::int64_t, std::int64_t> both{shape[shape.size() - 2], shape[shape.size() - 1]};
    if (swapped) std::swap(both.first, both.second);
    return both;
  };
  const auto [rows, depth] = last_two(0, what.transpose_a);
  const auto [other_depth, columns] = last_two(1, what.transpose_b);
  if (depth != other_depth) {
    given.refuse("sums over " + counted(depth, "element") + " of input 1, " + text_of(given[0]) +
                 ", and " + std::to_string(other_depth) + " of input 2, " + text_of(given[1]));
  }
  require_vector(given, 2, columns);
  Shape shape = broadcast_leading(given, 0, 1);
  shape.push_back(rows);
  shape.push_back(columns);
  return {{given[0].element, shape}};
}

Types types_of(const Convolution& what, const Given& given) {
  given.require_count(2, 4);
  given.require_not_boolean(0);
  given.require_same_element(0, 4);
  const std::int64_t axes = given.rank(0) - 2;
  if (axes < 1 || given.rank(1) != given.rank(0)) {
    given.refuse("has inputs " + text_of(given[0]) + " and " + text_of(given[1]) +
                 ", which have to be [N, C, extents...] and [M, C / groups, kernel...]");
  }
  const Shape& x = given.shape(0);
  const Shape& weights = given.shape(1);
  if (what.groups < 1 || x[1] % what.groups != 0 || weights[0] % what.groups != 0 ||
      weights[1] != x[1] / what.groups) {
    given.refuse("has inputs " + text_of(given[0]) + " and " + text_of(given[1]) +
                 ", which do not fit in " + counted(what.groups, "group"));
  }
  Pool windows;
  windows.kernel.assign(weights.begin() + 2, weights.end());
  windows.strides = what.strides;
  windows.dilations = what.dilations;
  windows.pads = what.pads;
  const Shape extents = window_counts(given, windows);
  require_vector(given, 2, weights[0]);
  Shape shape{x[0], weights[0]};
  shape.insert(shape.end(), extents.begin(), extents.end());
  require_shape(given, 3, shape);
  return {{given[0].element, shape}};
}

Types types_of(const Pool& what, const Given& given) {
  given.require_count(1, 1);
  if (what.kind == PoolKind::mean) {
    given.require_floating(0);
  } else {
    given.require_not_boolean(0);
  }
  if (given.rank(0) < 3) {
    given.refuse(text_of_input(given, 0) + " has to be [N, C, extents...]");
  }
  const Shape extents = window_counts(given, what);
  Shape shape{given.shape(0)[0], given.shape(0)[1]};
  shape.insert(shape.end(), extents.begin(), extents.end());
  return {{given[0].element, shape}};
}

Types types_of(const Reduce& what, const Given& given) {
  given.require_count(1, 1);
  given.require_not_boolean(0);
  Shape shape = given.shape(0);
  std::vector<bool> reduced(shape.size(), false);
  for (const std::int64_t axis : what.axes) {
    given.require_axis(axis, given.rank(0));
    if (reduced[as_index(axis)]) given.refuse("names axis " + std::to_string(axis) + " twice");
    reduced[as_index(axis)] = true;
  }
  Shape left;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!reduced[i]) {
      left.push_back(shape[i]);
    } else if (what.keep) {
      left.push_back(1);
    }
  }
  return {{given[0].element, left}};
}

Types types_of(const ArgExtreme& what, const Given& given) {
  given.require_count(1, 1);
  given.require_not_boolean(0);
  given.require_axis(what.axis, given.rank(0));
  Shape shape = given.shape(0);
  if (shape[as_index(what.axis)] == 0) given.refuse("has an axis without elements");
  if (what.keep) {
    shape[as_index(what.axis)] = 1;
  } else {
    shape.erase(shape.begin() + what.axis);
  }
  return {{Element::i64, shape}};
}

Types types_of(const Softmax& what, const Given& given) {
  given.require_count(1, 1);
  given.require_floating(0);
  given.require_axis(what.axis, given.rank(0));
  return {given[0]};
}

Types types_of(const Normalise& what, const Given& given) {
  given.require_count(1, 3);
  given.require_floating(0);
  given.require_same_element(0, 3);
  given.require_axis(what.axis, given.rank(0));
  const Shape axes(given.shape(0).begin() + what.axis, given.shape(0).end());
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    if (given.has(i) && !broadcasts_to(given.shape(i), axes)) {
      given.refuse(text_of_input(given, i) + " has to broadcast to " + text_of(axes));
    }
  }
  return {given[0]};
}

Types types_of(const BatchNormalise&, const Given& given) {
  given.require_count(5, 5);
  given.require_floating(0);
  given.require_same_element(0, 5);
  if (given.rank(0) < 2) given.refuse(text_of_input(given, 0) + " has to have an axis 1");
  for (std::size_t i = 1; i < 5; ++i) require_vector(given, i, given.shape(0)[1]);
  return {given[0]};
}

Types types_of(const Attention&, const Given& given) {
  given.require_count(3, 4);
  given.require_floating(0);
  given.require_same_element(0, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    if (given.rank(i) < 2) given.refuse(text_of_input(given, i) + " has to have two axes or more");
  }
  const auto from_end = [&given](std::size_t i, std::int64_t axis) {
    return given.shape(i)[as_index(given.rank(i) - axis)];
  };
  if (from_end(0, 1) != from_end(1, 1) || from_end(1, 2) != from_end(2, 2)) {
    given.refuse("has queries " + text_of(given[0]) + ", keys " + text_of(given[1]) +
                 " and values " + text_of(given[2]) + ", which do not fit");
  }
  const Shape leading = broadcast_leading(given, 0, 1);
  const auto all = broadcast_shape(leading, leading_axes(given.shape(2)));
  if (!all) given.refuse("has values " + text_of(given[2]) + ", which do not broadcast");
  Shape shape = *all;
  shape.push_back(from_end(0, 2));
  if (given.has(3)) {
    Shape scores = shape;
    scores.push_back(from_end(1, 2));
    if (!broadcasts_to(given.shape(3), scores)) {
      given.refuse("has a mask " + text_of(given[3]) + " for scores " + text_of(scores));
    }
    if (given[3].element != Element::boolean && given[3].element != given[0].element) {
      given.refuse("has a mask " + text_of(given[3]) + ", which has to be bool or as the queries");
    }
  }
  shape.push_back(from_end(2, 1));
  return {{given[0].element, shape}};
}

Types types_of(const Recurrent& what, const Given& given) {
  const bool lstm = what.kind == RecurrentKind::lstm;
  given.require_count(3, lstm ? 7 : 6);
  given.require_floating(0);
  given.require_same_element(0, 4);
  if (given.rank(0) != 3 || what.hidden < 1) {
    given.refuse(text_of_input(given, 0) + " has to be [steps, batch, width], with a hidden size");
  }
  const std::int64_t directions = what.direction == Direction::both ? 2 : 1;
  const std::int64_t gates = (lstm ? 4 : 3) * what.hidden;
  const std::int64_t batch = given.shape(0)[1];
  const Shape state{directions, batch, what.hidden};
  require_shape(given, 1, {directions, gates, given.shape(0)[2]});
  require_shape(given, 2, {directions, gates, what.hidden});
  require_shape(given, 3, {directions, 2 * gates});
  require_vector(given, 4, batch);
  if (given.has(4)) given.require_whole(4);
  for (const std::size_t i : {std::size_t{5}, std::size_t{6}}) {
    require_shape(given, i, state);
    if (given.has(i) && given[i].element != given[0].element) {
      given.refuse(text_of_input(given, i) + " has to have the element type of input 1");
    }
  }
  const Element element = given[0].element;
  Types types{{element, {given.shape(0)[0], directions, batch, what.hidden}}, {element, state}};
  if (lstm) types.push_back({element, state});
  return types;
}

}  // namespace weft::graph
