// SPDX-License-Identifier: Apache-2.0
// Integers and <charconv>: neither knows of locales.
#include "base/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

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

std::string written(double value, std::chars_format format, int precision) {
  std::array<char, 2048> text{};  // the largest double has 309 digits before its point
  precision = std::min(precision, 1024);
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, format, precision).ptr;
  return {text.data(), end};
}

/// The number at the start of `text`, if nothing follows it.
template <typename Number>
std::optional<Number> read_whole(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
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

std::string fixed(double value, int places) {
  return written(value, std::chars_format::fixed, places);
}
std::string scientific(double value, int places) {
  return written(value, std::chars_format::scientific, places);
}
std::string general(double value, int digits) {
  return written(value, std::chars_format::general, digits);
}

std::string shortest(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::optional<double> real_of(std::string_view text) { return read_whole<double>(text); }

std::optional<std::uint64_t> whole_of(std::string_view text) {
  return read_whole<std::uint64_t>(text);
}

}  // namespace weft
