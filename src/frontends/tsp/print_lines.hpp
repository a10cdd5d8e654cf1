// SPDX-License-Identifier: Apache-2.0
// Which instructions of a schedule make one line of text, and what operands call them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "frontends/tsp/words.hpp"

namespace weft::tsp {

/// Instructions [first, first + count) that one line says.
struct PrintedLine {
  std::uint32_t first = 0;
  std::uint32_t count = 1;
  std::string_view label;  ///< that references may use; empty: none
};

/// The lines of a schedule, in its order: slices that carry one vector abreast share a line.
class PrintedLines {
 public:
  PrintedLines(const form::Program& program, const form::Schedule& schedule);

  const std::vector<PrintedLine>& lines() const { return lines_; }
  /// Operand `operand` of the instruction, as the line of its instructions says it.
  std::string operand(const PrintedLine& line, std::size_t operand) const;
  /// What an instruction's label is in its program's texts; empty: none.
  std::string_view text_of(const form::Instruction& instruction) const;
  /// Which of its program's layers an instruction is of; none: of no layer.
  std::uint32_t layer_of(const form::Instruction& instruction) const;

 private:
  bool joins(std::uint32_t first, std::uint32_t next) const;
  void give_labels();
  const PrintedLine& line_of(std::uint32_t instruction) const {
    return lines_[line_of_[instruction]];
  }
  std::string reference(const form::Name& name) const;
  std::string names(const std::vector<form::Name>& names) const;
  const PrintedLine* one_line(const std::vector<form::Name>& names) const;
  std::vector<form::Name> names_of(const PrintedLine& line, std::size_t operand) const;
  std::string chain(const PrintedLine& line, const form::Operand& operand) const;

  const form::Program& program_;
  const form::Schedule& schedule_;
  std::vector<PrintedLine> lines_;
  std::vector<std::uint32_t> line_of_;
};

/// "e0..3".
std::string streams_text(const form::StreamGroup& group);

}  // namespace weft::tsp
