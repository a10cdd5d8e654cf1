// SPDX-License-Identifier: Apache-2.0
// Whole numbers in a schedule's text: sums, names, and cycles of what stands above.
#include <algorithm>

#include "base/counted.hpp"
#include "frontends/tsp/parser.hpp"

namespace weft::tsp {
namespace {

const std::vector<std::string> functions = {"hops", "cycle", "arrival", "chained", "effect"};

}  // namespace

std::int64_t Parser::number(std::string_view what, std::int64_t least, std::int64_t most) {
  const Position at = lexer_.peek().at;
  const std::int64_t value = expression();
  if (value >= least && value <= most) return value;
  lexer_.fail(at, std::string(what) + " must be " + std::to_string(least) + " to " +
                      std::to_string(most) + ", is " + std::to_string(value));
}

std::int64_t Parser::expression(std::optional<std::uint32_t> stop) { return sum(stop, 0); }

std::int64_t Parser::sum(std::optional<std::uint32_t> stop, std::uint32_t depth) {
  std::int64_t value = product(stop, depth);
  while (lexer_.at("+") || lexer_.at("-")) {
    const Token sign = lexer_.take();
    const std::int64_t other = product(stop, depth);
    const bool over = sign.text == "+" ? __builtin_add_overflow(value, other, &value)
                                       : __builtin_sub_overflow(value, other, &value);
    if (over) lexer_.fail(sign.at, "the number is too large");
  }
  return value;
}

std::int64_t Parser::product(std::optional<std::uint32_t> stop, std::uint32_t depth) {
  std::int64_t value = atom(stop, depth);
  while (lexer_.at("*") || lexer_.at("/") || lexer_.at("%")) {
    const Token sign = lexer_.take();
    const std::int64_t other = atom(stop, depth);
    if (sign.text == "*") {
      if (__builtin_mul_overflow(value, other, &value)) {
        lexer_.fail(sign.at, "the number is too large");
      }
    } else {
      if (other <= 0) lexer_.fail(sign.at, "is divided by a number that is not above 0");
      value = sign.text == "/" ? value / other : value % other;
    }
  }
  return value;
}

std::int64_t Parser::atom(std::optional<std::uint32_t> stop, std::uint32_t depth) {
  const Position at = lexer_.peek().at;
  if (depth >= limits_.nesting) lexer_.fail(at, "the number is nested too deeply");
  if (lexer_.accept("-")) {
    std::int64_t value = 0;
    if (!__builtin_sub_overflow(std::int64_t{0}, atom(stop, depth + 1), &value)) return value;
    lexer_.fail(at, "the number is too large");
  }
  if (lexer_.accept("(")) {
    const std::int64_t value = sum(stop, depth + 1);
    lexer_.expect(")", "behind the number");
    return value;
  }
  if (lexer_.peek().kind == TokenKind::whole) {
    const std::uint64_t value = lexer_.take().whole;
    if (value > static_cast<std::uint64_t>(INT64_MAX)) lexer_.fail(at, "the number is too large");
    return static_cast<std::int64_t>(value);
  }
  const Token name = lexer_.expect(TokenKind::name, "a number");
  if (lexer_.accept("(")) return cycle_function(name, stop, depth + 1);
  const auto found = lets_.find(name.text);
  if (found != lets_.end()) return found->second;
  std::vector<std::string> known = keys_of(lets_);
  unknown(at, "the number", name.text, known);
}

std::int64_t Parser::hops_function(Position at) {
  const std::uint32_t from = stop();
  lexer_.expect(",", "between the two places");
  const std::uint32_t to = stop();
  lexer_.expect(")", "behind the second place");
  if (from == to) lexer_.fail(at, "the two places are one stop: no value leads from it to itself");
  return from < to ? to - from : from - to;
}

std::int64_t Parser::arrival(const Token& name, const Label& of, std::uint32_t stop) const {
  const form::Instruction& one = schedule_.instructions[of.first];
  if (one.result.width == 0) {
    lexer_.fail(name.at, "arrival() asks when a vector comes by; this one drives no stream");
  }
  const std::uint32_t from = form::stop_of(form::queue_of(one.queue));
  const auto way = form::hops(from, stop, one.result.direction);
  if (way) return static_cast<std::int64_t>(form::result_delay_cycles(timing_, one) + *way);
  const bool east = one.result.direction == form::Direction::east;
  lexer_.fail(name.at, "what is driven at " + form::stop_name(from) + " travels " +
                           (east ? "east" : "west") + " and does not come by " +
                           form::stop_name(stop));
}

std::int64_t Parser::cycle_function(const Token& name, std::optional<std::uint32_t> stop,
                                    std::uint32_t depth) {
  if (std::find(functions.begin(), functions.end(), name.text) == functions.end()) {
    unknown(name.at, "the function", name.text, functions);
  }
  if (name.text == "hops") return hops_function(name.at);
  if (!stop) {
    lexer_.fail(name.at, std::string(name.text) +
                             "() stands behind the '@' of a line only: it asks for its queue");
  }
  const Token label_name = lexer_.expect(TokenKind::name, "a label");
  const Label& of = label(label_name.text, label_name.at);
  const form::Instruction& one = schedule_.instructions[of.first];
  std::int64_t element = 0;
  if (lexer_.accept(",")) {
    const Position at = lexer_.peek().at;
    element = sum(stop, depth);
    if (element < 0) element += one.count;
    if (element < 0 || element >= std::int64_t{one.count}) {
      lexer_.fail(at,
                  "'" + std::string(label_name.text) + "' has " + counted(one.count, "element"));
    }
  }
  lexer_.expect(")", "behind the label");
  const std::int64_t cycle =
      static_cast<std::int64_t>(one.cycle) + element * std::int64_t{one.interval_cycles};
  if (name.text == "arrival") return cycle + arrival(label_name, of, *stop);
  if (name.text == "effect") {
    return cycle + static_cast<std::int64_t>(form::effect_delay_cycles(timing_, one));
  }
  if (name.text == "cycle") return cycle;
  if (one.opcode != form::Opcode::alu) {
    lexer_.fail(label_name.at, "'" + std::string(label_name.text) + "' is no ALU's: no chain");
  }
  return cycle + static_cast<std::int64_t>(form::result_delay_cycles(timing_, one)) -
         static_cast<std::int64_t>(timing_.vxm_entry_cycles);
}

}  // namespace weft::tsp
