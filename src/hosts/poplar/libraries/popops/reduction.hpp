// SPDX-License-Identifier: Apache-2.0
// popops: reductions in stages: on each tile, between groups of tiles, where the result lies.
#pragma once

#include <string>
#include <vector>

#include "hosts/poplar/libraries/support.hpp"
#include "poplar/Graph.hpp"
#include "popops/Operation.hpp"

namespace weft::libraries {

/// Compute sets in order: those of the caller first, then new ones.
class ComputeSets {
 public:
  ComputeSets(poplar::Graph& graph, std::vector<poplar::ComputeSet>& sets, std::string name)
      : graph_(graph), sets_(sets), name_(std::move(name)) {}
  poplar::ComputeSet next() {
    if (used_ == sets_.size()) {
      const std::string stage = "Reduce" + std::to_string(used_);
      sets_.push_back(graph_.addComputeSet(name_.empty() ? stage : name_ + "/" + stage));
    }
    return sets_[used_++];
  }

 private:
  poplar::Graph& graph_;
  std::vector<poplar::ComputeSet>& sets_;
  std::string name_;
  std::size_t used_ = 0;
};

/// Values for outputs [begin, end) on one tile: `partials` for each, in `values`.
struct Piece {
  unsigned tile = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  poplar::Tensor values;  ///< flat
  std::size_t partials = 1;
  std::size_t width() const { return end - begin; }
};

/// `in` as a matrix: outputs by reduced elements (continuous), or the other way round.
struct ReductionMatrix {
  poplar::Tensor matrix;
  bool continuous = false;
  std::size_t outputs = 0;
};
ReductionMatrix reduction_matrix(const poplar::Tensor& in, const std::vector<std::size_t>& dims);

/// The elements of every tile as pieces, by tile ascending. Pieces that would leave workers idle
/// are cut along the reduced elements.
std::vector<Piece> pieces_by_tile(poplar::Graph& graph, const ReductionMatrix& matrix);

/// Reduces to `out`, flat, of a type that Reduce vertices have with that of the pieces.
void add_reduction(poplar::Graph& graph, ComputeSets& sets, popops::Operation op,
                   std::vector<Piece> pieces, bool continuous, const poplar::Tensor& out);

}  // namespace weft::libraries
