// SPDX-License-Identifier: Apache-2.0
// Grammar of expressions, by binding power.
#include "frontends/csl/parse/builtin.hpp"
#include "frontends/csl/parse/parser_impl.hpp"

namespace weft::csl {
namespace {

constexpr int comparison_power = 3;

/// Binding power of a binary operator, 0: not one. Comparisons bind looser than bit operators.
int binding_power(TokenKind kind) {
  switch (kind) {
    case TokenKind::kw_or:
      return 1;
    case TokenKind::kw_and:
      return 2;
    case TokenKind::equal:
    case TokenKind::not_equal:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
      return comparison_power;
    case TokenKind::ampersand:
    case TokenKind::caret:
    case TokenKind::pipe:
      return 4;
    case TokenKind::shl:
    case TokenKind::shr:
      return 5;
    case TokenKind::plus:
    case TokenKind::minus:
      return 6;
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::percent:
      return 7;
    default:
      return 0;
  }
}

NodeKind binary_kind(TokenKind kind) {
  if (kind == TokenKind::kw_and) return NodeKind::logical_and;
  if (kind == TokenKind::kw_or) return NodeKind::logical_or;
  return NodeKind::binary;
}

}  // namespace

Node* Parser::binary(int lowest) {
  const Nesting nesting(*this);
  Chain chain(*this);
  Node* left = unary();
  bool compared = false;
  while (true) {
    const TokenKind kind = peek().kind;
    const int power = binding_power(kind);
    if (power == 0 || power <= lowest) return left;
    if (power == comparison_power && compared) fail("comparisons do not chain; use 'and'");
    compared = power == comparison_power;
    chain.link();
    Node* node = make(binary_kind(kind));
    node->token = kind;
    take();
    node->a = left;
    node->b = binary(power);
    left = node;
  }
}

Node* Parser::unary() {
  const Nesting nesting(*this);
  switch (peek().kind) {
    case TokenKind::minus:
    case TokenKind::bang:
    case TokenKind::tilde: {
      Node* node = make(NodeKind::unary);
      node->token = take().kind;
      node->a = unary();
      return node;
    }
    case TokenKind::ampersand: {
      Node* node = make(NodeKind::address_of);
      take();
      node->a = unary();
      mark_address_taken(node->a);
      return node;
    }
    case TokenKind::kw_comptime: {
      Node* node = make(NodeKind::comptime_value);
      take();
      node->a = unary();
      return node;
    }
    default:
      return postfix();
  }
}

std::vector<Node*> Parser::arguments(TokenKind close) {
  std::vector<Node*> list;
  while (!is(close)) {
    list.push_back(expression());
    if (!accept(TokenKind::comma)) break;
  }
  expect(close, close == TokenKind::r_paren ? "')'" : close == TokenKind::r_brace ? "'}'" : "']'");
  return list;
}

bool Parser::begins_struct_literal() const {
  if (!is(TokenKind::l_brace)) return false;
  return is(TokenKind::dot, 1) && is(TokenKind::identifier, 2) && is(TokenKind::assign, 3);
}

Node* Parser::postfix() {
  Chain chain(*this);
  Node* node = primary();
  while (true) {
    Node* outer = nullptr;
    if (is(TokenKind::l_paren)) {
      outer = make(NodeKind::call);
      take();
      outer->list = arguments(TokenKind::r_paren);
    } else if (is(TokenKind::l_bracket)) {
      outer = make(NodeKind::index);
      take();
      outer->list = arguments(TokenKind::r_bracket);
    } else if (is(TokenKind::dot_star)) {
      outer = make(NodeKind::dereference);
      take();
    } else if (is(TokenKind::dot) && is(TokenKind::identifier, 1)) {
      outer = make(NodeKind::member);
      take();
      outer->name = take().name;
    } else if (begins_struct_literal()) {
      chain.link();
      node = struct_literal(node);
      continue;
    } else {
      return node;
    }
    chain.link();
    outer->a = node;
    node = outer;
  }
}

Node* Parser::literal() {
  Node* node = make(NodeKind::integer_literal);
  const Token& token = take();
  switch (token.kind) {
    case TokenKind::integer:
      node->integer = token.integer;
      break;
    case TokenKind::real:
      node->kind = NodeKind::real_literal;
      node->real = token.real;
      break;
    case TokenKind::string:
      node->kind = NodeKind::string_literal;
      node->name = token.name;
      break;
    case TokenKind::kw_undefined:
      node->kind = NodeKind::undefined_literal;
      break;
    default:
      node->kind = NodeKind::bool_literal;
      node->integer = token.kind == TokenKind::kw_true ? 1 : 0;
      break;
  }
  return node;
}

Node* Parser::primary() {
  switch (peek().kind) {
    case TokenKind::integer:
    case TokenKind::real:
    case TokenKind::string:
    case TokenKind::kw_true:
    case TokenKind::kw_false:
    case TokenKind::kw_undefined:
      return literal();
    case TokenKind::kw_null:
      unsupported("null and optional types");
    case TokenKind::builtin:
      return builtin_call();
    case TokenKind::pipe:
      return affine();
    case TokenKind::kw_if:
      return if_else(false);
    case TokenKind::kw_switch:
      return switch_else();
    case TokenKind::l_brace:
      return block();
    case TokenKind::dot_brace:
      return struct_literal(nullptr);
    case TokenKind::l_paren: {
      take();
      Node* inner = expression();
      expect(TokenKind::r_paren, "')'");
      return inner;
    }
    case TokenKind::l_bracket: {
      Node* array = array_or_pointer();
      if (array->kind != NodeKind::array_type || !is(TokenKind::l_brace)) return array;
      Node* node = make(NodeKind::array_literal, array->where);
      take();
      node->a = array;
      node->list = arguments(TokenKind::r_brace);
      return node;
    }
    case TokenKind::star:
    case TokenKind::kw_fn:
    case TokenKind::kw_struct:
    case TokenKind::kw_enum:
      return type();
    default:
      break;
  }
  if (is(TokenKind::identifier) && is(TokenKind::colon, 1) && is(TokenKind::l_brace, 2)) {
    const Name label = take().name;
    take();
    Node* node = block();
    node->name = label;
    return node;
  }
  Node* node = make(NodeKind::identifier);
  node->name = expect(TokenKind::identifier, "an expression").name;
  resolve(node);
  return node;
}

Node* Parser::builtin_call() {
  Node* node = make(NodeKind::builtin_call);
  node->name = take().name;
  node->slot = builtin_number(names_.text(node->name));
  expect(TokenKind::l_paren, "'(' after a builtin's name");
  node->list = arguments(TokenKind::r_paren);
  return node;
}

Node* Parser::struct_literal(Node* type) {
  Node* node = make(NodeKind::struct_literal, type != nullptr ? type->where : here());
  take();
  node->a = type;
  while (!is(TokenKind::r_brace)) {
    Name name = Name::none;
    if (is(TokenKind::dot) && is(TokenKind::identifier, 1) && is(TokenKind::assign, 2)) {
      take();
      name = take().name;
      take();
    }
    for (const Name earlier : node->names) {
      if (earlier == name && name != Name::none) fail("this field is set twice");
    }
    if (!node->names.empty() && (name == Name::none) != (node->names.front() == Name::none)) {
      fail("a struct literal's fields are all named or all without a name");
    }
    node->names.push_back(name);
    node->list.push_back(expression());
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_brace, "'}'");
  return node;
}

Node* Parser::affine() {
  Node* node = make(NodeKind::affine);
  const Scope scope(*this);
  captures(node);
  expect(TokenKind::l_brace, "'{' and the extents");
  node->extents = arguments(TokenKind::r_brace);
  expect(TokenKind::arrow, "'->'");
  node->a = postfix();
  mark_address_taken(node->a);
  return node;
}

Node* Parser::if_else(bool as_statement) {
  Node* node = make(NodeKind::if_else);
  take();
  expect(TokenKind::l_paren, "'('");
  node->a = expression();
  expect(TokenKind::r_paren, "')'");
  if (is(TokenKind::pipe)) unsupported("optional captures");
  node->b = as_statement ? block_or_statement() : expression();
  if (accept(TokenKind::kw_else)) node->c = as_statement ? block_or_statement() : expression();
  return node;
}

Node* Parser::switch_else() {
  Node* node = make(NodeKind::switch_else);
  take();
  expect(TokenKind::l_paren, "'('");
  node->a = expression();
  expect(TokenKind::r_paren, "')'");
  expect(TokenKind::l_brace, "'{'");
  while (!is(TokenKind::r_brace)) {
    Node* prong = make(NodeKind::switch_case);
    if (!accept(TokenKind::kw_else)) {
      do {
        if (is(TokenKind::fat_arrow)) break;
        prong->list.push_back(expression());
        if (is(TokenKind::ellipsis)) unsupported("ranges in switch");
      } while (accept(TokenKind::comma));
    }
    expect(TokenKind::fat_arrow, "'=>'");
    prong->a = is(TokenKind::l_brace) ? block() : assignment_or_expression();
    node->list.push_back(prong);
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_brace, "'}'");
  return node;
}

}  // namespace weft::csl
