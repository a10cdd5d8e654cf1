// SPDX-License-Identifier: Apache-2.0
// The tokens of CSL.
#pragma once

#include <cstdint>

#include "frontends/csl/parse/name.hpp"

namespace weft::csl {

enum class TokenKind : std::uint8_t {
  end,
  identifier,  ///< name
  builtin,     ///< @name, without the @
  integer,     ///< integer
  real,        ///< real
  string,      ///< name holds the unescaped text
  // punctuation
  l_paren,
  r_paren,
  l_brace,
  r_brace,
  l_bracket,
  r_bracket,
  semicolon,
  comma,
  colon,
  dot,
  dot_star,
  dot_brace,
  arrow,
  fat_arrow,
  pipe,
  question,
  assign,
  plus_assign,
  minus_assign,
  star_assign,
  slash_assign,
  percent_assign,
  and_assign,
  or_assign,
  xor_assign,
  shl_assign,
  shr_assign,
  plus,
  minus,
  star,
  slash,
  percent,
  ampersand,
  caret,
  tilde,
  bang,
  shl,
  shr,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  ellipsis,
  // keywords
  kw_align,
  kw_and,
  kw_anytype,
  kw_break,
  kw_comptime,
  kw_const,
  kw_continue,
  kw_else,
  kw_enum,
  kw_export,
  kw_extern,
  kw_false,
  kw_fn,
  kw_for,
  kw_if,
  kw_inline,
  kw_layout,
  kw_linksection,
  kw_noinline,
  kw_null,
  kw_or,
  kw_packed,
  kw_param,
  kw_return,
  kw_struct,
  kw_switch,
  kw_task,
  kw_true,
  kw_undefined,
  kw_var,
  kw_while,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  Name name = Name::none;
  std::uint64_t integer = 0;
  double real = 0.0;
};

/// How a token kind is written, for messages.
const char* spelling(TokenKind kind);

}  // namespace weft::csl
