// SPDX-License-Identifier: Apache-2.0
// Scala text to tokens: see lexer.hpp.
#include "frontends/spatial/lexer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/number_text.hpp"

namespace weft::spatial {
namespace {

constexpr std::array<std::string_view, 40> keywords = {
    "abstract",  "case",   "catch",   "class", "def",     "do",       "else",     "extends",
    "false",     "final",  "finally", "for",   "forSome", "if",       "implicit", "import",
    "lazy",      "match",  "new",     "null",  "object",  "override", "package",  "private",
    "protected", "return", "sealed",  "super", "this",    "throw",    "trait",    "true",
    "try",       "type",   "val",     "var",   "while",   "with",     "yield",    "_"};
constexpr std::array<std::string_view, 9> reserved_operators = {
    "=", "=>", "<-", ":", "<:", ">:", "@", "#", "<%"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_operator_character(char c) {
  return std::string_view("!#%&*+-/:<=>?@\\^|~").find(c) != std::string_view::npos;
}

class Scanner {
 public:
  Scanner(const Sources& sources, std::uint32_t file, std::uint32_t begin, std::uint32_t end)
      : sources_(sources), file_(file), text_(sources.file(file).text), at_(begin), end_(end) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    do {
      skip_space();
      tokens.push_back(next());
    } while (tokens.back().kind != TokenKind::end);
    return tokens;
  }

 private:
  char peek(std::uint32_t ahead = 0) const {
    return at_ + ahead < end_ ? text_[at_ + ahead] : '\0';
  }
  [[noreturn]] void complain(std::uint32_t offset, const std::string& message) const {
    sources_.fail({file_, offset}, message);
  }

  void skip_space() {
    newlines_ = 0;
    while (at_ < end_) {
      const char c = peek();
      if (c == '\n') {
        newlines_ = static_cast<std::uint8_t>(std::min(newlines_ + 1, 2));
        ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < end_ && peek() != '\n') ++at_;
      } else if (c == '/' && peek(1) == '*') {
        skip_comment();
      } else {
        return;
      }
    }
  }

  void skip_comment() {
    const std::uint32_t begin = at_;
    int depth = 0;
    do {
      if (at_ >= end_) complain(begin, "this comment has no end");
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0);
  }

  Token next() {
    Token token;
    token.place = {file_, at_};
    token.newlines_before = newlines_;
    if (at_ >= end_) return token;
    const std::uint32_t begin = at_;
    const char c = peek();
    if (is_letter(c)) {
      scan_name(token);
    } else if (is_digit(c)) {
      scan_number(token);
    } else if (c == '"') {
      scan_text(token);
    } else if (c == '`') {
      scan_quoted_name(token);
      return token;
    } else if (c == '\'') {
      scan_character(token);
    } else if (std::string_view("()[]{},;.").find(c) != std::string_view::npos) {
      token.kind = TokenKind::punctuation;
      ++at_;
    } else if (is_operator_character(c)) {
      scan_operator(token);
    } else if (static_cast<unsigned char>(c) >= 0x80U) {
      complain(at_, "a character outside ASCII stands in no comment and no string");
    } else {
      complain(at_, std::string("'") + c + "' begins nothing in Scala");
    }
    token.spelling = std::string_view(text_).substr(begin, at_ - begin);
    return token;
  }

  void scan_name(Token& token) {
    const std::uint32_t begin = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    // `unary_-`: an underscore at the end may be followed by operator characters
    if (at_ > begin + 1 && text_[at_ - 1] == '_') {
      while (is_operator_character(peek())) ++at_;
    }
    const std::string_view word = std::string_view(text_).substr(begin, at_ - begin);
    if (peek() == '"' && word.back() != '_') {
      scan_interpolated(token);
      return;
    }
    const bool reserved = std::find(keywords.begin(), keywords.end(), word) != keywords.end();
    token.kind = reserved ? TokenKind::keyword : TokenKind::name;
  }

  void scan_quoted_name(Token& token) {
    const std::uint32_t begin = ++at_;
    while (peek() != '`') {
      if (at_ >= end_ || peek() == '\n') complain(begin - 1, "this name has no closing back quote");
      ++at_;
    }
    token.kind = TokenKind::name;
    token.spelling = std::string_view(text_).substr(begin, at_ - begin);
    ++at_;
  }

  void scan_operator(Token& token) {
    const std::uint32_t begin = at_;
    while (is_operator_character(peek())) {
      const bool comment = peek() == '/' && (peek(1) == '/' || peek(1) == '*');
      if (comment) break;
      ++at_;
    }
    const std::string_view word = std::string_view(text_).substr(begin, at_ - begin);
    const bool reserved = std::find(reserved_operators.begin(), reserved_operators.end(), word) !=
                          reserved_operators.end();
    token.kind = reserved ? TokenKind::keyword : TokenKind::operator_;
  }

  void scan_number(Token& token) {
    const std::uint32_t begin = at_;
    token.kind = TokenKind::integer;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      at_ += 2;
      while (is_hexadecimal(peek())) {
        const char digit = peek();
        const int value = is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
        token.integer = token.integer * 16 + static_cast<std::uint64_t>(value);
        ++at_;
      }
    } else {
      while (is_digit(peek())) ++at_;
      bool fraction = false;
      if (peek() == '.' && is_digit(peek(1))) {
        fraction = true;
        ++at_;
        while (is_digit(peek())) ++at_;
      }
      const bool signed_exponent = (peek(1) == '-' || peek(1) == '+') && is_digit(peek(2));
      if ((peek() == 'e' || peek() == 'E') && (is_digit(peek(1)) || signed_exponent)) {
        fraction = true;
        at_ += 2;
        while (is_digit(peek())) ++at_;
      }
      finish_number(token, begin, fraction);
      return;
    }
    if (peek() == 'l' || peek() == 'L') {
      token.kind = TokenKind::long_integer;
      ++at_;
    }
  }

  void finish_number(Token& token, std::uint32_t begin, bool fraction) {
    const std::string_view digits = std::string_view(text_).substr(begin, at_ - begin);
    token.real = real_of(digits).value_or(0);
    const char suffix = peek();
    if (suffix == 'f' || suffix == 'F' || suffix == 'd' || suffix == 'D') {
      token.kind = suffix == 'f' || suffix == 'F' ? TokenKind::single : TokenKind::real;
      ++at_;
    } else if (fraction) {
      token.kind = TokenKind::real;
    } else {
      const auto whole = whole_of(digits);
      if (!whole) complain(begin, "this number does not fit into 64 bits");
      token.integer = *whole;
      if (suffix == 'l' || suffix == 'L') {
        token.kind = TokenKind::long_integer;
        ++at_;
      } else if (*whole > 0x80000000ULL) {
        complain(begin, "this number does not fit into an Int; write an L behind it");
      }
    }
    if (is_letter(peek())) complain(at_, "a letter follows a number");
  }

  char escape() {
    ++at_;
    const char c = peek();
    ++at_;
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case '"':
      case '\'':
      case '\\':
        return c;
      default:
        complain(at_ - 2, "no such escape in a string");
    }
  }

  void scan_character(Token& token) {
    const std::uint32_t begin = at_++;
    token.kind = TokenKind::character;
    if (peek() == '\\') {
      token.text = std::string(1, escape());
    } else {
      token.text = std::string(1, peek());
      ++at_;
    }
    if (peek() != '\'') complain(begin, "this character has no closing quote");
    ++at_;
  }

  /// At the opening quote: how many quotes close the string (1 or 3); goes past the opening ones.
  std::uint32_t open_quotes() {
    const bool three = peek(1) == '"' && peek(2) == '"';
    at_ += three ? 3 : 1;
    return three ? 3 : 1;
  }
  bool at_quotes(std::uint32_t quotes) const {
    return peek() == '"' && (quotes == 1 || (peek(1) == '"' && peek(2) == '"'));
  }
  void require_more(std::uint32_t begin, std::uint32_t quotes) const {
    if (at_ >= end_ || (quotes == 1 && peek() == '\n')) complain(begin, "this string has no end");
  }

  void scan_text(Token& token) {
    const std::uint32_t begin = at_;
    token.kind = TokenKind::text;
    const std::uint32_t quotes = open_quotes();
    while (!at_quotes(quotes)) {
      require_more(begin, quotes);
      token.text += quotes == 1 && peek() == '\\' ? escape() : text_[at_++];
    }
    at_ += quotes;
  }

  void scan_interpolated(Token& token) {
    const std::uint32_t begin = at_;
    token.kind = TokenKind::interpolated;
    const std::uint32_t quotes = open_quotes();
    std::string literal;
    while (!at_quotes(quotes)) {
      require_more(begin, quotes);
      if (peek() == '$' && peek(1) == '$') {
        literal += '$';
        at_ += 2;
      } else if (peek() == '$') {
        token.pieces.push_back(scan_piece(std::move(literal)));
        literal.clear();
      } else {
        literal += quotes == 1 && peek() == '\\' ? escape() : text_[at_++];
      }
    }
    token.pieces.push_back({std::move(literal), 0, 0});
    at_ += quotes;
  }

  /// At a `$`: a name, or an expression in braces.
  StringPiece scan_piece(std::string literal) {
    const std::uint32_t dollar = at_++;
    StringPiece piece = {std::move(literal), at_, at_};
    if (peek() == '{') {
      int depth = 0;
      do {
        if (at_ >= end_) complain(dollar, "this expression has no closing brace");
        depth += peek() == '{' ? 1 : 0;
        depth -= peek() == '}' ? 1 : 0;
        ++at_;
      } while (depth > 0);
      return {std::move(piece.text), piece.begin + 1, at_ - 1};
    }
    while (peek() != '$' && (is_letter(peek()) || is_digit(peek()))) ++at_;
    if (at_ == piece.begin) complain(dollar, "neither a name nor a brace follows the $");
    piece.end = at_;
    return piece;
  }

  const Sources& sources_;
  std::uint32_t file_;
  const std::string& text_;
  std::uint32_t at_;
  std::uint32_t end_;
  std::uint8_t newlines_ = 0;
};

}  // namespace

std::vector<Token> scan(const Sources& sources, std::uint32_t file) {
  return scan_part(sources, file, 0, static_cast<std::uint32_t>(sources.file(file).text.size()));
}

std::vector<Token> scan_part(const Sources& sources, std::uint32_t file, std::uint32_t begin,
                             std::uint32_t end) {
  return Scanner(sources, file, begin, end).run();
}

}  // namespace weft::spatial
