// SPDX-License-Identifier: Apache-2.0
// Sine, cosine, tangent and their inverse, for every finite fp32 argument.
#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "numerics/elementary.hpp"
#include "numerics/float_rules.hpp"

namespace weft::numerics::elementary {
namespace {

constexpr double half_pi = 0x1.921fb54442d18p+0;

/// x = quadrant * pi / 2 + rest, |rest| <= pi / 4 (and a little).
struct Reduced {
  std::uint32_t quadrant;  ///< modulo 4
  double rest;
};

// pi / 2 in three parts; the first two have 33 bits, so their products with a quadrant number below
// 2^20 are exact (Cody and Waite).
Reduced reduce_small(double x) {
  constexpr double part_1 = 0x1.921fb54400000p+0;
  constexpr double part_2 = 0x1.0b4611a600000p-34;
  constexpr double part_3 = 0x1.3198a2e037070p-69;
  const auto n = static_cast<std::int64_t>(x / half_pi + (x < 0 ? -0.5 : 0.5));
  const auto turns = static_cast<double>(n);
  const double rest = ((x - turns * part_1) - turns * part_2) - turns * part_3;
  return {static_cast<std::uint32_t>(n & 3), rest};
}

// 2 / pi, most significant bits first, after 32 zero bits.
constexpr std::array<std::uint32_t, 9> two_over_pi = {0x00000000, 0xa2f9836e, 0x4e441529,
                                                      0xfc2757d1, 0xf534ddc0, 0xdb629599,
                                                      0x3c439041, 0xfe5163ab, 0xdebbc561};

std::uint32_t bits_of_two_over_pi(unsigned first) {
  const unsigned word = first / 32;
  const unsigned shift = first % 32;
  const std::uint64_t pair = (std::uint64_t{two_over_pi[word]} << 32U) | two_over_pi[word + 1];
  return static_cast<std::uint32_t>(pair >> (32 - shift));
}

// x = m 2^e with a 24-bit integer m. Of 2 / pi only the bits that x moves to weights from 2 down to
// 2^-94 matter: those above give multiples of 4 quadrants (Payne and Hanek).
Reduced reduce_large(double x) {
  const float magnitude = static_cast<float>(x < 0 ? -x : x);
  const std::uint32_t bits = bits_of(magnitude);
  const std::uint64_t m = (bits & 0x7fffffU) | 0x800000U;
  const unsigned e = (bits >> 23U) - 150U;  // 150: exponent bias, and the point behind m
  const unsigned first = 32 + e - 2;        // 32: the zeros in front
  const std::uint64_t high = m * bits_of_two_over_pi(first);
  const std::uint64_t middle = m * bits_of_two_over_pi(first + 32);
  const std::uint64_t low = m * bits_of_two_over_pi(first + 64);
  const std::uint64_t top = (high << 32U) + middle + (low >> 32U);  // weight 2^-62, modulo 4
  const std::uint64_t rounded = top + (std::uint64_t{1} << 61U);
  const auto quadrant = static_cast<std::uint32_t>(rounded >> 62U);
  const auto fraction = static_cast<std::int64_t>(top - (std::uint64_t{quadrant} << 62U));
  const double rest = static_cast<double>(fraction) * 0x1p-62 * half_pi;
  if (x < 0) return {(4U - quadrant) & 3U, -rest};
  return {quadrant, rest};
}

Reduced reduce(double x) {
  constexpr double large = 0x1p20;
  return x > -large && x < large ? reduce_small(x) : reduce_large(x);
}

// Taylor to r^17 and r^16: the next term is below 2^-53 for |r| <= pi / 4.
double sin_polynomial(double r) {
  const double square = r * r;
  double sum = 1.0;
  for (int k = 8; k >= 1; --k) sum = 1.0 - sum * square / (2 * k * (2 * k + 1));
  return r * sum;
}
double cos_polynomial(double r) {
  const double square = r * r;
  double sum = 1.0;
  for (int k = 8; k >= 1; --k) sum = 1.0 - sum * square / (2 * k * (2 * k - 1));
  return sum;
}

bool is_finite(double x) {
  return x - x == 0;  // infinity - infinity and NaN are not 0
}

// The sine of `quadrant` quarter turns and `rest`.
double sin_of(Reduced r) {
  const double value = (r.quadrant & 1U) != 0 ? cos_polynomial(r.rest) : sin_polynomial(r.rest);
  return (r.quadrant & 2U) != 0 ? -value : value;
}

}  // namespace

double sin(double x) {
  if (!is_finite(x)) return std::numeric_limits<double>::quiet_NaN();
  return sin_of(reduce(x));
}

double cos(double x) {
  if (!is_finite(x)) return std::numeric_limits<double>::quiet_NaN();
  const Reduced r = reduce(x);
  return sin_of({(r.quadrant + 1U) & 3U, r.rest});
}

double tan(double x) {
  if (!is_finite(x)) return std::numeric_limits<double>::quiet_NaN();
  const Reduced r = reduce(x);
  return sin_of(r) / sin_of({(r.quadrant + 1U) & 3U, r.rest});
}

double atan(double x) {
  if (x != x) return x;
  constexpr double tan_pi_8 = 0x1.a827999fcef32p-2;
  const bool negative = (std::bit_cast<std::uint64_t>(x) >> 63U) != 0;
  double t = negative ? -x : x;
  const bool inverse = t > 1.0;
  if (inverse) t = 1.0 / t;
  double base = 0.0;
  if (t > 0.6682) {  // tan(3 pi / 16): between the two centres
    base = half_pi / 2;
    t = (t - 1.0) / (t + 1.0);
  } else if (t > 0.1989) {  // tan(pi / 16)
    base = half_pi / 4;
    t = (t - tan_pi_8) / (1.0 + t * tan_pi_8);
  }
  const double square = t * t;
  double sum = 0.0;
  for (int k = 11; k >= 1; --k) sum = square * ((k % 2 != 0 ? -1.0 : 1.0) / (2 * k + 1) + sum);
  double angle = base + (t + t * sum);
  if (inverse) angle = half_pi - angle;
  return negative ? -angle : angle;
}

}  // namespace weft::numerics::elementary
