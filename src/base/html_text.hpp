// SPDX-License-Identifier: Apache-2.0
// Text as HTML shows it.
#pragma once

#include <string>
#include <string_view>

namespace weft {

/// With what HTML takes for markup escaped, and a break for each end of a line.
inline std::string html_text(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "<br>";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

}  // namespace weft
