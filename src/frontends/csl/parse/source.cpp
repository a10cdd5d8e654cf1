// SPDX-License-Identifier: Apache-2.0
// Source files and places in them: see source.hpp.
#include "frontends/csl/parse/source.hpp"

#include <algorithm>

namespace weft::csl {
namespace {

constexpr std::size_t longest_shown_line = 160;

struct Line {
  std::size_t number = 1;
  std::size_t begin = 0;
  std::size_t end = 0;
};

Line line_at(const SourceFile& file, std::uint32_t offset) {
  const auto after = std::upper_bound(file.line_begins.begin(), file.line_begins.end(), offset);
  Line line;
  line.number = static_cast<std::size_t>(after - file.line_begins.begin());
  line.begin = file.line_begins[line.number - 1];
  line.end = std::min(file.text.find('\n', line.begin), file.text.size());
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
  std::vector<std::uint32_t> begins = {0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') begins.push_back(static_cast<std::uint32_t>(i + 1));
  }
  files_.push_back({std::move(path), std::move(text), std::move(begins)});
  return static_cast<std::uint32_t>(files_.size());
}

std::uint32_t Sources::line(Location where) const {
  if (where.file == 0) return 0;
  return static_cast<std::uint32_t>(line_at(file(where.file), where.offset).number);
}

std::string Sources::place(Location where) const {
  if (where.file == 0) return "<built in>";
  const SourceFile& source = file(where.file);
  const Line line = line_at(source, where.offset);
  return source.path + ":" + std::to_string(line.number) + ":" +
         std::to_string(where.offset - line.begin + 1);
}

std::string Sources::describe(Location where, std::string_view message) const {
  if (where.file == 0) return std::string(message);
  const SourceFile& source = file(where.file);
  const Line line = line_at(source, where.offset);
  std::string out = place(where) + ": " + std::string(message);
  out +=
      "\n  " + printable(std::string_view(source.text).substr(line.begin, line.end - line.begin));
  const std::size_t column = where.offset - line.begin;
  if (column < longest_shown_line) out += "\n  " + std::string(column, ' ') + "^";
  return out;
}

void Sources::fail(Location where, std::string_view message, Category category) const {
  weft::fail(category, describe(where, message));
}

}  // namespace weft::csl
