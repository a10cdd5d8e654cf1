// SPDX-License-Identifier: Apache-2.0
// The parser's tokens and files: see parser.hpp.
#include "frontends/spatial/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "frontends/spatial/lexer.hpp"
#include "frontends/spatial/parser_impl.hpp"

namespace weft::spatial {
namespace {

template <std::size_t size>
bool one_of(std::string_view spelling, const std::array<std::string_view, size>& list) {
  return std::find(list.begin(), list.end(), spelling) != list.end();
}

/// Whether a newline behind this token may end a statement.
bool can_end_statement(const Token& token) {
  constexpr std::array<std::string_view, 9> words = {"this", "null", "true", "false", "return",
                                                     "_",    ")",    "]",    "}"};
  switch (token.kind) {
    case TokenKind::keyword:
    case TokenKind::punctuation:
      return one_of(token.spelling, words) || token.spelling == "type";
    case TokenKind::end:
      return false;
    default:
      return true;
  }
}

/// Whether a newline before this token may begin a statement.
bool can_begin_statement(const Token& token) {
  constexpr std::array<std::string_view, 20> words = {
      "catch", "else", "extends", "finally", "forSome", "match", "with", "yield", ",", ".",
      ";",     "=",    "=>",      "<-",      ":",       "<:",    ">:",   "#",     "[", ")"};
  return token.kind != TokenKind::end && !one_of(token.spelling, words) && token.spelling != "]";
}

}  // namespace

const Token& Parser::token(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::is(std::string_view spelling, std::size_t ahead) const {
  const Token& here = token(ahead);
  const bool spelled = here.kind == TokenKind::keyword || here.kind == TokenKind::punctuation ||
                       here.kind == TokenKind::operator_ || here.kind == TokenKind::name;
  return spelled && here.spelling == spelling;
}

bool Parser::is_name(std::size_t ahead) const { return token(ahead).kind == TokenKind::name; }

Token Parser::take() {
  Token taken = token();
  if (at_ + 1 < tokens_.size()) ++at_;
  return taken;
}

bool Parser::accept(std::string_view spelling) {
  if (!is(spelling)) return false;
  take();
  return true;
}

std::string Parser::shown() const {
  const Token& here = token();
  return here.kind == TokenKind::end ? "the end of the file"
                                     : "'" + std::string(here.spelling) + "'";
}

void Parser::complain(const std::string& message) const { sources_.fail(place(), message); }

Token Parser::expect(std::string_view spelling, std::string_view where) {
  if (!is(spelling)) {
    complain("expected '" + std::string(spelling) + "' " + std::string(where) + ", found " +
             shown());
  }
  return take();
}

Symbol Parser::expect_name(std::string_view what) {
  const bool named = is_name() || token().kind == TokenKind::operator_;
  if (!named) complain("expected " + std::string(what) + ", found " + shown());
  return intern(take().spelling);
}

bool Parser::breaks_line() const {
  if (!newlines_matter_ || token().newlines_before == 0 || at_ == 0) return false;
  return can_end_statement(tokens_[at_ - 1]) && can_begin_statement(token());
}

bool Parser::at_statement_end() const {
  return is(";") || is("}") || token().kind == TokenKind::end || breaks_line();
}

void Parser::end_statement() {
  if (is("case") || is(")")) return;
  if (!at_statement_end()) complain("expected the end of the statement, found " + shown());
  while (accept(";")) {
  }
}

bool Parser::accept_unless_broken(std::string_view spelling) {
  return !breaks_line() && accept(spelling);
}

Node* Parser::make(NodeKind kind, Place where, std::vector<Node*> parts) {
  Node* made = tree_.node(kind, where);
  made->parts = std::move(parts);
  // What Int, Array and ranges mean depends on it
  const bool by_import =
      kind == NodeKind::name || kind == NodeKind::type_name || kind == NodeKind::infix;
  made->flag = by_import && dsl_;
  return made;
}

void Parser::parse_file() {
  while (accept(";")) {
  }
  while (token().kind != TokenKind::end) {
    if (accept("package")) {
      type_without_arrow();
    } else if (at_definition()) {
      if (Node* made = definition()) tree_.statements.push_back(made);
    } else {
      complain("expected a class, trait, object or import, found " + shown());
    }
    end_statement();
  }
}

Node* Parser::parse_whole_expression() {
  Node* made = expression();
  if (token().kind != TokenKind::end) complain("expected the end of the expression");
  return made;
}

std::unique_ptr<SourceTree> parse(const Sources& sources, std::uint32_t file) {
  auto tree = std::make_unique<SourceTree>();
  Parser(sources, scan(sources, file), *tree).parse_file();
  return tree;
}

}  // namespace weft::spatial
