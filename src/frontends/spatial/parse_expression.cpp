// SPDX-License-Identifier: Apache-2.0
// Expressions down to operators: see parser_impl.hpp.
#include <string_view>
#include <utility>

#include "frontends/spatial/parser_impl.hpp"

namespace weft::spatial {
namespace {

/// How tightly an infix operator binds: by its first character; assignments loosest.
int precedence(std::string_view name) {
  const bool compares = name == "<=" || name == ">=" || name == "!=" || name.front() == '=';
  if (name.back() == '=' && !compares) return 0;
  switch (name.front()) {
    case '|':
      return 2;
    case '^':
      return 3;
    case '&':
      return 4;
    case '=':
    case '!':
      return 5;
    case '<':
    case '>':
      return 6;
    case ':':
      return 7;
    case '+':
    case '-':
      return 8;
    case '*':
    case '/':
    case '%':
      return 9;
    default:
      break;
  }
  const char c = name.front();
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter ? 1 : 10;
}

}  // namespace

/// A whole expression: placeholders in it that no smaller one took make it a function.
Node* Parser::expression() {
  std::vector<Symbol> outer;
  outer.swap(placeholders_);
  const Place where = place();
  Node* made = whole_expression();
  const Node* bare = made->kind == NodeKind::typed ? made->parts[0] : made;
  const bool itself = bare->kind == NodeKind::name && placeholders_.size() == 1 &&
                      bare->symbol == placeholders_.front();
  if (itself) {
    outer.push_back(placeholders_.front());
  } else if (!placeholders_.empty()) {
    Node* function = make(NodeKind::lambda, where, {made});
    function->definition = tree_.definition(DefinitionKind::lambda, where);
    function->definition->lists.emplace_back();
    for (const Symbol name : placeholders_) {
      Parameter made_parameter;
      made_parameter.name = name;
      made_parameter.place = where;
      function->definition->lists.back().parameters.push_back(made_parameter);
    }
    made = function;
  }
  placeholders_.swap(outer);
  return made;
}

Node* Parser::whole_expression() {
  if (at_lambda()) return lambda(false);
  if (is("if")) return if_expression();
  if (is("while")) return while_expression();
  if (is("do")) return do_expression();
  if (is("for")) return for_expression();
  if (is("try")) return try_expression();
  if (is("throw")) return simple_statement_expression(NodeKind::throw_);
  if (is("return")) return simple_statement_expression(NodeKind::return_);
  return after_infix(infix(0));
}

/// From a bracket at `ahead`, the distance to what follows its partner.
std::size_t Parser::after_brackets(std::size_t ahead) const {
  int depth = 0;
  do {
    if (token(ahead).kind == TokenKind::end) return ahead;
    const bool opens = is("(", ahead) || is("[", ahead) || is("{", ahead);
    const bool closes = is(")", ahead) || is("]", ahead) || is("}", ahead);
    depth += opens ? 1 : (closes ? -1 : 0);
    ++ahead;
  } while (depth > 0);
  return ahead;
}

bool Parser::at_lambda() const {
  if (is_name() || is("_")) return is("=>", 1);
  if (is("implicit")) return is_name(1) && is("=>", 2);
  return is("(") && is("=>", after_brackets(0));
}

void Parser::lambda_parameters(Definition& made) {
  made.lists.emplace_back();
  const auto one = [&] {
    Parameter read;
    read.place = place();
    read.name = is("_") ? intern("_") : (is_name() ? intern(token().spelling) : 0);
    if (read.name == 0) complain("expected a parameter, found " + shown());
    take();
    if (accept(":")) read.type = type_without_arrow();
    made.lists.back().parameters.push_back(read);
  };
  accept("implicit");
  if (!is("(")) {
    one();
    return;
  }
  const Newlines ignored(*this, false);
  take();
  while (!is(")")) {
    Parameter read;
    read.place = place();
    read.name = is("_") ? intern("_") : (is_name() ? intern(token().spelling) : 0);
    if (read.name == 0) complain("expected a parameter, found " + shown());
    take();
    if (accept(":")) read.type = type();
    made.lists.back().parameters.push_back(read);
    if (!accept(",")) break;
  }
  expect(")", "after the parameters");
}

Node* Parser::lambda(bool in_block) {
  Node* made = make(NodeKind::lambda);
  made->definition = tree_.definition(DefinitionKind::lambda, place());
  lambda_parameters(*made->definition);
  expect("=>", "after the parameters of a function");
  made->parts.push_back(in_block ? block_of_statements() : expression());
  return made;
}

Node* Parser::if_expression() {
  Node* made = make(NodeKind::if_);
  take();
  {
    const Newlines ignored(*this, false);
    expect("(", "after if");
    made->parts.push_back(expression());
    expect(")", "after the condition");
  }
  made->parts.push_back(expression());
  const bool semicolon = is(";") && is("else", 1);
  if (semicolon) take();
  made->parts.push_back(accept("else") ? expression() : nullptr);
  return made;
}

Node* Parser::while_expression() {
  Node* made = make(NodeKind::while_);
  take();
  {
    const Newlines ignored(*this, false);
    expect("(", "after while");
    made->parts.push_back(expression());
    expect(")", "after the condition");
  }
  made->parts.push_back(expression());
  return made;
}

Node* Parser::do_expression() {
  sources_.fail(place(), "do ... while is not there yet", Category::unsupported);
}

Node* Parser::try_expression() {
  sources_.fail(place(), "try is not there yet", Category::unsupported);
}

Node* Parser::simple_statement_expression(NodeKind kind) {
  Node* made = make(kind);
  take();
  if (!at_statement_end() && !is(")")) made->parts.push_back(expression());
  return made;
}

void Parser::generators(Node& made) {
  const bool braces = is("{");
  const Newlines mode(*this, braces);
  if (!accept("(") && !accept("{")) complain("expected '(' after for, found " + shown());
  while (!is(")") && !is("}")) {
    Node* part = make(NodeKind::generator);
    if (accept("if")) {
      part->kind = NodeKind::guard;
      part->parts.push_back(expression());
    } else {
      part->parts.push_back(pattern());
      part->flag = is("=");
      if (!accept("<-") && !accept("=")) complain("expected '<-', found " + shown());
      part->parts.push_back(expression());
    }
    made.parts.push_back(part);
    while (accept(";")) {
    }
  }
  take();
}

Node* Parser::for_expression() {
  Node* made = make(NodeKind::for_);
  take();
  generators(*made);
  made->flag = accept("yield");
  made->parts.push_back(expression());
  return made;
}

/// What may follow an infix expression: a type, a match, an assignment.
Node* Parser::after_infix(Node* left) {
  for (;;) {
    if (is(":") && is("_", 1) && is("*", 2)) {
      Node* made = make(NodeKind::spread, left->place, {left});
      take();
      take();
      take();
      return made;
    }
    if (is(":")) {
      Node* made = make(NodeKind::typed, left->place, {left});
      take();
      made->type = type();
      left = made;
    } else if (!breaks_line() && is("match")) {
      left = match(left);
    } else if (is("=")) {
      Node* made = make(NodeKind::assign, left->place, {left});
      take();
      made->parts.push_back(expression());
      return made;
    } else {
      return left;
    }
  }
}

bool Parser::at_operator() const {
  return !breaks_line() && (is_name() || token().kind == TokenKind::operator_);
}

Node* Parser::infix(int least) {
  Node* left = operand();
  while (at_operator()) {
    const Token name = token();
    const int binding = precedence(name.spelling);
    if (binding < least) break;
    take();
    // Nothing behind it: a method without arguments
    const bool postfix = at_statement_end() || is(")") || is(",") || is("else") || is("=>");
    if (postfix && name.kind == TokenKind::name && token().newlines_before != 1) {
      Node* made = make(NodeKind::select, name.place, {left});
      made->symbol = intern(name.spelling);
      return made;
    }
    std::vector<Node*> types;
    if (is("[") && name.kind == TokenKind::name) types = type_arguments();
    const bool right = name.spelling.back() == ':';
    Node* made = make(NodeKind::infix, name.place, {left, infix(right ? binding : binding + 1)});
    made->symbol = intern(name.spelling);
    left = made;
  }
  return left;
}

Node* Parser::operand() {
  const bool sign = is("-") || is("+") || is("!") || is("~");
  if (!sign) return simple();
  const TokenKind next = token(1).kind;
  const bool number = next == TokenKind::integer || next == TokenKind::long_integer ||
                      next == TokenKind::single || next == TokenKind::real;
  if (is("-") && number && token(1).place.offset == token().place.offset + 1) {
    return suffixes(negative_literal());
  }
  Node* made = make(NodeKind::prefix);
  made->symbol = intern(take().spelling);
  made->parts.push_back(operand());
  return made;
}

Node* Parser::match(Node* scrutinee) {
  Node* made = make(NodeKind::match);
  take();
  made->parts.push_back(scrutinee);
  if (!is("{")) complain("expected '{' after match, found " + shown());
  for (Node* part : cases()->parts) made->parts.push_back(part);
  return made;
}

Node* Parser::match_case() {
  Node* made = make(NodeKind::match_case);
  expect("case", "in a match");
  {
    const Newlines ignored(*this, false);
    made->parts.push_back(pattern_choice());
    made->parts.push_back(accept("if") ? after_infix(infix(0)) : nullptr);
    expect("=>", "after a pattern");
  }
  made->parts.push_back(block_of_statements());
  return made;
}

/// { case ... }
Node* Parser::cases() {
  Node* made = make(NodeKind::cases);
  const Newlines matter(*this, true);
  take();
  while (is("case")) made->parts.push_back(match_case());
  expect("}", "after the cases");
  return made;
}

}  // namespace weft::spatial
