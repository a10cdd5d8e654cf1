// SPDX-License-Identifier: Apache-2.0
// A pass of the accumulating matrix product units: one row of input channels times a block of
// weights, added to a row of sums.
#pragma once

#include <cstdint>
#include <type_traits>

#include "poplar/Vertex.hpp"

namespace weft::library {

using poplar::half;

/// Channels of a pass, at most.
inline constexpr std::uint32_t most_inputs = 32;
inline constexpr std::uint32_t most_outputs = 16;

/// A row's sums of a pass, as they are kept between passes.
template <class Out>
struct Sums {
  float value[most_outputs];
  void clear() {
    for (float& sum : value) sum = 0.0F;
  }
  void keep() {
    if constexpr (std::is_same_v<Out, half>) {
      for (float& sum : value) sum = static_cast<float>(static_cast<half>(sum));
    }
  }
};

/// The weights of a pass, widened: [input][most_outputs].
template <class In>
struct Coefficients {
  float value[most_inputs * most_outputs];
  void load(const In* weights, std::uint32_t inputs, std::uint32_t outputs) {
    for (std::uint32_t i = 0; i < inputs; ++i) {
      for (std::uint32_t o = 0; o < most_outputs; ++o) {
        const bool there = o < outputs;
        value[i * most_outputs + o] = there ? static_cast<float>(weights[i * outputs + o]) : 0.0F;
      }
    }
  }
};

/// sums[o] += row[i] * weights[i][o], i ascending. Products of halves are exact in float.
template <class In, class Out>
void pass(const In* row, std::uint32_t inputs, const Coefficients<In>& weights, Sums<Out>& sums) {
  for (std::uint32_t i = 0; i < inputs; ++i) {
    const float x = static_cast<float>(row[i]);
    const float* coefficients = weights.value + i * most_outputs;
    for (std::uint32_t o = 0; o < most_outputs; ++o) sums.value[o] += x * coefficients[o];
  }
  sums.keep();
}

}  // namespace weft::library
