// SPDX-License-Identifier: Apache-2.0
// half2, half4, half8: fp16 numbers side by side, with the operators of vector types. A scalar in
// an operation becomes a half and stands for all elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>

#include "poplar/codelet/half.hpp"
#include "poplar/codelet/half_lanes.hpp"

namespace weft {
namespace codelet {

/// What may stand for all elements.
template <typename T>
inline constexpr bool is_scalar =
    std::is_arithmetic<T>::value || std::is_same<T, poplar::half>::value;

template <unsigned n>
class alignas(2 * n < 8 ? 2 * n : 8) HalfVector {
 public:
  using Half = poplar::half;
  /// What comparisons give: 0 or -1 an element.
  using Mask = typename Lanes<n>::Mask;

  HalfVector() = default;
  template <typename... T, typename = std::enable_if_t<sizeof...(T) == n && (is_scalar<T> && ...)>>
  constexpr HalfVector(T... values) : values_{Half(values)...} {}
  static HalfVector all(Half value) {
    HalfVector out;
    for (unsigned i = 0; i < n; ++i) out.values_[i] = value;
    return out;
  }

  Half& operator[](std::size_t index) { return values_[index]; }
  const Half& operator[](std::size_t index) const { return values_[index]; }
  template <std::size_t index>
  Half get() const {
    return values_[index];
  }

  HalfVector operator-() const {
    HalfVector out;
    for (unsigned i = 0; i < n; ++i) out.values_[i] = -values_[i];
    return out;
  }
  HalfVector operator+() const { return *this; }

  friend HalfVector operator+(const HalfVector& a, const HalfVector& b) {
    return rounded(a.floats() + b.floats());
  }
  friend HalfVector operator-(const HalfVector& a, const HalfVector& b) {
    return rounded(a.floats() - b.floats());
  }
  friend HalfVector operator*(const HalfVector& a, const HalfVector& b) {
    return rounded(a.floats() * b.floats());
  }
  friend HalfVector operator/(const HalfVector& a, const HalfVector& b) {
    HalfVector out;
    for (unsigned i = 0; i < n; ++i) out.values_[i] = a.values_[i] / b.values_[i];
    return out;
  }

#define WEFT_OPERATION(op)                                         \
  template <typename T, typename = std::enable_if_t<is_scalar<T>>> \
  friend HalfVector operator op(const HalfVector& a, T b) {        \
    return a op all(Half(b));                                      \
  }                                                                \
  template <typename T, typename = std::enable_if_t<is_scalar<T>>> \
  friend HalfVector operator op(T a, const HalfVector& b) {        \
    return all(Half(a)) op b;                                      \
  }                                                                \
  template <typename T>                                            \
  HalfVector& operator op##=(const T& b) {                         \
    return *this = *this op b;                                     \
  }
  WEFT_OPERATION(+)
  WEFT_OPERATION(-)
  WEFT_OPERATION(*)
  WEFT_OPERATION(/)
#undef WEFT_OPERATION

#define WEFT_COMPARISON(op)                                                                   \
  friend Mask operator op(const HalfVector& a, const HalfVector& b) {                         \
    Mask out;                                                                                 \
    for (unsigned i = 0; i < n; ++i) {                                                        \
      out[i] = static_cast<float>(a.values_[i]) op static_cast<float>(b.values_[i]) ? -1 : 0; \
    }                                                                                         \
    return out;                                                                               \
  }
  WEFT_COMPARISON(==)
  WEFT_COMPARISON(!=)
  WEFT_COMPARISON(<)
  WEFT_COMPARISON(<=)
  WEFT_COMPARISON(>)
  WEFT_COMPARISON(>=)
#undef WEFT_COMPARISON

 private:
  using Floats = typename Lanes<n>::Floats;
  Floats floats() const { return widen_halves<n>(values_); }
  static HalfVector rounded(Floats values) {
    HalfVector out;
    round_halves<n>(values, out.values_);
    return out;
  }

  Half values_[n];
};

}  // namespace codelet
}  // namespace weft

namespace std {
template <unsigned n>
struct tuple_size<weft::codelet::HalfVector<n>> : integral_constant<size_t, n> {};
template <size_t index, unsigned n>
struct tuple_element<index, weft::codelet::HalfVector<n>> {
  using type = poplar::half;
};
}  // namespace std
