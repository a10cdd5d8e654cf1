// SPDX-License-Identifier: Apache-2.0
// Common values of two arithmetic progressions.
#include "program/tsp_progression.hpp"

#include <algorithm>
#include <numeric>

namespace weft::program::tsp {
namespace {

/// x with a * x = 1 modulo m; a and m have no common divisor, m < 2^32.
std::int64_t inverse(std::int64_t a, std::int64_t m) {
  std::int64_t r0 = m;
  std::int64_t r1 = a % m;
  std::int64_t s0 = 0;
  std::int64_t s1 = 1;
  while (r1 > 1) {
    const std::int64_t q = r0 / r1;
    r0 -= q * r1;
    std::swap(r0, r1);
    s0 -= q * s1;
    std::swap(s0, s1);
  }
  return s1 < 0 ? s1 + m : s1;
}

/// From element `a`, which is element `b` of the other, on.
Common from(const Progression& pa, const Progression& pb, std::int64_t a, std::int64_t b,
            std::int64_t a_step, std::int64_t b_step) {
  if (a >= std::int64_t{pa.count} || b >= std::int64_t{pb.count}) return {};
  const std::int64_t more = std::min((pa.count - 1 - a) / a_step, (pb.count - 1 - b) / b_step);
  const auto small = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  return {small(more + 1), small(a), small(b), small(a_step), small(b_step)};
}

}  // namespace

Common common(const Progression& a, const Progression& b) {
  if (a.last() < b.first || b.last() < a.first) return {};
  const std::int64_t difference = b.first - a.first;
  if (a.step == b.step) {
    if (a.step != 1 && difference % a.step != 0) return {};
    const std::int64_t shift = difference / a.step;
    const std::int64_t start = std::max<std::int64_t>(shift, 0);
    return from(a, b, start, start - shift, 1, 1);
  }
  const std::int64_t divisor = std::gcd(a.step, b.step);
  if (difference % divisor != 0) return {};
  const std::int64_t a_step = b.step / divisor;
  const std::int64_t b_step = a.step / divisor;
  // k * (a.step / divisor) = difference / divisor modulo a_step
  std::int64_t rest = difference / divisor % a_step;
  if (rest < 0) rest += a_step;
  const std::uint64_t product =
      a_step == 1
          ? 0
          : static_cast<std::uint64_t>(rest) * static_cast<std::uint64_t>(inverse(b_step, a_step));
  std::int64_t k = static_cast<std::int64_t>(product % static_cast<std::uint64_t>(a_step));
  const auto least = static_cast<std::int64_t>(element_at(a, b.first));
  if (k < least) k += (least - k + a_step - 1) / a_step * a_step;
  if (k >= std::int64_t{a.count}) return {};
  return from(a, b, k, (a.first + k * a.step - b.first) / b.step, a_step, b_step);
}

}  // namespace weft::program::tsp
