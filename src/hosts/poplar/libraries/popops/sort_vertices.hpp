// SPDX-License-Identifier: Apache-2.0
// popops: keys with or without values, and the vertices that sort and merge them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "poplar/Graph.hpp"

namespace weft::libraries {

/// Keys, and the values that go with them if there are any.
struct KeysAndValues {
  poplar::Tensor keys;
  std::optional<poplar::Tensor> values;

  KeysAndValues slice(std::size_t begin, std::size_t end, unsigned dim = 0) const;
  KeysAndValues flatten() const;
  std::size_t size() const { return keys.numElements(); }
};

struct RowOrder {
  bool descending = false;
  bool ties = false;  ///< equal keys in ascending order of their values
};

class SortVertices {
 public:
  SortVertices(poplar::Graph& graph, RowOrder order) : graph_(graph), order_(order) {}

  /// Sorts `runs` equal shares of `data`, each by itself, as far as its first `kept` elements;
  /// leaves anything behind those, and in `spare`.
  void add_sort(poplar::ComputeSet cs, const KeysAndValues& data, const KeysAndValues& spare,
                std::size_t runs, std::size_t kept, unsigned tile);
  /// `out` is what the sorted `a` and `b` make together, from element `begin` on.
  void add_merge(poplar::ComputeSet cs, const KeysAndValues& a, const KeysAndValues& b,
                 const KeysAndValues& out, std::size_t begin, unsigned tile);

 private:
  poplar::VertexRef add(poplar::ComputeSet cs, const std::string& name, const KeysAndValues& like,
                        unsigned tile);
  poplar::Graph& graph_;
  RowOrder order_;
};

}  // namespace weft::libraries
