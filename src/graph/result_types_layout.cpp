// SPDX-License-Identifier: Apache-2.0
// Types of results: what moves elements and computes nothing, and sums along an axis.
#include <algorithm>

#include "base/counted.hpp"
#include "graph/result_types.hpp"
#include "graph/shapes.hpp"

namespace weft::graph {
namespace {

void require_index_input(const Given& given, std::size_t i) {
  const Element element = given[i].element;
  if (element != Element::i64 && element != Element::i32) {
    given.refuse(text_of_input(given, i) + " has to be i64 or i32");
  }
}

// starts[axis] + k steps[axis] for k < counts[axis] lie inside.
void require_inside(const Given& given, const Slice& slice, std::size_t axis) {
  const std::int64_t extent = given.shape(0)[axis];
  const std::int64_t start = slice.starts[axis];
  const std::int64_t count = slice.counts[axis];
  const std::int64_t step = slice.steps[axis];
  if (count == 0) return;
  const std::int64_t reach = step > 0 ? extent - 1 - start : start;
  const std::int64_t size = step > 0 ? step : (step == INT64_MIN ? INT64_MAX : -step);
  const bool inside = start >= 0 && start < extent;
  if (inside && (count == 1 || (step != 0 && count - 1 <= reach / size))) return;
  given.refuse("takes " + counted(count, "element") + " from " + std::to_string(start) + " on, " +
               std::to_string(step) + " apart, of an axis of " + std::to_string(extent));
}

}  // namespace

Types types_of(const Reshape& what, const Given& given) {
  given.require_count(1, 1);
  if (count_of(given.shape(0)) != count_of(what.shape)) {
    given.refuse("gives " + text_of(given[0]) + " the shape " + text_of(what.shape) +
                 ", which has another number of elements");
  }
  return {{given[0].element, what.shape}};
}

Types types_of(const Transpose& what, const Given& given) {
  given.require_count(1, 1);
  const Shape& shape = given.shape(0);
  given.require_parameters(what.permutation, given.rank(0), "axes in its permutation", 0);
  std::vector<bool> seen(shape.size(), false);
  Shape result;
  for (const std::int64_t axis : what.permutation) {
    given.require_axis(axis, given.rank(0));
    if (seen[as_index(axis)]) given.refuse("names axis " + std::to_string(axis) + " twice");
    seen[as_index(axis)] = true;
    result.push_back(shape[as_index(axis)]);
  }
  return {{given[0].element, result}};
}

Types types_of(const Expand& what, const Given& given) {
  given.require_count(1, 1);
  if (!broadcasts_to(given.shape(0), what.shape)) {
    given.refuse(text_of_input(given, 0) + " does not broadcast to " + text_of(what.shape));
  }
  return {{given[0].element, what.shape}};
}

Types types_of(const Concat& what, const Given& given) {
  if (given.count() == 0) given.refuse("has no inputs");
  given.require_count(given.count(), given.count());
  given.require_same_element(0, given.count());
  given.require_axis(what.axis, given.rank(0));
  Shape shape = given.shape(0);
  std::int64_t& along = shape[as_index(what.axis)];
  for (std::size_t i = 1; i < given.count(); ++i) {
    Shape other = given.shape(i);
    if (other.size() == shape.size()) {
      const std::int64_t more = other[as_index(what.axis)];
      other[as_index(what.axis)] = along;
      if (other == shape) {
        along += more;
        continue;
      }
    }
    given.refuse(text_of_input(given, i) + " does not fit behind " + text_of(given[0]) +
                 " along axis " + std::to_string(what.axis));
  }
  return {{given[0].element, shape}};
}

Types types_of(const Slice& what, const Given& given) {
  given.require_count(1, 1);
  const std::int64_t rank = given.rank(0);
  given.require_parameters(what.starts, rank, "starts", INT64_MIN);
  given.require_parameters(what.counts, rank, "counts", 0);
  given.require_parameters(what.steps, rank, "steps", INT64_MIN);
  for (std::size_t axis = 0; axis < what.starts.size(); ++axis) require_inside(given, what, axis);
  return {{given[0].element, what.counts}};
}

Types types_of(const Pad& what, const Given& given) {
  given.require_count(1, 2);
  const std::int64_t rank = given.rank(0);
  given.require_parameters(what.before, rank, "extents before", 0);
  given.require_parameters(what.behind, rank, "extents behind", 0);
  if (given.has(1)) {
    given.require_same_element(0, 2);
    if (count_of(given.shape(1)) != 1) {
      given.refuse(text_of_input(given, 1) + " has to be one element");
    }
  }
  Shape shape = given.shape(0);
  constexpr std::int64_t most = std::int64_t{1} << 40;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t longest = std::max(what.before[i], what.behind[i]);
    if (longest > most) given.refuse("pads by more than 2^40 elements");
    const std::int64_t source = what.mode == PadMode::reflect ? shape[i] - 1 : shape[i];
    if (what.mode != PadMode::constant && longest > 0 && shape[i] == 0) {
      given.refuse("pads an axis without elements with its own");
    }
    if (what.mode == PadMode::reflect && longest > source) {
      given.refuse("reflects " + counted(longest, "element") + " of an axis of " +
                   std::to_string(shape[i]));
    }
    shape[i] += what.before[i] + what.behind[i];
  }
  return {{given[0].element, shape}};
}

Types types_of(const Gather& what, const Given& given) {
  given.require_count(2, 2);
  require_index_input(given, 1);
  given.require_axis(what.axis, given.rank(0));
  const Shape& x = given.shape(0);
  Shape shape(x.begin(), x.begin() + what.axis);
  shape.insert(shape.end(), given.shape(1).begin(), given.shape(1).end());
  shape.insert(shape.end(), x.begin() + what.axis + 1, x.end());
  return {{given[0].element, shape}};
}

Types types_of(const GatherElements& what, const Given& given) {
  given.require_count(2, 2);
  require_index_input(given, 1);
  given.require_axis(what.axis, given.rank(0));
  if (given.rank(0) != given.rank(1)) {
    given.refuse(text_of_input(given, 1) + " has to have as many axes as input 1, " +
                 text_of(given[0]));
  }
  for (std::size_t i = 0; i < given.shape(0).size(); ++i) {
    if (static_cast<std::int64_t>(i) != what.axis && given.shape(1)[i] > given.shape(0)[i]) {
      given.refuse(text_of_input(given, 1) + " reaches over " + text_of(given[0]));
    }
  }
  return {{given[0].element, given.shape(1)}};
}

Types types_of(const GatherPoints& what, const Given& given) {
  given.require_count(2, 2);
  require_index_input(given, 1);
  const Shape& x = given.shape(0);
  const Shape& indices = given.shape(1);
  const std::int64_t batch = what.batch_axes;
  if (indices.empty() || batch < 0 || batch >= rank_of(indices) || batch >= rank_of(x) ||
      !std::equal(x.begin(), x.begin() + batch, indices.begin())) {
    given.refuse("has inputs " + text_of(given[0]) + " and " + text_of(given[1]) +
                 ", which do not share " + counted(batch, "leading axis", "leading axes"));
  }
  const std::int64_t coordinates = indices.back();
  if (coordinates < 1 || batch + coordinates > rank_of(x)) {
    given.refuse("has points of " + counted(coordinates, "coordinate") + " in " +
                 text_of(given[0]) + " behind " + counted(batch, "leading axis", "leading axes"));
  }
  Shape shape(indices.begin(), indices.end() - 1);
  shape.insert(shape.end(), x.begin() + batch + coordinates, x.end());
  return {{given[0].element, shape}};
}

Types types_of(const CumulativeSum& what, const Given& given) {
  given.require_count(1, 1);
  given.require_not_boolean(0);
  given.require_axis(what.axis, given.rank(0));
  return {given[0]};
}

}  // namespace weft::graph
