// SPDX-License-Identifier: Apache-2.0
// A program as the text that reads back as itself.
#include <map>

#include "frontends/tsp/print_lines.hpp"
#include "frontends/tsp/print_tensors.hpp"
#include "frontends/tsp/tsp.hpp"

namespace weft::tsp {

using form::Instruction;
using form::Opcode;

namespace {

std::string lanes_text(const form::LaneMap& map) {
  std::string out;
  for (std::size_t i = 0; i < map.size();) {
    out += i == 0 ? "" : ", ";
    if (map[i] == form::zero_lane) {
      out += "zero";
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    const int step = end < map.size() && map[end] < map[i] ? -1 : 1;
    while (end < map.size() && map[end] != form::zero_lane && map[end] == map[end - 1] + step) {
      ++end;
    }
    if (end - i < 3) end = i + 1;
    out += std::to_string(map[i]);
    if (end - i > 1) out += ".." + std::to_string(map[end - 1]);
    i = end;
  }
  return out;
}

std::string address_text(const Instruction& one) {
  std::string out = "[" + std::to_string(one.address);
  if (one.stride != 0) out += " step " + std::to_string(one.stride);
  if (one.inner != form::none || one.outer_stride != 0) {
    out += ", per " + std::to_string(one.inner) + " step " + std::to_string(one.outer_stride);
  }
  return out + "]";
}

class Printer {
 public:
  explicit Printer(const form::Program& program) : program_(program) {}

  std::string print() {
    if (program_.timing_only) out_ += "timing only\n";
    if (program_.link_seed != 0) out_ += "link_seed " + std::to_string(program_.link_seed) + "\n";
    print_tensors(program_, out_);
    maps();
    for (std::uint32_t layer = 0; layer < program_.layers.size(); ++layer) begin_layer(layer);
    const auto& of_chip = program_.schedule_of_chip;
    const bool plain = program_.schedules.size() == 1 && of_chip.size() == 1 && of_chip[0] == 0;
    for (std::uint32_t s = 0; s < program_.schedules.size(); ++s) {
      if (!plain) out_ += "schedule on chips " + chips_of(s) + "\n";
      schedule(program_.schedules[s]);
    }
    if (!of_chip.empty() && of_chip.back() == form::none) {
      out_ += "chips " + std::to_string(of_chip.size()) + "\n";
    }
    return std::move(out_);
  }

 private:
  void maps() {
    for (const form::Schedule& schedule : program_.schedules) {
      for (const form::LaneMap& map : schedule.maps) {
        const auto [found, added] = maps_.emplace(map, maps_.size());
        if (added) out_ += "map m" + std::to_string(found->second) + " = " + lanes_text(map) + "\n";
      }
    }
  }

  std::string chips_of(std::uint32_t schedule) const {
    const auto& of_chip = program_.schedule_of_chip;
    std::string out;
    for (std::size_t chip = 0; chip < of_chip.size();) {
      if (of_chip[chip] != schedule) {
        ++chip;
        continue;
      }
      std::size_t end = chip + 1;
      while (end < of_chip.size() && of_chip[end] == schedule) ++end;
      out += (out.empty() ? "" : ", ") + std::to_string(chip);
      if (end - chip > 1) out += ".." + std::to_string(end - 1);
      chip = end;
    }
    return out.empty() ? "none" : out;
  }

  static std::string quoted(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c == '"' || c == '\n' ? '\'' : c;
    return "\"" + out + "\"";
  }

  void begin_layer(std::uint32_t layer) {
    if (layer == layer_) return;
    layer_ = layer;
    const bool one = layer < program_.layers.size();
    out_ += "layer " + quoted(one ? program_.layers[layer] : "") + "\n";
  }

  void schedule(const form::Schedule& schedule) {
    const PrintedLines lines(program_, schedule);
    for (const PrintedLine& line : lines.lines()) {
      const Instruction& one = schedule.instructions[line.first];
      begin_layer(lines.layer_of(one));
      if (!line.label.empty()) {
        out_ += std::string(line.label) + ": ";
      } else if (const std::string_view text = lines.text_of(one); !text.empty()) {
        out_ += quoted(text) + ": ";
      }
      out_ += queues(schedule, line) + " " + body(schedule, lines, line) + " @ " +
              std::to_string(one.cycle);
      if (one.count != 1) out_ += " times " + std::to_string(one.count);
      if (one.interval_cycles != 1 && one.count == 1) out_ += " times 1";
      if (one.interval_cycles != 1) out_ += " every " + std::to_string(one.interval_cycles);
      out_ += "\n";
    }
  }

  static std::string queues(const form::Schedule& schedule, const PrintedLine& line) {
    const auto slice = [&](std::uint32_t i) {
      return std::uint32_t{form::queue_of(schedule.instructions[line.first + i].queue).index};
    };
    std::string out = name_of(form::queue_of(schedule.instructions[line.first].queue));
    for (std::uint32_t i = 0; i < line.count;) {
      std::uint32_t end = i + 1;
      while (end < line.count && slice(end) == slice(end - 1) + 1) ++end;
      if (i != 0) out += "," + std::to_string(slice(i));
      if (end - i > 1) out += ".." + std::to_string(slice(end - 1));
      i = end;
    }
    return out;
  }

  std::string streams_of_line(const Instruction& one, const PrintedLine& line) const {
    form::StreamGroup group = one.result;
    if (line.count > 1) group.width = static_cast<std::uint8_t>(line.count);
    return " -> " + streams_text(group);
  }

  std::string body(const form::Schedule& schedule, const PrintedLines& lines,
                   const PrintedLine& line) const {
    const Instruction& one = schedule.instructions[line.first];
    const auto operand = [&](std::size_t i) { return lines.operand(line, i); };
    const std::string word(form::name_of(one.opcode));
    const std::string words = (one.bank == 0 ? "b0" : "b1") + address_text(one);
    const std::string result = one.result.width == 0 ? "" : streams_of_line(one, line);
    switch (one.opcode) {
      case Opcode::read:
        return word + " " + words + result;
      case Opcode::write:
        return word + " " + operand(0) + " -> " + words;
      case Opcode::gather:
        return word + " " + words + " by " + operand(0) + result;
      case Opcode::scatter:
        return word + " " + operand(0) + " by " + operand(1) + " -> " + words;
      case Opcode::alu:
        return alu(one, operand(0), operand(1)) + result;
      case Opcode::runtime_deskew:
        return word + " " + std::to_string(one.amount);
      case Opcode::send:
        return word + " " + operand(0);
      case Opcode::receive:
        return word + result;
      case Opcode::shift:
      case Opcode::rotate:
        return word + " " + std::to_string(one.amount) + ", " + operand(0) + result;
      case Opcode::permute:
      case Opcode::distribute:
        return word + " m" + std::to_string(maps_.at(schedule.maps.at(one.map))) + ", " +
               operand(0) + result;
      case Opcode::transpose:
        return word + " " + operand(0) + result;
      case Opcode::load_weights:
      case Opcode::install_weights:
      case Opcode::activate:
      case Opcode::accumulate:
        return word + " " + mxm(one, operand(0), operand(2)) + result;
      default:
        return word;
    }
  }

  static std::string alu(const Instruction& one, const std::string& a, const std::string& b) {
    const auto& traits = numerics::traits_of(one.operation);
    std::string out = std::string(traits.name) + " " + std::string(name_of(one.type));
    if (one.result_type != one.type) out += " to " + std::string(name_of(one.result_type));
    out += " " + a;
    if (traits.operands == 2) out += ", " + b;
    return out;
  }

  static std::string mxm(const Instruction& one, const std::string& operand,
                         const std::string& implied) {
    std::string out(name_of(one.type));
    if (one.opcode == Opcode::load_weights) {
      return out + " " + operand + " -> rows" + address_text(one);
    }
    if (one.opcode == Opcode::install_weights) {
      out += " rows " + std::to_string(one.rows);
    } else if (one.opcode == Opcode::activate) {
      out += (one.half == 0 ? "" : " half " + std::to_string(one.half)) + " " + operand;
    } else {
      out += (one.adds != 0 ? " add acc" : " store acc") + address_text(one);
    }
    const bool says = one.operands[2].kind == form::Operand::Kind::implied;
    return says ? out + " using " + implied : out;
  }

  const form::Program& program_;
  std::string out_;
  std::map<form::LaneMap, std::size_t> maps_;
  std::uint32_t layer_ = form::none;  ///< of the lines behind what is printed
};

}  // namespace

std::string print(const form::Program& program) { return Printer(program).print(); }

}  // namespace weft::tsp
