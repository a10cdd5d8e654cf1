// SPDX-License-Identifier: Apache-2.0
// Grammar of types: they are expressions, but no '{' follows where only a type may stand.
#include "frontends/csl/parse/parser_impl.hpp"

namespace weft::csl {

Node* Parser::type_prefix() {
  const Nesting nesting(*this);
  switch (peek().kind) {
    case TokenKind::l_bracket:
      return array_or_pointer();
    case TokenKind::star: {
      Node* node = make(NodeKind::pointer_type);
      take();
      node->is_const = accept(TokenKind::kw_const);
      node->a = type();
      return node;
    }
    case TokenKind::kw_fn:
    case TokenKind::kw_task:
      return function_type();
    case TokenKind::kw_struct:
      return struct_type();
    case TokenKind::kw_enum:
      return enum_type();
    case TokenKind::kw_anytype:
      unsupported("anytype outside of a parameter");
    case TokenKind::l_paren: {
      take();
      Node* inner = type();
      expect(TokenKind::r_paren, "')'");
      return inner;
    }
    case TokenKind::builtin:
      return builtin_call();
    default:
      break;
  }
  Node* node = make(NodeKind::identifier);
  node->name = expect(TokenKind::identifier, "a type").name;
  resolve(node);
  while (is(TokenKind::dot)) {
    Node* outer = make(NodeKind::member);
    take();
    outer->a = node;
    outer->name = expect(TokenKind::identifier, "a member's name").name;
    node = outer;
  }
  if (is(TokenKind::l_paren)) {
    Node* call = make(NodeKind::call);
    take();
    call->a = node;
    call->list = arguments(TokenKind::r_paren);
    node = call;
  }
  return node;
}

Node* Parser::array_or_pointer() {
  Node* node = make(NodeKind::array_type);
  expect(TokenKind::l_bracket, "'['");
  if (is(TokenKind::star) && is(TokenKind::r_bracket, 1)) {
    take();
    take();
    node->kind = NodeKind::pointer_type;
    node->is_many = true;
    node->is_const = accept(TokenKind::kw_const);
    node->a = type();
    return node;
  }
  do {
    if (is_word("_") && (is(TokenKind::r_bracket, 1) || is(TokenKind::comma, 1))) {
      take();
      node->list.push_back(nullptr);
    } else {
      node->list.push_back(expression());
    }
  } while (accept(TokenKind::comma));
  expect(TokenKind::r_bracket, "']'");
  if (is(TokenKind::kw_const)) take();
  node->a = type();
  return node;
}

Node* Parser::function_type() {
  Node* node = make(NodeKind::function_type);
  take();
  expect(TokenKind::l_paren, "'('");
  while (!is(TokenKind::r_paren)) {
    if (is(TokenKind::identifier) && is(TokenKind::colon, 1)) {
      take();
      take();
    }
    node->list.push_back(type());
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_paren, "')'");
  node->a = type();
  return node;
}

Node* Parser::struct_type() {
  Node* node = make(NodeKind::struct_type);
  take();
  expect(TokenKind::l_brace, "'{'");
  Aggregate& record = file_->aggregates.emplace_back();
  while (!is(TokenKind::r_brace)) {
    record.names.push_back(expect(TokenKind::identifier, "a field's name").name);
    expect(TokenKind::colon, "':'");
    record.types.push_back(type());
    record.defaults.push_back(accept(TokenKind::assign) ? expression() : nullptr);
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_brace, "'}'");
  node->record = &record;
  return node;
}

Node* Parser::enum_type() {
  Node* node = make(NodeKind::enum_type);
  take();
  if (accept(TokenKind::l_paren)) {
    node->a = type();
    expect(TokenKind::r_paren, "')'");
  }
  expect(TokenKind::l_brace, "'{'");
  while (!is(TokenKind::r_brace)) {
    node->names.push_back(expect(TokenKind::identifier, "an enumerator's name").name);
    node->list.push_back(accept(TokenKind::assign) ? expression() : nullptr);
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_brace, "'}'");
  return node;
}

}  // namespace weft::csl
