// SPDX-License-Identifier: Apache-2.0
// Interned identifiers: names are compared as integers everywhere after the lexer.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace weft::csl {

/// An identifier. Equal text, equal Name, within one NameTable.
enum class Name : std::uint32_t { none = 0 };

/// The identifiers of one compilation.
class NameTable {
 public:
  NameTable();
  /// The name of `text`, new or known.
  Name intern(std::string_view text);
  /// The text of a name; empty for Name::none.
  const std::string& text(Name name) const;

 private:
  std::deque<std::string> texts_;  // stable addresses: the map's keys view into them
  std::unordered_map<std::string_view, Name> index_;
};

}  // namespace weft::csl
