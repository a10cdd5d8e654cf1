// SPDX-License-Identifier: Apache-2.0
// Short words for TSP schedules in tests.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program/tsp.hpp"
#include "program/tsp_check.hpp"
#include "program/tsp_make.hpp"

namespace weft::program::tsp::test {

using make::implied;

inline StreamGroup east(std::uint32_t first, std::uint32_t width = 1) {
  return make::streams(Direction::east, first, width);
}
inline StreamGroup west(std::uint32_t first, std::uint32_t width = 1) {
  return make::streams(Direction::west, first, width);
}
inline Operand of(StreamGroup group) { return make::from(group); }
inline Operand chain(std::uint32_t alu) { return make::chained(alu); }

/// A program of one chip, put together run by run.
class Builder {
 public:
  Builder() {
    program.schedules.resize(1);
    program.schedule_of_chip = {0};
  }

  Schedule& schedule() { return program.schedules.front(); }
  Instruction& operator[](std::uint32_t index) { return schedule().instructions.at(index); }

  /// A run of `opcode` on a queue; the rest is set by the caller through operator[].
  std::uint32_t add(const std::string& queue, Opcode opcode, Cycle cycle, std::uint32_t count = 1,
                    std::uint32_t interval_cycles = 1) {
    Instruction i;
    i.queue = static_cast<std::uint16_t>(number_of(*find_queue(queue)));
    i.opcode = opcode;
    i.cycle = cycle;
    i.count = count;
    i.interval_cycles = interval_cycles;
    schedule().instructions.push_back(i);
    return static_cast<std::uint32_t>(schedule().instructions.size() - 1);
  }
  /// Words from `address` on, one after the other.
  std::uint32_t read(const std::string& queue, Cycle cycle, StreamGroup result,
                     std::uint32_t address = 0, std::uint32_t count = 1) {
    const std::uint32_t index = add(queue, Opcode::read, cycle, count);
    (*this)[index].result = result;
    (*this)[index].address = address;
    (*this)[index].stride = 1;
    return index;
  }
  std::uint32_t write(const std::string& queue, Cycle cycle, StreamGroup from,
                      std::uint32_t address = 0, std::uint32_t count = 1) {
    const std::uint32_t index = add(queue, Opcode::write, cycle, count);
    (*this)[index].operands[0] = of(from);
    (*this)[index].address = address;
    (*this)[index].stride = 1;
    return index;
  }
  std::uint32_t alu(std::uint32_t number, VectorOperation operation, Cycle cycle,
                    std::vector<Operand> operands, StreamGroup result = {},
                    VectorType type = VectorType::i8, std::uint32_t count = 1) {
    const std::uint32_t index = add("vxm." + std::to_string(number), Opcode::alu, cycle, count);
    Instruction& i = (*this)[index];
    i.operation = operation;
    i.type = type;
    i.result_type = type;
    i.result = result;
    for (std::size_t o = 0; o < operands.size(); ++o) i.operands.at(o) = operands[o];
    return index;
  }
  /// Operand `operand` of `consumer` must be `producer`'s element first + k * step.
  void name(std::uint32_t consumer, std::uint32_t operand, std::uint32_t producer,
            std::int64_t first = 0, std::int64_t step = 1) {
    Operand& named = (*this)[consumer].operands.at(operand);
    named.names = static_cast<std::uint32_t>(schedule().names.size());
    named.name_count = 1;
    schedule().names.push_back({producer, 0, first, step});
  }
  void label(std::uint32_t index, std::string text, std::uint32_t line) {
    (*this)[index].label = static_cast<std::uint32_t>(program.texts.size());
    (*this)[index].line = line;
    program.texts.push_back(std::move(text));
  }

  Program program;
};

/// The delays that tsp_timing.hpp states, and 512 accumulator rows.
inline Timing default_timing() {
  Timing out;
  out.mxm_accumulator_rows = 512;
  out.text_slices_west = {16, 20};
  out.text_slices_east = {16, 20};
  return out;
}

/// The first fault; the program must be valid.
inline std::optional<Fault> fault_in(const Program& program,
                                     const Timing& timing = default_timing()) {
  validate(program);
  return check(program, timing).fault;
}

/// "two drivers of vxm.4[2] in cycle 105": what two checkers agree on, in short; "" without fault.
inline std::string short_text(const std::optional<Fault>& fault) {
  if (!fault) return "";
  return std::string(name_of(fault->code)) + " of " + name_of(queue_of(fault->queue)) + "[" +
         std::to_string(fault->element) + "] in cycle " + std::to_string(fault->cycle);
}
inline std::string fault_text(const Builder& builder, const Timing& timing = default_timing()) {
  return short_text(fault_in(builder.program, timing));
}

}  // namespace weft::program::tsp::test
