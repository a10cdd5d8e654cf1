// SPDX-License-Identifier: Apache-2.0
// References to arrays that somebody else owns: how Poplar functions take lists.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include "weft/standard_headers.hpp"

namespace poplar {

/// A constant array of `size()` elements, valid as long as its owner.
template <class T>
class ArrayRef {
 public:
  using value_type = T;
  using const_iterator = const T*;
  using iterator = const T*;

  constexpr ArrayRef() : begin_(nullptr), size_(0) {}
  constexpr ArrayRef(const T* begin, std::size_t size) : begin_(begin), size_(size) {}
  ArrayRef(std::initializer_list<T> list) : ArrayRef() {
    begin_ = list.begin();  // not as an initialiser: g++ would warn that the list does not last
    size_ = list.size();
  }
  template <class A>
  ArrayRef(const std::vector<T, A>& list) : begin_(list.data()), size_(list.size()) {}
  template <std::size_t N>
  ArrayRef(const std::array<T, N>& list) : begin_(list.data()), size_(N) {}
  template <std::size_t N>
  constexpr ArrayRef(const T (&list)[N]) : begin_(list), size_(N) {}

  const T* begin() const { return begin_; }
  const T* end() const { return begin_ + size_; }
  const T* data() const { return begin_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const T& front() const { return begin_[0]; }
  const T& back() const { return begin_[size_ - 1]; }
  const T& operator[](std::size_t i) const { return begin_[i]; }
  std::vector<T> cloneAsVector() const { return std::vector<T>(begin(), end()); }

 private:
  const T* begin_;
  std::size_t size_;
};

template <class T>
bool operator==(ArrayRef<T> a, ArrayRef<T> b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] == b[i])) return false;
  }
  return true;
}
template <class T>
bool operator!=(ArrayRef<T> a, ArrayRef<T> b) {
  return !(a == b);
}

}  // namespace poplar

namespace gccs {

/// An array that may be written, valid as long as its owner.
template <class T>
class ArrayRef {
 public:
  ArrayRef() : begin_(nullptr), size_(0) {}
  ArrayRef(T* begin, std::size_t size) : begin_(begin), size_(size) {}
  template <class A>
  ArrayRef(std::vector<T, A>& list) : begin_(list.data()), size_(list.size()) {}
  template <std::size_t N>
  ArrayRef(std::array<T, N>& list) : begin_(list.data()), size_(N) {}
  T* begin() const { return begin_; }
  T* end() const { return begin_ + size_; }
  T* data() const { return begin_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) const { return begin_[i]; }

 private:
  T* begin_;
  std::size_t size_;
};

}  // namespace gccs
