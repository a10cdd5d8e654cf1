// SPDX-License-Identifier: Apache-2.0
// A pass of the accumulating matrix product units: rows of input channels times a block of weights,
// added to rows of sums. A sum takes its products in the order of the input channels; sums are
// independent, so several are formed at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "poplar/Vertex.hpp"
#include "poplar/codelet/half_lanes.hpp"

namespace weft::library {

using poplar::half;

/// Channels of a pass, at most.
inline constexpr std::uint32_t most_inputs = 32;
inline constexpr std::uint32_t most_outputs = 16;

/// Output channels whose sums are formed at once.
inline constexpr std::uint32_t lanes = 4;
using Floats = typename codelet::Lanes<lanes>::Floats;

/// Rows of `inputs` channels, `step` elements apart, each of which adds to a row of `outputs` sums;
/// those lie one after the other.
struct Rows {
  std::ptrdiff_t step;
  std::uint32_t inputs, outputs;
};

/// The weights of a pass, [input][stride], as floats, with 0 behind the outputs.
template <class In>
class Coefficients {
 public:
  /// `weights` [input][output]. Those that fill whole lanes as they are stay where they are.
  void load(const In* weights, std::uint32_t inputs, std::uint32_t outputs, std::uint32_t stride) {
    stride_ = stride;
    data_ = value_;
    if (outputs == stride) {
      if constexpr (std::is_same_v<In, float>) {
        data_ = weights;
      } else {
        widen(weights, inputs * outputs);
      }
      return;
    }
    for (std::uint32_t i = 0; i < inputs; ++i) {
      for (std::uint32_t o = 0; o < stride; ++o) {
        const bool there = o < outputs;
        value_[i * stride + o] = there ? static_cast<float>(weights[i * outputs + o]) : 0.0F;
      }
    }
  }
  /// Of input channel i.
  const float* row(std::uint32_t i) const { return data_ + std::size_t{i} * stride_; }

 private:
  void widen(const In* weights, std::uint32_t count) {
    for (std::uint32_t k = 0; k < count; k += lanes) {
      const Floats wide = codelet::widen_halves<lanes>(weights + k);
      std::memcpy(value_ + k, &wide, sizeof wide);
    }
  }

  const float* data_ = nullptr;
  std::uint32_t stride_ = 0;
  float value_[most_inputs * most_outputs];
};

/// `whole`: there is an output for each of the lanes; else for `outputs` of them, the others are 0.
template <bool whole>
inline Floats load(const float* at, std::uint32_t outputs) {
  Floats out = {};
  if constexpr (whole) {
    std::memcpy(&out, at, sizeof out);
  } else {
    for (std::uint32_t o = 0; o < lanes; ++o) out[o] = o < outputs ? at[o] : 0.0F;
  }
  return out;
}
template <bool whole>
inline void store(float* at, std::uint32_t outputs, Floats sums) {
  if constexpr (whole) {
    std::memcpy(at, &sums, sizeof sums);
  } else {
    for (std::uint32_t o = 0; o < lanes && o < outputs; ++o) at[o] = sums[o];
  }
}

/// Sums of `n` lanes of `rows` rows; `last` outputs in the last of the lanes.
template <std::uint32_t n, std::uint32_t rows, bool whole, class In>
inline void add_rows(Rows of, const In* from, float* to, std::uint32_t last,
                     const Coefficients<In>& weights) {
  Floats sums[rows][n];
  for (std::uint32_t r = 0; r < rows; ++r) {
    const float* const row = to + r * of.outputs;
    for (std::uint32_t k = 0; k + 1 < n; ++k) sums[r][k] = load<true>(row + k * lanes, lanes);
    sums[r][n - 1] = load<whole>(row + (n - 1) * lanes, last);
  }
  const float* factors = weights.row(0);
  for (std::uint32_t i = 0; i < of.inputs; ++i, factors += n * lanes) {
    Floats x[rows];
    for (std::uint32_t r = 0; r < rows; ++r) {
      const float number = static_cast<float>(from[r * of.step + i]);
      x[r] = Floats{number, number, number, number};
    }
    for (std::uint32_t k = 0; k < n; ++k) {
      const Floats factor = load<true>(factors + k * lanes, lanes);
      for (std::uint32_t r = 0; r < rows; ++r) sums[r][k] += x[r] * factor;
    }
  }
  for (std::uint32_t r = 0; r < rows; ++r) {
    float* const row = to + r * of.outputs;
    for (std::uint32_t k = 0; k + 1 < n; ++k) store<true>(row + k * lanes, lanes, sums[r][k]);
    store<whole>(row + (n - 1) * lanes, last, sums[r][n - 1]);
  }
}

template <std::uint32_t n, bool whole, class In>
void add_lanes(Rows of, const In* from, float* to, std::uint32_t count,
               const Coefficients<In>& weights) {
  constexpr std::uint32_t block = n > 2 ? 2 : 4;  // as many sums as there are registers for
  const std::uint32_t last = of.outputs - (n - 1) * lanes;
  for (; count >= block; count -= block, from += block * of.step, to += block * of.outputs) {
    add_rows<n, block, whole>(of, from, to, last, weights);
  }
  for (; count != 0; --count, from += of.step, to += of.outputs) {
    add_rows<n, 1, whole>(of, from, to, last, weights);
  }
}

/// One channel to one channel: the sums of the rows are formed at once.
template <class In>
void add_channel(const In* from, std::ptrdiff_t step, float* sums, std::uint32_t count,
                 float weight) {
  if (step == 1) {
    for (std::uint32_t r = 0; r < count; ++r) sums[r] += static_cast<float>(from[r]) * weight;
    return;
  }
  for (std::uint32_t r = 0; r < count; ++r) sums[r] += static_cast<float>(from[r * step]) * weight;
}

/// sums[row][o] += from[row][i] * weights[i][o], i ascending, for `count` rows. Products of halves
/// are exact in float.
template <class In>
void pass(Rows of, const In* from, float* sums, std::uint32_t count, const In* weights) {
  if (of.inputs == 1 && of.outputs == 1) {
    return add_channel(from, of.step, sums, count, static_cast<float>(*weights));
  }
  Coefficients<In> coefficients;
  const std::uint32_t groups = (of.outputs + lanes - 1) / lanes;
  coefficients.load(weights, of.inputs, of.outputs, groups * lanes);
  const auto add = [&](auto n) {
    if (of.outputs == n * lanes) {
      add_lanes<n, true>(of, from, sums, count, coefficients);
    } else {
      add_lanes<n, false>(of, from, sums, count, coefficients);
    }
  };
  switch (groups) {
    case 1:
      return add(std::integral_constant<std::uint32_t, 1>{});
    case 2:
      return add(std::integral_constant<std::uint32_t, 2>{});
    case 3:
      return add(std::integral_constant<std::uint32_t, 3>{});
    default:
      return add(std::integral_constant<std::uint32_t, most_outputs / lanes>{});
  }
}

/// The same where sums are kept as halves between passes. Stochastic rounding takes a random number
/// for each of the units' sums, and one for each that is stored.
template <class In>
void pass(Rows of, const In* from, half* kept, std::uint32_t count, const In* weights) {
  Coefficients<In> coefficients;
  coefficients.load(weights, of.inputs, of.outputs, most_outputs);
  for (std::uint32_t r = 0; r < count; ++r, from += of.step, kept += of.outputs) {
    float sums[most_outputs] = {};
    for (std::uint32_t o = 0; o < of.outputs; ++o) sums[o] = static_cast<float>(kept[o]);
    for (std::uint32_t i = 0; i < of.inputs; ++i) {
      const float x = static_cast<float>(from[i]);
      const float* factors = coefficients.row(i);
      for (std::uint32_t o = 0; o < most_outputs; ++o) sums[o] += x * factors[o];
    }
    for (float& sum : sums) sum = static_cast<float>(static_cast<half>(sum));
    for (std::uint32_t o = 0; o < of.outputs; ++o) kept[o] = static_cast<half>(sums[o]);
  }
}

}  // namespace weft::library
