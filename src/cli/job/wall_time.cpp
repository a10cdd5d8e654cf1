// SPDX-License-Identifier: Apache-2.0
// Numbers of a wall time, each at most what its place allows.
#include "cli/job/wall_time.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace weft::cli {

namespace {

constexpr double longest_seconds = 1e9;  // 30 years

std::optional<double> number(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  const bool reads = read.ec == std::errc() && read.ptr == end;
  if (!reads || !(value >= 0 && value <= longest_seconds)) return std::nullopt;
  return value;
}

/// "[[d-]hh:]mm:ss"
std::optional<double> clock(std::string_view text) {
  double seconds = 0;
  double most = longest_seconds;
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    const auto days = number(text.substr(0, dash));
    if (!days) return std::nullopt;
    seconds = *days * 24;
    text.remove_prefix(dash + 1);
    most = 23;
  }
  for (;;) {
    const auto colon = text.find(':');
    const auto part = number(text.substr(0, colon));
    if (!part || *part > most) return std::nullopt;
    seconds += *part;
    if (colon == std::string_view::npos) return seconds;
    seconds *= 60;
    most = 59.999;
    text.remove_prefix(colon + 1);
  }
}

std::optional<double> seconds_of(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return clock(text);
  double unit = 1;
  if (!text.empty() && (text.back() == 's' || text.back() == 'm' || text.back() == 'h')) {
    unit = text.back() == 'm' ? 60 : text.back() == 'h' ? 3600 : 1;
    text.remove_suffix(1);
  }
  const auto value = number(text);
  return value ? std::optional(*value * unit) : std::nullopt;
}

}  // namespace

double read_wall_time(const std::string& text) {
  const auto seconds = seconds_of(text);
  if (seconds && *seconds > 0) return *seconds;
  fail(Category::input, "--wall-time: '" + text +
                            "' is no time; it is seconds, 30m, 2h, mm:ss, hh:mm:ss or d-hh:mm:ss");
}

}  // namespace weft::cli
