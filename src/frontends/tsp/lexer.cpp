// SPDX-License-Identifier: Apache-2.0
// Cuts a schedule's text into tokens.
#include "frontends/tsp/lexer.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/error.hpp"

namespace weft::tsp {
namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_name(char c) { return begins_name(c) || is_digit(c); }

constexpr std::array<std::string_view, 17> signs = {"->", "..", ".", ",", ":", "(", ")", "[", "]",
                                                    "=",  "@",  "+", "-", "*", "/", "%", "$"};

bool asks_for_more(std::string_view sign) {
  return sign != ")" && sign != "]" && sign != "%" && sign != "/" && sign != "." && sign != "$";
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out;
  for (const char c : text.substr(0, longest)) {
    const bool plain = c >= ' ' && c <= '~';
    constexpr std::string_view digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += plain ? std::string(1, c) : std::string("\\x") + digits[byte / 16] + digits[byte % 16];
  }
  return text.size() > longest ? out + "..." : out;
}

}  // namespace

std::string name_of(const Token& token) {
  if (token.kind == TokenKind::end) return "the end of the file";
  if (token.kind == TokenKind::newline) return "the end of the line";
  if (token.kind == TokenKind::text) return "\"" + shown(token.text) + "\"";
  return "'" + shown(token.text) + "'";
}

void Lexer::fail(Position where, const std::string& sentence, Category category) const {
  weft::fail(category, *file_ + ":" + std::to_string(where.line) + ":" +
                           std::to_string(where.column) + ": " + sentence);
}

Position Lexer::here() const { return {line_, static_cast<std::uint32_t>(at_ - line_begin_ + 1)}; }

Token Lexer::made(TokenKind kind, std::size_t begin, Position where) const {
  return {kind, text_.substr(begin, at_ - begin), 0, where};
}

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '\n' && open_) {
      ++at_;
      ++line_;
      line_begin_ = at_;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

Token Lexer::scan() {
  skip_blanks();
  const Position where = here();
  const std::size_t begin = at_;
  if (at_ == text_.size()) {
    const TokenKind kind = open_ ? TokenKind::end : TokenKind::newline;
    open_ = true;
    return made(kind, begin, where);
  }
  const char c = text_[at_];
  if (c == '\n') {
    ++at_;
    ++line_;
    line_begin_ = at_;
    open_ = true;
    return {TokenKind::newline, {}, 0, where};
  }
  open_ = false;
  if (begins_name(c)) {
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    return made(TokenKind::name, begin, where);
  }
  if (is_digit(c)) return scan_number();
  if (c == '"') return scan_text();
  return scan_sign();
}

Token Lexer::scan_number() {
  const Position where = here();
  const std::size_t begin = at_;
  const auto digits = [this] {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  };
  const auto next = [this](std::size_t ahead) {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  };
  digits();
  TokenKind kind = TokenKind::whole;
  if (next(0) == '.' && is_digit(next(1))) {
    kind = TokenKind::real;
    ++at_;
    digits();
  }
  if (next(0) == 'e' &&
      (is_digit(next(1)) || ((next(1) == '-' || next(1) == '+') && is_digit(next(2))))) {
    kind = TokenKind::real;
    at_ += 2;
    digits();
  }
  Token token = made(kind, begin, where);
  if (at_ < text_.size() && in_name(text_[at_])) fail(where, "no number ends like this");
  if (kind == TokenKind::real) return token;
  const char* end = token.text.data() + token.text.size();
  if (std::from_chars(token.text.data(), end, token.whole).ec != std::errc{}) {
    fail(where, "the number " + shown(token.text) + " is too large");
  }
  return token;
}

Token Lexer::scan_text() {
  const Position where = here();
  const std::size_t begin = ++at_;
  while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n') ++at_;
  if (at_ == text_.size() || text_[at_] == '\n') fail(where, "a text has no second '\"'");
  Token token = made(TokenKind::text, begin, where);
  ++at_;
  return token;
}

Token Lexer::scan_sign() {
  const Position where = here();
  const std::size_t begin = at_;
  for (const std::string_view sign : signs) {
    if (text_.substr(at_, sign.size()) != sign) continue;
    at_ += sign.size();
    open_ = asks_for_more(sign);
    return made(TokenKind::sign, begin, where);
  }
  fail(where, "'" + shown(text_.substr(at_, 1)) + "' begins nothing that a schedule has");
}

const Token& Lexer::peek(std::size_t ahead) {
  while (ahead_count_ <= ahead) ahead_.at(ahead_count_++) = scan();
  return ahead_.at(ahead);
}

Token Lexer::take() {
  const Token token = peek();
  for (std::size_t i = 1; i < ahead_count_; ++i) ahead_.at(i - 1) = ahead_.at(i);
  --ahead_count_;
  return token;
}

bool Lexer::at(std::string_view word, std::size_t ahead) {
  const Token& token = peek(ahead);
  return (token.kind == TokenKind::name || token.kind == TokenKind::sign) && token.text == word;
}

bool Lexer::accept(std::string_view word) {
  if (!at(word)) return false;
  take();
  return true;
}

void Lexer::expect(std::string_view word, std::string_view where) {
  if (accept(word)) return;
  fail(peek().at,
       "expected '" + std::string(word) + "' " + std::string(where) + ", not " + name_of(peek()));
}

Token Lexer::expect(TokenKind kind, std::string_view what) {
  if (peek().kind == kind) return take();
  fail(peek().at, "expected " + std::string(what) + ", not " + name_of(peek()));
}

void Lexer::expect_line_end() {
  if (peek().kind == TokenKind::end) return;
  if (peek().kind != TokenKind::newline) {
    fail(peek().at, "expected the end of the line, not " + name_of(peek()));
  }
  take();
}

}  // namespace weft::tsp
