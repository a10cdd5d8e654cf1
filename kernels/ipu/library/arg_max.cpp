// SPDX-License-Identifier: Apache-2.0
// popnn: places of the largest and smallest elements, and how many labels they meet.

#include <cstdint>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popnn {

/// For each row of `in`, the largest (smallest) element and its column; the first of equals.
template <typename T>
class ArgExtreme : public Vertex {
 public:
  Vector<Input<Vector<T>>> in;
  Output<Vector<T>> value;
  Output<Vector<unsigned>> place;
  bool smallest;

  bool compute() {
    for (unsigned row = 0; row < in.size(); ++row) {
      const T* data = in[row].data();
      const unsigned size = in[row].size();
      unsigned best = 0;
      for (unsigned i = 1; i < size; ++i) {
        const bool better = smallest ? less(data[i], data[best]) : less(data[best], data[i]);
        if (better) best = i;
      }
      value[row] = data[best];
      place[row] = best;
    }
    return true;
  }

 private:
  static bool less(T a, T b) {
    if constexpr (std::is_same_v<T, half>) return static_cast<float>(a) < static_cast<float>(b);
    return a < b;
  }
};

/// Adds to `count` the rows whose place is the label.
class CalcAccuracy : public Vertex {
 public:
  Input<Vector<unsigned>> place;
  Input<Vector<unsigned>> label;
  InOut<unsigned> count;

  bool compute() {
    unsigned hits = 0;
    for (unsigned i = 0; i < place.size(); ++i) hits += place[i] == label[i] ? 1U : 0U;
    *count += hits;
    return true;
  }
};

template class ArgExtreme<float>;
template class ArgExtreme<half>;
template class ArgExtreme<int>;
template class ArgExtreme<unsigned>;

}  // namespace popnn
