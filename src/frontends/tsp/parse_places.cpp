// SPDX-License-Identifier: Apache-2.0
// Streams, queues, slices and stops in a schedule's text.
#include "frontends/tsp/parser.hpp"
#include "topology/suggest.hpp"

namespace weft::tsp {
namespace {

std::vector<std::string> queue_names() {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < form::queues; ++i) names.push_back(name_of(form::queue_of(i)));
  return names;
}

}  // namespace

bool Parser::at_streams() {
  const Token& token = lexer_.peek();
  return token.kind == TokenKind::name && find_stream(token.text).has_value();
}

form::StreamGroup Parser::streams() {
  const Token name = lexer_.expect(TokenKind::name, "streams, such as e0..3");
  const auto found = find_stream(name.text);
  if (!found) {
    lexer_.fail(name.at, "expected streams, such as e0..3, not " + name_of(name) +
                             "; there are e0 to e31 eastward and w0 to w31 westward");
  }
  form::StreamGroup group = *found;
  if (!lexer_.accept("..")) return group;
  const Token last = lexer_.expect(TokenKind::whole, "the last stream");
  constexpr std::uint64_t widest = 16;
  if (last.whole < group.first || last.whole >= form::streams_a_direction ||
      last.whole - group.first >= widest) {
    lexer_.fail(last.at, "a group has 1 to 16 streams, and the last is 31");
  }
  group.width = static_cast<std::uint8_t>(last.whole - group.first + 1);
  return group;
}

std::uint16_t Parser::queue() {
  const Token first = lexer_.expect(TokenKind::name, "a queue, such as mem.e0");
  std::string name(first.text);
  while (lexer_.at(".")) {
    lexer_.take();
    const Token& part = lexer_.peek();
    if (part.kind != TokenKind::name && part.kind != TokenKind::whole) {
      lexer_.fail(part.at, "expected the rest of a queue's name, not " + tsp::name_of(part));
    }
    name += "." + std::string(lexer_.take().text);
  }
  const auto found = form::find_queue(name);
  if (!found) unknown(first.at, "the queue", name, queue_names());
  return static_cast<std::uint16_t>(form::number_of(*found));
}

std::vector<std::uint8_t> Parser::slice_list(form::Hemisphere& hemisphere) {
  lexer_.expect("mem", "with its slices, such as mem.e0..3");
  lexer_.expect(".", "behind 'mem'");
  const Token first = lexer_.expect(TokenKind::name, "slices, such as e0..3");
  const auto found = form::find_queue("mem." + std::string(first.text));
  if (!found) unknown(first.at, "the queue", "mem." + std::string(first.text), queue_names());
  hemisphere = found->hemisphere;
  std::vector<std::uint8_t> slices{found->index};
  const auto upto = [&](std::uint64_t from) {
    const Token last = lexer_.expect(TokenKind::whole, "the last slice");
    if (last.whole < from || last.whole >= form::slices_a_hemisphere) {
      lexer_.fail(last.at, "the last slice must be " + std::to_string(from) + " to " +
                               std::to_string(form::slices_a_hemisphere - 1));
    }
    for (std::uint64_t slice = from + 1; slice <= last.whole; ++slice) {
      slices.push_back(static_cast<std::uint8_t>(slice));
    }
  };
  if (lexer_.accept("..")) upto(found->index);
  while (lexer_.at(",") && lexer_.peek(1).kind == TokenKind::whole) {
    lexer_.take();
    const Token next = lexer_.take();
    if (next.whole >= form::slices_a_hemisphere) lexer_.fail(next.at, "there is no such slice");
    slices.push_back(static_cast<std::uint8_t>(next.whole));
    if (lexer_.accept("..")) upto(next.whole);
    if (slices.size() > form::slices_a_hemisphere) {
      lexer_.fail(next.at, "these are more slices than a hemisphere has");
    }
  }
  return slices;
}

std::vector<std::uint16_t> Parser::queue_list() {
  if (!lexer_.at("mem")) return {queue()};
  form::Hemisphere hemisphere = form::Hemisphere::west;
  const std::vector<std::uint8_t> slices = slice_list(hemisphere);
  std::vector<std::uint16_t> queues;
  for (const std::uint8_t slice : slices) {
    queues.push_back(
        static_cast<std::uint16_t>(form::number_of({form::Unit::mem, hemisphere, slice, 0})));
  }
  return queues;
}

std::uint32_t Parser::stop() {
  const Position at = lexer_.peek().at;
  if (lexer_.at("vxm") && !lexer_.at(".", 1)) {
    lexer_.take();
    return form::vxm_stop;
  }
  if (lexer_.at("mem")) return form::stop_of(form::queue_of(queue()));
  const Token unit = lexer_.expect(TokenKind::name, "a place, such as vxm, mem.e3 or mxm.w0");
  if (unit.text != "sxm" && unit.text != "mxm") {
    unknown(at, "the place", unit.text, {"vxm", "mem", "sxm", "mxm"});
  }
  lexer_.expect(".", "behind '" + std::string(unit.text) + "'");
  const Token side = lexer_.expect(TokenKind::name, "a side, such as e or e0");
  const std::string full = std::string(unit.text) + "." + std::string(side.text) +
                           (unit.text == "mxm" ? ".weights" : ".shift");
  const auto found = form::find_queue(full);
  if (found) return form::stop_of(*found);
  unknown(side.at, "the place", std::string(unit.text) + "." + std::string(side.text),
          {"sxm.w", "sxm.e", "mxm.w0", "mxm.w1", "mxm.e0", "mxm.e1"});
}

}  // namespace weft::tsp
