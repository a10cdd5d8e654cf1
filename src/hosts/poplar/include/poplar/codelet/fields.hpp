// SPDX-License-Identifier: Apache-2.0
// The fields of vertices: Input, Output, InOut of scalars, of Vector and of VectorList; and
// Vector<Input<Vector<T>>>. What they hold is fixed by program/ipu_codelet.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "poplar/codelet/check.hpp"
#include "poplar/codelet/layout.hpp"

namespace poplar {

/// A vector of elements in tile memory, alignment in bytes.
template <typename T, VectorLayout layout = VectorLayout::SPAN, unsigned alignment = alignof(T),
          bool interleaved = false>
class Vector;

/// A list of vectors; its rows have any lengths.
template <typename T, VectorListLayout layout = VectorListLayout::DELTAN,
          unsigned alignment = alignof(T), bool interleaved = false>
class VectorList;

template <typename T>
class Input;
template <typename T>
class Output;
template <typename T>
class InOut;

}  // namespace poplar

namespace weft {
namespace codelet {

/// Layouts whose vertices don't know the length.
constexpr bool has_size(poplar::VectorLayout layout) {
  return layout == poplar::VectorLayout::SPAN || layout == poplar::VectorLayout::SHORT_SPAN;
}
constexpr bool has_size(poplar::VectorListLayout layout) {
  return layout == poplar::VectorListLayout::DELTAN ||
         layout == poplar::VectorListLayout::COMPACT_DELTAN;
}

/// Elements of type T in a row. Elements of inputs are not const, as in Poplar: programs cast their
/// addresses; what is written to an input is not seen by anybody.
template <typename T, bool sized>
class Elements {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  template <typename Index>
  T& operator[](Index index) const {
    check_index(reference_, static_cast<std::uint64_t>(index));
    return begin()[index];
  }
  T& operator*() const {
    check_index(reference_, 0);
    return *begin();
  }
  T* data() const { return begin(); }
  T* begin() const { return static_cast<T*>(reference_.data); }
  T* end() const { return begin() + size(); }
  T* cbegin() const { return begin(); }
  T* cend() const { return end(); }
  T& front() const { return (*this)[0]; }
  T& back() const { return (*this)[size() - 1]; }
  bool empty() const { return size() == 0; }
  std::uint32_t size() const {
    static_assert(sized,
                  "a vector of this layout does not know its size: only SPAN and SHORT_SPAN do");
    return static_cast<std::uint32_t>(reference_.size);
  }
  const Elements* operator->() const { return this; }

 private:
  VectorReference reference_;
};

/// Rows of Elements.
template <typename T, bool sized, bool rows_sized>
class Rows {
 public:
  using Row = Elements<T, rows_sized>;
  using value_type = Row;

  template <typename Index>
  Row& operator[](Index index) const {
    check_index(reference_, static_cast<std::uint64_t>(index));
    return begin()[index];
  }
  Row* begin() const { return static_cast<Row*>(reference_.data); }
  Row* end() const { return begin() + size(); }
  bool empty() const { return size() == 0; }
  std::uint32_t size() const {
    static_assert(sized, "a list of this layout does not know its size");
    return static_cast<std::uint32_t>(reference_.size);
  }
  /// Elements of row `index`.
  template <typename Index>
  std::uint32_t getSize(Index index) const {
    return (*this)[index].size();
  }
  const Rows* operator->() const { return this; }

 private:
  VectorReference reference_;
};

}  // namespace codelet
}  // namespace weft

namespace poplar {

/// A scalar that the vertex reads.
template <typename T>
class Input {
 public:
  using value_type = T;
  const T& operator*() const { return *static_cast<const T*>(data_); }
  operator const T&() const { return **this; }

 private:
  void* data_ = nullptr;
};

#define WEFT_WRITTEN(Edge)                                   \
  template <typename T>                                      \
  class Edge {                                               \
   public:                                                   \
    using value_type = T;                                    \
    T& operator*() const { return *static_cast<T*>(data_); } \
    operator T&() const { return **this; }                   \
    Edge(const Edge&) = default;                             \
    Edge() = default;                                        \
    const Edge& operator=(const Edge& other) const {         \
      **this = *other;                                       \
      return *this;                                          \
    }                                                        \
    const Edge& operator=(const T& value) const {            \
      **this = value;                                        \
      return *this;                                          \
    }                                                        \
                                                             \
   private:                                                  \
    void* data_ = nullptr;                                   \
  };
WEFT_WRITTEN(Output)
WEFT_WRITTEN(InOut)
#undef WEFT_WRITTEN

#define WEFT_EDGE(Edge)                                                                          \
  template <typename T, VectorLayout layout, unsigned alignment, bool interleaved>               \
  class Edge<Vector<T, layout, alignment, interleaved>>                                          \
      : public weft::codelet::Elements<T, weft::codelet::has_size(layout)> {};                   \
  template <typename T, VectorListLayout layout, unsigned alignment, bool interleaved>           \
  class Edge<VectorList<T, layout, alignment, interleaved>>                                      \
      : public weft::codelet::Rows<T, weft::codelet::has_size(layout), true> {};                 \
  template <typename T, VectorLayout rows, unsigned alignment, bool interleaved,                 \
            VectorLayout list, unsigned list_alignment, bool list_interleaved>                   \
  class Vector<Edge<Vector<T, rows, alignment, interleaved>>, list, list_alignment,              \
               list_interleaved> : public weft::codelet::Rows<T, weft::codelet::has_size(list),  \
                                                              weft::codelet::has_size(rows)> {}; \
  template <typename T, VectorLayout rows, unsigned alignment, bool interleaved,                 \
            VectorLayout list, unsigned list_alignment, bool list_interleaved>                   \
  class Edge<                                                                                    \
      Vector<Vector<T, rows, alignment, interleaved>, list, list_alignment, list_interleaved>>   \
      : public weft::codelet::Rows<T, weft::codelet::has_size(list),                             \
                                   weft::codelet::has_size(rows)> {};
WEFT_EDGE(Input)
WEFT_EDGE(Output)
WEFT_EDGE(InOut)
#undef WEFT_EDGE

/// A vector of a vertex's own, filled before the run.
template <typename T, VectorLayout layout, unsigned alignment, bool interleaved>
class Vector : public weft::codelet::Elements<T, weft::codelet::has_size(layout)> {};

}  // namespace poplar
