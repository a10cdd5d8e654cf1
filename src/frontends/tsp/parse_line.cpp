// SPDX-License-Identifier: Apache-2.0
// A line of a schedule: label, queues, instruction, cycle, repeats; one instruction a queue.
#include <algorithm>
#include <limits>

#include "base/counted.hpp"
#include "frontends/tsp/elements.hpp"
#include "frontends/tsp/parser.hpp"
#include "topology/suggest.hpp"

namespace weft::tsp {

using form::Instruction;
using form::Opcode;
using form::VectorOperation;

namespace {

constexpr std::int64_t last_cycle = std::int64_t{1} << 50;

std::vector<std::string> beginnings() {
  std::vector<std::string> words = {"let",      "map",   "input",  "output",    "constant",
                                    "schedule", "chips", "timing", "link_seed", "mem.",
                                    "vxm.",     "sxm.",  "mxm.",   "c2c."};
  for (const char* word : {"read", "write", "gather", "scatter"}) words.emplace_back(word);
  return words;
}

std::vector<std::string> instruction_words() {
  std::vector<std::string> words;
  for (unsigned i = 0; i < static_cast<unsigned>(Opcode::count_); ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (opcode != Opcode::alu) words.emplace_back(form::name_of(opcode));
  }
  for (unsigned i = 0; i < static_cast<unsigned>(VectorOperation::count_); ++i) {
    words.emplace_back(numerics::traits_of(static_cast<VectorOperation>(i)).name);
  }
  return words;
}

bool is_unit(const Token& token) {
  return token.text == "mem" || token.text == "vxm" || token.text == "sxm" || token.text == "mxm" ||
         token.text == "c2c";
}

}  // namespace

void Parser::line() {
  Line line;
  line.at = lexer_.peek().at;
  if (lexer_.at(":", 1) || lexer_.peek().kind == TokenKind::text) {
    const Token name = lexer_.take();
    line.label = name.text;
    line.label_is_text = name.kind == TokenKind::text;
    if (name.kind != TokenKind::text && !is_label(name.text)) {
      lexer_.fail(name.at, name_of(name) + " can be no label: it means something else");
    }
    lexer_.expect(":", "behind the label");
  }
  const Token& first = lexer_.peek();
  line.queues_at = first.at;
  if (first.kind != TokenKind::name) {
    lexer_.fail(first.at, "expected a queue or a statement, not " + name_of(first));
  }
  if (lexer_.at("=", 1)) {
    lexer_.fail(first.at, name_of(first) +
                              " = is of a tensor program, for [program] tsp_tensors; a "
                              "schedule has a queue here, or `" +
                              std::string(first.text) + ":` for a label");
  }
  if (is_unit(first) && lexer_.at(".", 1)) {
    line.queues = queue_list();
  } else if (!lexer_.at("read") && !lexer_.at("write") && !lexer_.at("gather") &&
             !lexer_.at("scatter")) {
    const std::string guess = find_opcode(first.text) || numerics::find_vector_operation(first.text)
                                  ? ": its queue comes first"
                                  : " is no queue and begins no statement";
    std::string near;
    if (guess[0] == ' ') near = topology::did_you_mean(first.text, beginnings());
    lexer_.fail(first.at, name_of(first) + guess + near);
  }
  operation(line);
  timing(line);
}

void Parser::unit_of(Line& line, Opcode opcode, const Token& word) {
  for (const std::uint16_t queue : line.queues) {
    if (takes(form::queue_of(queue), opcode)) continue;
    lexer_.fail(word.at, std::string(word.text) + " is for " + taker_of(opcode) + "; this is " +
                             form::name_of(form::queue_of(queue)));
  }
}

void Parser::operation(Line& line) {
  const Token word = lexer_.expect(TokenKind::name, "an instruction");
  if (const auto opcode = find_opcode(word.text)) {
    unit_of(line, *opcode, word);
    line.instruction.opcode = *opcode;
    return body(line, *opcode);
  }
  const auto operation = numerics::find_vector_operation(word.text);
  if (!operation) unknown(word.at, "the instruction", word.text, instruction_words());
  unit_of(line, Opcode::alu, word);
  alu(line, *operation);
}

void Parser::alu(Line& line, VectorOperation operation) {
  Instruction& one = line.instruction;
  one.opcode = Opcode::alu;
  one.operation = operation;
  one.type = read_type(lexer_);
  one.result_type = lexer_.accept("to") ? read_type(lexer_) : one.type;
  line.operands[0] = operand();
  if (numerics::traits_of(operation).operands == 2) {
    lexer_.expect(",", "and the second operand");
    line.operands[1] = operand();
  }
  if (lexer_.accept("->")) result(line);
}

void Parser::body(Line& line, Opcode opcode) {
  switch (opcode) {
    case Opcode::sync:
    case Opcode::notify:
    case Opcode::deskew:
      return;
    case Opcode::runtime_deskew:
      line.instruction.amount = static_cast<std::int16_t>(number("cycles", 0, INT16_MAX));
      return;
    case Opcode::send:
      line.operands[0] = operand();
      return;
    case Opcode::receive:
      lexer_.expect("->", "and the stream");
      return result(line);
    case Opcode::read:
    case Opcode::write:
    case Opcode::gather:
    case Opcode::scatter:
      return body_memory(line);
    case Opcode::load_weights:
    case Opcode::install_weights:
    case Opcode::activate:
    case Opcode::accumulate:
      return body_mxm(line);
    default:
      return body_sxm(line);
  }
}

void Parser::body_memory(Line& line) {
  const Opcode opcode = line.instruction.opcode;
  const bool from_memory = opcode == Opcode::read || opcode == Opcode::gather;
  if (from_memory) {
    memory(line);
  } else {
    line.operands[0] = operand();
  }
  if (opcode == Opcode::gather || opcode == Opcode::scatter) {
    lexer_.expect("by", "and the streams of addresses");
    line.operands[opcode == Opcode::gather ? 0 : 1] = operand();
  }
  lexer_.expect("->", from_memory ? "and the streams" : "and the words");
  if (from_memory) return result(line);
  memory(line);
}

void Parser::body_mxm(Line& line) {
  Instruction& one = line.instruction;
  one.type = read_type(lexer_);
  if (one.opcode == Opcode::load_weights) {
    line.operands[0] = operand();
    lexer_.expect("->", "and the rows");
    lexer_.expect(row_word, "and which");
    return addresses(one, 0, 1);
  }
  if (one.opcode == Opcode::install_weights) {
    lexer_.expect(row_word, "and how many");
    one.rows = static_cast<std::uint16_t>(number("rows", 0, UINT16_MAX));
    return implied(line);
  }
  if (one.opcode == Opcode::activate) {
    if (lexer_.accept("half")) one.half = static_cast<std::uint8_t>(number("the half", 0, 255));
    line.operands[0] = operand();
    return implied(line);
  }
  one.adds = lexer_.accept("add") ? 1 : 0;
  if (one.adds == 0) lexer_.expect("store", "or 'add'");
  lexer_.expect(accumulator_word, "and which row");
  addresses(one, 0, 1);
  implied(line);
  if (lexer_.accept("->")) result(line);
}

void Parser::body_sxm(Line& line) {
  Instruction& one = line.instruction;
  if (one.opcode == Opcode::shift || one.opcode == Opcode::rotate) {
    one.amount = static_cast<std::int16_t>(number("the amount", INT16_MIN, INT16_MAX));
    lexer_.expect(",", "and the operand");
  }
  if (one.opcode == Opcode::permute || one.opcode == Opcode::distribute) {
    const Token name = lexer_.expect(TokenKind::name, "a map");
    const auto found = maps_.find(name.text);
    if (found == maps_.end()) unknown(name.at, "the map", name.text, keys_of(maps_));
    const auto fresh = static_cast<std::uint32_t>(schedule_.maps.size());
    const auto [used, added] = used_maps_.emplace(found->first, fresh);
    if (added) schedule_.maps.push_back(found->second);
    one.map = used->second;
    lexer_.expect(",", "and the operand");
  }
  line.operands[0] = operand();
  lexer_.expect("->", "and the streams");
  result(line);
}

void Parser::timing(Line& line) {
  if (std::any_of(line.operands.begin(), line.operands.end(), [](const OperandText& one) {
        return one.references.size() > form::streams_a_direction;
      })) {
    lexer_.fail(line.at, "there are more names than streams");
  }
  require_abreast(line);
  lexer_.expect("@", "and the cycle");
  const Position at = lexer_.peek().at;
  const std::uint32_t here = form::stop_of(form::queue_of(line.queues.front()));
  const std::int64_t cycle = expression(here);
  std::optional<std::uint32_t> at_stop;
  if (lexer_.accept("at")) {
    if (line.instruction.result.width == 0) {
      lexer_.fail(at, "'at' says where a result comes by; this one drives no stream");
    }
    at_stop = stop();
  }
  if (lexer_.accept("times")) {
    line.instruction.count = static_cast<std::uint32_t>(number("times", 1, form::none));
    if (lexer_.accept("every")) {
      line.instruction.interval_cycles =
          static_cast<std::uint32_t>(number("cycles", 1, form::none));
    }
  }
  line.cycle_at = at;
  if (line.words_of != nullptr) require_in_tensor(line);
  emit(line, cycle, at_stop);
}

/// Words beyond the tensor's are another's, or nobody's.
void Parser::require_in_tensor(const Line& line) const {
  const Instruction& one = line.instruction;
  const form::Piece& piece = *line.words_of;
  const std::uint32_t last = one.count - 1;
  const std::uint32_t row_end = one.inner - 1;
  std::vector<std::uint32_t> corners = {0, std::min(last, row_end), last, last - last % one.inner};
  if (last > row_end) {  // of the last whole row
    const std::uint32_t rows = one.count / one.inner;
    corners.insert(corners.end(), {(rows - 1) * one.inner, rows * one.inner - 1});
  }
  for (const std::uint32_t element : corners) {
    const std::int64_t from_first = one.address_of(element) - std::int64_t{piece.address};
    const std::int64_t step = piece.stride == 0 ? 1 : piece.stride;
    const std::int64_t word = from_first / step;
    if (from_first % step == 0 && word >= 0 && word < std::int64_t{piece.words}) continue;
    lexer_.fail(line.queues_at, "element " + std::to_string(element) + " is of word " +
                                    std::to_string(word) + "; the tensor's words here are 0 to " +
                                    std::to_string(piece.words - 1));
  }
}

void Parser::require_abreast(const Line& line) const {
  const std::size_t members = line.queues.size();
  if (members == 1) return;
  const Instruction& one = line.instruction;
  const auto require = [&](std::size_t width, Position at) {
    if (width == members) return;
    lexer_.fail(
        at, counted(members, "slice") + " take a stream each; these are " + std::to_string(width));
  };
  if (one.opcode == Opcode::read || one.opcode == Opcode::gather) {
    require(one.result.width, line.result_at);
  } else if (one.opcode == Opcode::write || one.opcode == Opcode::scatter) {
    require(line.operands[0].operand.group.width, line.operands[0].at);
  }
}

Instruction Parser::member(const Line& line, std::size_t index) const {
  Instruction one = line.instruction;
  one.queue = line.queues[index];
  for (std::size_t i = 0; i < line.operands.size(); ++i) {
    one.operands.at(i) = line.operands.at(i).operand;
  }
  if (line.queues.size() == 1) return one;
  const auto narrow = [&](form::StreamGroup& group) {
    group.first = static_cast<std::uint8_t>(group.first + index);
    group.width = 1;
  };
  if (one.opcode == Opcode::read || one.opcode == Opcode::gather) narrow(one.result);
  if (one.opcode == Opcode::write || one.opcode == Opcode::scatter) narrow(one.operands[0].group);
  return one;
}

std::uint64_t Parser::first_dispatch(const Line& line, const Instruction& one, std::int64_t cycle,
                                     std::optional<std::uint32_t> at_stop) const {
  const std::uint32_t here = form::stop_of(form::queue_of(one.queue));
  std::int64_t dispatch = cycle;
  if (at_stop) {
    const auto way = form::hops(here, *at_stop, one.result.direction);
    if (!way) {
      lexer_.fail(line.cycle_at,
                  std::string("the result travels ") +
                      (one.result.direction == form::Direction::east ? "east" : "west") + " from " +
                      form::stop_name(here) + " and does not come by " + form::stop_name(*at_stop));
    }
    dispatch -= static_cast<std::int64_t>(form::result_delay_cycles(timing_, one) + *way);
  } else {
    const auto& operand = one.operands[0];
    const bool takes = operand.kind == form::Operand::Kind::stream;
    if (takes || one.result.width != 0) {
      const std::uint32_t first = form::stop_of(form::queue_of(line.queues.front()));
      dispatch =
          abreast(cycle, first, here, takes ? operand.group.direction : one.result.direction);
    }
  }
  if (dispatch < 0 || dispatch > last_cycle) {
    lexer_.fail(line.cycle_at,
                "would be dispatched in cycle " + std::to_string(dispatch) + ", " +
                    (dispatch < 0 ? "before the schedule begins" : "which is too late"));
  }
  return static_cast<std::uint64_t>(dispatch);
}

void Parser::emit(const Line& line, std::int64_t cycle, std::optional<std::uint32_t> at_stop) {
  const auto first = static_cast<std::uint32_t>(schedule_.instructions.size());
  const std::size_t members = line.queues.size();
  instructions_ += members;
  if (instructions_ > limits_.instructions) {
    lexer_.fail(line.at, "the program has more than the " +
                             counted(limits_.instructions, "instruction") + " that one may have");
  }
  if (!line.label.empty() && !line.label_is_text) {
    const Label label{first, static_cast<std::uint32_t>(members), line.at};
    const auto [there, added] = labels_.emplace(line.label, label);
    if (!added) {
      lexer_.fail(line.at, "the label '" + std::string(line.label) + "' is used already, on line " +
                               std::to_string(there->second.at.line));
    }
  }
  for (std::size_t i = 0; i < members; ++i) {
    Instruction one = member(line, i);
    one.cycle = first_dispatch(line, one, cycle, at_stop);
    one.line = line.at.line;
    if (!line.label.empty() || line.label_is_text) one.label = text_index(line.label);
    for (std::size_t operand = 0; operand < line.operands.size(); ++operand) {
      const auto& references = line.operands.at(operand).references;
      if (references.empty()) continue;
      pending_.push_back({first + static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(operand),
                          static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(members),
                          references});
    }
    schedule_.instructions.push_back(one);
  }
}

}  // namespace weft::tsp
