// SPDX-License-Identifier: Apache-2.0
// What Scala text is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/spatial/source.hpp"

namespace weft::spatial {

enum class TokenKind : std::uint8_t {
  end,
  name,          ///< letters and digits, or back-quoted
  operator_,     ///< a name of operator characters
  keyword,       ///< reserved words, and the reserved operators `=` `=>` `<-` `:` `<:` `>:` `@` `#`
  punctuation,   ///< ( ) [ ] { } , ; .
  integer,       ///< Int
  long_integer,  ///< Long, with an l
  single,        ///< Float, with an f
  real,          ///< Double
  character,
  text,
  interpolated,  ///< s"...", r"...", f"..."; the name before it in `prefix`
};

/// A piece of an interpolated string: literal text, then the source of an expression (or none).
struct StringPiece {
  std::string text;
  std::uint32_t begin = 0;  ///< offsets of the expression
  std::uint32_t end = 0;
};

struct Token {
  TokenKind kind = TokenKind::end;
  Place place;
  std::string_view spelling;  ///< in the source
  std::string text;           ///< of strings and characters, escapes replaced
  std::uint64_t integer = 0;
  double real = 0;
  std::vector<StringPiece> pieces;
  std::uint8_t newlines_before = 0;  ///< 0, 1, or 2 for more
};

}  // namespace weft::spatial
