// SPDX-License-Identifier: Apache-2.0
// popops: operations on one tensor.

#include "loops.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// out = op(in), by all workers.
template <typename In, typename Out>
class UnaryOp1D : public MultiVertex {
 public:
  Input<Vector<In>> in;
  Output<Vector<Out>> out;
  unsigned op;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    weft::library::unary_loop(op, in.data(), out.data(), share.begin, share.end);
    return true;
  }
};

template <typename T>
class UnaryOp1DInPlace : public MultiVertex {
 public:
  InOut<Vector<T>> inOut;
  unsigned op;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(inOut.size(), worker, numWorkers());
    weft::library::unary_loop(op, inOut.data(), inOut.data(), share.begin, share.end);
    return true;
  }
};

/// The same, row by row.
template <typename In, typename Out>
class UnaryOp2D : public Vertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Output<Vector<Out>>> out;
  unsigned op;

  bool compute() {
    for (unsigned row = 0; row < out.size(); ++row) {
      weft::library::unary_loop(op, in[row].data(), out[row].data(), 0U, out[row].size());
    }
    return true;
  }
};

template <typename T>
class UnaryOp2DInPlace : public Vertex {
 public:
  Vector<InOut<Vector<T>>> inOut;
  unsigned op;

  bool compute() {
    for (unsigned row = 0; row < inOut.size(); ++row) {
      T* data = inOut[row].data();
      weft::library::unary_loop(op, data, data, 0U, inOut[row].size());
    }
    return true;
  }
};

template class UnaryOp1D<float, float>;
template class UnaryOp1D<half, half>;
template class UnaryOp1D<int, int>;
template class UnaryOp1D<unsigned, unsigned>;
template class UnaryOp1D<bool, bool>;
template class UnaryOp1D<float, bool>;
template class UnaryOp1D<half, bool>;
template class UnaryOp2D<float, float>;
template class UnaryOp2D<half, half>;
template class UnaryOp2D<int, int>;
template class UnaryOp2D<unsigned, unsigned>;
template class UnaryOp2D<bool, bool>;
template class UnaryOp2D<float, bool>;
template class UnaryOp2D<half, bool>;
template class UnaryOp1DInPlace<float>;
template class UnaryOp1DInPlace<half>;
template class UnaryOp1DInPlace<int>;
template class UnaryOp1DInPlace<unsigned>;
template class UnaryOp1DInPlace<bool>;
template class UnaryOp2DInPlace<float>;
template class UnaryOp2DInPlace<half>;
template class UnaryOp2DInPlace<int>;
template class UnaryOp2DInPlace<unsigned>;
template class UnaryOp2DInPlace<bool>;

}  // namespace popops
