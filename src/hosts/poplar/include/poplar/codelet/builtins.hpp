// SPDX-License-Identifier: Apache-2.0
// The builtins of the IPU's compiler that have a meaning here; others are unknown names. Registers,
// the AMP unit and instruction-level loads have none.
#pragma once

#include <cmath>
#include <cstdint>

#include "poplar/codelet/context.hpp"
#include "poplar/codelet/each.hpp"

#define WEFT_UNARY(name, function)                                      \
  template <typename T>                                                 \
  T __builtin_ipu_##name(T x) {                                         \
    return weft::codelet::each(x, [](float v) { return function(v); }); \
  }
#define WEFT_BINARY(name, expression)                                              \
  template <typename T>                                                            \
  T __builtin_ipu_##name(T x, T y) {                                               \
    return weft::codelet::each(x, y, [](float v, float w) { return expression; }); \
  }
WEFT_UNARY(exp, std::exp)
WEFT_UNARY(exp2, std::exp2)
WEFT_UNARY(ln, std::log)
WEFT_UNARY(log2, std::log2)
WEFT_UNARY(oorx, weft::codelet::inverse_root)
WEFT_UNARY(sigm, weft::codelet::sigmoid)
WEFT_UNARY(sqrt, std::sqrt)
WEFT_UNARY(tanh, std::tanh)
WEFT_BINARY(max, std::fmax(v, w))
WEFT_BINARY(min, std::fmin(v, w))
WEFT_BINARY(absadd, std::fabs(v) + std::fabs(w))
WEFT_BINARY(absmax, std::fmax(std::fabs(v), std::fabs(w)))
#undef WEFT_BINARY
#undef WEFT_UNARY

/// Between limits[0] and limits[1].
template <typename T, typename Limits>
T __builtin_ipu_clamp(T x, Limits limits) {
  const float low = limits[0];
  const float high = limits[1];
  return weft::codelet::each(x, [=](float v) { return weft::codelet::clamp(v, low, high); });
}

/// Tests: 0 or 1 of a float.
inline int __builtin_ipu_isnan(float x) { return std::isnan(x) ? 1 : 0; }
inline int __builtin_ipu_isinf(float x) { return std::isinf(x) ? 1 : 0; }
inline int __builtin_ipu_isfinite(float x) { return std::isfinite(x) ? 1 : 0; }

inline unsigned __builtin_ipu_get_tile_id() { return weft::codelet::context->tile; }

/// The tile's clock. The model counts whole vertices: the first read is when the vertex began,
/// after those before it on its worker; later ones are when it ends.
inline unsigned __builtin_ipu_get_scount_l() {
  weft::codelet::Context* const here = weft::codelet::context;
  const std::uint64_t now = here->cycle;
  here->cycle = here->after;
  return static_cast<unsigned>(now);
}
inline unsigned __builtin_ipu_get_scount_u() {
  return static_cast<unsigned>(weft::codelet::context->cycle >> 32U);
}

/// Random numbers of the tile: bits, uniform in [-0.5, 0.5), and nearly normal.
inline unsigned __builtin_ipu_urand32() { return weft::codelet::random_bits(); }
inline unsigned long long __builtin_ipu_urand64() {
  const unsigned long long high = weft::codelet::random_bits();
  return high << 32U | weft::codelet::random_bits();
}
inline float __builtin_ipu_urand_f32() {
  return static_cast<float>(weft::codelet::random_bits() >> 8U) * 0x1p-24F - 0.5F;
}
inline half __builtin_ipu_urand_f16() {
  return static_cast<float>(weft::codelet::random_bits() >> 21U) * 0x1p-11F - 0.5F;
}
namespace weft {
namespace codelet {
inline float normal() {
  float sum = 0;
  for (int i = 0; i < 12; ++i) sum += __builtin_ipu_urand_f32();
  return sum;
}
}  // namespace codelet
}  // namespace weft
inline float2 __builtin_ipu_f32v2grand() {
  const float first = weft::codelet::normal();
  return float2{first, weft::codelet::normal()};
}
inline half2 __builtin_ipu_f16v2grand() {
  const float first = weft::codelet::normal();
  return half2(first, weft::codelet::normal());
}
