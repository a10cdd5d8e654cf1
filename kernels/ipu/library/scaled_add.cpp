// SPDX-License-Identifier: Apache-2.0
// popops: A = a A + b B, in place.

#include "poplar/Vertex.hpp"
#include "split.hpp"
#include "stored.hpp"

using namespace poplar;

namespace weft::library {

/// a + scale * b: integers wrap, halves are formed in float and rounded once.
template <class A, class B, class Scale>
A scaled_add(A a, B b, Scale scale) {
  if constexpr (std::is_same_v<A, half> || std::is_same_v<A, float>) {
    return static_cast<A>(static_cast<float>(a) + scale * static_cast<float>(b));
  } else {
    return static_cast<A>(static_cast<unsigned>(a) +
                          static_cast<unsigned>(scale) * static_cast<unsigned>(b));
  }
}
template <class T, class Scale>
T scaled(T a, Scale scale) {
  if constexpr (std::is_same_v<T, half>) {
    return static_cast<T>(static_cast<float>(a) * scale);
  } else {
    return static_cast<T>(a * scale);
  }
}

}  // namespace weft::library

namespace popops {

/// A += scaleB * B.
template <typename A, typename B>
class ScaledAdd1D : public MultiVertex {
 public:
  InOut<Vector<A>> a;
  Input<Vector<B>> b;
  weft::library::Stored<A> scaleB;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(a.size(), worker, numWorkers());
    A* to = a.data();
    const B* from = b.data();
    for (unsigned i = share.begin; i < share.end; ++i) {
      to[i] = weft::library::scaled_add(to[i], from[i], scaleB);
    }
    return true;
  }
};

/// The same, row by row.
template <typename A, typename B>
class ScaledAdd2D : public Vertex {
 public:
  Vector<InOut<Vector<A>>> a;
  Vector<Input<Vector<B>>> b;
  weft::library::Stored<A> scaleB;

  bool compute() {
    for (unsigned row = 0; row < a.size(); ++row) {
      A* to = a[row].data();
      const B* from = b[row].data();
      const unsigned size = a[row].size();
      for (unsigned i = 0; i < size; ++i) {
        to[i] = weft::library::scaled_add(to[i], from[i], scaleB);
      }
    }
    return true;
  }
};

/// A = scaleA * A + scaleB * B, the factors from tensors of one element; B is subtracted when
/// `negative`.
template <typename A, typename B, typename Scale>
class ScaledAddTensor : public MultiVertex {
 public:
  InOut<Vector<A>> a;
  Input<Vector<B>> b;
  Input<Scale> scaleA;
  Input<Scale> scaleB;
  bool negative;
  bool scalesA;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(a.size(), worker, numWorkers());
    using Number = weft::library::Stored<Scale>;
    const auto first = static_cast<Number>(*scaleA);
    const auto second = negative ? static_cast<Number>(-static_cast<Number>(*scaleB))
                                 : static_cast<Number>(*scaleB);
    A* to = a.data();
    const B* from = b.data();
    for (unsigned i = share.begin; i < share.end; ++i) {
      const A own = scalesA ? weft::library::scaled(to[i], first) : to[i];
      to[i] = weft::library::scaled_add(own, from[i], second);
    }
    return true;
  }
};

template class ScaledAdd1D<float, float>;
template class ScaledAdd1D<half, half>;
template class ScaledAdd1D<float, half>;
template class ScaledAdd1D<half, float>;
template class ScaledAdd1D<int, int>;
template class ScaledAdd1D<unsigned, unsigned>;
template class ScaledAdd2D<float, float>;
template class ScaledAdd2D<half, half>;
template class ScaledAdd2D<float, half>;
template class ScaledAdd2D<half, float>;
template class ScaledAdd2D<int, int>;
template class ScaledAdd2D<unsigned, unsigned>;
template class ScaledAddTensor<float, float, float>;
template class ScaledAddTensor<half, half, half>;
template class ScaledAddTensor<half, half, float>;
template class ScaledAddTensor<half, float, float>;
template class ScaledAddTensor<float, half, float>;
template class ScaledAddTensor<float, half, half>;
template class ScaledAddTensor<half, float, half>;
template class ScaledAddTensor<int, int, int>;
template class ScaledAddTensor<unsigned, unsigned, unsigned>;

}  // namespace popops
