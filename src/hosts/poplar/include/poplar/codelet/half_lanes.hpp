// SPDX-License-Identifier: Apache-2.0
// The conversions of half_bits.hpp on several numbers at once, by the compiler's vector types.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "poplar/codelet/half_bits.hpp"

namespace weft {
namespace codelet {

/// n numbers as floats, as 32-bit words and as the bits of halves; masks are 0 or -1 an element.
template <unsigned n>
struct Lanes;
#define WEFT_LANES(n)                                                                      \
  template <>                                                                              \
  struct Lanes<n> {                                                                        \
    typedef float Floats __attribute__((vector_size(4 * n)));                              \
    typedef std::uint32_t Words __attribute__((vector_size(4 * n)));                       \
    typedef std::int32_t Signed __attribute__((vector_size(4 * n)));                       \
    typedef std::uint16_t Halves __attribute__((vector_size(2 * n)));                      \
    typedef std::int16_t Mask __attribute__((vector_size(2 * n), aligned(n < 4 ? 4 : 8))); \
  };
WEFT_LANES(2)
WEFT_LANES(4)
WEFT_LANES(8)
#undef WEFT_LANES

template <unsigned n>
__attribute__((always_inline)) inline typename Lanes<n>::Words choose(
    typename Lanes<n>::Signed mask, typename Lanes<n>::Words yes, typename Lanes<n>::Words no) {
  const auto bits = reinterpret_cast<typename Lanes<n>::Words>(mask);
  return (yes & bits) | (no & ~bits);
}

/// As float_from_half.
template <unsigned n>
__attribute__((always_inline)) inline typename Lanes<n>::Floats floats_from_halves(
    const void* halves) {
  using Words = typename Lanes<n>::Words;
  using Floats = typename Lanes<n>::Floats;
  using Signed = typename Lanes<n>::Signed;
  typename Lanes<n>::Halves given;
  std::memcpy(&given, halves, sizeof given);
  const Words wide = __builtin_convertvector(given, Words);
  const Words magnitude = (wide & 0x7fffU) << 13U;
  Words bits = reinterpret_cast<Words>(reinterpret_cast<Floats>(magnitude) * 0x1p112F);
  const Signed special = reinterpret_cast<Signed>(magnitude) >= 0x0f800000;
  const Signed nan = reinterpret_cast<Signed>(magnitude) > 0x0f800000;
  bits |= (reinterpret_cast<Words>(special) & 0x7f800000U) |
          (reinterpret_cast<Words>(nan) & 0x00400000U);
  return reinterpret_cast<Floats>(bits | (wide & 0x8000U) << 16U);
}

/// As nearest_half.
template <unsigned n>
__attribute__((always_inline)) inline typename Lanes<n>::Halves nearest_halves(
    typename Lanes<n>::Floats values) {
  using Words = typename Lanes<n>::Words;
  using Floats = typename Lanes<n>::Floats;
  using Signed = typename Lanes<n>::Signed;
  constexpr std::uint32_t rebias = (127U - 15U) << 23U;
  const Words bits = reinterpret_cast<Words>(values);
  const Words magnitude = bits & 0x7fffffffU;
  const Signed size = reinterpret_cast<Signed>(magnitude);
  const Words small =
      reinterpret_cast<Words>(reinterpret_cast<Floats>(magnitude) + 0.5F) - 0x3f000000U;
  const Words normal = (magnitude - rebias + 0xfffU + ((magnitude >> 13U) & 1U)) >> 13U;
  const Words zero = bits ^ bits;
  Words out = choose<n>(size < 0x38800000, small, normal);
  out = choose<n>(size < 0x477ff000, out, zero + 0x7bffU);
  out = choose<n>(size < 0x7f800000, out, zero + 0x7c00U);
  out = choose<n>(size > 0x7f800000, ((magnitude >> 13U) & 0x3ffU) | 0x7e00U, out);
  return __builtin_convertvector(out | ((bits >> 16U) & 0x8000U), typename Lanes<n>::Halves);
}

#ifdef __F16C__
// Two and four at once by the processor's conversions. Through integers: the way that every
// compiler keeps in registers.
template <unsigned n>
using Bits = std::conditional_t<n == 2, std::uint32_t, std::uint64_t>;

template <unsigned n>
__attribute__((always_inline)) inline typename Lanes<n>::Floats hardware_floats(
    const void* halves) {
  Bits<n> given;
  std::memcpy(&given, halves, sizeof given);
  const HardwareWords words = {given, 0};
  const HardwareFloats wide = __builtin_ia32_vcvtph2ps(reinterpret_cast<HardwareHalves>(words));
  if constexpr (n == 2) {
    return typename Lanes<n>::Floats{wide[0], wide[1]};
  } else {
    return wide;
  }
}

template <unsigned n>
__attribute__((noinline, cold)) inline void extreme_halves(typename Lanes<n>::Floats values,
                                                           void* halves) {
  const typename Lanes<n>::Halves out = nearest_halves<n>(values);
  std::memcpy(halves, &out, sizeof out);
}

/// Where a half is infinite or NaN it may have overflowed: the other way knows.
template <unsigned n>
__attribute__((always_inline)) inline void hardware_halves(typename Lanes<n>::Floats values,
                                                           void* halves) {
  HardwareFloats given;
  if constexpr (n == 2) {
    given = HardwareFloats{values[0], values[1], 0, 0};
  } else {
    given = values;
  }
  const HardwareHalves out = __builtin_ia32_vcvtps2ph(given, 0);
  const auto extreme = reinterpret_cast<HardwareWords>((out & 0x7c00) == 0x7c00);
  if (__builtin_expect(extreme[0] != 0, 0)) return extreme_halves<n>(values, halves);
  const auto bits = static_cast<Bits<n>>(reinterpret_cast<HardwareWords>(out)[0]);
  std::memcpy(halves, &bits, sizeof bits);
}
#endif

template <unsigned n>
__attribute__((always_inline)) inline typename Lanes<n>::Floats widen_halves(const void* halves) {
#ifdef __F16C__
  if constexpr (n <= 4) return hardware_floats<n>(halves);
#endif
  return floats_from_halves<n>(halves);
}

/// As round_half; stochastically in the order of the elements.
template <unsigned n>
__attribute__((always_inline)) inline void round_halves(typename Lanes<n>::Floats values,
                                                        void* halves) {
  typename Lanes<n>::Halves out;
  if (__builtin_expect(rounds_stochastically(), 0)) {
    for (unsigned i = 0; i < n; ++i) out[i] = stochastic_half(values[i]);
  } else {
#ifdef __F16C__
    if constexpr (n <= 4) return hardware_halves<n>(values, halves);
#endif
    out = nearest_halves<n>(values);
  }
  std::memcpy(halves, &out, sizeof out);
}

}  // namespace codelet
}  // namespace weft
