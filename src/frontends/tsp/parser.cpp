// SPDX-License-Identifier: Apache-2.0
// The statements of a schedule's text, and the names of operands once all labels are known.
#include "frontends/tsp/parser.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/text_file.hpp"
#include "topology/suggest.hpp"

namespace weft::tsp {

using form::Instruction;
using form::Name;
using form::Tensor;

void Parser::unknown(Position at, const std::string& what, std::string_view name,
                     const std::vector<std::string>& known) const {
  lexer_.fail(
      at, what + " '" + std::string(name) + "' is not known" + topology::did_you_mean(name, known));
}

form::Program Parser::parse() {
  program_.file = lexer_.file();
  while (statement()) {
  }
  end_schedule();
  if (program_.layers.empty()) program_.layer_of_text.clear();
  if (program_.schedule_of_chip.empty()) program_.schedule_of_chip.push_back(0);
  return std::move(program_);
}

bool Parser::statement() {
  const Token& first = lexer_.peek();
  if (first.kind == TokenKind::end) return false;
  const bool label = lexer_.at(":", 1);
  if (!label && lexer_.accept("let")) {
    let();
  } else if (!label && lexer_.accept("map")) {
    lane_map();
  } else if (!label && lexer_.accept("input")) {
    tensor(Tensor::Role::input);
  } else if (!label && lexer_.accept("output")) {
    tensor(Tensor::Role::output);
  } else if (!label && lexer_.accept("constant")) {
    tensor(Tensor::Role::constant);
  } else if (!label && lexer_.at("schedule")) {
    begin_schedule();
  } else if (!label && lexer_.accept("chips")) {
    const auto chips = number("the number of chips", 1, limits_.chips);
    auto& of_chip = program_.schedule_of_chip;
    of_chip.resize(std::max(of_chip.size(), static_cast<std::size_t>(chips)), form::none);
  } else if (!label && lexer_.accept("layer")) {
    layer();
  } else if (!label && lexer_.accept("timing")) {
    lexer_.expect("only", "behind 'timing'");
    program_.timing_only = true;
  } else if (!label && lexer_.accept("link_seed")) {
    program_.link_seed = lexer_.expect(TokenKind::whole, "a number").whole;
  } else {
    line();
  }
  lexer_.expect_line_end();
  return true;
}

void Parser::let() {
  const Token name = lexer_.expect(TokenKind::name, "a name behind 'let'");
  lexer_.expect("=", "behind the name");
  const std::int64_t value = expression();
  if (!lets_.emplace(name.text, value).second) {
    lexer_.fail(name.at, "'" + std::string(name.text) + "' has a value already");
  }
}

void Parser::lane_map() {
  const Token name = lexer_.expect(TokenKind::name, "a name behind 'map'");
  lexer_.expect("=", "behind the name");
  form::LaneMap lanes;
  do {
    if (lexer_.accept("zero")) {
      lanes.push_back(form::zero_lane);
    } else {
      const auto first = number("a lane", 0, form::lanes - 1);
      const auto last =
          lexer_.accept("..") ? number("a lane", 0, form::lanes - 1) : std::int64_t{first};
      const std::int64_t step = last < first ? -1 : 1;
      for (std::int64_t lane = first; lane != last + step; lane += step) {
        lanes.push_back(static_cast<std::uint16_t>(lane));
      }
    }
    if (lanes.size() > form::lanes) {
      lexer_.fail(name.at, "a map has at most " + counted(form::lanes, "lane"));
    }
  } while (lexer_.accept(","));
  if (!maps_.emplace(name.text, std::move(lanes)).second) {
    lexer_.fail(name.at, "map '" + std::string(name.text) + "' is there already");
  }
}

std::vector<std::uint32_t> Parser::chip_list() {
  std::vector<std::uint32_t> chips;
  if (lexer_.accept("none")) return chips;
  do {
    const Position at = lexer_.peek().at;
    const auto first = number("a chip", 0, limits_.chips - 1);
    const auto last = lexer_.accept("..") ? number("a chip", first, limits_.chips - 1) : first;
    for (std::int64_t chip = first; chip <= last; ++chip) {
      const auto place = static_cast<std::size_t>(chip);
      auto& of_chip = program_.schedule_of_chip;
      if (of_chip.size() <= place) of_chip.resize(place + 1, form::none);
      if (of_chip[place] != form::none) {
        lexer_.fail(at, "chip " + std::to_string(chip) + " has a schedule already");
      }
      of_chip[place] = static_cast<std::uint32_t>(program_.schedules.size());
      chips.push_back(static_cast<std::uint32_t>(chip));
    }
  } while (lexer_.accept(","));
  return chips;
}

void Parser::begin_schedule() {
  const Position at = lexer_.take().at;
  if (on_chips_ || !schedule_.instructions.empty()) end_schedule();
  lexer_.expect("on", "behind 'schedule'");
  if (!lexer_.accept("chip")) lexer_.expect("chips", "behind 'schedule on'");
  on_chips_ = chip_list();
  if (program_.schedules.size() >= limits_.chips) lexer_.fail(at, "there are too many schedules");
}

void Parser::end_schedule() {
  if (!on_chips_) {  // lines without a `schedule` are chip 0's
    auto& of_chip = program_.schedule_of_chip;
    if (of_chip.empty()) of_chip.push_back(form::none);
    if (of_chip[0] == form::none)
      of_chip[0] = static_cast<std::uint32_t>(program_.schedules.size());
  }
  for (const PendingNames& pending : pending_) resolve(pending);
  program_.schedules.push_back(std::move(schedule_));
  schedule_ = {};
  labels_.clear();
  used_maps_.clear();
  pending_.clear();
}

std::uint32_t Parser::text_index(std::string_view text) {
  const auto index = static_cast<std::uint32_t>(program_.texts.size());
  const auto [known, added] = texts_.try_emplace({layer_, std::string(text)}, index);
  if (!added) return known->second;
  program_.texts.emplace_back(text);
  program_.layer_of_text.push_back(layer_);
  return index;
}

void Parser::layer() {
  const Token name = lexer_.expect(TokenKind::text, "the layer's name between quotes");
  auto& layers = program_.layers;
  const auto found = std::find(layers.begin(), layers.end(), name.text);
  layer_ = name.text.empty() ? form::none : static_cast<std::uint32_t>(found - layers.begin());
  if (!name.text.empty() && found == layers.end()) layers.emplace_back(name.text);
}

const Label& Parser::label(std::string_view name, Position at) const {
  const auto found = labels_.find(name);
  if (found == labels_.end()) unknown(at, "the label", name, keys_of(labels_));
  return found->second;
}

Name Parser::name_of_reference(const Reference& reference, std::uint32_t instruction) const {
  Name name;
  name.producer = instruction;
  name.first = reference.first;
  name.step = reference.step;
  return name;
}

std::uint32_t Parser::only_instruction(const Reference& reference) const {
  if (reference.label == "unnamed") return form::none;
  if (reference.label.empty()) {
    if (reference.number < schedule_.instructions.size()) {
      return static_cast<std::uint32_t>(reference.number);
    }
    lexer_.fail(reference.at, "there is no instruction " + std::to_string(reference.number) +
                                  "; the schedule has " +
                                  std::to_string(schedule_.instructions.size()));
  }
  const Label& one = label(reference.label, reference.at);
  if (one.count == 1) return one.first;
  lexer_.fail(reference.at, "'" + std::string(reference.label) + "' is a line of " +
                                counted(one.count, "slice") + "; here one is asked for");
}

void Parser::resolve(const PendingNames& pending) {
  form::Operand& operand = schedule_.instructions[pending.instruction].operands.at(pending.operand);
  operand.names = static_cast<std::uint32_t>(schedule_.names.size());
  const auto& references = pending.references;
  const std::size_t width = operand.kind == form::Operand::Kind::stream ? operand.group.width : 1;
  const std::size_t parts = pending.members > 1 ? pending.members : width;
  const Reference& first = references.front();
  std::vector<Name> names;
  if (references.size() > 1) {
    if (references.size() != parts) {
      lexer_.fail(first.at, "there are " + counted(references.size(), "name") + " for " +
                                counted(parts, "stream"));
    }
    for (const Reference& one : references) {
      names.push_back(name_of_reference(one, only_instruction(one)));
    }
  } else if (first.label.empty() || first.label == "unnamed" ||
             label(first.label, first.at).count == 1) {
    names.push_back(name_of_reference(first, only_instruction(first)));
  } else {
    const Label& several = label(first.label, first.at);
    if (several.count != parts) {
      lexer_.fail(first.at, "'" + std::string(first.label) + "' is a line of " +
                                counted(several.count, "slice") + "; the operand has " +
                                counted(parts, "stream"));
    }
    for (std::uint32_t i = 0; i < several.count; ++i) {
      names.push_back(name_of_reference(first, several.first + i));
    }
  }
  if (pending.members > 1 && names.size() > 1) names = {names.at(pending.member)};
  operand.name_count = static_cast<std::uint32_t>(names.size());
  schedule_.names.insert(schedule_.names.end(), names.begin(), names.end());
}

form::Program parse(std::string_view text, const std::string& file, const form::Timing& timing,
                    const ReadLimits& limits) {
  if (text.size() > limits.text_bytes) {
    fail(Category::input, file + ": is longer than the " + counted(limits.text_bytes, "byte") +
                              " that a schedule may have");
  }
  return Parser(text, file, timing, limits).parse();
}

form::Program read_file(const std::string& path, const form::Timing& timing,
                        const ReadLimits& limits) {
  return parse(text_of_file(path), path, timing, limits);
}

}  // namespace weft::tsp
