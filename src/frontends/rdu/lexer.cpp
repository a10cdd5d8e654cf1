// SPDX-License-Identifier: Apache-2.0
// Scanning a unit graph's text.
#include "frontends/rdu/lexer.hpp"

#include <algorithm>

#include "base/number_text.hpp"

namespace weft::rdu {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string name_of(const Token& token) {
  if (token.kind == TokenKind::end) return "the end of the text";
  if (token.kind == TokenKind::newline) return "the end of the line";
  return "'" + std::string(token.text) + "'";
}

Lexer::Lexer(std::string_view text, const std::string& file) : text_(text), file_(&file) {
  next_ = scan();
}

void Lexer::fail(Position where, const std::string& sentence) const {
  weft::fail(Category::input, *file_ + ":" + std::to_string(where.line) + ":" +
                                  std::to_string(where.column) + ": " + sentence);
}

Token Lexer::made(TokenKind kind, std::size_t begin) const {
  return {kind,
          text_.substr(begin, at_ - begin),
          {line_, static_cast<std::uint32_t>(begin - line_begin_ + 1)}};
}

Token Lexer::scan() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const std::size_t begin = at_;
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else if (c == '#') {
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    } else if (c == '\n') {
      ++at_;
      const Token token = made(TokenKind::newline, begin);
      ++line_;
      line_begin_ = at_;
      if (open_) continue;
      open_ = true;
      return token;
    } else if (is_letter(c)) {
      while (at_ < text_.size() &&
             (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.')) {
        ++at_;
      }
      open_ = false;
      return made(TokenKind::name, begin);
    } else if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      ++at_;
      while (at_ < text_.size() &&
             (is_letter(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.' ||
              ((text_[at_] == '-' || text_[at_] == '+') && text_[at_ - 1] == 'e' &&
               !text_.substr(begin).starts_with("0x")))) {
        ++at_;
      }
      open_ = false;
      return made(TokenKind::number, begin);
    } else if (c == '"') {
      return scan_text();
    } else {
      ++at_;
      open_ = c == ',' || c == '(' || c == '=';
      return made(TokenKind::sign, begin);
    }
  }
  return made(TokenKind::end, at_);
}

Token Lexer::scan_text() {
  const std::size_t begin = at_;
  at_ = std::min(text_.find_first_of("\"\n", begin + 1), text_.size());
  Token token = made(TokenKind::text, begin);
  if (at_ == text_.size() || text_[at_] == '\n') fail(token.at, "the text has no end on its line");
  token.text.remove_prefix(1);
  ++at_;
  open_ = false;
  return token;
}

Token Lexer::take() {
  const Token taken = next_;
  next_ = scan();
  return taken;
}

bool Lexer::accept(std::string_view word) {
  if (!at(word)) return false;
  take();
  return true;
}

void Lexer::expect(std::string_view word) {
  if (!accept(word)) {
    fail(next_.at, "expected '" + std::string(word) + "', not " + name_of(next_));
  }
}

Token Lexer::expect(TokenKind kind, std::string_view what) {
  if (next_.kind != kind)
    fail(next_.at, "expected " + std::string(what) + ", not " + name_of(next_));
  return take();
}

void Lexer::expect_line_end() {
  if (next_.kind == TokenKind::end || at("}")) return;
  expect(TokenKind::newline, "the end of the line");
}

void Lexer::skip_newlines() {
  while (next_.kind == TokenKind::newline) take();
}

std::uint64_t Lexer::whole(std::string_view what, std::uint64_t most) {
  const Token token = expect(TokenKind::number, what);
  const auto value = whole_of(token.text);
  if (!value || *value > most) {
    fail(token.at, std::string(what) + " is a whole number from 0 to " + std::to_string(most));
  }
  return *value;
}

}  // namespace weft::rdu
