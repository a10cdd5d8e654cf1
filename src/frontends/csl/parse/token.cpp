// SPDX-License-Identifier: Apache-2.0
// How tokens are written: see token.hpp.
#include "frontends/csl/parse/token.hpp"

#include <array>
#include <cstddef>

namespace weft::csl {

const char* spelling(TokenKind kind) {
  static constexpr std::array<const char*, 82> texts = {
      "end of file", "identifier", "builtin",   "integer", "number",  "string",      "(",
      ")",           "{",          "}",         "[",       "]",       ";",           ",",
      ":",           ".",          ".*",        ".{",      "->",      "=>",          "|",
      "?",           "=",          "+=",        "-=",      "*=",      "/=",          "%=",
      "&=",          "|=",         "^=",        "<<=",     ">>=",     "+",           "-",
      "*",           "/",          "%",         "&",       "^",       "~",           "!",
      "<<",          ">>",         "==",        "!=",      "<",       "<=",          ">",
      ">=",          "...",        "align",     "and",     "anytype", "break",       "comptime",
      "const",       "continue",   "else",      "enum",    "export",  "extern",      "false",
      "fn",          "for",        "if",        "inline",  "layout",  "linksection", "noinline",
      "null",        "or",         "packed",    "param",   "return",  "struct",      "switch",
      "task",        "true",       "undefined", "var",     "while"};
  static_assert(texts.size() == static_cast<std::size_t>(TokenKind::kw_while) + 1);
  return texts[static_cast<std::size_t>(kind)];
}

}  // namespace weft::csl
