// SPDX-License-Identifier: Apache-2.0
// popops: slices at places known when the program runs, rows by number, one-hot codes, counting.

#include <cstdint>

#include "poplar/Vertex.hpp"
#include "split.hpp"

using namespace poplar;

namespace popops {

/// The first row that an offset means, as in poplibs: one out of range is 0 where `remaps`, else no
/// row at all; then nothing is copied.
inline unsigned first_row(unsigned offset, unsigned rows, bool remaps) {
  return offset >= rows && remaps ? 0 : offset;
}

/// `out` [size][width] is rows offset .. of `in` [rows][width], around its end.
template <typename T>
class DynamicSlice1d : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<unsigned> offset;
  Output<Vector<T>> out;
  unsigned width;
  bool remaps;

  bool compute(unsigned worker) {
    const unsigned rows = in.size() / width;
    const unsigned first = first_row(*offset, rows, remaps);
    if (first >= rows) return true;
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned row = (first + i / width) % rows;
      out[i] = in[row * width + i % width];
    }
    return true;
  }
};

/// Rows offset .. of `inOut` [rows][width] become `in` [size][width].
template <typename T>
class DynamicUpdateSlice1d : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<unsigned> offset;
  InOut<Vector<T>> out;
  unsigned width;
  bool remaps;

  bool compute(unsigned worker) {
    const unsigned rows = out.size() / width;
    const unsigned first = first_row(*offset, rows, remaps);
    if (first >= rows) return true;
    const auto share = weft::library::share_of(in.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned row = (first + i / width) % rows;
      out[row * width + i % width] = in[i];
    }
    return true;
  }
};

/// Row i of `out` [numbers][width] is row numbers[i] of `in` [rows][width], or zeros.
template <typename T>
class Gather : public MultiVertex {
 public:
  Input<Vector<T>> in;
  Input<Vector<unsigned>> numbers;
  Output<Vector<T>> out;
  unsigned width;

  bool compute(unsigned worker) {
    const unsigned rows = in.size() / width;
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned row = numbers[i / width];
      out[i] = row < rows ? in[row * width + i % width] : static_cast<T>(0);
    }
    return true;
  }
};

/// Elements [first, first + size) of a one-hot matrix of `classes` columns; numbers[i] is the place
/// of the one in row firstRow + i.
template <typename Index, typename T>
class EncodeOneHot : public MultiVertex {
 public:
  Input<Vector<Index>> numbers;
  Input<T> on;
  Input<T> off;
  Output<Vector<T>> out;
  unsigned first;
  unsigned classes;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    const unsigned first_row = first / classes;
    for (unsigned i = share.begin; i < share.end; ++i) {
      const unsigned row = (first + i) / classes - first_row;
      const bool hit = static_cast<unsigned>(numbers[row]) == (first + i) % classes;
      out[i] = hit ? *on : *off;
    }
    return true;
  }
};

/// out[i] = start + i.
template <typename T>
class Iota : public MultiVertex {
 public:
  Output<Vector<T>> out;
  unsigned start;

  bool compute(unsigned worker) {
    const auto share = weft::library::share_of(out.size(), worker, numWorkers());
    for (unsigned i = share.begin; i < share.end; ++i) out[i] = static_cast<T>(start + i);
    return true;
  }
};

template class DynamicSlice1d<float>;
template class DynamicSlice1d<half>;
template class DynamicSlice1d<int>;
template class DynamicSlice1d<unsigned>;
template class DynamicSlice1d<bool>;
template class DynamicUpdateSlice1d<float>;
template class DynamicUpdateSlice1d<half>;
template class DynamicUpdateSlice1d<int>;
template class DynamicUpdateSlice1d<unsigned>;
template class DynamicUpdateSlice1d<bool>;
template class Gather<float>;
template class Gather<half>;
template class Gather<int>;
template class Gather<unsigned>;
template class EncodeOneHot<unsigned, float>;
template class EncodeOneHot<unsigned, half>;
template class EncodeOneHot<unsigned, int>;
template class EncodeOneHot<unsigned, unsigned>;
template class EncodeOneHot<int, float>;
template class EncodeOneHot<int, half>;
template class EncodeOneHot<int, int>;
template class EncodeOneHot<int, unsigned>;
template class Iota<unsigned>;
template class Iota<int>;

}  // namespace popops
