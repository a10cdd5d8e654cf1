// SPDX-License-Identifier: Apache-2.0
// Reading and writing exact ratios.
#include "topology/rational.hpp"

#include <charconv>
#include <numeric>

namespace weft::topology {
namespace {

bool parse_integer(std::string_view text, std::int64_t& out) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string Rational::text() const {
  if (denominator == 1) return std::to_string(numerator);
  return std::to_string(numerator) + "/" + std::to_string(denominator);
}

bool parse_rational(std::string_view text, Rational& out) {
  constexpr std::size_t most_decimals = 15;
  std::int64_t above = 0;
  std::int64_t below = 1;
  const std::size_t slash = text.find('/');
  const std::size_t dot = text.find('.');
  if (slash != std::string_view::npos) {
    if (!all_digits(text.substr(slash + 1))) return false;
    if (!parse_integer(text.substr(0, slash), above)) return false;
    if (!parse_integer(text.substr(slash + 1), below) || below == 0) return false;
  } else if (dot != std::string_view::npos) {
    const std::string_view decimals = text.substr(dot + 1);
    if (!all_digits(decimals) || decimals.size() > most_decimals) return false;
    const std::string joined = std::string(text.substr(0, dot)) + std::string(decimals);
    if (!parse_integer(joined, above)) return false;
    for (std::size_t i = 0; i < decimals.size(); ++i) below *= 10;
  } else if (!parse_integer(text, above)) {
    return false;
  }
  const std::int64_t divisor = std::gcd(above, below);
  out = {above / divisor, below / divisor};
  return true;
}

}  // namespace weft::topology
