// SPDX-License-Identifier: Apache-2.0
// What a tile refuses; the codes go on where the fabric's end.
#pragma once

#include <cstdint>

#include "fabric/stream.hpp"

namespace weft::machine::wse {

/// KernelError::code of a tile's refusal. Details, in order, are named behind each.
enum class PeError : std::uint32_t {
  unwritten = static_cast<std::uint32_t>(fabric::FabricError::end),  ///< address, bytes
  out_of_bounds,         ///< address, bytes, SRAM bytes of the tile
  microthread_busy,      ///< microthread, line of what it is busy with
  fabric_inputs,         ///< inputs of the operation, allowed
  operands,              ///< VectorOperation; asynchronous without a fabric operand, or mixed up
  division_by_zero,      ///< instruction
  shift,                 ///< instruction, shift count
  assertion,             ///< message
  call_target,           ///< function number
  stack,                 ///< depth
  unbound_control_task,  ///< task id, input queue
  fifo_conflict,         ///< fifo
  task_number,           ///< task index
  descriptor_kind,       ///< descriptor
  length,                ///< descriptor, length
  no_time,               ///< instruction, instructions that cost nothing
  fixed_route,           ///< color
};

}  // namespace weft::machine::wse
