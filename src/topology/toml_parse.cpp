// SPDX-License-Identifier: Apache-2.0
// The only place that knows toml++: turns TOML text into the neutral tree.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "topology/value.hpp"

namespace weft::topology {
namespace {

/// A broken file can reach some of toml++'s assertions ("[." does). Without assertions they would
/// be undefined behaviour, and a failing one would end the process: here they always hold or throw.
struct BrokenGrammar {};
constexpr void require_grammar(bool holds) {
  if (!holds) throw BrokenGrammar{};
}

}  // namespace
}  // namespace weft::topology
#undef NDEBUG
#define TOML_ASSERT(expression) weft::topology::require_grammar(static_cast<bool>(expression))

// Our own limits, so use the header and not a shared library that was built with others.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_MAX_NESTED_VALUES 40
#include <toml++/toml.h>

namespace weft::topology {
namespace {

constexpr unsigned most_levels = 32;
constexpr std::size_t most_bytes = std::size_t{16} << 20U;

using Source = std::shared_ptr<const std::string>;

[[noreturn]] void fail_at(const Source& source, std::size_t line, std::size_t column,
                          const std::string& message) {
  const Place place{source, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(column)};
  fail(Category::input, place.describe() + ": " + message);
}

// Skips a string that opens at `at`; returns the index after it. A string that never closes is left
// to the parser, whose message is better.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool multiline = text.substr(at, 3) == std::string(3, quote);
  std::size_t i = at + (multiline ? 3 : 1);
  for (; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (multiline && text.substr(i, 3) == std::string(3, quote)) {
      return i + 3;
    } else if (!multiline && (text[i] == quote || text[i] == '\n')) {
      return i + 1;
    }
  }
  return text.size();
}

// toml++ bounds nested values but not dotted keys, and frees its tree recursively: a key of a
// million dots would exhaust the stack. So count them before it sees the text.
void check_key_depth(std::string_view text, const Source& source) {
  std::size_t line = 1;
  unsigned dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      const std::size_t end = skip_string(text, i);
      for (; i < end; ++i) line += text[i] == '\n' ? 1U : 0U;
      continue;
    }
    if (c == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
      continue;
    }
    if (c == '\n') ++line;
    if (c == '.') {
      if (++dots > most_levels) fail_at(source, line, 1, "a key of more than 32 parts");
    } else if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{' || c == ']' || c == '}') {
      dots = 0;
    }
    ++i;
  }
}

Value convert(const toml::node& node, const Source& source, unsigned depth);

Value convert_table(const toml::table& table, const Source& source, unsigned depth) {
  Value out;
  out.kind = Kind::table;
  for (const auto& [key, child] : table) {
    out.make(key.str()) = convert(child, source, depth + 1);
  }
  return out;
}

Value convert(const toml::node& node, const Source& source, unsigned depth) {
  const auto& begin = node.source().begin;
  if (depth > most_levels) {
    fail_at(source, begin.line, begin.column, "values nested deeper than 32 levels");
  }
  Value out;
  if (const auto* table = node.as_table()) {
    out = convert_table(*table, source, depth);
  } else if (const auto* array = node.as_array()) {
    out.kind = Kind::array;
    out.items.reserve(array->size());
    for (const toml::node& item : *array) out.items.push_back(convert(item, source, depth + 1));
  } else if (const auto* boolean = node.as_boolean()) {
    out.kind = Kind::boolean;
    out.boolean = boolean->get();
  } else if (const auto* integer = node.as_integer()) {
    out.kind = Kind::integer;
    out.integer = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    out.kind = Kind::real;
    out.real = real->get();
  } else if (const auto* text = node.as_string()) {
    out.kind = Kind::text;
    out.text = text->get();
  } else {
    fail_at(source, begin.line, begin.column, "a date or time, which weft has no use for");
  }
  out.place = {source, begin.line, begin.column};
  return out;
}

/// What toml++ refuses by an assertion it does not place: parsing goes in order, so the line is the
/// last of the shortest beginning of the text that fails alike.
std::size_t broken_line(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') ends.push_back(i + 1);
  }
  ends.push_back(text.size());
  const auto is_fine = [&](std::size_t end) {
    try {
      (void)toml::parse(text.substr(0, end));
    } catch (const BrokenGrammar&) {
      return false;
    } catch (const toml::parse_error&) {
      return true;  // cut in the middle of something
    }
    return true;
  };
  const auto found = std::partition_point(ends.begin(), ends.end(), is_fine);
  return static_cast<std::size_t>(found - ends.begin()) + 1;
}

}  // namespace

Value parse_toml(std::string_view text, const std::string& source_name) {
  const auto source = std::make_shared<const std::string>(source_name);
  if (text.size() > most_bytes) fail_at(source, 0, 0, "larger than 16 MiB");
  check_key_depth(text, source);
  toml::table table;
  try {
    table = toml::parse(text, source_name);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    fail_at(source, begin.line, begin.column, std::string(error.description()));
  } catch (const BrokenGrammar&) {
    fail_at(source, broken_line(text), 1, "this line cannot be read as TOML");
  }
  Value out = convert_table(table, source, 0);
  out.place = {source, 1, 1};
  return out;
}

}  // namespace weft::topology
