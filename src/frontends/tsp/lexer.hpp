// SPDX-License-Identifier: Apache-2.0
// Words, numbers and signs of a schedule's text, one after the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weft::tsp {

/// Both from 1.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

enum class TokenKind : std::uint8_t { end, newline, name, whole, real, text, sign };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  ///< of a text: without its quotes
  std::uint64_t whole = 0;
  Position at;
};

/// As messages name it: "'->'", "the end of the line".
std::string name_of(const Token& token);

/// The tokens of a text, which must outlive it. A newline behind a sign that asks for more ("," or
/// "->") is none.
class Lexer {
 public:
  Lexer(std::string_view text, const std::string& file) : text_(text), file_(&file) {}

  /// The next token; or the one `ahead` of it, up to 2.
  const Token& peek(std::size_t ahead = 0);
  Token take();
  /// Takes the next token if it is this name or sign.
  bool accept(std::string_view word);
  /// True if the next token is this name or sign.
  bool at(std::string_view word, std::size_t ahead = 0);
  /// Takes it, or fails: "expected '->' behind the operand, not 'x'".
  void expect(std::string_view word, std::string_view where);
  Token expect(TokenKind kind, std::string_view what);
  void expect_line_end();

  const std::string& file() const { return *file_; }
  [[noreturn]] void fail(Position where, const std::string& sentence,
                         Category category = Category::input) const;

 private:
  Token scan();
  Token scan_number();
  Token scan_text();
  Token scan_sign();
  void skip_blanks();
  Position here() const;
  Token made(TokenKind kind, std::size_t begin, Position where) const;

  std::string_view text_;
  const std::string* file_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::uint32_t line_ = 1;
  bool open_ = true;  ///< the last token asks for more, or nothing stands on this line yet
  std::array<Token, 3> ahead_;
  std::size_t ahead_count_ = 0;
};

}  // namespace weft::tsp
