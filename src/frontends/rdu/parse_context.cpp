// SPDX-License-Identifier: Apache-2.0
// Contexts of a unit graph's text, a line after the other.
#include <algorithm>
#include <limits>
#include <set>
#include <string>

#include "base/counted.hpp"
#include "base/number_text.hpp"
#include "frontends/rdu/parser.hpp"

namespace weft::rdu {

using form::every;
using form::no_level;
using form::none;

// context NAME in UNIT [lanes N] [once] [interval N] [stages N] { ... }
void Parser::context(Position at) {
  counters_.clear();
  inputs_.clear();
  registers_.clear();
  values_.clear();
  input_types_.clear();
  pending_.clear();
  form::Context made;
  made.line = at.line;
  made.name = new_name(contexts_, "context");
  lexer_.expect("in");
  made.unit = known(units_, "unit");
  options(made);
  lexer_.expect("{");
  for (;;) {
    lexer_.skip_newlines();
    if (lexer_.accept("}")) break;
    line(made);
  }
  resolve(made);
  lexer_.expect_line_end();
  made.layer = layer_;
  program_.contexts.push_back(std::move(made));
}

void Parser::options(form::Context& context) {
  for (std::set<std::string> seen;;) {
    if (option("lanes", seen)) {
      context.lanes = small("a number of lanes");
    } else if (option("once", seen)) {
      context.once = true;
    } else if (option("interval", seen)) {
      context.interval_cycles = small("an interval");
    } else if (option("stages", seen)) {
      context.stages = small("a number of stages");
    } else {
      return;
    }
  }
}

void Parser::line(form::Context& made) {
  const Token word = lexer_.expect(TokenKind::name, "a line of the context, or '}'");
  count(word.at);
  if (word.text == "for") {
    counter(made, false);
  } else if (word.text == "forever") {
    counter(made, true);
  } else if (word.text == "take") {
    take_line(made);
  } else if (word.text == "let") {
    let(made);
  } else if (word.text == "reg") {
    reg(made, word.at);
  } else if (word.text == "leave") {
    leave(made);
  } else if (word.text == "store") {
    store(made, word.at);
  } else if (word.text == "give") {
    give(made);
  } else {
    lexer_.fail(word.at, "'" + std::string(word.text) +
                             "' begins no line of a context: there are for, forever, take, let, "
                             "reg, leave, store, give");
  }
  lexer_.expect_line_end();
}

form::Bound Parser::bound() {
  const Token token = lexer_.take();
  if (token.kind == TokenKind::name) return {0, input_named(token)};
  const auto value = token.kind == TokenKind::number ? real_of(token.text) : std::nullopt;
  if (!value || *value < std::numeric_limits<std::int32_t>::min() ||
      *value > std::numeric_limits<std::int32_t>::max() ||
      static_cast<double>(static_cast<std::int32_t>(*value)) != *value) {
    lexer_.fail(token.at, "expected a whole number of 32 bits or a channel that was taken, not " +
                              name_of(token));
  }
  return {static_cast<std::int32_t>(*value), none};
}

std::uint32_t Parser::input_named(Token name) const {
  const auto found = inputs_.find(name.text);
  if (found != inputs_.end()) return found->second;
  lexer_.fail(name.at, "channel '" + std::string(name.text) + "' is not taken above");
}

// for NAME = FIRST to END [step STEP] [until VALUE]
void Parser::counter(form::Context& made, bool endless) {
  form::Counter counter;
  counter.endless = endless;
  counter.name = new_name(counters_, "counter");
  if (!endless) {
    lexer_.expect("=");
    counter.first = bound();
    lexer_.expect("to");
    counter.end = bound();
  }
  if (lexer_.accept("step")) counter.step = bound();
  node_later("until", 3, static_cast<std::uint32_t>(made.counters.size()));
  made.counters.push_back(std::move(counter));
}

/// The name of a counter, `each` or `never`.
std::uint32_t Parser::level() {
  if (lexer_.accept("each")) return every;
  if (lexer_.accept("never")) return no_level;
  const Token token = lexer_.expect(TokenKind::name, "a counter, 'each' or 'never'");
  const auto found = counters_.find(token.text);
  if (found != counters_.end()) return found->second;
  lexer_.fail(token.at, "there is no counter '" + std::string(token.text) + "' above");
}

std::uint32_t Parser::level_of_keyword(const char* word, std::uint32_t otherwise) {
  return lexer_.accept(word) ? level() : otherwise;
}

void Parser::node_later(const char* word, std::uint32_t what, std::uint32_t index) {
  if (!lexer_.accept(word)) return;
  pending_.push_back({what, index, lexer_.expect(TokenKind::name, "the name of a value")});
}

void Parser::resolve(form::Context& made) {
  for (const Pending& pending : pending_) {
    const Names& names = pending.what == 2 ? counters_ : values_;
    const bool read = inputs_.count(pending.name.text) + registers_.count(pending.name.text) > 0;
    if (pending.what != 2 && read) named(made, pending.name);  // the first to ask for it
    const auto found = names.find(pending.name.text);
    if (found == names.end()) {
      const std::string kind = pending.what == 2 ? "counter" : "value";
      lexer_.fail(pending.name.at, "there is no " + kind + " '" + std::string(pending.name.text) +
                                       "' in the context");
    }
    if (pending.what == 3) {
      made.counters[pending.index].until = found->second;
      continue;
    }
    form::Input& input = made.inputs[pending.index];
    std::uint32_t* slots[] = {&input.when, &input.pop_when, &input.level};
    *slots[pending.what] = found->second;
  }
}

// take CHANNEL [: TYPE] [pop LEVEL] [when VALUE] [pop_when VALUE]
void Parser::take_line(form::Context& made) {
  const Token name = lexer_.peek();
  form::Input input;
  input.channel = known(channels_, "channel");
  const auto number = static_cast<std::uint32_t>(made.inputs.size());
  if (!inputs_.emplace(name.text, number).second) {
    lexer_.fail(name.at, "channel '" + std::string(name.text) + "' is taken twice");
  }
  form::WordType of = numerics::word_i32;
  if (program_.channels[input.channel].kind == form::Channel::Kind::bit) of = numerics::word_bit;
  if (lexer_.accept(":")) of = type();
  input_types_.emplace(name.text, of);
  if (lexer_.accept("pop")) {
    if (lexer_.at("each") || lexer_.at("never")) {
      input.level = level();
    } else {  // a counter, which may stand below: it may be bound by what is taken here
      const Token counter = lexer_.expect(TokenKind::name, "a counter, 'each' or 'never'");
      pending_.push_back({2, number, counter});
    }
  }
  node_later("when", 0, number);
  node_later("pop_when", 1, number);
  made.inputs.push_back(input);
}

// let NAME = EXPRESSION
void Parser::let(form::Context& made) {
  const Token name = lexer_.expect(TokenKind::name, "a name for the value");
  for (const Names* names : {&counters_, &inputs_, &registers_}) {
    if (names->count(name.text) == 0) continue;
    lexer_.fail(name.at, "'" + std::string(name.text) +
                             "' is the name of a counter, channel taken or register already");
  }
  lexer_.expect("=");
  const std::uint32_t node = expression(made);
  if (!values_.emplace(name.text, node).second) {
    lexer_.fail(name.at, "value '" + std::string(name.text) + "' is there twice");
  }
  if (made.nodes[node].name.empty()) made.nodes[node].name = std::string(name.text);
}

// reg NAME: TYPE = NUMBER [reset LEVEL]
void Parser::reg(form::Context& made, Position at) {
  form::Register reg;
  reg.line = at.line;
  reg.name = new_name(registers_, "register");
  lexer_.expect(":");
  reg.type = type();
  lexer_.expect("=");
  reg.start = word_of(reg.type);
  reg.level = level_of_keyword("reset", no_level);
  made.registers.push_back(std::move(reg));
}

// leave REGISTER = EXPRESSION [when EXPRESSION]
void Parser::leave(form::Context& made) {
  const Token name = lexer_.peek();
  const std::uint32_t number = known(registers_, "register");
  if (made.registers[number].next != none) {
    lexer_.fail(name.at, "register '" + std::string(name.text) + "' is left twice");
  }
  lexer_.expect("=");
  const std::uint32_t next = expression(made);
  const std::uint32_t when = lexer_.accept("when") ? expression(made) : none;
  made.registers[number].next = next;
  made.registers[number].when = when;
}

/// An access to one of several buffers has to say which: 'turn never' is the first.
std::uint32_t Parser::turn_of(std::uint32_t memory) {
  const form::Memory& of = program_.memories[memory];
  const Token token = lexer_.peek();
  if (lexer_.accept("turn")) return level();
  if (of.buffers <= 1) return no_level;
  lexer_.fail(token.at, "memory '" + of.name + "' has " + counted(of.buffers, "buffer") +
                            ": expected 'turn' and the level behind which this access "
                            "goes on to the next, not " +
                            name_of(token));
}

// store MEMORY[ADDRESS] = EXPRESSION [turn LEVEL] [when EXPRESSION]
void Parser::store(form::Context& made, Position at) {
  form::Store store;
  store.line = at.line;
  store.memory = known(memories_, "memory");
  lexer_.expect("[");
  store.address = expression(made);
  lexer_.expect("]");
  lexer_.expect("=");
  store.value = expression(made);
  store.turn = turn_of(store.memory);
  if (lexer_.accept("when")) store.when = expression(made);
  made.stores.push_back(store);
}

// give CHANNEL [= EXPRESSION] [at LEVEL] [when EXPRESSION]
void Parser::give(form::Context& made) {
  form::Output output;
  output.channel = known(channels_, "channel");
  if (lexer_.accept("=")) {
    output.value = expression(made);
    given_.emplace(output.channel, type_of(made, output.value));
  }
  output.level = level_of_keyword("at", every);
  if (lexer_.accept("when")) output.when = expression(made);
  made.outputs.push_back(output);
}

}  // namespace weft::rdu
