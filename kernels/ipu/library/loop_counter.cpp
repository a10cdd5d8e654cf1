// SPDX-License-Identifier: Apache-2.0
// popops: the counter of a loop whose end is known only when the program runs.

#include "poplar/Vertex.hpp"

using namespace poplar;

namespace popops {

/// Counts on by `increment`, and says whether the limit is not yet met.
template <typename T>
class ForLoopCounter : public Vertex {
 public:
  InOut<T> count;
  Input<T> limit;
  Output<unsigned> comparisonResult;
  T increment;

  bool compute() {
    // Wraps around, as the tile's addition does.
    const T next = static_cast<T>(static_cast<unsigned>(*count) + static_cast<unsigned>(increment));
    *count = next;
    *comparisonResult = next != *limit ? 1U : 0U;
    return true;
  }
};

template class ForLoopCounter<int>;
template class ForLoopCounter<unsigned>;

}  // namespace popops
