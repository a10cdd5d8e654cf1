// SPDX-License-Identifier: Apache-2.0
// Grammar of a file: param, const, var, fn, task, comptime and layout blocks.
#include "frontends/csl/parse/parser_impl.hpp"

namespace weft::csl {

void Parser::top_level() {
  const bool is_export = accept(TokenKind::kw_export);
  if (is(TokenKind::kw_extern)) unsupported("extern declarations");
  switch (peek().kind) {
    case TokenKind::kw_param:
      return global(GlobalKind::parameter, is_export);
    case TokenKind::kw_const:
      return global(GlobalKind::constant, is_export);
    case TokenKind::kw_var:
      return global(GlobalKind::variable, is_export);
    case TokenKind::kw_fn:
      take();
      return function(false, false, is_export);
    case TokenKind::kw_task:
      take();
      return function(true, false, is_export);
    case TokenKind::kw_inline:
    case TokenKind::kw_noinline: {
      const bool is_inline = take().kind == TokenKind::kw_inline;
      expect(TokenKind::kw_fn, "'fn'");
      return function(false, is_inline, is_export);
    }
    case TokenKind::kw_comptime:
      take();
      file_->comptime_blocks.push_back(block_function());
      return;
    case TokenKind::kw_layout:
      if (file_->layout != nullptr) fail("a file has one layout block; this is a second one");
      take();
      file_->layout = block_function();
      return;
    default:
      fail("expected a declaration (param, const, var, fn, task, comptime or layout)");
  }
}

void Parser::add_global(Global global) {
  const auto index = static_cast<std::int32_t>(file_->globals.size());
  if (!file_->global_index.emplace(global.name, index).second) {
    fail(global.where, "'" + names_.text(global.name) + "' is declared twice in this file");
  }
  file_->globals.push_back(std::move(global));
}

void Parser::global(GlobalKind kind, bool is_export) {
  take();
  Global result;
  result.kind = kind;
  result.is_export = is_export;
  result.where = here();
  result.name = expect(TokenKind::identifier, "a name").name;
  next_slot_ = 0;
  if (accept(TokenKind::colon)) result.type = type();
  while (is(TokenKind::kw_align) || is(TokenKind::kw_linksection)) {
    if (is(TokenKind::kw_linksection)) unsupported("linksection");
    take();
    expect(TokenKind::l_paren, "'('");
    result.alignment = expression();
    expect(TokenKind::r_paren, "')'");
  }
  if (accept(TokenKind::assign)) result.value = expression();
  expect(TokenKind::semicolon, "';'");
  if (kind == GlobalKind::constant && result.value == nullptr) {
    fail(result.where, "a const needs a value");
  }
  if (kind == GlobalKind::variable && result.value == nullptr && result.type == nullptr) {
    fail(result.where, "a var needs a type or a value");
  }
  result.slots = next_slot_;
  add_global(std::move(result));
}

void Parser::parameters(Function& function) {
  expect(TokenKind::l_paren, "'('");
  function.parameters.reserve(16);  // address_taken is pointed to while the body is parsed
  while (!is(TokenKind::r_paren)) {
    Parameter parameter;
    parameter.is_comptime = accept(TokenKind::kw_comptime);
    parameter.where = here();
    parameter.name = expect(TokenKind::identifier, "a parameter's name").name;
    expect(TokenKind::colon, "':'");
    if (!accept(TokenKind::kw_anytype)) parameter.type = type();
    if (function.parameters.size() == function.parameters.capacity()) {
      fail(parameter.where, "a function has at most 16 parameters");
    }
    function.parameters.push_back(parameter);
    Parameter& stored = function.parameters.back();
    stored.slot = declare_local(stored.name, &stored.address_taken);
    if (!accept(TokenKind::comma)) break;
  }
  expect(TokenKind::r_paren, "')'");
}

void Parser::function(bool is_task, bool is_inline, bool is_export) {
  Function& result = file_->functions.emplace_back();
  result.is_task = is_task;
  result.is_inline = is_inline;
  result.where = here();
  result.name = expect(TokenKind::identifier, "a name").name;
  next_slot_ = 0;
  const Scope scope(*this);
  parameters(result);
  if (is(TokenKind::kw_align) || is(TokenKind::kw_linksection)) unsupported("function attributes");
  if (!is(TokenKind::l_brace)) result.result = type();
  if (is(TokenKind::semicolon)) unsupported("functions without a body");
  result.body = block();
  result.slots = next_slot_;
  Global global;
  global.kind = GlobalKind::function;
  global.name = result.name;
  global.where = result.where;
  global.function = &result;
  global.is_export = is_export;
  add_global(std::move(global));
}

Function* Parser::block_function() {
  Function& result = file_->functions.emplace_back();
  result.where = here();
  next_slot_ = 0;
  const Scope scope(*this);
  result.body = block();
  result.slots = next_slot_;
  return &result;
}

}  // namespace weft::csl
