// SPDX-License-Identifier: Apache-2.0
// Ranges of element numbers.
#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <ostream>
#include <tuple>

namespace poplar {

/// Numbers begin .. end - 1.
template <class T>
struct GenericInterval {
  GenericInterval() : begin_(), end_() {}
  GenericInterval(T begin, T end) : begin_(begin), end_(end) {}
  const T& begin() const { return begin_; }
  const T& end() const { return end_; }
  const T& lower() const { return begin_; }
  const T& upper() const { return end_; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }
  friend bool operator==(const GenericInterval& a, const GenericInterval& b) {
    return a.begin_ == b.begin_ && a.end_ == b.end_;
  }
  friend bool operator!=(const GenericInterval& a, const GenericInterval& b) { return !(a == b); }
  friend bool operator<(const GenericInterval& a, const GenericInterval& b) {
    return std::tie(a.begin_, a.end_) < std::tie(b.begin_, b.end_);
  }

 private:
  T begin_;
  T end_;
};

using Interval = GenericInterval<std::size_t>;

template <class T>
std::ostream& operator<<(std::ostream& out, const GenericInterval<T>& interval) {
  return out << '[' << interval.begin() << ',' << interval.end() << ')';
}

}  // namespace poplar

namespace std {
template <>
struct hash<poplar::Interval> {
  size_t operator()(const poplar::Interval& i) const {
    return i.begin() * 0x9e3779b97f4a7c15 + i.end();
  }
};
}  // namespace std
