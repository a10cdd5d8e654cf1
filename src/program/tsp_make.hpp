// SPDX-License-Identifier: Apache-2.0
// Short ways to write a TSP's instructions.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "program/tsp.hpp"

namespace weft::program::tsp::make {

constexpr Queue mem(Hemisphere hemisphere, std::uint32_t slice) {
  return {Unit::mem, hemisphere, static_cast<std::uint8_t>(slice), 0};
}
constexpr Queue vxm(std::uint32_t alu) {
  return {Unit::vxm, Hemisphere::west, static_cast<std::uint8_t>(alu), 0};
}
constexpr Queue sxm(Hemisphere hemisphere, SxmUnit unit) {
  return {Unit::sxm, hemisphere, 0, static_cast<std::uint8_t>(unit)};
}
constexpr Queue mxm(Hemisphere hemisphere, std::uint32_t plane, MxmQueue part) {
  return {Unit::mxm, hemisphere, static_cast<std::uint8_t>(plane), static_cast<std::uint8_t>(part)};
}

constexpr StreamGroup streams(Direction direction, std::uint32_t first, std::uint32_t width = 1) {
  return {direction, static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(width), 0};
}
inline Operand from(const StreamGroup& group) {
  Operand operand;
  operand.kind = Operand::Kind::stream;
  operand.group = group;
  return operand;
}
inline Operand chained(std::uint32_t alu) {
  Operand operand;
  operand.kind = Operand::Kind::chain;
  operand.alu = static_cast<std::uint8_t>(alu);
  return operand;
}
inline Operand implied() {
  Operand operand;
  operand.kind = Operand::Kind::implied;
  return operand;
}

inline Instruction run(Opcode opcode, const Queue& queue, Cycle cycle, std::uint32_t count = 1,
                       std::uint32_t interval_cycles = 1) {
  Instruction made;
  made.opcode = opcode;
  made.queue = static_cast<std::uint16_t>(number_of(queue));
  made.cycle = cycle;
  made.count = count;
  made.interval_cycles = interval_cycles;
  made.stride = count > 1 ? 1 : 0;
  return made;
}
inline Instruction read(const Queue& queue, Cycle cycle, std::uint32_t address,
                        const StreamGroup& result, std::uint32_t count = 1) {
  Instruction made = run(Opcode::read, queue, cycle, count);
  made.address = address;
  made.result = result;
  return made;
}
inline Instruction write(const Queue& queue, Cycle cycle, const StreamGroup& operand,
                         std::uint32_t address, std::uint32_t count = 1) {
  Instruction made = run(Opcode::write, queue, cycle, count);
  made.address = address;
  made.operands[0] = from(operand);
  return made;
}
/// One operand, or two; without a result until it is set.
inline Instruction alu(std::uint32_t number, Cycle cycle, VectorOperation operation,
                       VectorType type, const Operand& a, const Operand& b = {}) {
  Instruction made = run(Opcode::alu, vxm(number), cycle);
  made.operation = operation;
  made.type = type;
  made.result_type = type;
  made.operands[0] = a;
  made.operands[1] = b;
  return made;
}

}  // namespace weft::program::tsp::make
