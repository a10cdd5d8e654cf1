// SPDX-License-Identifier: Apache-2.0
// What a line takes and where its result goes: streams, chains, names, words of memory.
#include <tuple>

#include "frontends/tsp/parser.hpp"

namespace weft::tsp {

using form::Instruction;
using form::Operand;
using form::Piece;

std::pair<std::int64_t, std::int64_t> Parser::index(std::int64_t default_step) {
  std::pair<std::int64_t, std::int64_t> out{0, default_step};
  if (!lexer_.accept("[")) return out;
  out = {expression(), 0};
  if (lexer_.accept("step")) out.second = expression();
  lexer_.expect("]", "behind the index");
  return out;
}

Reference Parser::reference() {
  Reference out;
  out.at = lexer_.peek().at;
  if (lexer_.accept("$")) {
    out.number = lexer_.expect(TokenKind::whole, "the instruction's number").whole;
  } else {
    out.label = lexer_.expect(TokenKind::name, "a label").text;
  }
  std::tie(out.first, out.step) = index(1);
  return out;
}

void Parser::named_stream(OperandText& out) {
  out.operand.kind = Operand::Kind::stream;
  out.operand.group = streams();
  if (!lexer_.accept("=")) return;
  if (!lexer_.accept("(")) {
    out.references.push_back(reference());
    return;
  }
  do {
    out.references.push_back(reference());
    if (out.references.size() > form::streams_a_direction) {
      lexer_.fail(out.at, "there are more names than streams");
    }
  } while (lexer_.accept(","));
  lexer_.expect(")", "behind the names");
}

OperandText Parser::chain(Position at) {
  OperandText out;
  out.at = at;
  out.operand.kind = Operand::Kind::chain;
  if (lexer_.at("vxm") && lexer_.at(".", 1)) {
    const Position queue_at = lexer_.peek().at;
    const form::Queue alu = form::queue_of(queue());
    if (alu.unit != form::Unit::vxm) lexer_.fail(queue_at, "a chain comes from an ALU");
    out.operand.alu = alu.index;
    if (lexer_.accept("=")) out.references.push_back(reference());
    return out;
  }
  out.references.push_back(reference());
  const Reference& one = out.references.back();
  if (one.label.empty()) lexer_.fail(one.at, "say which ALU: `chain vxm.0 = $1`");
  const Label& of = label(one.label, one.at);
  const Instruction& producer = schedule_.instructions[of.first];
  if (producer.opcode != form::Opcode::alu) {
    lexer_.fail(one.at, "'" + std::string(one.label) + "' is no ALU's: no chain comes from it");
  }
  out.operand.alu = form::queue_of(producer.queue).index;
  return out;
}

OperandText Parser::operand() {
  OperandText out;
  out.at = lexer_.peek().at;
  if (lexer_.accept("chain")) return chain(out.at);
  if (at_streams()) {
    named_stream(out);
    return out;
  }
  out.operand.kind = Operand::Kind::stream;
  out.references.push_back(reference());
  const Reference& one = out.references.back();
  if (one.label.empty()) lexer_.fail(one.at, "say on which streams: `e0..3 = $1`");
  const Label& of = label(one.label, one.at);
  const Instruction& producer = schedule_.instructions[of.first];
  if (producer.result.width == 0) {
    lexer_.fail(one.at, "'" + std::string(one.label) + "' drives no stream" +
                            (producer.opcode == form::Opcode::alu
                                 ? "; `chain " + std::string(one.label) + "` takes its result"
                                 : std::string()));
  }
  out.operand.group = producer.result;
  if (of.count > 1) out.operand.group.width = static_cast<std::uint8_t>(of.count);
  return out;
}

void Parser::implied(Line& line) {
  if (!lexer_.accept("using")) return;
  OperandText& out = line.operands[2];
  out.at = lexer_.peek().at;
  out.operand.kind = Operand::Kind::implied;
  if (!lexer_.accept("unnamed")) out.references.push_back(reference());
}

void Parser::result(Line& line) {
  line.result_at = lexer_.peek().at;
  line.instruction.result = streams();
}

void Parser::addresses(Instruction& instruction, std::int64_t base, std::int64_t unit) {
  const auto scaled = [&](std::int64_t value, std::int64_t least, std::int64_t greatest,
                          std::int64_t add, Position at) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(value, unit, &out) || __builtin_add_overflow(out, add, &out) ||
        out < least || out > greatest) {
      lexer_.fail(at, "the address is beyond every memory");
    }
    return out;
  };
  lexer_.expect("[", "and the address");
  Position at = lexer_.peek().at;
  instruction.address =
      static_cast<std::uint32_t>(scaled(expression(), 0, form::none - 1, base, at));
  at = lexer_.peek().at;
  if (lexer_.accept("step")) {
    instruction.stride =
        static_cast<std::int32_t>(scaled(expression(), INT32_MIN, INT32_MAX, 0, at));
  }
  if (lexer_.accept(",")) {
    lexer_.expect("per", "and how many elements make a row");
    instruction.inner = static_cast<std::uint32_t>(number("elements a row", 1, form::none));
    lexer_.expect("step", "and the step from row to row");
    at = lexer_.peek().at;
    instruction.outer_stride =
        static_cast<std::int32_t>(scaled(expression(), INT32_MIN, INT32_MAX, 0, at));
  }
  lexer_.expect("]", "behind the address");
}

void Parser::memory(Line& line) {
  if (line.queues.empty()) return tensor_words(line);
  const Token bank = lexer_.expect(TokenKind::name, "a bank, b0 or b1");
  if (bank.text != "b0" && bank.text != "b1") {
    lexer_.fail(bank.at, "expected a bank, b0 or b1, not " + name_of(bank) +
                             "; a tensor's words come without a queue before the instruction");
  }
  line.instruction.bank = bank.text == "b1" ? 1 : 0;
  addresses(line.instruction, 0, 1);
}

void Parser::tensor_words(Line& line) {
  const Token name = lexer_.expect(TokenKind::name, "a tensor, or a queue before the instruction");
  const auto found = tensors_.find(name.text);
  if (found == tensors_.end()) unknown(name.at, "the tensor", name.text, keys_of(tensors_));
  const form::Tensor& tensor = program_.tensors[found->second.index];
  std::size_t place = 0;
  if (lexer_.accept(".")) {
    place = static_cast<std::size_t>(
        number("the place", 0, static_cast<std::int64_t>(found->second.places.size()) - 1));
  }
  const Abreast& abreast = found->second.places[place];
  const Piece& piece = tensor.pieces[abreast.first_piece];
  line.queues_at = name.at;
  for (std::uint32_t p = 0; p < abreast.pieces; ++p) {
    const Piece& one = tensor.pieces[abreast.first_piece + p];
    for (std::uint32_t b = 0; b < numerics::width_of(tensor.type); ++b) {
      line.queues.push_back(static_cast<std::uint16_t>(
          form::number_of({form::Unit::mem, one.hemisphere, one.slices.at(b), 0})));
    }
  }
  line.instruction.bank = piece.bank;
  line.words_of = &piece;
  if (!lexer_.at("[")) {
    lexer_.fail(lexer_.peek().at, "say which words: `" + std::string(name.text) + "[0 step 1]`");
  }
  addresses(line.instruction, piece.address, piece.stride);
}

}  // namespace weft::tsp
