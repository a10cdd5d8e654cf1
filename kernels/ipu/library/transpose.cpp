// SPDX-License-Identifier: Apache-2.0
// popops: a matrix with its rows as columns.

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// `out` [columns][rows] of `in` [rows][columns]; a worker has some of the rows of `out`.
template <typename T>
class Transpose2d : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Output<Vector<T>> out;
  unsigned columns;

  bool compute(unsigned worker) {
    const unsigned rows = in.size() / columns;
    const auto share = weft::library::share_of(columns, worker, numWorkers());
    for (unsigned column = share.begin; column < share.end; ++column) {
      for (unsigned row = 0; row < rows; ++row) {
        out[column * rows + row] = in[row * columns + column];
      }
    }
    return true;
  }
};

template class Transpose2d<float>;
template class Transpose2d<half>;
template class Transpose2d<int>;
template class Transpose2d<unsigned>;

}  // namespace popops
