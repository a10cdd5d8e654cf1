// SPDX-License-Identifier: Apache-2.0
// Reads memory as fast as a tile can, for `weft validate`: two 64-bit loads a cycle and worker.

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace weft {

/// sums[worker] = the exclusive or of the worker's share of `data`.
class LocalRead : public MultiVertex {
 public:
  Input<Vector<unsigned, VectorLayout::SPAN, 16, true>> data;
  Output<Vector<unsigned, VectorLayout::SPAN>> sums;

  bool compute(unsigned worker) {
    const auto share = library::share_of(data.size(), worker, numWorkers());
    unsigned sum = 0;
    for (unsigned i = share.begin; i < share.end; ++i) sum ^= data[i];
    sums[worker] = sum;
    return true;
  }
};

}  // namespace weft
