// SPDX-License-Identifier: Apache-2.0
// Integers only: the same text everywhere.
#include "base/number_text.hpp"

namespace weft {
namespace {

__extension__ using Wide = unsigned __int128;

/// scale * part / whole, to the nearest tenth.
std::string tenths(std::uint64_t part, std::uint64_t whole, std::uint64_t scale) {
  if (whole == 0) return "0.0";
  const auto value =
      static_cast<std::uint64_t>((Wide{part} * scale * 10 * 2 + whole) / (Wide{whole} * 2));
  return grouped(value / 10) + "." + std::to_string(value % 10);
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string percent(std::uint64_t part, std::uint64_t whole) { return tenths(part, whole, 100); }

std::string mean_text(std::uint64_t sum, std::uint64_t count) { return tenths(sum, count, 1); }

std::string microseconds(std::uint64_t cycles, std::uint64_t clock_hz) {
  return tenths(cycles, clock_hz, 1'000'000);
}

}  // namespace weft
