// SPDX-License-Identifier: Apache-2.0
// Joins instructions to lines, and prints what operands are called.
#include "frontends/tsp/print_lines.hpp"

#include <algorithm>
#include <optional>

namespace weft::tsp {

using form::Instruction;
using form::Name;
using form::Opcode;
using form::Operand;

namespace {

bool drives(Opcode opcode) { return opcode == Opcode::read || opcode == Opcode::gather; }
bool stores(Opcode opcode) { return opcode == Opcode::write || opcode == Opcode::scatter; }

bool same_name(const Name& a, const Name& b) {
  return a.producer == b.producer && a.first == b.first && a.step == b.step;
}

/// The streams that a line of slices is spread over, and those of one of its instructions.
const form::StreamGroup& spread_group(const Instruction& one) {
  return drives(one.opcode) ? one.result : one.operands[0].group;
}

form::Direction travels(const Instruction& one) {
  const Operand& operand = one.operands[0];
  return operand.kind == Operand::Kind::stream ? operand.group.direction : one.result.direction;
}

bool same_operand(const Operand& a, const Operand& b) {
  return a.kind == b.kind && a.alu == b.alu && a.group == b.group && a.name_count == b.name_count;
}

bool same_but_place(const Instruction& a, const Instruction& b) {
  return a.opcode == b.opcode && a.label == b.label && a.count == b.count &&
         a.interval_cycles == b.interval_cycles && a.bank == b.bank && a.address == b.address &&
         a.stride == b.stride && a.inner == b.inner && a.outer_stride == b.outer_stride;
}

std::string index_text(const Name& name) {
  if (name.first == 0 && name.step == 1) return {};
  std::string out = "[" + std::to_string(name.first);
  if (name.step != 0) out += " step " + std::to_string(name.step);
  return out + "]";
}

}  // namespace

std::string streams_text(const form::StreamGroup& group) {
  std::string out = group.direction == form::Direction::east ? "e" : "w";
  out += std::to_string(group.first);
  if (group.width != 1) out += ".." + std::to_string(group.first + group.width - 1);
  return out;
}

PrintedLines::PrintedLines(const form::Program& program, const form::Schedule& schedule)
    : program_(program), schedule_(schedule) {
  const auto count = static_cast<std::uint32_t>(schedule.instructions.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    if (lines_.empty() || !joins(lines_.back().first, i)) lines_.push_back({i, 0, {}});
    ++lines_.back().count;
    line_of_.push_back(static_cast<std::uint32_t>(lines_.size() - 1));
  }
  give_labels();
}

std::string_view PrintedLines::text_of(const Instruction& instruction) const {
  if (instruction.label >= program_.texts.size()) return {};
  return program_.texts[instruction.label];
}

std::uint32_t PrintedLines::layer_of(const Instruction& instruction) const {
  const auto& layers = program_.layer_of_text;
  return instruction.label < layers.size() ? layers[instruction.label] : form::none;
}

void PrintedLines::give_labels() {
  std::map<std::string_view, std::uint32_t> uses;
  for (const PrintedLine& line : lines_) ++uses[text_of(schedule_.instructions[line.first])];
  for (PrintedLine& line : lines_) {
    const std::string_view text = text_of(schedule_.instructions[line.first]);
    if (is_label(text) && uses[text] == 1) line.label = text;
  }
}

bool PrintedLines::joins(std::uint32_t first, std::uint32_t next) const {
  const Instruction& a = schedule_.instructions[first];
  const Instruction& b = schedule_.instructions[next];
  if (!drives(a.opcode) && !stores(a.opcode)) return false;
  if (!same_but_place(a, b) || next - first >= 16) return false;
  const form::Queue from = form::queue_of(a.queue);
  const form::Queue to = form::queue_of(b.queue);
  if (from.unit != form::Unit::mem || to.unit != form::Unit::mem ||
      from.hemisphere != to.hemisphere) {
    return false;
  }
  const form::StreamGroup& had = spread_group(a);
  form::StreamGroup wanted = had;
  wanted.first = static_cast<std::uint8_t>(had.first + (next - first));
  if (had.width != 1 || wanted.first >= form::streams_a_direction || spread_group(b) != wanted) {
    return false;
  }
  for (std::size_t i = 0; i < a.operands.size(); ++i) {
    Operand other = b.operands.at(i);
    const bool spread = i == 0 && stores(a.opcode);
    if (spread) other.group = had;
    if (!same_operand(a.operands.at(i), other)) return false;
    if (spread || other.name_count == 0) continue;
    if (other.name_count != 1 ||
        !same_name(schedule_.names[a.operands.at(i).names], schedule_.names[other.names])) {
      return false;
    }
  }
  const std::int64_t cycle = abreast(static_cast<std::int64_t>(a.cycle), form::stop_of(from),
                                     form::stop_of(to), travels(a));
  return cycle == static_cast<std::int64_t>(b.cycle);
}

std::string PrintedLines::reference(const Name& name) const {
  if (name.producer == form::none) return "unnamed" + index_text(name);
  const PrintedLine& line = line_of(name.producer);
  const std::string called = line.count == 1 && !line.label.empty()
                                 ? std::string(line.label)
                                 : "$" + std::to_string(name.producer);
  return called + index_text(name);
}

const PrintedLine* PrintedLines::one_line(const std::vector<Name>& names) const {
  if (names.front().producer == form::none) return nullptr;
  const PrintedLine& line = line_of(names.front().producer);
  if (line.label.empty() || line.count != names.size()) return nullptr;
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    Name wanted = names.front();
    wanted.producer = line.first + i;
    if (!same_name(names[i], wanted)) return nullptr;
  }
  return &line;
}

std::string PrintedLines::names(const std::vector<Name>& names) const {
  if (names.size() == 1) return reference(names.front());
  if (const PrintedLine* line = one_line(names)) {
    return std::string(line->label) + index_text(names.front());
  }
  std::string out = "(";
  for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : ", ") + reference(names[i]);
  return out + ")";
}

std::vector<Name> PrintedLines::names_of(const PrintedLine& line, std::size_t operand) const {
  std::vector<Name> out;
  const Instruction& first = schedule_.instructions[line.first];
  const bool spread = line.count > 1 && operand == 0 && stores(first.opcode);
  for (std::uint32_t i = 0; i < (spread ? line.count : 1); ++i) {
    const Operand& one = schedule_.instructions[line.first + i].operands.at(operand);
    for (std::uint32_t n = 0; n < one.name_count; ++n) {
      out.push_back(schedule_.names[one.names + n]);
    }
  }
  const bool alike = std::all_of(out.begin(), out.end(),
                                 [&](const Name& name) { return same_name(name, out.front()); });
  if (spread && alike && !out.empty()) out.resize(1);
  return out;
}

std::string PrintedLines::chain(const PrintedLine& line, const Operand& operand) const {
  const std::string alu = "chain vxm." + std::to_string(operand.alu);
  if (operand.name_count == 0) return alu;
  const Name& name = schedule_.names[operand.names];
  if (name.producer == form::none) return alu + " = " + reference(name);
  const PrintedLine& producer = line_of(name.producer);
  const Instruction& from = schedule_.instructions[name.producer];
  const bool known = producer.count == 1 && !producer.label.empty() &&
                     producer.first < line.first && from.opcode == Opcode::alu &&
                     form::queue_of(from.queue).index == operand.alu;
  return known ? "chain " + reference(name) : alu + " = " + reference(name);
}

std::string PrintedLines::operand(const PrintedLine& line, std::size_t which) const {
  const Instruction& first = schedule_.instructions[line.first];
  const Operand& operand = first.operands.at(which);
  if (operand.kind == Operand::Kind::chain) return chain(line, operand);
  const std::vector<Name> all = names_of(line, which);
  if (operand.kind == Operand::Kind::implied) return all.empty() ? "unnamed" : names(all);
  form::StreamGroup group = operand.group;
  if (line.count > 1 && which == 0 && stores(first.opcode)) {
    group.width = static_cast<std::uint8_t>(line.count);
  }
  if (all.empty()) return streams_text(group);
  if (all.front().producer == form::none) return streams_text(group) + " = " + names(all);
  const PrintedLine& producer = line_of(all.front().producer);
  const bool whole =
      all.size() == 1 ? producer.count == 1 && !producer.label.empty() : one_line(all) != nullptr;
  if (whole && producer.first < line.first) {
    form::StreamGroup driven = schedule_.instructions[producer.first].result;
    if (producer.count > 1) driven.width = static_cast<std::uint8_t>(producer.count);
    if (driven == group) return names(all);
  }
  return streams_text(group) + " = " + names(all);
}

}  // namespace weft::tsp
