// SPDX-License-Identifier: Apache-2.0
// A configuration document as a plain tree of values, each knowing where it was written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weft::topology {

enum class Kind : std::uint8_t { boolean, integer, real, text, array, table };

/// "a boolean", "an integer" ... for messages.
const char* with_article(Kind kind);

/// Where a value was written: a file's line and column, or a command-line override.
struct Place {
  std::shared_ptr<const std::string> source;
  std::uint32_t line = 0;  ///< 0: the source has no lines
  std::uint32_t column = 0;
  /// "file:line:column", or the source alone.
  std::string describe() const;
};

struct Member;

/// One value. Only the member that `kind` names means anything.
struct Value {
  Kind kind = Kind::table;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0.0;
  std::string text;
  std::vector<Value> items;     ///< array
  std::vector<Member> members;  ///< table, sorted by name
  Place place;

  /// The member of that name; nullptr when there is none or this is no table.
  const Value* find(std::string_view name) const;
  Value* find(std::string_view name);
  /// The member of that name, made (an empty table) when there is none.
  Value& make(std::string_view name);
};

struct Member {
  std::string name;
  Value value;
};

/// The value as TOML text: keys sorted, one form for one content. Parsing it gives the same tree.
std::string canonical_text(const Value& table);

/// Parses TOML; `source` names it in messages. Throws Category::input with file, line and column.
/// Dates, and values nested deeper than 32 levels, are refused.
Value parse_toml(std::string_view text, const std::string& source);

}  // namespace weft::topology
