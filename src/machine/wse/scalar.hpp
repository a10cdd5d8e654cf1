// SPDX-License-Identifier: Apache-2.0
// The main thread: scalar instructions, each at its cycle and with its cost.
#pragma once

#include <cstring>

#include "machine/wse/inner.hpp"
#include "machine/wse/registers.hpp"
#include "machine/wse/vector_issue.hpp"

namespace weft::machine::wse {

/// The main thread runs ahead of the cycle at most so far, where nothing else can matter.
inline constexpr Cycle quantum_cycles = 2048;

// --- memory ---

/// A scalar load waits for vector results that it reads.
[[gnu::noinline]] inline void wait_for(const Pe& pe, MainThread& m, std::uint32_t at,
                                       std::uint32_t bytes) {
  const Cycle ready = pe.readable(at, at + bytes, m.time, 1);
  pe.t.stalls[static_cast<unsigned>(Stall::dependency)] += ready - m.time;
  m.time = ready;
}

inline Step load_at(const Pe& pe, MainThread& m, const Code& c, std::int64_t address) {
  const unsigned bytes = form::bytes_of(c.type);
  if (!pe.in_bounds(address, bytes)) return load_register(pe, m, c, address);
  const auto at = static_cast<std::uint32_t>(address);
  if (!pe.is_scalar_written(at, bytes)) {
    return refuse_in_time(pe, m, PeError::unwritten, at, bytes);
  }
  if (m.time < pe.t.hazards_until) wait_for(pe, m, at, bytes);
  std::uint64_t value = 0;
  std::memcpy(&value, pe.sram + at, bytes);
  pe.registers[c.d] = wrap(value, c.shift, c.is_signed);
  return Step::next;
}

inline Step store_at(const Pe& pe, const MainThread& m, const Code& c, std::int64_t address) {
  const unsigned bytes = form::bytes_of(c.type);
  if (!pe.in_bounds(address, bytes)) return store_register(pe, m, c, address);
  const auto at = static_cast<std::uint32_t>(address);
  std::memcpy(pe.sram + at, &pe.registers[c.d], bytes);
  pe.mark_scalar_written(at, bytes);
  return Step::next;
}

inline std::int64_t scalar_address(const Pe& pe, const Code& c) {
  const std::uint64_t base = c.a == form::no_register ? 0 : pe.registers[c.a];
  return static_cast<std::int64_t>(base) + c.immediate;
}

/// Address of the element of a memory descriptor that the instruction names, -1 with a refusal.
[[gnu::noinline]] inline Step element(const Pe& pe, MainThread& m, const Code& c,
                                      std::uint64_t number) {
  const form::Descriptor& d = pe.descriptors[c.a];
  const bool memory =
      d.kind == form::DescriptorKind::mem1d || d.kind == form::DescriptorKind::mem4d;
  if (!memory) return refuse_in_time(pe, m, PeError::descriptor_kind, c.a);
  const StreamOperand o = from_descriptor(d, static_cast<std::uint8_t>(form::bytes_of(c.type)));
  const std::int64_t address = element_address(o, static_cast<std::uint32_t>(number));
  return c.operation == Operation::element_load ? load_at(pe, m, c, address)
                                                : store_at(pe, m, c, address);
}

// --- descriptors, tasks, calls ---

inline Step descriptor_step(const Pe& pe, const MainThread& m, const Code& c, std::uint64_t b) {
  form::Descriptor* d = pe.descriptors;
  switch (c.operation) {
    case Operation::descriptor_copy:
    case Operation::descriptor_load_register:
      d[c.d] = d[c.a];
      d[c.d].save_address = (c.immediate & form::load_saves_address) != 0;
      d[c.d].settings = static_cast<std::uint8_t>(c.immediate >> form::load_settings_shift);
      return Step::next;
    case Operation::descriptor_set_length:
      if (d[c.d].kind == form::DescriptorKind::mem4d) {
        return refuse_in_time(pe, m, PeError::length, c.d, pe.registers[c.a]);
      }
      d[c.d].length = static_cast<std::uint32_t>(pe.registers[c.a]);
      return Step::next;
    case Operation::descriptor_get_length:
      pe.registers[c.d] = d[c.a].length;
      return Step::next;
    case Operation::descriptor_set_base:
      d[c.d].base = static_cast<std::uint16_t>(pe.registers[c.a]);
      return Step::next;
    case Operation::descriptor_increment_offset:
      d[c.d].base = static_cast<std::uint16_t>(d[c.d].base + b * form::bytes_of(c.type));
      return Step::next;
    default:
      d[c.d].stride = static_cast<std::int16_t>(b);
      return Step::next;
  }
}

inline Step task_step(const Pe& pe, const MainThread& m, const Code& c) {
  const std::uint64_t number =
      c.a == form::no_register ? static_cast<std::uint64_t>(c.immediate) : pe.registers[c.a];
  if (number >= pe.info.task_count) {
    return refuse_in_time(pe, m, PeError::task_number, number);
  }
  const std::uint64_t bit = std::uint64_t{1} << number;
  if (c.operation == Operation::activate) pe.activate(number, m.time);
  if (c.operation == Operation::block) pe.t.blocked |= bit;
  if (c.operation == Operation::unblock) pe.t.blocked &= ~bit;
  return Step::next;
}

inline Step call_step(const Pe& pe, MainThread& m, std::uint64_t function) {
  if (function >= pe.info.function_count) {
    return refuse_in_time(pe, m, PeError::call_target, function);
  }
  if (m.depth >= stack_words) return refuse_in_time(pe, m, PeError::stack, m.depth);
  pe.t.stack[m.depth++] = m.pc;
  m.pc = pe.s.function.data()[pe.info.functions + function].entry;
  return Step::next;
}

/// 128-bit-free generator: an LFSR with taps 23 and 18, 128 steps a use (CSL's @random16
/// polynomial) would give 16 bits; a splitmix step gives the 32 that the operation promises.
inline std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return (z ^ (z >> 31U)) & 0xffffffffU;
}

/// The 48-bit counter in a cycle; 0 while it is not enabled. It counts from its last enabling.
inline std::uint64_t timestamp(const Pe& pe, Cycle time) {
  const Cycle counted = time - pe.t.timestamp_start;
  return pe.t.timestamp_enabled ? counted & ((std::uint64_t{1} << 48U) - 1) : 0;
}

/// Three reads and stores of 16 bits, as one operation: its words are of one cycle.
inline Step timestamp_step(const Pe& pe, const MainThread& m, const Code& c) {
  constexpr std::uint32_t bytes = 6;
  const std::int64_t address = scalar_address(pe, c);
  if (!pe.in_bounds(address, bytes)) {
    return refuse_in_time(pe, m, PeError::out_of_bounds, static_cast<std::uint64_t>(address), bytes,
                          pe.info.sram_bytes);
  }
  const std::uint64_t now = timestamp(pe, m.time);
  const auto at = static_cast<std::uint32_t>(address);
  for (std::uint32_t k = 0; k < bytes; ++k) {
    pe.sram[at + k] = static_cast<std::byte>(now >> (8U * k) & 0xffU);
  }
  pe.mark_scalar_written(at, bytes);
  return Step::next;
}

[[gnu::noinline]] inline Step finish_task(const Pe& pe, MainThread& m, const Code& c) {
  if (m.time > pe.cycle + 1) return Step::later;
  const Cycle end = m.time + c.cost_cycles;
  const bool launched = pe.t.task == launched_task;
  const TaskCode* task =
      launched ? nullptr : pe.s.task.data() + pe.info.tasks + static_cast<unsigned>(pe.t.task);
  const std::uint32_t kind = launched ? 3U : static_cast<std::uint32_t>(task->kind);
  const std::uint32_t id = launched ? std::uint32_t{form::launched_task_id} : task->id;
  pe.row(RowStream::tasks, kind, id, end, end - pe.t.task_start,
         pe.t.instructions + m.instructions + 1 - pe.t.task_issued);
  m.scalar_cycles += c.cost_cycles;
  ++m.instructions;
  m.time = end;
  pe.t.main = Main::idle;
  pe.t.task = form::none_id;
  return Step::ended;
}

/// What does not happen in every other instruction.
[[gnu::noinline]] inline Step rare_step(const Pe& pe, MainThread& m, const Code& c,
                                        std::uint64_t b) {
  switch (c.operation) {
    case Operation::math:
      pe.registers[c.d] =
          math(static_cast<MathFunction>(c.immediate), c.type, pe.registers[c.a],
               c.b == form::no_register ? 0 : pe.registers[c.b], pe.constants().rules);
      return Step::next;
    case Operation::element_load:
    case Operation::element_store:
      return element(pe, m, c, b);
    case Operation::descriptor_copy:
    case Operation::descriptor_load_register:
    case Operation::descriptor_set_length:
    case Operation::descriptor_get_length:
    case Operation::descriptor_set_base:
    case Operation::descriptor_increment_offset:
    case Operation::descriptor_set_stride:
      return descriptor_step(pe, m, c, b);
    case Operation::activate:
    case Operation::block:
    case Operation::unblock:
      return task_step(pe, m, c);
    case Operation::timestamp:
      pe.registers[c.d] = timestamp(pe, m.time);
      return Step::next;
    case Operation::timestamp_store:
      return timestamp_step(pe, m, c);
    case Operation::timestamp_enable:
      pe.t.timestamp_enabled = c.immediate != 0;
      pe.t.timestamp_start = c.immediate == form::timestamp_since_reset ? 0 : m.time;
      return Step::next;
    case Operation::unblock_command_stream:
      pe.t.command_open = false;
      return Step::next;
    case Operation::assert_true:
      if (pe.registers[c.a] != 0) return Step::next;
      return refuse_in_time(pe, m, PeError::assertion, static_cast<std::uint64_t>(c.immediate));
    case Operation::random:
      pe.registers[c.d] = next_random(pe.t.random);
      return Step::next;
    case Operation::tile_constant:
      pe.registers[c.d] =
          wrap(pe.s.tile_constants.data()[pe.t.constants + static_cast<std::uint32_t>(c.immediate)],
               c.shift, c.is_signed);
      return Step::next;
    case Operation::constant_wide:
      pe.registers[c.d] =
          wrap(pe.s.wide.data()[pe.info.wide + static_cast<std::uint32_t>(c.immediate)], c.shift,
               c.is_signed);
      return Step::next;
    default:
      return Step::next;
  }
}

/// Quotients and shifts, which can be refused.
[[gnu::noinline]] inline Step checked_step(const Pe& pe, const MainThread& m, const Code& c,
                                           std::uint64_t a, std::uint64_t b) {
  const bool quotient = c.operation == Operation::divide || c.operation == Operation::remainder;
  if (quotient && b == 0) return refuse_in_time(pe, m, PeError::division_by_zero, m.pc - 1);
  if (!quotient && b >= 64U - c.shift) return refuse_in_time(pe, m, PeError::shift, m.pc - 1, b);
  pe.registers[c.d] = integer_binary(c, a, b);
  return Step::next;
}

/// Operations on one or two integers (a floating type: bits).
inline Step integer_step(const Pe& pe, const MainThread& m, const Code& c, std::uint64_t a,
                         std::uint64_t b) {
  std::uint64_t& d = pe.registers[c.d];
  switch (c.operation) {
    case Operation::negate:
      d = negate(c.type, a);
      return Step::next;
    case Operation::bit_not:
      d = wrap(~a, c.shift, c.is_signed);
      return Step::next;
    case Operation::logical_not:
      d = a == 0;
      return Step::next;
    case Operation::divide:
    case Operation::remainder:
    case Operation::shift_left:
    case Operation::shift_right:
      return checked_step(pe, m, c, a, b);
    default:
      d = integer_binary(c, a, b);
      return Step::next;
  }
}

[[gnu::always_inline]] inline std::uint64_t operand_b(const Pe& pe, const Code& c) {
  if (c.b == form::use_immediate) {
    return wrap(static_cast<std::uint64_t>(std::int64_t{c.immediate}), c.shift, c.is_signed);
  }
  return c.b == form::no_register ? 0 : pe.registers[c.b];
}

inline Step arithmetic_step(const Pe& pe, const MainThread& m, const Code& c) {
  const std::uint64_t a = pe.registers[c.a];
  const std::uint64_t b = operand_b(pe, c);
  const bool bits = c.operation == Operation::negate || c.operation == Operation::bit_not ||
                    c.operation == Operation::logical_not;
  if (!is_float(c.type) || bits) return integer_step(pe, m, c, a, b);
  pe.registers[c.d] = float_binary(c.operation, c.type, a, b, pe.constants().rules);
  return Step::next;
}

/// Counts taken_cycles where cost_cycles will be counted.
inline void instead(MainThread& m, const Code& c) {
  m.time = m.time + c.taken_cycles - c.cost_cycles;
  m.scalar_cycles = m.scalar_cycles + c.taken_cycles - c.cost_cycles;
}

/// Executes the instruction at m.pc - 1 (the pc is already past it).
inline Step execute(const Pe& pe, MainThread& m, const Code& c) {
  std::uint64_t* r = pe.registers;
  if (c.operation >= Operation::add && c.operation <= Operation::greater_equal) {
    return arithmetic_step(pe, m, c);
  }
  switch (c.operation) {
    case Operation::nop:
      return Step::next;
    case Operation::move:
      r[c.d] = r[c.a];
      return Step::next;
    case Operation::constant:
      r[c.d] = wrap(static_cast<std::uint64_t>(std::int64_t{c.immediate}), c.shift, c.is_signed);
      return Step::next;
    case Operation::convert:
      r[c.d] = convert(c.type, static_cast<Type>(c.immediate), r[c.a], pe.constants().rules);
      return Step::next;
    case Operation::bitcast:
      r[c.d] = bitcast(c.type, static_cast<Type>(c.immediate), r[c.a]);
      return Step::next;
    case Operation::load:
      return load_at(pe, m, c, scalar_address(pe, c));
    case Operation::store:
      return store_at(pe, m, c, scalar_address(pe, c));
    case Operation::jump:
      m.pc = static_cast<std::uint32_t>(c.immediate);
      return Step::next;
    case Operation::branch_if:
    case Operation::branch_unless:
      if ((r[c.a] != 0) == (c.operation == Operation::branch_if)) {
        m.pc = static_cast<std::uint32_t>(c.immediate);
        instead(m, c);
      }
      return Step::next;
    case Operation::call:
      return call_step(pe, m, static_cast<std::uint64_t>(c.immediate));
    case Operation::call_indirect:
      return call_step(pe, m, r[c.a]);
    case Operation::ret:
      if (m.depth == 0) return finish_task(pe, m, c);
      m.pc = pe.t.stack[--m.depth];
      instead(m, c);
      return Step::next;
    default:
      return rare_step(pe, m, c, operand_b(pe, c));
  }
}

/// A vector instruction from the main thread's loop.
[[gnu::noinline]] inline Step vector_step(const Pe& pe, MainThread& m, const Code& c) {
  if (pe.made.rows + 4 > rows_per_tile && m.time > pe.cycle + 1) return Step::later;
  const Issue issue = issue_vector(pe, static_cast<std::uint32_t>(c.immediate), c.d, m.time);
  if (issue == Issue::later) return Step::later;
  ++m.instructions;
  return issue == Issue::next ? Step::next : Step::ended;
}

/// Executes one instruction of any kind.
inline Step run_one(const Pe& pe, MainThread& m, const Code& c) {
  if (c.operation == Operation::vector) return vector_step(pe, m, c);
  const Cycle cost = c.cost_cycles;
  const Step step = execute(pe, m, c);
  if (step == Step::next) {
    m.time += cost;
    m.scalar_cycles += cost;
    ++m.instructions;
  }
  return step;
}

/// Runs the main thread from its next instruction on: through the quantum while the tile has no
/// stream, else the instruction of this cycle alone.
inline void run_main(const Pe& pe) {
  Tile& t = pe.t;
  MainThread m{t.main_time, t.pc, t.depth};
  const Code* code = pe.s.code.data() + pe.info.code;
  const Cycle first = pe.cycle + 1;
  Step step = Step::next;
  while (step == Step::next) {
    const Cycle limit = pe.alone() ? first + quantum_cycles : first;
    run_inner(pe, m, code, limit, quantum_cycles + free_instructions);
    if (m.time > limit) break;
    if (m.instructions >= quantum_cycles + free_instructions) {
      // Ahead of its cycle it waits: what other tiles do comes first.
      if (m.time <= first) pe.refuse(PeError::no_time, m.pc, free_instructions);
      break;
    }
    step = run_one(pe, m, code[m.pc++]);
  }
  if (step == Step::later) --m.pc;
  const bool blocked = t.main == Main::blocked;
  t.pc = m.pc;
  t.depth = static_cast<std::uint16_t>(m.depth);
  t.scalar_cycles += m.scalar_cycles;
  t.instructions += m.instructions;
  if (!blocked) t.main_time = m.time;
  t.steps_seen = pe.ramp.steps_taken(pe.index);
  if (t.main == Main::running) pe.ramp.set_main_issue(pe.index, m.time);
}

}  // namespace weft::machine::wse
