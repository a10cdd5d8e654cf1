// SPDX-License-Identifier: Apache-2.0
// Order of keys, and the merging of sorted runs, for the vertices that sort.
#pragma once

#include <cstdint>
#include <type_traits>

#include "poplar/Vertex.hpp"

namespace weft::library {

/// Numbers ascending, then NaNs, which are all alike: a weak order, so that no element is lost.
template <class T>
bool less(T a, T b) {
  if constexpr (std::is_same_v<T, poplar::half>) {
    return less(static_cast<float>(a), static_cast<float>(b));
  } else if constexpr (std::is_same_v<T, float>) {
    return a < b || (b != b && a == a);
  } else {
    return a < b;
  }
}

/// Stands for values where there are none.
struct NoValues {
  NoValues operator+(std::uint32_t /*i*/) const { return {}; }
};

/// Keys and what belongs to each, if anything does.
template <class Key, class Values>
struct Pairs {
  Key* keys;
  Values values;
  static constexpr bool bare = std::is_same_v<Values, NoValues>;
  Pairs operator+(std::uint32_t i) const { return {keys + i, values + i}; }
};

struct Order {
  bool descending = false;
  bool ties = false;  ///< equal keys in ascending order of their values

  /// Element i of `a` must come before element j of `b`.
  template <class A, class B>
  bool before(const A& a, std::uint32_t i, const B& b, std::uint32_t j) const {
    const auto x = a.keys[i];
    const auto y = b.keys[j];
    const bool first = descending ? less(y, x) : less(x, y);
    if constexpr (A::bare) {
      return first;
    } else {
      if (first || !ties) return first;
      const bool second = descending ? less(x, y) : less(y, x);
      return !second && less(a.values[i], b.values[j]);
    }
  }
};

/// out[i] = in[j].
template <class Out, class In>
void put(const Out& out, std::uint32_t i, const In& in, std::uint32_t j) {
  out.keys[i] = in.keys[j];
  if constexpr (!Out::bare) out.values[i] = in.values[j];
}

/// How many of the first `place` elements of the merged sequence come from `a`; of equals those of
/// `a` come first.
template <class In>
std::uint32_t taken_from_first(const In& a, std::uint32_t a_size, const In& b, std::uint32_t b_size,
                               std::uint32_t place, Order order) {
  std::uint32_t least = place > b_size ? place - b_size : 0;
  std::uint32_t most = place < a_size ? place : a_size;
  while (least < most) {
    const std::uint32_t from_a = least + (most - least) / 2;
    if (order.before(b, place - from_a - 1, a, from_a)) {
      most = from_a;
    } else {
      least = from_a + 1;
    }
  }
  return least;
}

/// out[0, size) are the elements from `begin` on of what `a` and `b`, sorted, make together.
template <class Out, class In>
void merge(const Out& out, std::uint32_t size, const In& a, std::uint32_t a_size, const In& b,
           std::uint32_t b_size, std::uint32_t begin, Order order) {
  std::uint32_t i = taken_from_first(a, a_size, b, b_size, begin, order);
  std::uint32_t j = begin - i;
  for (std::uint32_t k = 0; k < size; ++k) {
    const bool from_b = i == a_size || (j < b_size && order.before(b, j, a, i));
    if (from_b) {
      put(out, k, b, j++);
    } else {
      put(out, k, a, i++);
    }
  }
}

/// Brings the first `kept` elements of `data` in order to its begin, by merging runs of 1, 2, 4 ...
/// elements to and fro between it and `spare`; of a run that has more, only so many go on.
template <class In>
void sort_run(In data, In spare, std::uint32_t size, std::uint32_t kept, Order order) {
  const auto least = [](std::uint32_t x, std::uint32_t y) { return x < y ? x : y; };
  bool in_spare = false;
  for (std::uint32_t run = 1; run < size; run *= 2) {
    const In& from = in_spare ? spare : data;
    const In& to = in_spare ? data : spare;
    for (std::uint32_t begin = 0; begin < size; begin += 2 * run) {
      const std::uint32_t middle = begin + least(size - begin, run);
      const std::uint32_t first = least(middle - begin, kept);
      const std::uint32_t second = least(least(size - middle, run), kept);
      merge(to + begin, least(first + second, kept), from + begin, first, from + middle, second, 0,
            order);
    }
    in_spare = !in_spare;
  }
  if (!in_spare) return;
  for (std::uint32_t i = 0; i < least(size, kept); ++i) put(data, i, spare, i);
}

}  // namespace weft::library
