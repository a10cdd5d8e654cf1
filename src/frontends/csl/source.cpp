// SPDX-License-Identifier: Apache-2.0
// Source files and places in them: see source.hpp.
#include "frontends/csl/source.hpp"

#include <algorithm>

namespace weft::csl {
namespace {

constexpr std::size_t longest_shown_line = 160;

struct Line {
  std::size_t number = 1;
  std::size_t begin = 0;
  std::size_t end = 0;
};

Line line_at(const std::string& text, std::size_t offset) {
  Line line;
  const auto stop = text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size()));
  line.number += static_cast<std::size_t>(std::count(text.begin(), stop, '\n'));
  const auto before =
      offset == 0 ? std::string::npos : text.rfind('\n', std::min(offset, text.size()) - 1);
  line.begin = before == std::string::npos ? 0 : before + 1;
  const auto after = text.find('\n', line.begin);
  line.end = after == std::string::npos ? text.size() : after;
  return line;
}

/// A source line as it can be printed: control and non-ASCII bytes become '?', tabs a space.
std::string printable(std::string_view line) {
  std::string shown;
  for (const char c : line.substr(0, longest_shown_line)) {
    if (c == '\t') {
      shown += ' ';
    } else {
      shown += (c >= ' ' && c <= '~') ? c : '?';
    }
  }
  return shown;
}

}  // namespace

std::uint32_t Sources::add(std::string path, std::string text) {
  files_.push_back({std::move(path), std::move(text)});
  return static_cast<std::uint32_t>(files_.size());
}

std::string Sources::place(Location where) const {
  if (where.file == 0) return "<built in>";
  const SourceFile& source = file(where.file);
  const Line line = line_at(source.text, where.offset);
  return source.path + ":" + std::to_string(line.number) + ":" +
         std::to_string(where.offset - line.begin + 1);
}

std::string Sources::describe(Location where, std::string_view message) const {
  if (where.file == 0) return std::string(message);
  const SourceFile& source = file(where.file);
  const Line line = line_at(source.text, where.offset);
  std::string out = place(where) + ": " + std::string(message);
  out += "\n  " + printable(std::string_view(source.text).substr(line.begin, line.end - line.begin));
  const std::size_t column = where.offset - line.begin;
  if (column < longest_shown_line) out += "\n  " + std::string(column, ' ') + "^";
  return out;
}

void Sources::fail(Location where, std::string_view message, Category category) const {
  weft::fail(category, describe(where, message));
}

}  // namespace weft::csl
