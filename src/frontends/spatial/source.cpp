// SPDX-License-Identifier: Apache-2.0
// Scala files and places in them: see source.hpp.
#include "frontends/spatial/source.hpp"

#include <algorithm>
#include <utility>

namespace weft::spatial {
namespace {

constexpr std::size_t longest_line_shown = 160;

/// A source line as it can be printed: tabs become a space, other odd bytes '?'.
std::string printable_line(std::string_view line) {
  std::string shown;
  for (const char c : line.substr(0, longest_line_shown)) {
    shown += c == '\t' ? ' ' : ((c >= ' ' && c <= '~') ? c : '?');
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

LineColumn Sources::line_column(Place place) const {
  if (place.file == 0) return {};
  const SourceText& source = file(place.file);
  const auto after =
      std::upper_bound(source.line_begins.begin(), source.line_begins.end(), place.offset);
  const auto line = static_cast<std::uint32_t>(after - source.line_begins.begin());
  return {line, place.offset - source.line_begins[line - 1] + 1};
}

Place Sources::place_of(std::string_view path, LineColumn at) const {
  for (std::uint32_t i = 1; i <= files_.size(); ++i) {
    const SourceText& source = file(i);
    if (source.path != path || at.line == 0 || at.line > source.line_begins.size()) continue;
    return {i, source.line_begins[at.line - 1] + at.column - 1};
  }
  return {};
}

std::string Sources::describe(Place place, std::string_view message) const {
  if (place.file == 0) return std::string(message);
  const SourceText& source = file(place.file);
  const LineColumn at = line_column(place);
  const std::size_t begin = source.line_begins[at.line - 1];
  const std::size_t end = std::min(source.text.find('\n', begin), source.text.size());
  std::string out = source.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) +
                    ": " + std::string(message);
  out += "\n  " + printable_line(std::string_view(source.text).substr(begin, end - begin));
  if (at.column <= longest_line_shown) out += "\n  " + std::string(at.column - 1, ' ') + "^";
  return out;
}

void Sources::fail(Place place, std::string_view message, Category category) const {
  weft::fail(category, describe(place, message));
}

}  // namespace weft::spatial
