// SPDX-License-Identifier: Apache-2.0
// Dot products of fp16 vectors, exact and rounded once to fp32: when a sum formed in fp64 tells
// the answer, and the exact sum where it does not.
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

/// An exact sum of up to 512 products of finite fp16 numbers, in units of 2^-48.
class ExactSum {
 public:
  WEFT_FUNCTION void add(Half a, Half b) {
    const std::int64_t product = significand(a) * significand(b);
    const std::int64_t term = ((a ^ b) & 0x8000U) != 0 ? -product : product;
    const unsigned shift = place(a) + place(b);  // at most 58
    // A term has 22 bits: each half stays below 2^(22 + 31 + 9).
    if (shift < 32) {
      low_ += term * (std::int64_t{1} << shift);
    } else {
      high_ += term * (std::int64_t{1} << (shift - 32));
    }
  }

  /// To nearest, ties to even; zero is +0.
  WEFT_FUNCTION float rounded() const {
    std::int64_t high = high_ + (low_ >> 32);
    std::uint64_t low = static_cast<std::uint64_t>(low_) & 0xffffffffU;
    const bool negative = high < 0;
    if (negative) {
      high = low == 0 ? -high : -high - 1;
      low = (0x100000000U - low) & 0xffffffffU;
    }
    const auto top = static_cast<std::uint64_t>(high);
    // The leading 64 bits, the last of them set where anything lies below.
    const auto zeros = static_cast<unsigned>(std::countl_zero(top));
    const unsigned shift = zeros < 32 ? zeros : 32;
    const std::uint64_t rest = low & ((std::uint64_t{1} << (32 - shift)) - 1);
    const std::uint64_t bits =
        (top << shift) | (low >> (32 - shift)) | (rest != 0 ? std::uint64_t{1} : 0U);
    // 2^(32 - shift - 48): a result is zero or from 2^-48 to 2^49, so scaling is exact.
    const float scale = float_of((127U - 16U - shift) << 23U);
    const float magnitude = static_cast<float>(bits) * scale;
    return negative ? -magnitude : magnitude;
  }

 private:
  WEFT_FUNCTION static std::int64_t significand(Half value) {
    const std::int64_t fraction = value & 0x3ffU;
    return (value & 0x7c00U) == 0 ? fraction : fraction + 0x400;
  }
  WEFT_FUNCTION static unsigned place(Half value) {
    const unsigned exponent = (value >> 10U) & 31U;
    return exponent == 0 ? 0 : exponent - 1;
  }

  std::int64_t low_ = 0;   ///< in units of 2^-48
  std::int64_t high_ = 0;  ///< in units of 2^-16
};

}  // namespace weft::numerics
