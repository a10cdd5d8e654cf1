// SPDX-License-Identifier: Apache-2.0
// Reading a document's file and applying overrides from the command line.
#include "topology/document.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "topology/table_state.hpp"

namespace weft::topology {
namespace {

std::string read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    fail(Category::input, path + ": is a directory, not a file");
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(Category::input, path + ": can't be read: " + std::strerror(errno));
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) fail(Category::input, path + ": can't be read: " + std::strerror(errno));
  return text;
}

void move_to(Value& value, const Place& place) {
  value.place = place;
  for (Value& item : value.items) move_to(item, place);
  for (Member& member : value.members) move_to(member.value, place);
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_of("\"'[]{}=,#\n\r") == std::string_view::npos;
}

Value parse_right_side(const std::string& text, const std::string& source) {
  try {
    Value parsed = parse_toml("v = " + text, source);
    if (parsed.members.size() == 1) return std::move(parsed.members.front().value);
  } catch (const Error&) {
    if (!is_word(text)) {
      fail(Category::input, source + ": the right side is neither a TOML value nor a plain word");
    }
  }
  if (!is_word(text)) fail(Category::input, source + ": the right side is not one value");
  Value word;
  word.kind = Kind::text;
  word.text = text;
  return word;
}

std::vector<std::string> split_path(const std::string& text, const std::string& source) {
  constexpr std::size_t most_parts = 32;
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '.') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c;
    }
  }
  const bool empty =
      std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (empty || parts.size() > most_parts) {
    fail(Category::input, source + ": the left side must be a key such as a.b");
  }
  return parts;
}

Value& element(Value& array, const std::string& part, const std::string& source) {
  const std::size_t at = whole_of(part).value_or(array.items.size());
  if (at >= array.items.size()) {
    fail(Category::input, source + ": '" + part + "' is no element of an array of " +
                              std::to_string(array.items.size()));
  }
  return array.items[at];
}

}  // namespace

Override parse_override(const std::string& assignment, const std::string& written) {
  const std::string source = written.empty() ? "--set " + assignment : written;
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) fail(Category::input, source + ": must have the form a.b=c");
  Override out{split_path(assignment.substr(0, equals), source),
               parse_right_side(assignment.substr(equals + 1), source)};
  move_to(out.value, {std::make_shared<const std::string>(source), 0, 0});
  return out;
}

Document::Document(Value root, std::string source)
    : root_(std::make_shared<Value>(std::move(root))), source_(std::move(source)) {}

Document Document::parse_file(const std::string& path) { return parse_text(read_file(path), path); }

Document Document::parse_text(std::string_view text, const std::string& source) {
  return {parse_toml(text, source), source};
}

void Document::set(const std::string& assignment, const std::string& written) {
  const std::string source = written.empty() ? "--set " + assignment : written;
  Override change = parse_override(assignment, source);
  Value* at = root_.get();
  for (const std::string& part : change.path) {
    if (at->kind == Kind::array) {
      at = &element(*at, part, source);
    } else if (at->kind == Kind::table) {
      const bool is_new = at->find(part) == nullptr;
      at = &at->make(part);
      if (is_new) at->place = change.value.place;
    } else {
      fail(Category::input,
           source + ": '" + part + "' lies below a value that is " + with_article(at->kind));
    }
  }
  *at = std::move(change.value);
}

Table Document::root() const {
  auto state = std::make_shared<Table::State>();
  state->value = root_;
  return Table(std::move(state));
}

}  // namespace weft::topology
