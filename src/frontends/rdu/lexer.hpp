// SPDX-License-Identifier: Apache-2.0
// Words, numbers and signs of a unit graph's text, one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weft::rdu {

/// Both from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

enum class TokenKind : std::uint8_t { end, newline, name, number, sign, text };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  ///< of a text: what stands between its quotes
  Position at;
};

/// As messages name it: "'->'", "the end of the line".
std::string name_of(const Token& token);

/// The tokens of a text, which must outlive it. A newline behind ",", "(" or "=" is none, nor are
/// several one after the other. Names may hold dots, numbers a sign and a point; texts stand
/// between quotes.
class Lexer {
 public:
  Lexer(std::string_view text, const std::string& file);

  const Token& peek() const { return next_; }
  Token take();
  bool at(std::string_view word) const {
    return next_.kind != TokenKind::end && next_.text == word;
  }
  bool accept(std::string_view word);
  /// Takes it, or fails: "expected 'in', not 'x'".
  void expect(std::string_view word);
  Token expect(TokenKind kind, std::string_view what);
  void expect_line_end();
  void skip_newlines();
  std::uint64_t whole(std::string_view what, std::uint64_t most);

  const std::string& file() const { return *file_; }
  [[noreturn]] void fail(Position where, const std::string& sentence) const;

 private:
  Token scan();
  Token scan_text();
  Token made(TokenKind kind, std::size_t begin) const;

  std::string_view text_;
  const std::string* file_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  bool open_ = true;  ///< the last token asks for more, or nothing stands on this line yet
  Token next_;
};

}  // namespace weft::rdu
