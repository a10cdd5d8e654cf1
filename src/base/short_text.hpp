// SPDX-License-Identifier: Apache-2.0
// What people read, made short: several lines as one, numbers with a prefix of their unit.
#pragma once

#include <string>
#include <utility>

#include "base/number_text.hpp"

namespace weft {

/// "no program for x: node a; node b": of lines the first, and what is listed below it.
inline std::string in_one_line(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == ' ' && !out.empty() && out.back() == ' ') continue;
    if (letter == '\n') {
      out += out.empty() || out.back() == ':' ? " " : "; ";
    } else {
      out += letter;
    }
  }
  return out;
}

/// "1.23 us": three digits.
inline std::string small_text(double value, const char* unit) {
  constexpr std::pair<double, const char*> scales[] = {
      {1, " "}, {1e-3, " m"}, {1e-6, " u"}, {1e-9, " n"}, {1e-12, " p"}};
  for (const auto& [scale, prefix] : scales) {
    if (value >= scale) return general(value / scale, 3) + prefix + unit;
  }
  return general(value, 3) + " " + unit;
}

}  // namespace weft
