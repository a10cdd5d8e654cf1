// SPDX-License-Identifier: Apache-2.0
// popops: elements set to one number.

#include "poplar/Vertex.hpp"
#include "split.hpp"
#include "stored.hpp"

using namespace poplar;

namespace popops {

template <typename T>
class Fill : public MultiVertex {
 public:
  Output<Vector<T>> out;
  weft::library::Stored<T> number;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const T value = static_cast<T>(number);
    T* data = out.data();
    for (unsigned i = share.begin; i < share.end; ++i) data[i] = value;
    return true;
  }
};

/// The same, row by row.
template <typename T>
class Fill2d : public Vertex {
 public:
  Vector<Output<Vector<T>>> out;
  weft::library::Stored<T> number;

  bool compute() {
    const T value = static_cast<T>(number);
    for (unsigned row = 0; row < out.size(); ++row) {
      T* data = out[row].data();
      const unsigned size = out[row].size();
      for (unsigned i = 0; i < size; ++i) data[i] = value;
    }
    return true;
  }
};

template class Fill<float>;
template class Fill<half>;
template class Fill<int>;
template class Fill<unsigned>;
template class Fill<bool>;
template class Fill<short>;
template class Fill<unsigned short>;
template class Fill<char>;
template class Fill<signed char>;
template class Fill<unsigned char>;
template class Fill<long long>;
template class Fill<unsigned long long>;
template class Fill2d<float>;
template class Fill2d<half>;
template class Fill2d<int>;
template class Fill2d<unsigned>;
template class Fill2d<bool>;
template class Fill2d<short>;
template class Fill2d<unsigned short>;
template class Fill2d<char>;
template class Fill2d<signed char>;
template class Fill2d<unsigned char>;
template class Fill2d<long long>;
template class Fill2d<unsigned long long>;

}  // namespace popops
