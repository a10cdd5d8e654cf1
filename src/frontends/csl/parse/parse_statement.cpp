// SPDX-License-Identifier: Apache-2.0
// Grammar of statements.
#include "frontends/csl/parse/parser_impl.hpp"

namespace weft::csl {
namespace {

bool is_assignment(TokenKind kind) {
  return kind >= TokenKind::assign && kind <= TokenKind::shr_assign;
}

/// Statements that end with a block need no semicolon.
bool ends_with_block(const Node* node) {
  switch (node->kind) {
    case NodeKind::block:
    case NodeKind::switch_else:
    case NodeKind::while_loop:
    case NodeKind::for_loop:
    case NodeKind::if_else:
      return true;
    case NodeKind::comptime_value:
      return ends_with_block(node->a);
    default:
      return false;
  }
}

}  // namespace

Node* Parser::block() {
  const Nesting nesting(*this);
  Node* node = make(NodeKind::block);
  expect(TokenKind::l_brace, "'{'");
  const Scope scope(*this);
  while (!is(TokenKind::r_brace)) {
    if (is(TokenKind::end)) fail("this block is not closed before the end of the file");
    node->list.push_back(statement());
  }
  take();
  return node;
}

void Parser::statement_end(const Node* node) {
  if (ends_with_block(node)) {
    accept(TokenKind::semicolon);
    return;
  }
  if (is(TokenKind::kw_else)) return;  // if (a) f() else g();
  expect(TokenKind::semicolon, "';'");
}

Node* Parser::block_or_statement() {
  if (is(TokenKind::l_brace)) return block();
  const Scope scope(*this);
  return statement();
}

Node* Parser::loop_or_block(Name label) {
  const bool unrolled = is(TokenKind::kw_inline) || is(TokenKind::kw_comptime);
  if (unrolled) take();
  if (is(TokenKind::kw_while)) return while_loop(label, unrolled);
  if (is(TokenKind::kw_for)) return for_loop(label, unrolled);
  Node* node = block();
  node->name = label;
  return node;
}

Node* Parser::statement() {
  const Nesting nesting(*this);
  if (is(TokenKind::identifier) && is(TokenKind::colon, 1)) {
    const Name label = take().name;
    take();
    Node* node = loop_or_block(label);
    accept(TokenKind::semicolon);
    return node;
  }
  const TokenKind after = peek(1).kind;
  switch (peek().kind) {
    case TokenKind::kw_comptime:
      if (after == TokenKind::kw_while || after == TokenKind::kw_for) {
        return loop_or_block(Name::none);
      }
      if (after == TokenKind::kw_var || after == TokenKind::kw_const) return declaration();
      break;
    case TokenKind::kw_inline:
      return loop_or_block(Name::none);
    case TokenKind::kw_const:
    case TokenKind::kw_var:
      return declaration();
    case TokenKind::kw_while:
      return while_loop(Name::none, false);
    case TokenKind::kw_for:
      return for_loop(Name::none, false);
    case TokenKind::l_brace:
      return block();
    default:
      break;
  }
  Node* node = is(TokenKind::kw_if) ? if_else(true) : assignment_or_expression();
  statement_end(node);
  return node;
}

Node* Parser::declaration() {
  Node* node = make(NodeKind::declaration);
  node->is_comptime = accept(TokenKind::kw_comptime);
  node->is_const = take().kind == TokenKind::kw_const;
  node->where = here();
  node->name = expect(TokenKind::identifier, "a name").name;
  if (accept(TokenKind::colon)) node->a = type();
  if (is(TokenKind::kw_align)) unsupported("align of a local variable");
  if (accept(TokenKind::assign)) node->b = expression();
  expect(TokenKind::semicolon, "';'");
  if (node->b == nullptr && (node->is_const || node->a == nullptr)) {
    fail(node->where, "'" + names_.text(node->name) + "' needs a value");
  }
  node->slot = declare_local(node->name, &node->address_taken);
  return node;
}

Node* Parser::assignment_or_expression() {
  Node* node = nullptr;
  switch (peek().kind) {
    case TokenKind::kw_return:
      node = make(NodeKind::return_statement);
      take();
      if (!is(TokenKind::semicolon) && !is(TokenKind::comma)) node->a = expression();
      return node;
    case TokenKind::kw_break:
    case TokenKind::kw_continue:
      node =
          make(is(TokenKind::kw_break) ? NodeKind::break_statement : NodeKind::continue_statement);
      take();
      if (accept(TokenKind::colon)) node->name = expect(TokenKind::identifier, "a label").name;
      if (node->kind == NodeKind::break_statement && !is(TokenKind::semicolon) &&
          !is(TokenKind::comma)) {
        node->a = expression();
      }
      return node;
    default:
      break;
  }
  Node* place = expression();
  if (!is_assignment(peek().kind)) return place;
  node = make(NodeKind::assignment);
  node->token = take().kind;
  node->a = place;
  node->b = expression();
  return node;
}

Node* Parser::while_loop(Name label, bool unrolled) {
  Node* node = make(NodeKind::while_loop);
  node->name = label;
  node->is_comptime = unrolled;
  take();
  expect(TokenKind::l_paren, "'('");
  node->a = expression();
  expect(TokenKind::r_paren, "')'");
  if (accept(TokenKind::colon)) {
    expect(TokenKind::l_paren, "'('");
    node->b = assignment_or_expression();
    expect(TokenKind::r_paren, "')'");
  }
  node->c = block_or_statement();
  if (is(TokenKind::kw_else)) unsupported("else of a loop");
  return node;
}

void Parser::captures(Node* owner) {
  expect(TokenKind::pipe, "'|'");
  do {
    Node* capture = make(NodeKind::capture);
    capture->name = expect(TokenKind::identifier, "a name").name;
    capture->slot = declare_local(capture->name, &capture->address_taken);
    owner->captures.push_back(capture);
  } while (accept(TokenKind::comma));
  expect(TokenKind::pipe, "'|'");
}

Node* Parser::for_loop(Name label, bool unrolled) {
  Node* node = make(NodeKind::for_loop);
  node->name = label;
  node->is_comptime = unrolled;
  take();
  expect(TokenKind::l_paren, "'('");
  node->list = arguments(TokenKind::r_paren);
  const Scope scope(*this);
  captures(node);
  if (node->captures.size() > 2) fail(node->where, "a for loop captures an element and an index");
  node->c = block_or_statement();
  if (is(TokenKind::kw_else)) unsupported("else of a loop");
  return node;
}

}  // namespace weft::csl
