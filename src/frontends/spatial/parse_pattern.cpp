// SPDX-License-Identifier: Apache-2.0
// Patterns and types: see parser_impl.hpp.
#include <utility>

#include "frontends/spatial/parser_impl.hpp"

namespace weft::spatial {

Node* Parser::pattern_choice() {
  Node* first = pattern();
  if (!is("|")) return first;
  Node* made = make(NodeKind::choice_pattern, first->place, {first});
  while (accept("|")) made->parts.push_back(pattern());
  return made;
}

Node* Parser::pattern() {
  Node* left = pattern_operand();
  if (!is("::")) return left;
  Node* made = make(NodeKind::cons_pattern, left->place, {left});
  take();
  made->parts.push_back(pattern());
  return made;
}

std::vector<Node*> Parser::pattern_list(std::string_view close) {
  const Newlines ignored(*this, false);
  std::vector<Node*> made;
  take();
  while (!is(close)) {
    made.push_back(pattern_choice());
    if (!accept(",")) break;
  }
  expect(close, "after the patterns");
  return made;
}

Node* Parser::pattern_operand() {
  if (is("(")) {
    Node* made = make(NodeKind::tuple_pattern);
    made->parts = pattern_list(")");
    return made->parts.size() == 1 ? made->parts[0] : made;
  }
  if (is("_") && is("*", 1)) {
    Node* made = make(NodeKind::rest_pattern);
    take();
    take();
    return made;
  }
  if (is("_")) {
    Node* made = make(NodeKind::wildcard_pattern);
    take();
    if (accept(":")) made->type = type_without_arrow();
    return made;
  }
  if (is_name()) return name_pattern();
  Node* made = make(NodeKind::value_pattern);
  made->parts.push_back(is("-") ? negative_literal() : primary());
  return made;
}

/// A name that binds, a stable name, or an extractor with patterns.
Node* Parser::name_pattern() {
  const Place where = place();
  const bool lower = token().spelling.front() >= 'a' && token().spelling.front() <= 'z';
  const bool binds = lower && !is(".", 1) && !is("(", 1) && !is("[", 1);
  if (binds) {
    Node* made = make(NodeKind::bind_pattern);
    made->symbol = intern(take().spelling);
    if (accept("@")) made->parts.push_back(pattern_operand());
    if (accept(":")) made->type = type_without_arrow();
    return made;
  }
  Node* named = make(NodeKind::name);
  named->symbol = intern(take().spelling);
  while (accept(".")) {
    Node* next = make(NodeKind::select, where, {named});
    next->symbol = expect_name("a name after '.'");
    named = next;
  }
  if (is("[")) type_arguments();
  if (is("(")) {
    Node* made = make(NodeKind::extract_pattern, where, {named});
    for (Node* each : pattern_list(")")) made->parts.push_back(each);
    return made;
  }
  // val T: Int = ... : an upper case name in a definition binds
  if (is(":") && named->kind == NodeKind::name) {
    Node* made = make(NodeKind::bind_pattern, where);
    made->symbol = named->symbol;
    return made;
  }
  return make(NodeKind::value_pattern, where, {named});
}

Node* Parser::parameter_type() {
  if (is("=>")) {
    Node* made = make(NodeKind::by_name_type);
    take();
    made->parts.push_back(type());
    return made;
  }
  Node* made = type();
  if (is("*")) {
    made = make(NodeKind::repeated_type, made->place, {made});
    take();
  }
  return made;
}

Node* Parser::type() {
  Node* made = type_without_arrow();
  if (!is("=>")) return made;
  take();
  Node* function = make(NodeKind::function_type, made->place);
  if (made->kind == NodeKind::tuple_type) {
    function->parts = made->parts;
  } else {
    function->parts.push_back(made);
  }
  function->parts.push_back(type());
  return function;
}

Node* Parser::type_without_arrow() {
  Node* made = simple_type();
  while (is("with") && !is("{", 1)) {
    take();
    if (made->kind != NodeKind::compound_type) {
      made = make(NodeKind::compound_type, made->place, {made});
    }
    made->parts.push_back(simple_type());
  }
  return made;
}

void Parser::skip_bounds() {
  while (is("<:") || is(">:")) {
    take();
    type();
  }
}

Node* Parser::simple_type() {
  if (is("(")) {
    const Newlines ignored(*this, false);
    Node* made = make(NodeKind::tuple_type);
    take();
    while (!is(")")) {
      made->parts.push_back(parameter_type());
      if (!accept(",")) break;
    }
    expect(")", "after the types");
    return made->parts.size() == 1 && !is("=>") ? made->parts[0] : made;
  }
  if (is("_")) {
    Node* made = make(NodeKind::any_type);
    take();
    skip_bounds();
    return made;
  }
  Node* made = make(NodeKind::type_name);
  std::string last;
  for (;;) {
    if (is("this") || is("type")) {
      last = std::string(take().spelling);
    } else {
      last = std::string(name_of(expect_name("a type")));
    }
    if (!is(".") && !is("#")) break;
    take();
    made->text += last + ".";
  }
  made->symbol = intern_type(last);
  while (is("[") && !breaks_line()) made->parts = type_arguments();
  return made;
}

std::vector<Node*> Parser::type_arguments() {
  const Newlines ignored(*this, false);
  std::vector<Node*> made;
  expect("[", "before the types");
  while (!is("]")) {
    made.push_back(type());
    skip_bounds();
    if (!accept(",")) break;
  }
  expect("]", "after the types");
  return made;
}

}  // namespace weft::spatial
