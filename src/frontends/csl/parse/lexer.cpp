// SPDX-License-Identifier: Apache-2.0
// Text to tokens: see lexer.hpp.
#include "frontends/csl/parse/lexer.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace weft::csl {
namespace {

using Spelling = std::pair<std::string_view, TokenKind>;

// Longest first, so that the first match is the right one.
constexpr std::array<Spelling, 45> punctuation = {{
    {"<<=", TokenKind::shl_assign},
    {">>=", TokenKind::shr_assign},
    {"...", TokenKind::ellipsis},
    {".*", TokenKind::dot_star},
    {".{", TokenKind::dot_brace},
    {"->", TokenKind::arrow},
    {"=>", TokenKind::fat_arrow},
    {"+=", TokenKind::plus_assign},
    {"-=", TokenKind::minus_assign},
    {"*=", TokenKind::star_assign},
    {"/=", TokenKind::slash_assign},
    {"%=", TokenKind::percent_assign},
    {"&=", TokenKind::and_assign},
    {"|=", TokenKind::or_assign},
    {"^=", TokenKind::xor_assign},
    {"<<", TokenKind::shl},
    {">>", TokenKind::shr},
    {"==", TokenKind::equal},
    {"!=", TokenKind::not_equal},
    {"<=", TokenKind::less_equal},
    {">=", TokenKind::greater_equal},
    {"(", TokenKind::l_paren},
    {")", TokenKind::r_paren},
    {"{", TokenKind::l_brace},
    {"}", TokenKind::r_brace},
    {"[", TokenKind::l_bracket},
    {"]", TokenKind::r_bracket},
    {";", TokenKind::semicolon},
    {",", TokenKind::comma},
    {":", TokenKind::colon},
    {".", TokenKind::dot},
    {"|", TokenKind::pipe},
    {"?", TokenKind::question},
    {"=", TokenKind::assign},
    {"+", TokenKind::plus},
    {"-", TokenKind::minus},
    {"*", TokenKind::star},
    {"/", TokenKind::slash},
    {"%", TokenKind::percent},
    {"&", TokenKind::ampersand},
    {"^", TokenKind::caret},
    {"~", TokenKind::tilde},
    {"!", TokenKind::bang},
    {"<", TokenKind::less},
    {">", TokenKind::greater},
}};

TokenKind keyword_or_identifier(std::string_view text) {
  for (auto k = static_cast<int>(TokenKind::kw_align); k <= static_cast<int>(TokenKind::kw_while);
       ++k) {
    const auto kind = static_cast<TokenKind>(k);
    if (text == spelling(kind)) return kind;
  }
  return TokenKind::identifier;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
 public:
  Lexer(const Sources& sources, std::uint32_t file, NameTable& names)
      : sources_(sources), file_(file), names_(names), text_(sources.file(file).text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    do {
      skip_blanks();
      tokens.push_back(next());
    } while (tokens.back().kind != TokenKind::end);
    return tokens;
  }

 private:
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  [[noreturn]] void fail(std::size_t offset, const std::string& message) const {
    sources_.fail({file_, static_cast<std::uint32_t>(offset)}, message);
  }

  void skip_blanks() {
    while (position_ < text_.size()) {
      const char c = text_[position_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++position_;
      } else if (c == '/' && at(position_ + 1) == '/') {
        while (position_ < text_.size() && text_[position_] != '\n') ++position_;
      } else {
        return;
      }
    }
  }

  Token make(TokenKind kind, std::size_t begin) const {
    Token token;
    token.kind = kind;
    token.offset = static_cast<std::uint32_t>(begin);
    token.length = static_cast<std::uint32_t>(position_ - begin);
    return token;
  }

  Token next() {
    const std::size_t begin = position_;
    if (begin >= text_.size()) return make(TokenKind::end, begin);
    const char c = text_[begin];
    if (is_name_start(c)) return word(begin);
    if (is_digit(c)) return number(begin);
    if (c == '"') return string(begin);
    if (c == '@') return builtin(begin);
    for (const auto& [text, kind] : punctuation) {
      if (text_.compare(begin, text.size(), text) == 0) {
        position_ += text.size();
        return make(kind, begin);
      }
    }
    fail(begin, "this character begins no token");
  }

  std::string_view name_at(std::size_t begin) {
    position_ = begin;
    while (is_name_part(at(position_))) ++position_;
    return std::string_view(text_).substr(begin, position_ - begin);
  }

  Token word(std::size_t begin) {
    const std::string_view text = name_at(begin);
    Token token = make(keyword_or_identifier(text), begin);
    token.name = names_.intern(text);
    return token;
  }

  Token builtin(std::size_t begin) {
    if (!is_name_start(at(begin + 1))) fail(begin, "'@' must be followed by the name of a builtin");
    const std::string_view text = name_at(begin + 1);
    Token token = make(TokenKind::builtin, begin);
    token.name = names_.intern(text);
    return token;
  }

  Token number(std::size_t begin);
  Token real(std::size_t begin, const std::string& digits);
  Token string(std::size_t begin);
  char escape(std::size_t begin);

  const Sources& sources_;
  std::uint32_t file_;
  NameTable& names_;
  const std::string& text_;
  std::size_t position_ = 0;
};

Token Lexer::number(std::size_t begin) {
  int base = 10;
  if (at(begin) == '0') {
    const char mark = at(begin + 1);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : mark == 'o' ? 8 : 10;
  }
  position_ = begin + (base == 10 ? 0 : 2);
  bool is_real = false;
  std::string digits;
  while (true) {
    const char c = at(position_);
    const bool exponent = base == 10 && (c == 'e' || c == 'E');
    const bool point = base == 10 && c == '.' && is_digit(at(position_ + 1)) && !is_real;
    const bool sign = (c == '+' || c == '-') && !digits.empty() && base == 10 &&
                      (digits.back() == 'e' || digits.back() == 'E');
    if (!is_name_part(c) && !point && !sign) break;
    is_real = is_real || exponent || point;
    if (c != '_') digits += c;
    ++position_;
  }
  if (is_real) return real(begin, digits);
  Token token = make(TokenKind::integer, begin);
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, token.integer, base);
  if (error == std::errc::result_out_of_range) fail(begin, "this integer needs more than 64 bits");
  if (error != std::errc() || end != last) fail(begin, "this is not a number");
  return token;
}

Token Lexer::real(std::size_t begin, const std::string& digits) {
  Token token = make(TokenKind::real, begin);
  const char* last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, token.real);
  if (error == std::errc::result_out_of_range) fail(begin, "this number is out of range");
  if (error != std::errc() || end != last) fail(begin, "this is not a number");
  return token;
}

char Lexer::escape(std::size_t begin) {
  const char c = at(position_++);
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '\\':
    case '"':
    case '\'':
      return c;
    default:
      fail(begin, "unknown escape in a string");
  }
}

Token Lexer::string(std::size_t begin) {
  std::string value;
  position_ = begin + 1;
  while (true) {
    const char c = at(position_);
    if (position_ >= text_.size() || c == '\n') fail(begin, "this string is not closed");
    ++position_;
    if (c == '"') break;
    value += c == '\\' ? escape(position_ - 1) : c;
  }
  Token token = make(TokenKind::string, begin);
  token.name = names_.intern(value);
  return token;
}

}  // namespace

std::vector<Token> tokenize(const Sources& sources, std::uint32_t file, NameTable& names) {
  return Lexer(sources, file, names).run();
}

}  // namespace weft::csl
