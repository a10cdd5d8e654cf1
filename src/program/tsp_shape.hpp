// SPDX-License-Identifier: Apache-2.0
// What a TSP's opcodes take and give, whatever the cycle: for validate() and check().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "program/tsp.hpp"

namespace weft::program::tsp {

struct OpcodeTraits {
  std::string_view name;
  std::optional<Unit> unit;   ///< whose queues dispatch it; none: any
  std::uint8_t parts = 0xff;  ///< MXM, SXM: bit p is set where part p does
  std::uint8_t operands = 0;  ///< that stand in operands 0 and 1; alu: as its operation
  bool gives = false;         ///< must have a result
  bool may_give = false;      ///< may have one
  bool implies = false;       ///< has something to name in operand 2
};
const OpcodeTraits& traits_of(Opcode opcode);

/// Operands 0 and 1 that the instruction must have.
std::uint32_t operands_of(const Instruction& instruction);
/// Streams that operand `index` (0, 1) must take, and the result drive; 0: any group, where `any`.
struct Widths {
  std::uint32_t operand[2] = {0, 0};
  std::uint32_t result = 0;
  bool any = false;        ///< one group of any width, the result as wide
  bool unaligned = false;  ///< rotate
};
Widths widths_of(const Instruction& instruction);

constexpr bool is_mxm(Opcode opcode) {
  return opcode >= Opcode::load_weights && opcode <= Opcode::accumulate;
}
/// True where the instruction takes both planes of a hemisphere.
inline bool takes_both_planes(const Instruction& instruction) {
  return is_mxm(instruction.opcode) && instruction.type == VectorType::f16;
}

/// Whether two elements of the run may have the same address.
bool repeats_address(const Instruction& instruction);

/// "axpb.tsp:14: " for messages; empty where the line is not known.
std::string place_text(const Program& program, const Instruction& instruction);
/// Likewise of a tensor; "TSP program: " where there is no file.
std::string place_text(const Program& program, const Tensor& tensor);
/// Refuses two tensors, or two elements of one, in one place (Category::input, naming both and the
/// place), unless one says that it lies over the other.
void refuse_overlaps(const Program& program);
/// "'sum' (vxm.4)", or "add (vxm.4, instruction 12)" without a label.
std::string text_of(const Program& program, const Schedule& schedule, std::uint32_t index);

}  // namespace weft::program::tsp
