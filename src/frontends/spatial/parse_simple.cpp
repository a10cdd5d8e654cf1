// SPDX-License-Identifier: Apache-2.0
// Literals, names, calls and blocks: see parser_impl.hpp.
#include <utility>

#include "frontends/spatial/lexer.hpp"
#include "frontends/spatial/parser_impl.hpp"

namespace weft::spatial {
namespace {

/// What a block behind it is an argument of; a tuple or an operation stood in parentheses, which is
/// a range of indices: (0 until N) { i => ... }.
bool takes_block(NodeKind kind) {
  return kind == NodeKind::name || kind == NodeKind::select || kind == NodeKind::apply ||
         kind == NodeKind::type_apply || kind == NodeKind::tuple || kind == NodeKind::infix;
}

}  // namespace

Node* Parser::simple() {
  Node* made = suffixes(primary());
  // f _ is the method as a value
  if (is("_") && !breaks_line()) {
    Node* value = make(NodeKind::method_value, made->place, {made});
    take();
    return value;
  }
  return made;
}

Node* Parser::suffixes(Node* made) {
  for (;;) {
    if (is(".")) {
      Node* next = make(NodeKind::select, made->place, {made});
      take();
      next->place = place();
      if (accept("type")) {
        next->symbol = intern("type");
      } else {
        next->symbol = expect_name("a member's name after '.'");
      }
      made = next;
    } else if (is("[") && !breaks_line()) {
      Node* next = make(NodeKind::type_apply, made->place, {made});
      for (Node* each : type_arguments()) next->parts.push_back(each);
      made = next;
    } else if (is("(") && !breaks_line()) {
      made = arguments(made);
    } else if (is("{") && (!newlines_matter_ || token().newlines_before < 2) &&
               made->kind != NodeKind::new_) {
      if (!takes_block(made->kind)) return made;
      made = make(NodeKind::apply, made->place, {made, block()});
    } else {
      return made;
    }
  }
}

Node* Parser::primary() {
  const Token& here = token();
  switch (here.kind) {
    case TokenKind::integer:
    case TokenKind::long_integer:
    case TokenKind::single:
    case TokenKind::real:
    case TokenKind::character:
    case TokenKind::text:
      return literal();
    case TokenKind::interpolated:
      return interpolated();
    case TokenKind::name: {
      Node* made = make(NodeKind::name);
      made->symbol = intern(take().spelling);
      return made;
    }
    default:
      break;
  }
  if (is("(")) return parenthesized();
  if (is("{")) return block();
  if (is("_")) return placeholder();
  if (is("new")) return new_expression();
  if (is("*") && (is(")", 1) || is(",", 1))) {  // Foreach(*): without end; r(i, *): all of a row
    Node* made = make(NodeKind::name);
    made->symbol = intern(take().spelling);
    return made;
  }
  if (is("true") || is("false") || is("null")) return literal();
  if (is("this") || is("super")) {
    Node* made = make(is("this") ? NodeKind::this_ : NodeKind::super);
    take();
    return made;
  }
  complain("expected an expression, found " + shown());
}

Node* Parser::literal() {
  const Token here = take();
  Node* made = make(NodeKind::unit, here.place);
  made->integer = static_cast<std::int64_t>(here.integer);
  made->real = here.real;
  made->text = here.text;
  switch (here.kind) {
    case TokenKind::integer:
      made->kind = NodeKind::integer;
      break;
    case TokenKind::long_integer:
      made->kind = NodeKind::long_integer;
      break;
    case TokenKind::single:
      made->kind = NodeKind::single;
      break;
    case TokenKind::real:
      made->kind = NodeKind::real;
      break;
    case TokenKind::character:
      made->kind = NodeKind::character;
      break;
    case TokenKind::text:
      made->kind = NodeKind::text;
      break;
    default:
      made->kind = here.spelling == "null" ? NodeKind::null : NodeKind::boolean;
      made->integer = here.spelling == "true" ? 1 : 0;
  }
  return made;
}

Node* Parser::negative_literal() {
  const Place minus = take().place;
  Node* made = literal();
  made->place = minus;
  made->integer = static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(made->integer));
  made->real = -made->real;
  return made;
}

Node* Parser::interpolated() {
  const Token here = take();
  Node* made = make(NodeKind::interpolated, here.place);
  made->symbol = intern(here.spelling.substr(0, here.spelling.find('"')));
  for (const StringPiece& piece : here.pieces) {
    Node* text = make(NodeKind::text, here.place);
    text->text = piece.text;
    made->parts.push_back(text);
    if (piece.begin == piece.end) continue;
    Parser inner(sources_, scan_part(sources_, here.place.file, piece.begin, piece.end), tree_);
    made->parts.push_back(inner.parse_whole_expression());
  }
  return made;
}

Node* Parser::parenthesized() {
  const Newlines ignored(*this, false);
  Node* made = make(NodeKind::tuple);
  take();
  while (!is(")")) {
    made->parts.push_back(expression());
    if (!accept(",")) break;
  }
  expect(")", "to close the parenthesis");
  if (made->parts.empty()) made->kind = NodeKind::unit;
  return made->parts.size() == 1 ? made->parts[0] : made;
}

/// `_` in an expression: a parameter of the function that the expression around it is.
Node* Parser::placeholder() {
  Node* made = make(NodeKind::name);
  take();
  made->symbol =
      intern("_" + std::to_string(made->place.file) + "_" + std::to_string(made->place.offset) +
             "_" + std::to_string(next_placeholder_++));
  placeholders_.push_back(made->symbol);
  return made;
}

Node* Parser::new_expression() {
  Node* made = make(NodeKind::new_);
  take();
  made->type = type_without_arrow();
  while (is("(") && !breaks_line()) made->parts.push_back(argument_list());
  const bool body = is("{") && !breaks_line();
  if (body || is("with")) {
    made->definition = tree_.definition(DefinitionKind::class_, made->place);
    made->definition->dsl = dsl_;
    while (accept("with")) made->definition->parents.push_back(parent_call());
    template_body(*made->definition);
  }
  return made;
}

Node* Parser::argument() {
  if (is_name() && is("=", 1)) {
    Node* made = make(NodeKind::argument);
    made->symbol = intern(take().spelling);
    take();
    made->parts.push_back(expression());
    return made;
  }
  return expression();
}

Node* Parser::argument_list() {
  const Newlines ignored(*this, false);
  Node* made = make(NodeKind::tuple);
  expect("(", "before the arguments");
  while (!is(")")) {
    made->parts.push_back(argument());
    if (!accept(",")) break;
  }
  expect(")", "after the arguments");
  return made;
}

Node* Parser::arguments(Node* callee) {
  Node* made = make(NodeKind::apply, callee->place, {callee});
  Node* list = argument_list();
  made->parts.insert(made->parts.end(), list->parts.begin(), list->parts.end());
  return made;
}

/// { statements }, { x => statements } or { case ... }
Node* Parser::block() {
  if (is("case", 1) && !is("class", 2) && !is("object", 2)) return cases();
  const Newlines matter(*this, true);
  std::vector<Symbol> outer;
  outer.swap(placeholders_);
  take();
  bool function = at_lambda();
  if (is_name() && is(":", 1)) {  // { x: T => ... }: the type has no arrow of its own
    std::size_t ahead = 2;
    while (is_name(ahead) || is(".", ahead) || is("[", ahead)) {
      ahead = is("[", ahead) ? after_brackets(ahead) : ahead + 1;
    }
    function = is("=>", ahead);
  }
  Node* made = function ? lambda(true) : block_of_statements();
  expect("}", "to close the block");
  placeholders_.swap(outer);
  return made;
}

Node* Parser::block_of_statements() {
  const Newlines matter(*this, true);
  const bool outer_dsl = dsl_;
  Node* made = make(NodeKind::block);
  made->parts = statements();
  dsl_ = outer_dsl;
  return made;
}

std::vector<Node*> Parser::statements() {
  std::vector<Node*> made;
  while (accept(";")) {
  }
  while (!is("}") && token().kind != TokenKind::end) {
    if (is("case") && !is("class", 1) && !is("object", 1)) break;
    if (Node* each = statement()) made.push_back(each);
    end_statement();
    if (is(")")) break;
  }
  return made;
}

Node* Parser::statement() {
  if (at_definition()) return definition();
  if (at_lambda()) return lambda(true);
  return expression();
}

}  // namespace weft::spatial
