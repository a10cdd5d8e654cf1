// SPDX-License-Identifier: Apache-2.0
// Breaking lines and aligning cells.
#include "advice/columns.hpp"

#include <algorithm>

#include "base/number_text.hpp"

namespace weft::advice {

std::string number(std::int64_t value) { return grouped(static_cast<std::uint64_t>(value)); }

std::string cut_to(const std::string& text, std::size_t width) {
  if (text.size() <= width) return text;
  return width < 4 ? text.substr(0, width) : text.substr(0, width - 3) + "...";
}

std::string wrapped(const std::string& first, const std::string& text) {
  const std::string blanks(first.size(), ' ');
  const std::size_t room = line_width > first.size() + 8 ? line_width - first.size() : 8;
  std::string out;
  std::string line = first;
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    std::string word = text.substr(at, end - at);
    at = end + 1;
    while (!word.empty()) {
      if (used > 0 && used + 1 + std::min(word.size(), room) > room) {
        out += line + '\n';
        line = blanks;
        used = 0;
      }
      const std::string part = word.substr(0, room);
      line += (used > 0 ? " " : "") + part;
      used += (used > 0 ? 1 : 0) + part.size();
      word = word.substr(part.size());
    }
  }
  return out + line + '\n';
}

std::string columns(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  if (rows.empty()) return "";
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::size_t others = indent.size();
  for (std::size_t i = 1; i < widths.size(); ++i) others += widths[i] + 2;
  const std::size_t room = line_width > others + 8 ? line_width - others : 8;
  widths[0] = std::min(widths[0], room);
  std::string out;
  for (const auto& row : rows) {
    std::string line = indent + cut_to(row[0], widths[0]);
    line.resize(indent.size() + widths[0], ' ');
    for (std::size_t i = 1; i < widths.size(); ++i) {
      line += std::string(2 + widths[i] - row[i].size(), ' ') + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace weft::advice
