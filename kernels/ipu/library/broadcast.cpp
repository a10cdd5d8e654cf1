// SPDX-License-Identifier: Apache-2.0
// popops: operations of a tensor with a number, and with a vector that is repeated along it.

#include "loops.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"
#include "stored.hpp"

using namespace poplar;

namespace popops {

/// out = op(in, number), or op(number, in) when reversed.
template <typename In, typename Out>
class BroadcastScalar1D : public MultiVertex {
 public:
  Input<Vector<In>> in;
  Output<Vector<Out>> out;
  weft::library::Stored<In> number;
  unsigned op;
  bool reversed;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    weft::library::binary_number(op, in.data(), static_cast<In>(number), reversed, out.data(),
                                 share.begin, share.end);
    return true;
  }
};

template <typename T>
class BroadcastScalar1DInPlace : public MultiVertex {
 public:
  InOut<Vector<T>> inOut;
  weft::library::Stored<T> number;
  unsigned op;
  bool reversed;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(inOut.size(), worker, numWorkers());
    weft::library::binary_number(op, inOut.data(), static_cast<T>(number), reversed, inOut.data(),
                                 share.begin, share.end);
    return true;
  }
};

/// The same, row by row.
template <typename In, typename Out>
class BroadcastScalar2D : public Vertex {
 public:
  Vector<Input<Vector<In>>> in;
  Vector<Output<Vector<Out>>> out;
  weft::library::Stored<In> number;
  unsigned op;
  bool reversed;

  bool compute() {
    for (unsigned row = 0; row < out.size(); ++row) {
      weft::library::binary_number(op, in[row].data(), static_cast<In>(number), reversed,
                                   out[row].data(), 0U, out[row].size());
    }
    return true;
  }
};

template <typename T>
class BroadcastScalar2DInPlace : public Vertex {
 public:
  Vector<InOut<Vector<T>>> inOut;
  weft::library::Stored<T> number;
  unsigned op;
  bool reversed;

  bool compute() {
    for (unsigned row = 0; row < inOut.size(); ++row) {
      T* data = inOut[row].data();
      weft::library::binary_number(op, data, static_cast<T>(number), reversed, data, 0U,
                                   inOut[row].size());
    }
    return true;
  }
};

/// out[i] = op(in1[i], in2[((start + i) / inner) % period]), with the period of in2's size.
template <typename In, typename Out>
class BroadcastVector1D : public MultiVertex {
 public:
  Input<Vector<In>> in1;
  Input<Vector<In>> in2;
  Output<Vector<Out>> out;
  unsigned op;
  unsigned inner;
  unsigned start;
  bool reversed;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const In* data = in1.data();
    const auto vector = [data](std::uint32_t i) { return data[i]; };
    const weft::library::Repeated<In> repeated{in2.data(), inner, in2.size(), start};
    if (reversed) {
      weft::library::binary_loop(op, repeated, vector, out.data(), share.begin, share.end);
    } else {
      weft::library::binary_loop(op, vector, repeated, out.data(), share.begin, share.end);
    }
    return true;
  }
};

template <typename T>
class BroadcastVector1DInPlace : public MultiVertex {
 public:
  InOut<Vector<T>> in1Out;
  Input<Vector<T>> in2;
  unsigned op;
  unsigned inner;
  unsigned start;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(in1Out.size(), worker, numWorkers());
    T* data = in1Out.data();
    const weft::library::Repeated<T> repeated{in2.data(), inner, in2.size(), start};
    weft::library::binary_loop(
        op, [data](std::uint32_t i) { return data[i]; }, repeated, data, share.begin, share.end);
    return true;
  }
};

template class BroadcastScalar1D<float, float>;
template class BroadcastScalar1D<half, half>;
template class BroadcastScalar1D<int, int>;
template class BroadcastScalar1D<unsigned, unsigned>;
template class BroadcastScalar1D<bool, bool>;
template class BroadcastScalar1D<float, bool>;
template class BroadcastScalar1D<half, bool>;
template class BroadcastScalar1D<int, bool>;
template class BroadcastScalar1D<unsigned, bool>;
template class BroadcastScalar2D<float, float>;
template class BroadcastScalar2D<half, half>;
template class BroadcastScalar2D<int, int>;
template class BroadcastScalar2D<unsigned, unsigned>;
template class BroadcastScalar2D<bool, bool>;
template class BroadcastScalar2D<float, bool>;
template class BroadcastScalar2D<half, bool>;
template class BroadcastScalar2D<int, bool>;
template class BroadcastScalar2D<unsigned, bool>;
template class BroadcastVector1D<float, float>;
template class BroadcastVector1D<half, half>;
template class BroadcastVector1D<int, int>;
template class BroadcastVector1D<unsigned, unsigned>;
template class BroadcastVector1D<bool, bool>;
template class BroadcastVector1D<float, bool>;
template class BroadcastVector1D<half, bool>;
template class BroadcastVector1D<int, bool>;
template class BroadcastVector1D<unsigned, bool>;
template class BroadcastScalar1DInPlace<float>;
template class BroadcastScalar1DInPlace<half>;
template class BroadcastScalar1DInPlace<int>;
template class BroadcastScalar1DInPlace<unsigned>;
template class BroadcastScalar1DInPlace<bool>;
template class BroadcastScalar2DInPlace<float>;
template class BroadcastScalar2DInPlace<half>;
template class BroadcastScalar2DInPlace<int>;
template class BroadcastScalar2DInPlace<unsigned>;
template class BroadcastScalar2DInPlace<bool>;
template class BroadcastVector1DInPlace<float>;
template class BroadcastVector1DInPlace<half>;
template class BroadcastVector1DInPlace<int>;
template class BroadcastVector1DInPlace<unsigned>;
template class BroadcastVector1DInPlace<bool>;

}  // namespace popops
