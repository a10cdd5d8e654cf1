// SPDX-License-Identifier: Apache-2.0
// popops: rows of a table, of which each tile has a part, looked up and updated by number.

#include <cstdint>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// The row that a number means: one beyond the table is 0 where `remaps`, else none.
inline unsigned row_of(unsigned number, unsigned rows, bool remaps) {
  return number >= rows && remaps ? 0 : number;
}

/// Row i of `out` [numbers][width] becomes row numbers[i] - first of `in`, where that has it.
template <typename T>
class MultiSlice : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<Vector<unsigned>> numbers;
  InOut<Vector<T>> out;
  unsigned width;
  unsigned first;
  unsigned parts;
  unsigned rows;
  bool remaps;

  bool compute(unsigned worker) {
    const unsigned held = in.size() / width;
    const auto share = weft::library::share_of(numbers.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned row = row_of(numbers[i], rows, remaps) - first;  // wraps around below it
      if (row >= held) continue;
      for (unsigned j = 0; j < width; ++j) out[i * width + j] = in[row * width + j];
    }
    return true;
  }
};

/// Row i of `out` [numbers][width] is row i of the part in `in` [parts][numbers][width] that has
/// row numbers[i] of the table: each has `partRows`. Zeros where none has it.
template <typename T>
class PickPart : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<Vector<unsigned>> numbers;
  Output<Vector<T>> out;
  unsigned width;
  unsigned partRows;
  unsigned rows;
  bool remaps;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(numbers.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned number = row_of(numbers[i], rows, remaps);
      const unsigned part = number / partRows;
      for (unsigned j = 0; j < width; ++j) {
        out[i * width + j] =
            number < rows ? in[(part * numbers.size() + i) * width + j] : static_cast<T>(0);
      }
    }
    return true;
  }
};

/// How a row of the table is joined with a row that is written to it.
enum class Update : unsigned { replace, add, maximum, multiply };

/// Rows numbers[i] - first of `out` are joined with rows i of `in`, i ascending. A worker has every
/// so manyth row, so that no two write the same.
template <typename T>
class MultiUpdate : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<Vector<unsigned>> numbers;
  Input<T> scale;
  InOut<Vector<T>> out;
  unsigned width;
  unsigned first;
  unsigned parts;
  unsigned update;
  unsigned rows;
  bool remaps;

  bool compute(unsigned worker) {
    const unsigned held = out.size() / width;
    for (unsigned i = 0; i < numbers.size(); ++i) {
      const unsigned row = row_of(numbers[i], rows, remaps) - first;
      if (row >= held || row % numWorkers() != worker) continue;
      for (unsigned j = 0; j < width; ++j) {
        T& old = out[row * width + j];
        old = joined(old, in[i * width + j]);
      }
    }
    return true;
  }

 private:
  using Wide = std::conditional_t<std::is_same_v<T, half>, float, T>;

  T joined(T old, T written) const {
    const Wide a = static_cast<Wide>(old);
    const Wide b = static_cast<Wide>(written);
    switch (static_cast<Update>(update)) {
      case Update::add:
        return static_cast<T>(a + static_cast<Wide>(*scale) * b);
      case Update::maximum:
        return a < b ? written : old;
      case Update::multiply:
        return static_cast<T>(a * b);
      default:
        return written;
    }
  }
};

template class MultiSlice<float>;
template class MultiSlice<half>;
template class MultiSlice<int>;
template class MultiSlice<unsigned>;
template class PickPart<float>;
template class PickPart<half>;
template class PickPart<int>;
template class PickPart<unsigned>;
template class MultiUpdate<float>;
template class MultiUpdate<half>;
template class MultiUpdate<int>;
template class MultiUpdate<unsigned>;

}  // namespace popops
