// SPDX-License-Identifier: Apache-2.0
// Comma-separated values as RFC 4180 has them.
#pragma once

#include <string>
#include <string_view>

namespace weft::analysis {

/// A field: in quotes where it has commas, quotes or line ends.
inline std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + "\"";
}

}  // namespace weft::analysis
