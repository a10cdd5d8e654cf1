// SPDX-License-Identifier: Apache-2.0
// The evaluator: operators that move elements and compute nothing.
#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "graph/evaluate_parts.hpp"

namespace weft::graph {
namespace {

/// Where a result's element comes from that has no place in the operand.
constexpr std::int64_t nowhere = -1;

/// result[i] = x[places[i]]; the first of `fill` (or 0) where that is nowhere.
void take_from(const Numbers& x, const std::vector<std::int64_t>& places, const Numbers* fill,
               Numbers& result) {
  by_kind(x.type.element, [&]<typename T>(T) {
    const std::vector<T>& from = elements_of<T>(x);
    std::vector<T>& to = elements_of<T>(result);
    const T other = fill == nullptr ? T{0} : elements_of<T>(*fill)[0];
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i] = places[i] == nowhere ? other : from[as_index(places[i])];
    }
  });
}

std::vector<std::int64_t> places_by_strides(const Shape& shape, std::int64_t first,
                                            const std::vector<std::int64_t>& strides) {
  std::vector<std::int64_t> places(as_index(count_of(shape)));
  Walk walk(shape, {strides});
  for (std::int64_t& place : places) {
    place = first + walk.place(0);
    walk.next();
  }
  return places;
}

std::int64_t counted_from_end(std::int64_t at, std::int64_t extent) {
  const std::int64_t place = at < 0 ? at + extent : at;
  if (place >= 0 && place < extent) return place;
  fail(Category::input,
       "the index " + std::to_string(at) + " lies outside of an axis of " + std::to_string(extent));
}

/// The position in an axis that a padded one at `at` shows.
std::int64_t padded_position(PadMode mode, std::int64_t at, std::int64_t extent) {
  if (at >= 0 && at < extent) return at;
  switch (mode) {
    case PadMode::constant:
      return nowhere;
    case PadMode::reflect:
      return at < 0 ? -at : 2 * (extent - 1) - at;
    case PadMode::edge:
      return at < 0 ? 0 : extent - 1;
    case PadMode::wrap:
      return ((at % extent) + extent) % extent;
  }
  return nowhere;
}

template <typename T>
void append_section(const Numbers& x, std::int64_t first, std::int64_t count, Numbers& to,
                    std::int64_t place) {
  const auto from = elements_of<T>(x).begin() + first;
  std::copy(from, from + count, elements_of<T>(to).begin() + place);
}

}  // namespace

Results results_of(const Reshape&, const Operands& in, Results results) {
  results[0].floats = in[0]->floats;
  results[0].whole = in[0]->whole;
  return results;
}

Results results_of(const Transpose& what, const Operands& in, Results results) {
  const std::vector<std::int64_t> own = strides_of(in[0]->type.shape);
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : what.permutation) strides.push_back(own[as_index(axis)]);
  take_from(*in[0], places_by_strides(results[0].type.shape, 0, strides), nullptr, results[0]);
  return results;
}

Results results_of(const Expand& what, const Operands& in, Results results) {
  const auto strides = broadcast_strides(in[0]->type.shape, what.shape);
  take_from(*in[0], places_by_strides(what.shape, 0, strides), nullptr, results[0]);
  return results;
}

Results results_of(const Concat& what, const Operands& in, Results results) {
  const Sections all = sections_of(results[0].type.shape, what.axis);
  std::int64_t offset = 0;
  for (const Numbers* one : in) {
    const std::int64_t part = sections_of(one->type.shape, what.axis).along * all.behind;
    by_kind(one->type.element, [&]<typename T>(T) {
      for (std::int64_t i = 0; i < all.before; ++i) {
        append_section<T>(*one, i * part, part, results[0], i * all.along * all.behind + offset);
      }
    });
    offset += part;
  }
  return results;
}

Results results_of(const Slice& what, const Operands& in, Results results) {
  std::vector<std::int64_t> strides = strides_of(in[0]->type.shape);
  if (results[0].count() == 0) return results;
  std::int64_t first = 0;
  for (std::size_t axis = 0; axis < strides.size(); ++axis) {
    first += strides[axis] * what.starts[axis];
    strides[axis] = what.counts[axis] == 1 ? 0 : strides[axis] * what.steps[axis];
  }
  take_from(*in[0], places_by_strides(what.counts, first, strides), nullptr, results[0]);
  return results;
}

Results results_of(const Pad& what, const Operands& in, Results results) {
  const Shape& from = in[0]->type.shape;
  const std::vector<std::int64_t> strides = strides_of(from);
  std::vector<std::int64_t> places(as_index(results[0].count()));
  Walk walk(results[0].type.shape, {});
  for (std::int64_t& place : places) {
    place = 0;
    for (std::size_t axis = 0; axis < from.size() && place != nowhere; ++axis) {
      const std::int64_t at =
          padded_position(what.mode, walk.at()[axis] - what.before[axis], from[axis]);
      place = at == nowhere ? nowhere : place + at * strides[axis];
    }
    walk.next();
  }
  take_from(*in[0], places, operand(in, 1), results[0]);
  return results;
}

Results results_of(const Gather& what, const Operands& in, Results results) {
  const Sections s = sections_of(in[0]->type.shape, what.axis);
  std::vector<std::int64_t> places;
  places.reserve(as_index(results[0].count()));
  for (std::int64_t before = 0; before < s.before; ++before) {
    for (const std::int64_t at : in[1]->whole) {
      const std::int64_t first = (before * s.along + counted_from_end(at, s.along)) * s.behind;
      for (std::int64_t i = 0; i < s.behind; ++i) places.push_back(first + i);
    }
  }
  take_from(*in[0], places, nullptr, results[0]);
  return results;
}

Results results_of(const GatherElements& what, const Operands& in, Results results) {
  const std::vector<std::int64_t> strides = strides_of(in[0]->type.shape);
  const std::size_t along = as_index(what.axis);
  std::vector<std::int64_t> other = strides;
  other[along] = 0;
  std::vector<std::int64_t> places = places_by_strides(results[0].type.shape, 0, other);
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] += strides[along] * counted_from_end(in[1]->whole[i], in[0]->type.shape[along]);
  }
  take_from(*in[0], places, nullptr, results[0]);
  return results;
}

Results results_of(const GatherPoints& what, const Operands& in, Results results) {
  const Shape& shape = in[0]->type.shape;
  const std::vector<std::int64_t> strides = strides_of(shape);
  const Shape& points = in[1]->type.shape;
  const auto batch = as_index(what.batch_axes);
  const auto coordinates = as_index(points.back());
  Shape batches(points.begin(), points.begin() + what.batch_axes);
  Shape each(points.begin() + what.batch_axes, points.end() - 1);
  const std::int64_t points_a_batch = count_of(each);
  const std::int64_t batch_elements = count_of(Shape(shape.begin() + what.batch_axes, shape.end()));
  const std::int64_t run =
      count_of(Shape(shape.begin() + what.batch_axes + points.back(), shape.end()));
  std::vector<std::int64_t> places;
  const std::int64_t* at = in[1]->whole.data();
  for (std::int64_t i = 0; i < count_of(batches) * points_a_batch; ++i, at += coordinates) {
    std::int64_t first = i / points_a_batch * batch_elements;
    for (std::size_t c = 0; c < coordinates; ++c) {
      first += strides[batch + c] * counted_from_end(at[c], shape[batch + c]);
    }
    for (std::int64_t j = 0; j < run; ++j) places.push_back(first + j);
  }
  take_from(*in[0], places, nullptr, results[0]);
  return results;
}

}  // namespace weft::graph
