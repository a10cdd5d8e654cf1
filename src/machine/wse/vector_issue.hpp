// SPDX-License-Identifier: Apache-2.0
// Issue of a vector instruction by the main thread: at once in memory, or as a stream.
#pragma once

#include "machine/wse/vector_streams.hpp"

namespace weft::machine::wse {

enum class Issue : std::uint8_t {
  next,   ///< issued; the main thread goes on at the new time
  later,  ///< can only be decided when its cycle has come
  ended,  ///< the main thread waits for its stream, or the tile refused
};

/// Least cycle >= from in which all memory sources can be read.
inline Cycle sources_readable(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                              std::uint32_t count, Cycle from, Cycle duration) {
  Cycle start = from;
  for (unsigned i = 1; i <= v.sources; ++i) {
    if (!in_memory(o[i])) continue;
    const Span64 bytes = touched_bytes(o[i], count);
    start = pe.readable(static_cast<std::uint32_t>(bytes.begin),
                        static_cast<std::uint32_t>(bytes.end), start, duration);
  }
  return start;
}

/// Moves what FIFOs hold or take; the result says whether all of it moved.
inline std::uint32_t run_with_fifos(const Pe& pe, const VectorCode& v, const Operands& operands) {
  const std::uint32_t count = fifo_room(pe, v, operands.o, operands.count);
  const std::uint32_t none[2] = {0, 0};
  for (std::uint32_t k = 0; k < count && !pe.refused(); ++k) run_step(pe, v, operands.o, k, none);
  if (count < operands.count) note_fifo_stops(pe, v, operands.o);
  return count;
}

inline Issue issue_in_memory(const Pe& pe, const VectorCode& v, const Operands& operands,
                             std::uint16_t result, Cycle& time) {
  const bool decided = time == pe.cycle + 1;
  const StreamOperand* o = operands.o;
  if (operands.fifo && !decided) return Issue::later;
  std::uint32_t count = operands.count;
  if (!operands.fifo && !check_memory_operation(pe, v, o, count)) {
    if (!decided) pe.t.refusal = {};
    return decided ? Issue::ended : Issue::later;
  }
  const Cycle loaded = time + operands.load_cycles;
  const Duration duration = memory_duration(pe.constants(), v, o, count);
  const Cycle start = sources_readable(pe, v, o, count, loaded, duration.cycles);
  if (operands.fifo) {
    const std::uint32_t moved = run_with_fifos(pe, v, operands);
    if (pe.refused()) return Issue::ended;
    if (result != form::no_register) pe.registers[result] = moved == count ? 1 : 0;
    count = moved;
  } else {
    run_in_memory(pe, v, o, count);
    if (result != form::no_register) pe.registers[result] = 1;
  }
  save_addresses(pe, v, o, count);
  const Cycle end = start + duration.cycles;
  if (in_memory(o[0]) && count > 0) {
    const Span64 bytes = touched_bytes(o[0], count);
    const Cycle latency = pe.constants().vector_latency;
    pe.add_hazard(static_cast<std::uint32_t>(bytes.begin), static_cast<std::uint32_t>(bytes.end),
                  start + latency, end - 1 + latency);
  }
  pe.t.stalls[static_cast<unsigned>(Stall::dependency)] += start - loaded;
  pe.t.stalls[static_cast<unsigned>(Stall::bank)] += duration.lost;
  pe.t.vector_cycles += duration.cycles;
  pe.t.scalar_cycles += loaded - time;
  pe.row(RowStream::vectors, static_cast<std::uint32_t>(FlowKind::memory),
         static_cast<std::uint32_t>(v.name), end, duration.cycles, count);
  time = end;
  return Issue::next;
}

/// Stream slot of an asynchronous instruction: .ut_id, else by the generation's rule.
inline std::uint32_t slot_of(const VectorCode& v, const Settings& settings,
                             const Operands& operands) {
  if (settings.slot != 0xff) return settings.slot;
  for (unsigned k = 0; k <= v.sources; ++k) {
    if (on_fabric(operands.o[k])) return operands.o[k].queue;
  }
  return settings.slot;
}

inline Issue issue_stream(const Pe& pe, const VectorCode& v, std::uint32_t number,
                          std::uint8_t settings, const Operands& operands, std::uint16_t result,
                          Cycle& time) {
  const std::uint32_t slot = slot_of(v, settings_of(pe, v, settings), operands);
  Thread* th = slot > fabric::main_slot ? nullptr : pe.thread(slot);
  if (th == nullptr) {
    pe.refuse(PeError::operands, static_cast<std::uint64_t>(v.name), v.line);
    return Issue::ended;
  }
  if (th->state != Thread::State::free) {
    pe.refuse(PeError::microthread_busy, slot, pe.s.vector.data()[th->vector].line, v.line);
    return Issue::ended;
  }
  const Cycle loaded = time + operands.load_cycles;
  const Cycle ready = sources_readable(pe, v, operands.o, operands.count, loaded, operands.count);
  *th = Thread{};
  for (unsigned k = 0; k < operand_count; ++k) th->operands[k] = operands.o[k];
  th->issued = ready;
  th->vector = number;
  th->settings = settings;
  th->count = operands.count;
  th->result = slot == fabric::main_slot && result != form::no_register ? result : -1;
  if (operands.fabric_out != nullptr) {
    const form::Descriptor& out = *operands.fabric_out;
    th->color = out.color;
    th->control = out.control;
    th->advance_switch = out.advance_switch;
    th->has_index = out.has_wavelet_index || v.wavelet_index >= 0;
    th->wavelet_index =
        v.wavelet_index >= 0 ? static_cast<std::uint16_t>(v.wavelet_index) : out.wavelet_index;
  }
  const Duration duration = memory_duration(pe.constants(), v, operands.o, operands.count);
  th->interval =
      duration.cycles > operands.count && rows_of(operands.o) == 0
          ? static_cast<std::uint16_t>((duration.cycles + operands.count - 1) / operands.count)
          : std::uint16_t{1};
  pe.t.stalls[static_cast<unsigned>(Stall::dependency)] += ready - loaded;
  pe.t.scalar_cycles += loaded - time;
  ++pe.t.live_threads;
  const bool main = slot == fabric::main_slot;
  if (main) pe.t.main = Main::blocked;
  post_steps(pe, v, *th, slot, ready);
  if (main && pe.t.main == Main::running) {  // a FIFO let nothing through
    time = ready + 1;
    return Issue::next;
  }
  if (main) return Issue::ended;
  if (result != form::no_register) pe.registers[result] = 1;
  time = loaded + 1;
  return Issue::next;
}

/// An instruction over no elements only completes.
inline void issue_empty(const Pe& pe, const Settings& settings, std::uint16_t result, Cycle time) {
  if (result != form::no_register) pe.registers[result] = 1;
  if (settings.asynchronous) tell_end(pe, settings, time);
}

/// Of the DSRs among the operands, the last that was loaded with settings decides; 0: none was.
inline std::uint8_t settings_at_issue(const Pe& pe, const VectorCode& v) {
  std::uint8_t settings = 0;
  for (unsigned k = 0; pe.info.settings_count != 0 && k <= v.sources; ++k) {
    if (v.operands[k].kind != form::Operand::Kind::data_register) continue;
    const std::uint8_t given = pe.descriptors[v.operands[k].index].settings;
    if (given != 0) settings = given;
  }
  return settings;
}

/// Issues vector instruction `number` of the tile's code at `time`.
inline Issue issue_vector(const Pe& pe, std::uint32_t number, std::uint16_t result, Cycle& time) {
  const std::uint32_t shared = pe.info.vectors + number;
  const VectorCode& v = pe.s.vector.data()[shared];
  const bool decided = time == pe.cycle + 1;
  Operands operands;
  if (!take_operands(pe, v, operands)) {
    if (!decided) pe.t.refusal = {};
    return decided ? Issue::ended : Issue::later;
  }
  if (operands.fabric && !decided) return Issue::later;
  const std::uint8_t settings = settings_at_issue(pe, v);
  const Settings& by = settings_of(pe, v, settings);
  if (operands.count == 0) {
    issue_empty(pe, by, result, time);
    time += 1 + operands.load_cycles;
    return Issue::next;
  }
  if (operands.fabric) return issue_stream(pe, v, shared, settings, operands, result, time);
  if (by.asynchronous) {
    if (!decided) return Issue::later;
    pe.refuse(PeError::operands, static_cast<std::uint64_t>(v.name), v.line);
    return Issue::ended;
  }
  return issue_in_memory(pe, v, operands, result, time);
}

}  // namespace weft::machine::wse
