// SPDX-License-Identifier: Apache-2.0
// Views: how each operation changes the affine map, and when it must become a list of runs.
#include "frontends/poplar/view.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "frontends/poplar/view_data.hpp"

namespace weft::frontends::poplar {
namespace {

[[noreturn]] void refuse(const std::string& message) { fail(Category::input, message); }

void check_dimension(const char* what, const Shape& shape, std::size_t dimension) {
  if (dimension < shape.size()) return;
  refuse(std::string(what) + ": a tensor of shape " + text_of(shape) + " has no dimension " +
         std::to_string(dimension));
}

/// Dimensions of length 1 left out: they have no say in a reshape.
void drop_ones(const Shape& shape, const std::vector<std::int64_t>& strides, Shape& lengths,
               std::vector<std::int64_t>& steps) {
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1) continue;
    lengths.push_back(shape[d]);
    steps.push_back(strides[d]);
  }
}

/// Strides of `shape` over the same elements, if it is a regular view of them: groups of old
/// dimensions and groups of new ones with the same product must pair up, and the old ones of a
/// group must be dense in each other.
std::optional<std::vector<std::int64_t>> regular_strides(const Shape& old_shape,
                                                         const std::vector<std::int64_t>& strides,
                                                         const Shape& shape) {
  Shape lengths;
  std::vector<std::int64_t> steps;
  drop_ones(old_shape, strides, lengths, steps);
  std::vector<std::int64_t> out(shape.size(), 0);
  std::size_t old_begin = 0;
  std::size_t new_begin = 0;
  while (old_begin < lengths.size()) {
    while (shape[new_begin] == 1) ++new_begin;
    std::size_t old_end = old_begin + 1;
    std::size_t new_end = new_begin + 1;
    std::uint64_t old_count = lengths[old_begin];
    std::uint64_t new_count = shape[new_begin];
    while (old_count != new_count) {
      if (old_count < new_count) {
        old_count *= lengths[old_end++];
      } else {
        new_count *= shape[new_end++];
      }
    }
    for (std::size_t d = old_begin; d + 1 < old_end; ++d) {
      if (steps[d] != steps[d + 1] * signed_of(lengths[d + 1])) return std::nullopt;
    }
    std::int64_t step = steps[old_end - 1];
    for (std::size_t d = new_end; d-- > new_begin;) {
      out[d] = step;
      step *= signed_of(shape[d]);
    }
    old_begin = old_end;
    new_begin = new_end;
  }
  return out;
}

}  // namespace

std::string text_of(const Shape& shape) {
  std::string text = "[";
  for (std::size_t d = 0; d < shape.size(); ++d) {
    text += (d == 0 ? "" : ", ") + std::to_string(shape[d]);
  }
  return text + "]";
}

std::uint64_t elements_of(const Shape& shape) {
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end()) return 0;
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  std::uint64_t elements = 1;
  for (const std::uint64_t length : shape) {
    if (elements > most / length) refuse("shape " + text_of(shape) + " has too many elements");
    elements *= length;
  }
  return elements;
}

std::vector<std::int64_t> dense_strides(const Shape& shape, std::int64_t unit) {
  std::vector<std::int64_t> strides(shape.size());
  for (std::size_t d = shape.size(); d-- > 0;) {
    strides[d] = unit;
    unit *= signed_of(shape[d]);
  }
  return strides;
}

View::View() {
  static const std::shared_ptr<const Data> none = [] {
    auto data = std::make_shared<Data>();
    data->shape = {0};
    data->strides = {1};
    return data;
  }();
  data_ = none;
}

View::View(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

View View::of(VariableId variable, Shape shape) {
  auto data = std::make_shared<Data>();
  data->elements = elements_of(shape);
  data->strides = dense_strides(shape, 1);
  data->shape = std::move(shape);
  data->variable = variable;
  return View(std::move(data));
}

View View::of_runs(std::vector<Run> runs, Shape shape) {
  auto list = std::make_shared<RunList>();
  for (const Run& run : runs) append_merged(list->runs, run);
  list->starts.reserve(list->runs.size() + 1);
  std::uint64_t count = 0;
  for (const Run& run : list->runs) {
    list->starts.push_back(count);
    count += run.count;
  }
  list->starts.push_back(count);

  auto data = std::make_shared<Data>();
  data->elements = elements_of(shape);
  if (count != data->elements) {
    refuse("a list of " + counted(count, "element") + " does not make a tensor of shape " +
           text_of(shape));
  }
  data->shape = std::move(shape);
  const bool single = list->runs.size() == 1;
  data->strides = dense_strides(data->shape, single ? list->runs.front().stride : 1);
  if (!list->runs.empty()) data->variable = list->runs.front().variable;
  if (single) data->first = list->runs.front().first;
  if (list->runs.size() > 1) data->list = std::move(list);
  return View(std::move(data));
}

const Shape& View::shape() const { return data_->shape; }
std::uint64_t View::elements() const { return data_->elements; }

View View::index(std::uint64_t at, std::size_t dimension) const {
  check_dimension("index", shape(), dimension);
  if (at >= shape()[dimension]) {
    refuse("index " + std::to_string(at) + " of dimension " + std::to_string(dimension) +
           " is outside shape " + text_of(shape()));
  }
  auto data = std::make_shared<Data>(*data_);
  data->first += static_cast<std::uint64_t>(signed_of(at) * data->strides[dimension]);
  data->shape.erase(data->shape.begin() + signed_of(dimension));
  data->strides.erase(data->strides.begin() + signed_of(dimension));
  data->elements = elements_of(data->shape);
  return View(std::move(data));
}

View View::slice(std::uint64_t begin, std::uint64_t end, std::size_t dimension) const {
  check_dimension("slice", shape(), dimension);
  if (begin > end || end > shape()[dimension]) {
    refuse("slice [" + std::to_string(begin) + ", " + std::to_string(end) + ") of dimension " +
           std::to_string(dimension) + " is outside shape " + text_of(shape()));
  }
  auto data = std::make_shared<Data>(*data_);
  data->first += static_cast<std::uint64_t>(signed_of(begin) * data->strides[dimension]);
  data->shape[dimension] = end - begin;
  data->elements = elements_of(data->shape);
  return View(std::move(data));
}

View View::reshape(Shape shape) const {
  const std::uint64_t count = elements_of(shape);
  if (count != elements()) {
    refuse("reshape: a tensor of shape " + text_of(this->shape()) + " has " +
           counted(elements(), "element") + ", shape " + text_of(shape) + " wants " +
           std::to_string(count));
  }
  std::optional<std::vector<std::int64_t>> strides = std::vector<std::int64_t>(shape.size(), 0);
  if (count != 0) strides = regular_strides(this->shape(), data_->strides, shape);
  if (!strides) return of_runs(runs(), std::move(shape));
  auto data = std::make_shared<Data>(*data_);
  data->shape = std::move(shape);
  data->strides = std::move(*strides);
  return View(std::move(data));
}

View View::permute(std::span<const std::size_t> order) const {
  std::vector<bool> seen(rank(), false);
  bool good = order.size() == rank();
  for (std::size_t i = 0; good && i < order.size(); ++i) {
    good = order[i] < rank() && !seen[order[i]];
    if (good) seen[order[i]] = true;
  }
  if (!good) {
    refuse("permute: the order of dimensions " + text_of({order.begin(), order.end()}) +
           " is no permutation of those of shape " + text_of(shape()));
  }
  auto data = std::make_shared<Data>(*data_);
  for (std::size_t i = 0; i < order.size(); ++i) {
    data->shape[i] = shape()[order[i]];
    data->strides[i] = data_->strides[order[i]];
  }
  return View(std::move(data));
}

View View::reverse(std::size_t dimension) const {
  check_dimension("reverse", shape(), dimension);
  auto data = std::make_shared<Data>(*data_);
  const std::uint64_t length = shape()[dimension];
  if (length > 1) {
    data->first += static_cast<std::uint64_t>(signed_of(length - 1) * data->strides[dimension]);
  }
  data->strides[dimension] = -data->strides[dimension];
  return View(std::move(data));
}

View View::broadcast(std::uint64_t times, std::size_t dimension) const {
  check_dimension("broadcast", shape(), dimension);
  if (times == 1) return *this;
  if (times == 0) return slice(0, 0, dimension);
  if (shape()[dimension] != 1) return concat(std::vector<View>(times, *this), dimension);
  auto data = std::make_shared<Data>(*data_);
  data->shape[dimension] = times;
  data->strides[dimension] = 0;
  data->elements = elements_of(data->shape);
  return View(std::move(data));
}

View View::expand(std::size_t dimension) const {
  if (dimension > rank()) {
    refuse("expand: a tensor of shape " + text_of(shape()) + " has no dimension " +
           std::to_string(dimension));
  }
  auto data = std::make_shared<Data>(*data_);
  data->shape.insert(data->shape.begin() + signed_of(dimension), 1);
  data->strides.insert(data->strides.begin() + signed_of(dimension), 0);
  return View(std::move(data));
}

View View::subsample(std::uint64_t step, std::size_t dimension) const {
  check_dimension("subsample", shape(), dimension);
  if (step == 0) refuse("subsample: the step of a tensor of shape " + text_of(shape()) + " is 0");
  auto data = std::make_shared<Data>(*data_);
  data->shape[dimension] = shape()[dimension] / step + (shape()[dimension] % step != 0 ? 1 : 0);
  data->strides[dimension] *= signed_of(step);
  data->elements = elements_of(data->shape);
  return View(std::move(data));
}

std::optional<VariableId> View::variable() const {
  if (data_->list == nullptr || elements() == 0) return data_->variable;
  const std::vector<std::uint64_t>& starts = data_->list->starts;
  const auto after = std::upper_bound(starts.begin(), starts.end(), data_->first);
  return data_->list->runs[static_cast<std::size_t>(after - starts.begin() - 1)].variable;
}

std::vector<VariableId> View::variables() const {
  std::vector<VariableId> found;
  if (data_->list != nullptr) {
    for (const Run& run : data_->list->runs) {
      if (found.empty() || found.back() != run.variable) found.push_back(run.variable);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  } else if (data_->variable) {
    found.push_back(*data_->variable);
  }
  return found;
}

}  // namespace weft::frontends::poplar
