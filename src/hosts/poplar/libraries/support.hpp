// SPDX-License-Identifier: Apache-2.0
// Small things that all libraries need: names, checks, division.
#pragma once

#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "poplar/DebugContext.hpp"
#include "poplar/Graph.hpp"
#include "poputil/exceptions.hpp"

namespace weft::libraries {

using Shape = std::vector<std::size_t>;
using Intervals = std::vector<poplar::Interval>;

/// While it lives, a library that is in the graph may use the vertices of another one, which the
/// program need not have added: where poplibs has a vertex of its own for what is made of another
/// library's here.
class Lends {
 public:
  Lends(poplar::Graph& graph, const char* user, const char* library)
      : graph_(graph), library_(graph.hasLibrary(user) ? library : nullptr) {
    if (library_ != nullptr) graph_.addLibrary(library_);
  }
  ~Lends() {
    if (library_ != nullptr) graph_.dropLibrary(library_);
  }
  Lends(const Lends&) = delete;
  Lends& operator=(const Lends&) = delete;

 private:
  poplar::Graph& graph_;
  const char* library_;
};

/// `name` below the caller's.
inline poplar::DebugContext named(const poplar::DebugContext& context, const std::string& name) {
  const std::string path = context.getPathName();
  return {path.empty() ? name : path + "/" + name};
}

/// poplibs_error unless `holds`.
inline void need(bool holds, const std::string& otherwise) {
  if (!holds) throw poputil::poplibs_error(otherwise);
}

template <class T>
T ceil_divide(T a, T b) {
  return (a + b - 1) / b;
}

inline std::size_t product(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>{});
}

inline std::size_t size_of(const Intervals& intervals) {
  std::size_t sum = 0;
  for (const auto& interval : intervals) sum += interval.size();
  return sum;
}

/// The elements of a flat tensor in `intervals`, one after the other.
inline poplar::Tensor elements_of(const poplar::Tensor& flat, const Intervals& intervals) {
  if (intervals.size() == 1) return flat.slice(intervals[0]);
  return poplar::concat(flat.slices(intervals));
}

}  // namespace weft::libraries
