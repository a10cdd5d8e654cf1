// SPDX-License-Identifier: Apache-2.0
// A function of floats applied to what a codelet has: float, half, or every element of a vector.
#pragma once

#include <cmath>
#include <type_traits>

#include "ipudef.h"

namespace weft {
namespace codelet {

template <typename T>
inline constexpr bool is_number =
    std::is_arithmetic<T>::value || std::is_same<T, poplar::half>::value;

/// f(x), rounded to the type of x.
template <typename T, typename Function>
T each(T x, Function f) {
  if constexpr (is_number<T>) {
    return static_cast<T>(f(static_cast<float>(x)));
  } else {
    for (unsigned i = 0; i < sizeof(T) / sizeof(x[0]); ++i) {
      x[i] = f(static_cast<float>(x[i]));
    }
    return x;
  }
}
/// f(x, y); y may be one number for all elements.
template <typename T, typename U, typename Function>
T each(T x, U y, Function f) {
  if constexpr (is_number<T>) {
    return static_cast<T>(f(static_cast<float>(x), static_cast<float>(y)));
  } else {
    for (unsigned i = 0; i < sizeof(T) / sizeof(x[0]); ++i) {
      if constexpr (is_number<U>) {
        x[i] = f(static_cast<float>(x[i]), static_cast<float>(y));
      } else {
        x[i] = f(static_cast<float>(x[i]), static_cast<float>(y[i]));
      }
    }
    return x;
  }
}

inline float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }
inline float inverse_root(float x) { return 1.0F / std::sqrt(x); }
inline float clamp(float x, float low, float high) { return std::fmin(std::fmax(x, low), high); }

}  // namespace codelet
}  // namespace weft
