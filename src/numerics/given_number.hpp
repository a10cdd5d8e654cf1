// SPDX-License-Identifier: Apache-2.0
// Numbers that people write down, as the float types that must hold them.
#pragma once

#include <cmath>
#include <limits>
#include <optional>

#include "numerics/half.hpp"

namespace weft::numerics {

/// Whether a float type that would hold `held` in place of a finite `value` loses no more than
/// digits of a fraction: whole numbers up to 2^53 must be exact, nothing may overflow, nothing may
/// become 0.
inline bool keeps_number(double value, double held) {
  constexpr double most_whole = 9007199254740992.0;  // 2^53: beyond, doubles are no witnesses
  if (!std::isfinite(value) || !std::isfinite(held)) return false;
  const bool whole = std::trunc(value) == value && std::fabs(value) <= most_whole;
  return (!whole || held == value) && (held != 0.0 || value == 0.0);
}

/// The nearest number of the type; nothing where keeps_number() says no.
inline std::optional<float> float_of_number(double value) {
  constexpr double most = double{std::numeric_limits<float>::max()};
  if (!(std::fabs(value) < most * (1 + 0x1p-25))) return {};  // rounds to more than the largest
  const auto held = static_cast<float>(value);
  return keeps_number(value, double{held}) ? std::optional(held) : std::nullopt;
}
inline std::optional<Half> half_of_number(double value) {
  const Half held = half_from_double(value);
  return keeps_number(value, double{float_from_half(held)}) ? std::optional(held) : std::nullopt;
}

}  // namespace weft::numerics
