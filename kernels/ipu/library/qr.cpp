// SPDX-License-Identifier: Apache-2.0
// poplin: steps of Householder's factorization of a matrix whose columns, and rows of Q, are
// vectors that each lie on one tile.

#include <cmath>
#include <cstdint>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace poplin::experimental {

/// `out` is column `step` from its diagonal element on where this tile has it, else zeros.
class PickColumn : public MultiVertex {
 public:
  Input<Vector<float>> vectors;  ///< columns from `first` on
  Input<unsigned> step;
  Output<Vector<float>> out;
  unsigned first;
  unsigned columns;

  bool compute(unsigned worker) {
    const unsigned length = out.size();
    const unsigned column = *step - first;  // wraps around below it
    const bool here = column < columns;
    const auto share = weft::library::share_of(length, worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      out[i] = here && i >= *step ? vectors[column * length + i] : 0.0F;
    }
    return true;
  }
};

/// `v`, so that x - scale[1] (v x) v reflects the column to (scale[0], 0 ... 0).
class Householder : public Vertex {
 public:
  Input<Vector<float>> column;
  Input<unsigned> step;
  Output<Vector<float>> v;
  Output<Vector<float>> scale;

  bool compute() {
    float squares = 0.0F;
    for (unsigned i = *step; i < column.size(); ++i) squares += column[i] * column[i];
    const float diagonal = column[*step];
    const float norm = std::sqrt(squares);
    const float target = diagonal > 0.0F ? -norm : norm;
    for (unsigned i = 0; i < v.size(); ++i) v[i] = column[i];
    v[*step] = diagonal - target;
    scale[0] = target;
    // v v = 2 (norm^2 - target * diagonal), which is 0 for a column of zeros only.
    const float square = squares - target * diagonal;
    scale[1] = square > 0.0F ? 1.0F / square : 0.0F;
    return true;
  }
};

/// Reflects vectors; a column before `step` is done, the one at `step` becomes its last form. The
/// first `columns` of the vectors are columns of the matrix, from `first` on.
class Reflect : public MultiVertex {
 public:
  InOut<Vector<float>> vectors;
  Input<Vector<float>> v;
  Input<Vector<float>> scale;
  Input<unsigned> step;
  unsigned first;
  unsigned columns;

  bool compute(unsigned worker) {
    const unsigned length = v.size();
    const unsigned count = vectors.size() / length;
    for (unsigned j = worker; j < count; j += numWorkers()) {
      float* x = &vectors[j * length];
      if (j < columns && first + j <= *step) {
        if (first + j == *step) finish(x, length);
        continue;
      }
      float dot = 0.0F;
      for (unsigned i = *step; i < length; ++i) dot += v[i] * x[i];
      const float factor = scale[1] * dot;
      for (unsigned i = *step; i < length; ++i) x[i] -= factor * v[i];
    }
    return true;
  }

 private:
  void finish(float* x, unsigned length) const {
    x[*step] = scale[0];
    for (unsigned i = *step + 1; i < length; ++i) x[i] = 0.0F;
  }
};

}  // namespace poplin::experimental
