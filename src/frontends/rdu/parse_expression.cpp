// SPDX-License-Identifier: Apache-2.0
// Values of a context's text: names, numbers, and calls of operations.
#include "frontends/rdu/parser.hpp"

namespace weft::rdu {

using form::no_level;
using form::none;
using Kind = form::Node::Kind;

namespace {

bool is_i32_number(std::string_view text) {
  return text.starts_with("0x") || text.find_first_of(".eE") == text.npos;
}

}  // namespace

std::uint32_t Parser::add(form::Context& made, form::Node node, Position at) {
  count(at);
  node.line = at.line;
  made.nodes.push_back(std::move(node));
  return static_cast<std::uint32_t>(made.nodes.size() - 1);
}

form::WordType Parser::type_of(const form::Context& made, std::uint32_t number) const {
  const form::Node& node = made.nodes[number];
  switch (node.kind) {
    case Kind::index:
    case Kind::lane:
      return numerics::word_i32;
    case Kind::first:
    case Kind::last:
      return numerics::word_bit;
    case Kind::operation:
      return numerics::result_of(node.operation, node.type, node.to);
    default:
      return node.type;
  }
}

std::uint32_t Parser::expression(form::Context& made, std::uint32_t depth) {
  const Token token = lexer_.peek();
  if (depth > limits_.nesting) lexer_.fail(token.at, "the expression is nested too deep");
  if (token.kind == TokenKind::number) return number(made);
  const Token name = lexer_.expect(TokenKind::name, "a value");
  return lexer_.accept("(") ? call(made, name, depth) : named(made, name);
}

std::uint32_t Parser::number(form::Context& made) {
  const Token token = lexer_.peek();
  form::Node node;
  node.type = is_i32_number(token.text) ? numerics::word_i32 : numerics::word_f32;
  node.word = word_of(node.type);
  return add(made, node, token.at);
}

std::uint32_t Parser::named(form::Context& made, const Token& name) {
  if (const auto known = values_.find(name.text); known != values_.end()) return known->second;
  if (counters_.count(name.text) + inputs_.count(name.text) + registers_.count(name.text) > 1) {
    lexer_.fail(name.at, "'" + std::string(name.text) +
                             "' names two things here: a counter, a channel taken, a register");
  }
  form::Node node;
  if (const auto counter = counters_.find(name.text); counter != counters_.end()) {
    node.kind = Kind::index;
    node.at = counter->second;
  } else if (const auto input = inputs_.find(name.text); input != inputs_.end()) {
    node.kind = Kind::input;
    node.at = input->second;
    node.type = input_types_.find(name.text)->second;
    taken_.emplace(made.inputs[node.at].channel, Taken{name.at, node.type});
  } else if (const auto reg = registers_.find(name.text); reg != registers_.end()) {
    node.kind = Kind::reg;
    node.at = reg->second;
    node.type = made.registers[node.at].type;
  } else if (name.text == "lane") {
    node.kind = Kind::lane;
  } else {
    lexer_.fail(name.at, "there is no value, counter, channel taken or register '" +
                             std::string(name.text) + "' above");
  }
  const std::uint32_t made_node = add(made, node, name.at);
  values_.emplace(name.text, made_node);  // the same value from now on
  return made_node;
}

/// What is no operation: reads of what the context has, constants.
bool Parser::special(form::Context& made, const Token& name, std::uint32_t& out,
                     std::uint32_t depth) {
  form::Node node;
  if (name.text == "const") {
    node.type = type();
    lexer_.expect(",");
    node.word = word_of(node.type);
  } else if (name.text == "address") {
    const form::Array& array = program_.arrays[known(arrays_, "array")];
    if (array.memory != none) lexer_.fail(name.at, "array '" + array.name + "' is in no DRAM");
    node.word = array.address_bytes;
  } else if (name.text == "index") {
    node.kind = Kind::index;
    node.at = known(counters_, "counter");
  } else if (name.text == "in") {
    node.kind = Kind::input;
    node.at = input_named(lexer_.expect(TokenKind::name, "a channel"));
    lexer_.expect(",");
    node.type = type();
  } else if (name.text == "regval") {
    node.kind = Kind::reg;
    node.at = known(registers_, "register");
    node.type = made.registers[node.at].type;
  } else if (name.text == "lanes") {
    node.kind = Kind::lane;
  } else if (name.text == "first" || name.text == "last") {
    node.kind = name.text == "first" ? Kind::first : Kind::last;
    node.level = level();
  } else if (name.text == "load") {
    out = load(made, depth);
    return true;
  } else if (numerics::pair_operation_of(name.text)) {
    out = pair(made, name, depth);
    return true;
  } else if (name.text == "body" || name.text == "row") {
    out = body(made, name, depth);
    return true;
  } else if (name.text == "reduce" || name.text == "accumulate") {
    out = sum(made, name, depth);
    return true;
  } else {
    return false;
  }
  out = add(made, node, name.at);
  return true;
}

std::uint32_t Parser::call(form::Context& made, const Token& name, std::uint32_t depth) {
  std::uint32_t out = none;
  if (!special(made, name, out, depth)) out = operation(made, name, depth);
  lexer_.expect(")");
  return out;
}

// load(MEMORY, ADDRESS [, TYPE [, turn LEVEL]])
std::uint32_t Parser::load(form::Context& made, std::uint32_t depth) {
  const Position at = lexer_.peek().at;
  form::Node node;
  node.kind = Kind::load;
  node.at = known(memories_, "memory");
  lexer_.expect(",");
  node.operands[0] = expression(made, depth + 1);
  if (lexer_.accept(",")) node.type = type();
  node.turn = turn_of(node.at);
  return add(made, node, at);
}

// low(VALUE), high(VALUE), pack(VALUE, VALUE), packr(VALUE, VALUE, VALUE)
std::uint32_t Parser::pair(form::Context& made, const Token& name, std::uint32_t depth) {
  const auto operation = *numerics::pair_operation_of(name.text);
  form::Node node;
  node.kind = Kind::pair;
  node.at = static_cast<std::uint32_t>(operation);
  node.type = operation < form::PairOperation::pack ? numerics::word_f32 : numerics::word_u32;
  for (std::uint32_t slot = 0; slot < operands_of(operation); ++slot) {
    if (slot > 0) lexer_.expect(",");
    node.operands[slot] = expression(made, depth + 1);
  }
  return add(made, node, name.at);
}

// body(VALUE, VALUE, LEVEL [when VALUE]), row(BODY, VALUE, HALF)
std::uint32_t Parser::body(form::Context& made, const Token& name, std::uint32_t depth) {
  form::Node node;
  node.kind = name.text == "body" ? Kind::body : Kind::row;
  node.type = numerics::word_f32;
  node.operands[0] = expression(made, depth + 1);
  lexer_.expect(",");
  node.operands[1] = expression(made, depth + 1);
  lexer_.expect(",");
  if (node.kind == Kind::body) {
    node.level = level();
    if (lexer_.accept("when")) node.operands[2] = expression(made, depth + 1);
  } else {
    node.at = static_cast<std::uint32_t>(lexer_.whole("a half, 0 or 1", 1));
  }
  return add(made, node, name.at);
}

// reduce(OPERATION, VALUE), accumulate(OPERATION, VALUE, LEVEL [from VALUE] [when VALUE])
std::uint32_t Parser::sum(form::Context& made, const Token& name, std::uint32_t depth) {
  const Token word = lexer_.expect(TokenKind::name, "an operation");
  const auto operation = numerics::word_operation_of(word.text);
  if (!operation || !numerics::is_associative(*operation)) {
    lexer_.fail(word.at, "'" + std::string(word.text) +
                             "' adds nothing up: add, mul, min, max, and, or, xor do");
  }
  lexer_.expect(",");
  form::Node node;
  node.kind = name.text == "reduce" ? Kind::reduce : Kind::accumulate;
  node.operation = *operation;
  node.operands[0] = expression(made, depth + 1);
  node.type = type_of(made, node.operands[0]);
  if (node.kind == Kind::accumulate) {
    lexer_.expect(",");
    node.level = level();
    if (lexer_.accept("from")) node.operands[1] = expression(made, depth + 1);
    if (lexer_.accept("when")) node.operands[2] = expression(made, depth + 1);
  }
  return add(made, node, name.at);
}

std::uint32_t Parser::operation(form::Context& made, const Token& name, std::uint32_t depth) {
  const auto operation = numerics::word_operation_of(name.text);
  if (!operation) {
    lexer_.fail(name.at, "there is no operation '" + std::string(name.text) + "'");
  }
  form::Node node;
  node.kind = Kind::operation;
  node.operation = *operation;
  const std::uint32_t operands = operands_of(*operation);
  for (std::uint32_t slot = 0; slot < operands; ++slot) {
    if (slot > 0) lexer_.expect(",");
    node.operands[slot] = expression(made, depth + 1);
  }
  const bool choice = *operation == numerics::WordOperation::select;
  node.type = type_of(made, node.operands[choice ? 1 : 0]);
  if (*operation == numerics::WordOperation::convert) {
    lexer_.expect(",");
    node.to = type();
  }
  return add(made, node, name.at);
}

}  // namespace weft::rdu
