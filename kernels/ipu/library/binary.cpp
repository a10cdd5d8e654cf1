// SPDX-License-Identifier: Apache-2.0
// popops: operations on two tensors.

#include "loops.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// out = op(in1, in2), by all workers. An input of one element stands for all.
template <typename In, typename Out>
class BinaryOp1D : public MultiVertex {
 public:
  Input<Vector<In>> in1;
  Input<Vector<In>> in2;
  Output<Vector<Out>> out;
  unsigned op;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    weft::library::binary_vectors(op, in1.data(), in1.size(), in2.data(), in2.size(), out.data(),
                                  share.begin, share.end);
    return true;
  }
};

template <typename T>
class BinaryOp1DInPlace : public MultiVertex {
 public:
  InOut<Vector<T>> in1Out;
  Input<Vector<T>> in2;
  unsigned op;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(in1Out.size(), worker, numWorkers());
    weft::library::binary_vectors(op, in1Out.data(), in1Out.size(), in2.data(), in2.size(),
                                  in1Out.data(), share.begin, share.end);
    return true;
  }
};

/// The same, row by row.
template <typename In, typename Out>
class BinaryOp2D : public Vertex {
 public:
  Vector<Input<Vector<In>>> in1;
  Vector<Input<Vector<In>>> in2;
  Vector<Output<Vector<Out>>> out;
  unsigned op;

  bool compute() {
    for (unsigned row = 0; row < out.size(); ++row) {
      weft::library::binary_vectors(op, in1[row].data(), in1[row].size(), in2[row].data(),
                                    in2[row].size(), out[row].data(), 0U, out[row].size());
    }
    return true;
  }
};

template <typename T>
class BinaryOp2DInPlace : public Vertex {
 public:
  Vector<InOut<Vector<T>>> in1Out;
  Vector<Input<Vector<T>>> in2;
  unsigned op;

  bool compute() {
    for (unsigned row = 0; row < in1Out.size(); ++row) {
      T* data = in1Out[row].data();
      weft::library::binary_vectors(op, data, in1Out[row].size(), in2[row].data(), in2[row].size(),
                                    data, 0U, in1Out[row].size());
    }
    return true;
  }
};

template class BinaryOp1D<float, float>;
template class BinaryOp1D<half, half>;
template class BinaryOp1D<int, int>;
template class BinaryOp1D<unsigned, unsigned>;
template class BinaryOp1D<bool, bool>;
template class BinaryOp1D<float, bool>;
template class BinaryOp1D<half, bool>;
template class BinaryOp1D<int, bool>;
template class BinaryOp1D<unsigned, bool>;
template class BinaryOp2D<float, float>;
template class BinaryOp2D<half, half>;
template class BinaryOp2D<int, int>;
template class BinaryOp2D<unsigned, unsigned>;
template class BinaryOp2D<bool, bool>;
template class BinaryOp2D<float, bool>;
template class BinaryOp2D<half, bool>;
template class BinaryOp2D<int, bool>;
template class BinaryOp2D<unsigned, bool>;
template class BinaryOp1DInPlace<float>;
template class BinaryOp1DInPlace<half>;
template class BinaryOp1DInPlace<int>;
template class BinaryOp1DInPlace<unsigned>;
template class BinaryOp1DInPlace<bool>;
template class BinaryOp2DInPlace<float>;
template class BinaryOp2DInPlace<half>;
template class BinaryOp2DInPlace<int>;
template class BinaryOp2DInPlace<unsigned>;
template class BinaryOp2DInPlace<bool>;

}  // namespace popops
