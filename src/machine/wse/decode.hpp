// SPDX-License-Identifier: Apache-2.0
// Tile code in the form that kernels run: scalar instructions with their cost, vector instructions
// with what their operation is.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "machine/wse/constants.hpp"
#include "numerics/arrays.hpp"
#include "program/wse.hpp"

namespace weft::machine::wse {

/// What the main thread's inner loop does itself; `none`: everything else.
enum class Fast : std::uint8_t {
  none,
  move,
  constant,
  add,
  subtract,
  multiply,
  bit_and,
  bit_or,
  bit_xor,
  equal,
  not_equal,
  less,
  less_unsigned,
  shift_left,
  float_add,
  float_multiply,
  load,
  store,
  jump,
  branch_if,
  branch_unless,
};

/// A scalar instruction. Integer results are wrapped by shifting left and back by `shift`.
struct Code {
  form::Operation operation = form::Operation::nop;
  form::Type type = form::Type::u16;
  std::uint8_t shift = 0;  ///< 64 - bits of the type
  bool is_signed = false;  ///< shift back with the sign
  std::uint16_t d = 0;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t cost_cycles = 0;
  std::int32_t immediate = 0;
  std::uint16_t taken_cycles = 0;  ///< a branch when taken, a `ret` to a caller: its whole cost
  Fast fast = Fast::none;
  bool b_immediate = false;
};
static_assert(sizeof(Code) == 20 && std::is_trivially_copyable_v<Code>);

inline constexpr unsigned operand_count = 4;  ///< destination and three sources

/// How a vector instruction runs.
struct Settings {
  bool asynchronous = false;
  std::uint8_t slot = 0;  ///< stream slot; 0xff: by the queue of the operands, at issue
  form::Priority priority{};
  std::int16_t activate = form::none_id;
  std::int16_t unblock = form::none_id;
};

/// A vector instruction with its shape.
struct VectorCode {
  form::Operand operands[operand_count];  ///< destination, sources
  numerics::ArrayOperation operation{};
  form::VectorOperation name{};
  std::uint8_t sources = 0;
  std::uint8_t element_bytes[operand_count] = {};
  Settings own;  ///< unless a DSR among the operands brings others
  std::int32_t wavelet_index = -1;
  std::uint32_t line = 0;
};
static_assert(std::is_trivially_copyable_v<VectorCode>);

struct FunctionCode {
  std::uint32_t entry = 0;
  std::uint16_t frame_base = 0;
  std::uint8_t parameters = 0;
  form::Type types[2] = {};  ///< of the first two parameters
};

struct TaskCode {
  form::TaskKind kind{};
  std::uint8_t id = 0;
  std::uint8_t queue = 0xff;  ///< data tasks: input queue that feeds it (8 + color: direct)
  bool bound = false;
  form::Priority priority{};
  std::uint32_t function = 0;
};

/// Where the parts of one TileCode are in the shared arrays, and what a tile of it needs.
struct CodeInfo {
  std::uint32_t code = 0;
  std::uint32_t vectors = 0;
  std::uint32_t functions = 0;
  std::uint32_t function_count = 0;
  std::uint32_t tasks = 0;
  std::uint32_t task_count = 0;
  std::uint32_t wide = 0;
  std::uint32_t descriptor_count = 0;
  std::uint32_t fifos = 0;
  std::uint32_t fifo_count = 0;
  std::uint32_t register_count = 0;
  std::uint32_t sram_bytes = 0;      ///< rounded up to 8
  std::uint32_t slots = 0;           ///< mask of the stream slots that its instructions can use
  std::uint32_t data_queues = 0;     ///< input queues that feed a data task
  std::uint32_t control_queues = 0;  ///< input queues whose control wavelets start tasks
  std::uint64_t local_tasks = 0;     ///< mask over task indices
  std::uint64_t activated = 0;       ///< initial state
  std::uint64_t blocked = 0;
  std::uint32_t settings = 0;  ///< that loads give to DSRs
  std::uint32_t settings_count = 0;
  std::int16_t teardown_task = form::none_id;  ///< index; starts when a color goes into teardown
};

/// All codes of a program, decoded.
struct Decoded {
  std::vector<CodeInfo> infos;
  std::vector<Code> code;
  std::vector<VectorCode> vectors;
  std::vector<FunctionCode> functions;
  std::vector<TaskCode> tasks;
  std::vector<Settings> settings;
  std::vector<form::Fifo> fifos;
  std::vector<std::uint64_t> wide;
};

/// Refuses what the executor does not have (Category::unsupported), naming code and line.
Decoded decode(const form::Program& program, const Constants& constants);

/// Greatest depth of calls; a function can be on the stack once.
inline constexpr std::uint32_t stack_words = 24;

}  // namespace weft::machine::wse
