// SPDX-License-Identifier: Apache-2.0
// Dot products of fp16 vectors, exact and rounded once to fp32: when a sum formed in fp64 tells
// the answer, and an exact sum for where it does not.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/device_function.hpp"
#include "numerics/half.hpp"

namespace weft::numerics {

/// Longest dot product that the bounds below hold for.
inline constexpr std::size_t dot_depth = 160;

/// How large and how fine the numbers of a vector are. All of it is exact, in any order.
struct Spread {
  double size = 0;   ///< of one factor the largest magnitude, of the other the sum of them
  double steps = 0;  ///< size / u, where every number is a multiple of u, a power of two
};

/// Collects a Spread, a number at a time.
struct SpreadOf {
  std::int16_t largest = 0;     ///< magnitude, as bits
  std::int16_t least = 0x7fff;  ///< magnitude that is not zero, as bits and 0x7fff more, wrapped
  double sum = 0;               ///< of magnitudes: multiples of 2^-24 below 2^24, so exact

  [[gnu::always_inline]] WEFT_FUNCTION void add(Half value) { add(value, largest, least); }
  /// The same for a `largest` and `least` that lie elsewhere.
  [[gnu::always_inline]] WEFT_FUNCTION static void add(Half value, std::int16_t& largest,
                                                       std::int16_t& least) {
    const auto magnitude = static_cast<std::int16_t>(value & 0x7fffU);
    const auto key = static_cast<std::int16_t>(static_cast<std::uint16_t>(magnitude + 0x7fff));
    largest = magnitude > largest ? magnitude : largest;
    least = key < least ? key : least;
  }
  /// For the factor whose largest magnitude counts.
  WEFT_FUNCTION Spread by_largest() const {
    return spread(static_cast<double>(float_from_half(static_cast<Half>(largest))));
  }
  /// For the other, whose magnitudes were added to `sum`.
  WEFT_FUNCTION Spread by_sum() const { return spread(sum); }

 private:
  WEFT_FUNCTION Spread spread(double size) const {
    constexpr double infinity = std::bit_cast<double>(0x7ff0000000000000ULL);
    if (largest >= half_infinity) return {infinity, infinity};
    // A number of exponent e is a multiple of 2^(e - 25); subnormals have the exponent 1.
    const unsigned field = (static_cast<std::uint16_t>(least - 0x7fff) & 0x7fffU) >> 10U;
    const std::uint64_t biased = 1023U + 25U - std::uint64_t{field == 0 ? 1U : field};
    return {size, size * std::bit_cast<double>(biased << 52U)};
  }
};

/// The answer where `sum`, the products of two vectors (each exact) added in fp64 in some order
/// from +0, tells it; false where it does not, and `result` is then not the answer.
///
/// Zero is +0, as it is for an accumulator that starts there. Infinities and NaN are those of IEEE
/// 754 in any order (nothing overflows: a sum is below 2^40), with one NaN, the canonical one.
/// Subnormal results don't exist: every sum is a multiple of 2^-48.
[[gnu::always_inline]] WEFT_FUNCTION bool fp64_tells(double sum, Spread a, Spread b,
                                                     float& result) {
  const auto rounded = static_cast<float>(sum);
  result = rounded == rounded ? rounded : float_of(quiet_nan_bits);
  // No partial sum is larger than the largest |a| times the sum of |b|, and all are multiples of
  // the product of the two units: below 2^53 of those nothing was rounded before.
  if (a.steps * b.steps < 0x1p53) return true;
  if (!(sum - sum == 0)) return true;  // infinite or NaN
  // n - 1 additions err by at most (n - 1) 2^-53 sum|a b| (Jeannerod and Rump 2013); the other
  // parts are for the two ends, which are rounded too.
  constexpr double parts = static_cast<double>(dot_depth + 4) * 0x1p-53;
  const double error = parts * (a.size * b.size);
  return static_cast<float>(sum - error) == static_cast<float>(sum + error);
}

/// An exact sum of up to dot_depth products of finite fp16 numbers, as two fp64 numbers.
///
/// Every number in it is a multiple of 2^-48. A sum is below 2^40, so what an addition in fp64
/// loses is at most 2^-14, and fp64 holds that (Knuth's two-sum). What 160 additions lose is below
/// 2^-6: fewer than 2^42 units, so adding that up loses nothing more.
template <typename Real = double>
struct ExactSum {
  Real sum{};   ///< as fp64 has it
  Real lost{};  ///< what is left out of it

  [[gnu::always_inline]] WEFT_FUNCTION void add(const Real& product) {
    const Real before = sum;
    sum = before + product;
    const Real part = sum - before;
    lost += (before - (sum - part)) + (product - part);
  }
};

/// sum + lost, rounded once to fp32, to nearest even; zero is +0. By way of fp64 rounded to odd,
/// which has more than two bits more than fp32 (Boldo and Melquiond, IEEE Trans. Comput. 2008).
WEFT_FUNCTION float round_exact_sum(double sum, double lost) {
  const double total = sum + lost;
  const double part = total - sum;
  const double rest = (sum - (total - part)) + (lost - part);
  const auto bits = std::bit_cast<std::uint64_t>(total);
  const bool inexact = rest > 0 || rest < 0;
  if (!inexact || bits % 2 != 0) return static_cast<float>(total);
  const bool outward = (rest > 0) == (total > 0);
  return static_cast<float>(std::bit_cast<double>(outward ? bits + 1 : bits - 1));
}

}  // namespace weft::numerics
