// SPDX-License-Identifier: Apache-2.0
// The task picker: which task an idle main thread starts, and with what arguments.
#pragma once

#include "machine/wse/scalar.hpp"

namespace weft::machine::wse {

/// A task that could start. Higher priority first, then the lower id, then data, local, control.
struct Candidate {
  std::int16_t task = form::none_id;
  std::uint8_t queue = 0xff;
  std::uint32_t rank = 0;
};

inline void consider(Candidate& best, const TaskCode& code, std::int16_t number,
                     std::uint8_t queue) {
  const std::uint32_t rank = (static_cast<std::uint32_t>(code.priority) << 16U) |
                             ((255U - code.id) << 8U) |
                             (3U - static_cast<std::uint32_t>(code.kind));
  if (best.task == form::none_id || rank > best.rank) best = {number, queue, rank};
}

inline void consider_local(const Pe& pe, Candidate& best) {
  std::uint64_t ready = pe.t.activated & ~pe.t.blocked & pe.info.local_tasks;
  while (ready != 0) {
    const auto number = static_cast<unsigned>(__builtin_ctzll(ready));
    ready &= ready - 1;
    consider(best, pe.s.task.data()[pe.info.tasks + number], static_cast<std::int16_t>(number),
             0xff);
  }
}

/// True when a live stream takes words from the queue.
inline bool queue_in_use(const Pe& pe, std::uint8_t queue) {
  if (pe.alone()) return false;
  for (std::uint32_t slot = 0; slot < fabric::slot_count; ++slot) {
    const Thread* th = pe.thread(slot);
    if (th == nullptr || th->state == Thread::State::free) continue;
    for (unsigned i = 1; i < operand_count; ++i) {
      const StreamOperand& o = th->operands[i];
      if (o.kind == form::DescriptorKind::fabin && o.queue == queue) return true;
    }
  }
  return false;
}

/// The control task that the control wavelet at the head of a queue starts.
inline void consider_control(const Pe& pe, Candidate& best, std::uint8_t queue,
                             std::uint32_t payload) {
  const auto id = static_cast<std::uint8_t>(payload >> 16U & 0x3fU);
  for (std::uint32_t k = 0; k < pe.info.task_count; ++k) {
    const TaskCode& code = pe.s.task.data()[pe.info.tasks + k];
    const bool blocked = (pe.t.blocked >> k & 1U) != 0;
    if (code.kind != form::TaskKind::control || code.id != id || !code.bound) continue;
    if (!blocked) consider(best, code, static_cast<std::int16_t>(k), queue);
    return;
  }
  pe.refuse(PeError::unbound_control_task, id, queue);
}

/// Data tasks, and control tasks whose channel (the data task id, bound or not) is not blocked.
inline void consider_queues(const Pe& pe, Candidate& best) {
  const std::uint32_t queues = pe.info.data_queues | pe.info.control_queues;
  for (std::uint32_t k = 0; queues != 0 && k < pe.info.task_count; ++k) {
    const TaskCode& code = pe.s.task.data()[pe.info.tasks + k];
    if (code.kind != form::TaskKind::data || (pe.t.blocked >> k & 1U) != 0) continue;
    if (!pe.ramp.head_available(pe.index, code.queue) || queue_in_use(pe, code.queue)) continue;
    const fabric::Wavelet head = pe.ramp.head(pe.index, code.queue);
    if (head.control) {
      consider_control(pe, best, code.queue, head.payload);
    } else if (code.bound) {
      consider(best, code, static_cast<std::int16_t>(k), code.queue);
    }
  }
}

/// Puts a wavelet's payload into the parameters: one of 32 bits, or 16-bit ones from the low half
/// up.
inline void pass_payload(const Pe& pe, const FunctionCode& function, std::uint32_t payload) {
  for (unsigned k = 0; k < function.parameters && k < 2; ++k) {
    const unsigned bytes = form::bytes_of(function.types[k]);
    const std::uint32_t value = bytes >= 4 ? payload : payload >> (16U * k) & 0xffffU;
    pe.registers[function.frame_base + k] = wrap(value, function.types[k]);
  }
}

inline void start(const Pe& pe, std::uint32_t function, Cycle from) {
  Tile& t = pe.t;
  const FunctionCode& code = pe.s.function.data()[pe.info.functions + function];
  t.main = Main::running;
  t.task_start = from;
  t.task_issued = t.instructions;
  t.main_time = from + pe.constants().task_activation;
  t.pc = code.entry;
  t.depth = 0;
  t.steps_seen = steps_unseen;
}

inline void start_launched(const Pe& pe, Cycle from) {
  Tile& t = pe.t;
  t.launch_pending = false;
  t.task = launched_task;
  const FunctionCode& code = pe.s.function.data()[pe.info.functions + t.launch_function];
  for (unsigned k = 0; k < code.parameters && k < launch_arguments_max; ++k) {
    pe.registers[code.frame_base + k] = pe.s.launch_arguments.data()[k];
  }
  start(pe, t.launch_function, from);
}

/// Starts the next task of an idle main thread; false when there is none, or not yet.
inline bool pick_task(const Pe& pe) {
  Tile& t = pe.t;
  const Cycle from = t.main_time > pe.cycle + 1 ? t.main_time : pe.cycle + 1;
  if (from > pe.cycle + 1) return false;
  if (t.launch_pending) {
    start_launched(pe, from);
    return true;
  }
  Candidate best;
  consider_local(pe, best);
  consider_queues(pe, best);
  if (best.task == form::none_id || pe.refused()) return false;
  const TaskCode& code = pe.s.task.data()[pe.info.tasks + static_cast<unsigned>(best.task)];
  t.activated &= ~(std::uint64_t{1} << static_cast<unsigned>(best.task));
  t.task = best.task;
  if (code.kind != form::TaskKind::local) {
    const auto head = pe.ramp.head(pe.index, best.queue);
    pass_payload(pe, pe.s.function.data()[pe.info.functions + code.function], head.payload);
    pe.word(WordKind::data_task, head.color, head.payload);
    pe.ramp.pop(pe.index, best.queue);
  }
  start(pe, code.function, from);
  return true;
}

}  // namespace weft::machine::wse
