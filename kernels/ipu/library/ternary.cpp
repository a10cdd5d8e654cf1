// SPDX-License-Identifier: Apache-2.0
// popops: operations on three tensors. An input of one element stands for all.

#include "loops.hpp"
#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// out = in3 ? in1 : in2.
template <typename T>
class Select : public MultiVertex {
 public:
  Input<Vector<T>> in1;
  Input<Vector<T>> in2;
  Input<Vector<bool>> in3;
  Output<Vector<T>> out;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const weft::library::Elements<T> yes(in1.data(), in1.size());
    const weft::library::Elements<T> no(in2.data(), in2.size());
    const weft::library::Elements<bool> choice(in3.data(), in3.size());
    T* to = out.data();
    for (unsigned i = share.begin; i < share.end; ++i) to[i] = choice(i) ? yes(i) : no(i);
    return true;
  }
};

/// out = in1, at least in2 and at most in3.
template <typename T>
class Clamp : public MultiVertex {
 public:
  Input<Vector<T>> in1;
  Input<Vector<T>> in2;
  Input<Vector<T>> in3;
  Output<Vector<T>> out;

  bool compute(unsigned worker) {
    using weft::library::BinaryOpType;
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const weft::library::Elements<T> value(in1.data(), in1.size());
    const weft::library::Elements<T> low(in2.data(), in2.size());
    const weft::library::Elements<T> high(in3.data(), in3.size());
    T* to = out.data();
    for (unsigned i = share.begin; i < share.end; ++i) {
      const T raised = weft::library::binary<BinaryOpType::MAXIMUM>(value(i), low(i));
      to[i] = weft::library::binary<BinaryOpType::MINIMUM>(raised, high(i));
    }
    return true;
  }
};

template class Select<float>;
template class Select<half>;
template class Select<int>;
template class Select<unsigned>;
template class Select<bool>;
template class Clamp<float>;
template class Clamp<half>;
template class Clamp<int>;
template class Clamp<unsigned>;

}  // namespace popops
