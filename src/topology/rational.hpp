// SPDX-License-Identifier: Apache-2.0
// Exact ratios, for rates that are no whole number a cycle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::topology {

/// numerator / denominator, reduced, denominator > 0.
struct Rational {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
  friend bool operator==(const Rational&, const Rational&) = default;
  /// "7/2", or "3" when whole.
  std::string text() const;
};

/// Reads "7/2", "7" or "0.25" exactly; false when it is none of these or does not fit 63 bits.
bool parse_rational(std::string_view text, Rational& out);

}  // namespace weft::topology
