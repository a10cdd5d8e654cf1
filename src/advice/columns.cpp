// SPDX-License-Identifier: Apache-2.0
// Breaking lines and aligning cells.
#include "advice/columns.hpp"

#include <algorithm>

#include "base/counted.hpp"

namespace weft::advice {

std::string percent_text(double share) {
  const double percent = 100 * share;
  return percent > 0 && percent < 0.05 ? "< 0.1 %" : fixed(percent, 1) + " %";
}

std::string number(std::int64_t value) { return grouped(static_cast<std::uint64_t>(value)); }
std::string number(std::int64_t value, std::string_view one) {
  return grouped(static_cast<std::uint64_t>(value), one);
}

namespace {

/// Bytes that go on with a letter of UTF-8 take no column.
bool begins_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_letter));
}

/// How many bytes the first `width` columns of a text are.
std::size_t bytes_of_columns(const std::string& text, std::size_t width) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_letter(text[i]) && columns++ == width) return i;
  }
  return text.size();
}

}  // namespace

std::string cut_to(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  if (width < 4) return text.substr(0, bytes_of_columns(text, width));
  return text.substr(0, bytes_of_columns(text, width - 3)) + "...";
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
      const std::size_t columns = std::min(width_of(word), room);
      if (used > 0 && used + 1 + columns > room) {
        out += line + '\n';
        line = blanks;
        used = 0;
      }
      const std::string part = word.substr(0, bytes_of_columns(word, room));
      line += (used > 0 ? " " : "") + part;
      used += (used > 0 ? 1 : 0) + columns;
      word = word.substr(part.size());
    }
  }
  return out + line + '\n';
}

std::string columns(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  if (rows.empty()) return "";
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::size_t others = indent.size();
  for (std::size_t i = 1; i < widths.size(); ++i) others += widths[i] + 2;
  const std::size_t room = line_width > others + 8 ? line_width - others : 8;
  widths[0] = std::min(widths[0], room);
  std::string out;
  for (const auto& row : rows) {
    const std::string first = cut_to(row[0], widths[0]);
    std::string line = indent + first + std::string(widths[0] - width_of(first), ' ');
    for (std::size_t i = 1; i < widths.size(); ++i) {
      line += std::string(2 + widths[i] - width_of(row[i]), ' ') + row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace weft::advice
