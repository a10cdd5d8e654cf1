// SPDX-License-Identifier: Apache-2.0
// Views as runs: in row-major order, merged; whether elements repeat; concatenation.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"
#include "frontends/poplar/view.hpp"
#include "frontends/poplar/view_data.hpp"

namespace weft::frontends::poplar {
namespace {

std::uint64_t moved(std::uint64_t from, std::uint64_t steps, std::int64_t stride) {
  return from + static_cast<std::uint64_t>(signed_of(steps) * stride);
}

/// A regular walk: lengths and strides of its loops, the outermost first.
struct Loops {
  std::vector<std::uint64_t> lengths;
  std::vector<std::int64_t> strides;
};

/// The same elements in the same order with as few loops as possible; at least one.
Loops fewest_loops(const View::Data& data) {
  Loops loops;
  for (std::size_t d = 0; d < data.shape.size(); ++d) {
    const std::uint64_t length = data.shape[d];
    const std::int64_t stride = data.strides[d];
    if (length == 1) continue;
    if (!loops.lengths.empty() && loops.strides.back() == signed_of(length) * stride) {
      loops.lengths.back() *= length;
      loops.strides.back() = stride;
    } else {
      loops.lengths.push_back(length);
      loops.strides.push_back(stride);
    }
  }
  if (loops.lengths.empty()) {
    loops.lengths.push_back(1);
    loops.strides.push_back(1);
  }
  return loops;
}

/// Appends elements first, first + stride ... of a list as runs of variables.
void append_from_list(const RunList& list, std::uint64_t first, std::uint64_t count,
                      std::int64_t stride, std::vector<Run>& out) {
  std::uint64_t at = first;
  while (count > 0) {
    const auto after = std::upper_bound(list.starts.begin(), list.starts.end(), at);
    const auto r = static_cast<std::size_t>(after - list.starts.begin() - 1);
    const Run& run = list.runs[r];
    const std::uint64_t inside = at - list.starts[r];
    std::uint64_t taken = count;
    if (stride > 0) {
      taken = (run.count - 1 - inside) / static_cast<std::uint64_t>(stride) + 1;
    } else if (stride < 0) {
      taken = inside / static_cast<std::uint64_t>(-stride) + 1;
    }
    taken = std::min(taken, count);
    append_merged(out,
                  {run.variable, moved(run.first, inside, run.stride), taken, run.stride * stride});
    at = moved(at, taken, stride);
    count -= taken;
  }
}

/// Appends the elements of the view whose row-major numbers are in [begin, end).
void append_range(const View::Data& data, std::uint64_t begin, std::uint64_t end,
                  std::vector<Run>& out) {
  if (begin >= end) return;
  const Loops loops = fewest_loops(data);
  const std::size_t inner = loops.lengths.size() - 1;
  std::vector<std::uint64_t> at(loops.lengths.size(), 0);
  std::uint64_t rest = begin;
  for (std::size_t d = inner + 1; d-- > 0;) {
    at[d] = rest % loops.lengths[d];
    rest /= loops.lengths[d];
  }
  std::uint64_t left = end - begin;
  while (left > 0) {
    std::uint64_t first = data.first;
    for (std::size_t d = 0; d <= inner; ++d) first = moved(first, at[d], loops.strides[d]);
    const std::uint64_t count = std::min(left, loops.lengths[inner] - at[inner]);
    if (data.list != nullptr) {
      append_from_list(*data.list, first, count, loops.strides[inner], out);
    } else {
      append_merged(out, {*data.variable, first, count, loops.strides[inner]});
    }
    left -= count;
    at[inner] = 0;
    for (std::size_t d = inner; d-- > 0;) {
      if (++at[d] < loops.lengths[d]) break;
      at[d] = 0;
    }
  }
}

/// True when strides alone show that no element repeats: each is longer than all that the smaller
/// ones span together.
bool strides_tell_apart(const View::Data& data) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> loops;  // stride, length
  for (std::size_t d = 0; d < data.shape.size(); ++d) {
    if (data.shape[d] == 1) continue;
    loops.emplace_back(static_cast<std::uint64_t>(std::abs(data.strides[d])), data.shape[d]);
  }
  std::sort(loops.begin(), loops.end());
  std::uint64_t span = 0;
  for (const auto& [stride, length] : loops) {
    if (stride <= span) return false;
    span += stride * (length - 1);
  }
  return true;
}

/// Elements [begin, end) of a variable.
struct Interval {
  VariableId variable = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool operator<(const Interval& other) const {
    return std::pair(variable, begin) < std::pair(other.variable, other.begin);
  }
};

/// False when a run names an element twice.
bool append_intervals(const Run& run, std::vector<Interval>& out) {
  if (run.count > 1 && run.stride == 0) return false;
  if (run.stride == 1 || run.count == 1) {
    out.push_back({run.variable, run.first, run.first + run.count});
  } else if (run.stride == -1) {
    out.push_back({run.variable, run.first + 1 - run.count, run.first + 1});
  } else {
    for (std::uint64_t i = 0; i < run.count; ++i) {
      const std::uint64_t element = moved(run.first, i, run.stride);
      out.push_back({run.variable, element, element + 1});
    }
  }
  return true;
}

void check_parts(std::span<const View> parts, std::size_t dimension) {
  const Shape& first = parts.front().shape();
  if (dimension >= first.size()) {
    fail(Category::input, "concat: a tensor of shape " + text_of(first) + " has no dimension " +
                              std::to_string(dimension));
  }
  for (const View& part : parts) {
    bool fits = part.rank() == first.size();
    for (std::size_t d = 0; fits && d < first.size(); ++d) {
      fits = d == dimension || part.shape()[d] == first[d];
    }
    if (!fits) {
      fail(Category::input, "concat: shapes " + text_of(first) + " and " + text_of(part.shape()) +
                                " differ in more than dimension " + std::to_string(dimension));
    }
  }
}

}  // namespace

void append_merged(std::vector<Run>& runs, Run run) {
  if (run.count == 0) return;
  if (run.count == 1) run.stride = 1;
  if (!runs.empty() && runs.back().variable == run.variable) {
    Run& last = runs.back();
    const std::int64_t step = signed_of(run.first) - signed_of(last.first);
    if (last.count == 1 && (run.count == 1 || run.stride == step)) {
      last.stride = step;
      last.count += run.count;
      return;
    }
    const bool follows = run.first == moved(last.first, last.count, last.stride);
    if (last.count > 1 && follows && (run.count == 1 || run.stride == last.stride)) {
      last.count += run.count;
      return;
    }
  }
  runs.push_back(run);
}

std::vector<Run> View::runs() const {
  std::vector<Run> out;
  append_runs(out);
  return out;
}

void View::append_runs(std::vector<Run>& out) const { append_range(*data_, 0, elements(), out); }

bool View::contiguous() const {
  if (elements() == 0) return true;
  const std::vector<Run> all = runs();
  return all.size() == 1 && all.front().stride == 1;
}

bool View::distinct() const {
  if (elements() <= 1) return true;
  if (data_->list == nullptr && strides_tell_apart(*data_)) return true;
  std::vector<Interval> intervals;
  for (const Run& run : runs()) {
    if (!append_intervals(run, intervals)) return false;
  }
  std::sort(intervals.begin(), intervals.end());
  for (std::size_t i = 1; i < intervals.size(); ++i) {
    const Interval& before = intervals[i - 1];
    if (before.variable == intervals[i].variable && before.end > intervals[i].begin) return false;
  }
  return true;
}

View View::concat(std::span<const View> parts, std::size_t dimension) {
  if (parts.empty()) fail(Category::input, "concat: no tensors");
  if (parts.size() == 1) return parts.front();
  check_parts(parts, dimension);
  Shape shape = parts.front().shape();
  shape[dimension] = 0;
  for (const View& part : parts) shape[dimension] += part.shape()[dimension];
  std::uint64_t outer = 1;
  for (std::size_t d = 0; d < dimension; ++d) outer *= shape[d];

  std::vector<Run> runs;
  for (std::uint64_t o = 0; o < outer; ++o) {
    for (const View& part : parts) {
      const std::uint64_t inner = part.elements() / outer;
      append_range(*part.data_, o * inner, (o + 1) * inner, runs);
    }
  }
  std::optional<VariableId> variable;
  for (const View& part : parts) {
    if (!variable) variable = part.variable();
  }
  View joined = of_runs(std::move(runs), std::move(shape));
  if (joined.elements() > 0) return joined;
  auto data = std::make_shared<Data>(*joined.data_);
  data->variable = variable;
  return View(std::move(data));
}

}  // namespace weft::frontends::poplar
