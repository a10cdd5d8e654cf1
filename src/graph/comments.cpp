// SPDX-License-Identifier: Apache-2.0
// Texts that are too long lose what says least.
#include "graph/comments.hpp"

#include <string_view>

namespace weft::graph {

namespace {

constexpr std::string_view dots = "...";

/// The first byte at or before `at` where a character begins (UTF-8).
std::size_t whole_before(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U)
    --at;
  return at;
}

/// `path` without `over` bytes of it, as whole folders in front, or with its file alone.
std::string shorter_path(const std::string& path, std::size_t over) {
  std::size_t from = path.find('/', over + dots.size());
  if (from == std::string::npos) from = path.rfind('/');
  const bool shortens = from != std::string::npos && from > dots.size();
  return shortens ? std::string(dots) + path.substr(from) : path;
}

/// `name` without `over` bytes of its middle; eight of its ends stay.
std::string shorter_name(const std::string& name, std::size_t over) {
  constexpr std::size_t least = 8;
  const std::size_t gone = over + dots.size();
  if (name.size() < gone + least) {
    if (name.size() <= least + dots.size()) return name;
    return shorter_name(name, name.size() - dots.size() - least);
  }
  const std::size_t kept = name.size() - gone;
  std::size_t behind = name.size() - kept / 2;
  while (behind < name.size() && whole_before(name, behind) != behind) ++behind;
  return name.substr(0, whole_before(name, kept - kept / 2)) + std::string(dots) +
         name.substr(behind);
}

std::size_t excess(const std::string& text, std::size_t columns) {
  return text.size() > columns ? text.size() - columns : 0;
}

}  // namespace

std::string comment_text(std::string text, std::size_t columns) {
  for (char& letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7f) letter = ' ';
  }
  if (text.size() > columns) {
    text = text.substr(0, whole_before(text, columns - dots.size())) + std::string(dots);
  }
  while (!text.empty() && (text.back() == '\\' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string comment_text(const Origin& origin, std::size_t columns) {
  Origin said = origin;
  std::string text = text_of(said);
  if (!said.stack.empty()) {
    said.stack.erase(said.stack.begin(), said.stack.end() - 1);
    SourceLine& line = said.stack.back();
    if (excess(text, columns) != 0) {
      line.file = shorter_path(line.file, excess(text, columns));
      text = text_of(said);
    }
    if (excess(text, columns) != 0) {
      line.function.clear();
      text = text_of(said);
    }
  }
  if (excess(text, columns) != 0) {
    std::string& name = said.node.empty() ? said.result : said.node;
    name = shorter_name(name, excess(text, columns));
    text = text_of(said);
  }
  return comment_text(text, text.size());
}

std::vector<std::string> comments_of(const Node& node, std::size_t columns) {
  std::vector<std::string> out;
  for (const Origin& origin : node.origins) out.push_back(comment_text(origin, columns));
  if (node.origins.empty()) out.emplace_back(name_of(node.what));
  if (node.origins.empty() || node.origins.back().stack.empty()) return out;
  const std::string code = comment_text("  " + node.origins.back().stack.back().code, columns);
  if (!code.empty()) out.push_back(code);
  return out;
}

}  // namespace weft::graph
