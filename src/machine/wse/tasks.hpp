// SPDX-License-Identifier: Apache-2.0
// The task picker: which task an idle main thread starts, and with what arguments.
#pragma once

#include "machine/wse/scalar.hpp"

namespace weft::machine::wse {

/// A task that could start. Higher priority first, then by the topology's pe.task_pick_rule, then
/// the lower id, then data, local, control.
struct Candidate {
  std::int16_t task = form::none_id;
  std::uint8_t queue = 0xff;
  std::uint8_t priority = 0;
  std::uint16_t order = 0;  ///< id and kind: the least goes first
  std::uint64_t turn = 0;   ///< by the rule: the least goes first
};

inline bool goes_before(const Candidate& a, const Candidate& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  return a.turn != b.turn ? a.turn < b.turn : a.order < b.order;
}

inline std::uint64_t turn_of(const Pe& pe, std::uint8_t id, Cycle activated) {
  switch (pe.constants().task_pick) {
    case TaskPickRule::oldest_activation:
      return activated;
    case TaskPickRule::round_robin:
      return (task_ids - 1U + id - pe.t.last_id) % task_ids;
    case TaskPickRule::lowest_id:
      break;
  }
  return 0;
}

/// `activated`: when the task's activation, or the word that starts it, came.
inline void consider(const Pe& pe, Candidate& best, std::int16_t number, std::uint8_t queue,
                     Cycle activated) {
  const TaskCode& code = pe.s.task.data()[pe.info.tasks + static_cast<unsigned>(number)];
  Candidate candidate;
  candidate.task = number;
  candidate.queue = queue;
  candidate.priority = static_cast<std::uint8_t>(code.priority);
  candidate.order =
      static_cast<std::uint16_t>((unsigned{code.id} << 8U) | static_cast<unsigned>(code.kind));
  candidate.turn = turn_of(pe, code.id, activated);
  if (best.task == form::none_id || goes_before(candidate, best)) best = candidate;
}

inline void consider_local(const Pe& pe, Candidate& best) {
  std::uint64_t ready = pe.t.activated & ~pe.t.blocked & pe.info.local_tasks;
  while (ready != 0) {
    const auto number = static_cast<unsigned>(__builtin_ctzll(ready));
    ready &= ready - 1;
    consider(pe, best, static_cast<std::int16_t>(number), 0xff, pe.activation[number]);
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
                             std::uint32_t payload, Cycle arrived) {
  const auto id = static_cast<std::uint8_t>(payload >> 16U & 0x3fU);
  for (std::uint32_t k = 0; k < pe.info.task_count; ++k) {
    const TaskCode& code = pe.s.task.data()[pe.info.tasks + k];
    const bool blocked = (pe.t.blocked >> k & 1U) != 0;
    if (code.kind != form::TaskKind::control || code.id != id || !code.bound) continue;
    if (!blocked) consider(pe, best, static_cast<std::int16_t>(k), queue, arrived);
    return;
  }
  pe.refuse(PeError::unbound_control_task, id, queue);
}

/// Notes since when the head of each queue waits for its task: the age of a data or control task.
inline void note_heads(const Pe& pe) {
  if ((pe.info.data_queues | pe.info.control_queues) == 0) return;
  for (std::uint32_t k = 0; k < pe.info.task_count; ++k) {
    const TaskCode& code = pe.s.task.data()[pe.info.tasks + k];
    if (code.kind != form::TaskKind::data) continue;
    if (!pe.ramp.head_available(pe.index, code.queue) || queue_in_use(pe, code.queue)) {
      pe.activation[k] = never;
    } else if (pe.activation[k] == never) {
      pe.activation[k] = pe.cycle + 1;
    }
  }
}

/// The word behind a head that was taken is as old as its coming to the front.
inline void forget_head(const Pe& pe, std::uint8_t queue) {
  for (std::uint32_t k = 0; k < pe.info.task_count; ++k) {
    const TaskCode& code = pe.s.task.data()[pe.info.tasks + k];
    if (code.kind == form::TaskKind::data && code.queue == queue) pe.activation[k] = never;
  }
  note_heads(pe);
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
      consider_control(pe, best, code.queue, head.payload, pe.activation[k]);
    } else if (code.bound) {
      consider(pe, best, static_cast<std::int16_t>(k), code.queue, pe.activation[k]);
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

/// `from`: cycle of the pick. A main thread that issued nothing before it takes longer to start.
inline void start(const Pe& pe, std::uint32_t function, Cycle from) {
  Tile& t = pe.t;
  const bool was_idle = t.main_time < from;
  const FunctionCode& code = pe.s.function.data()[pe.info.functions + function];
  t.main = Main::running;
  t.task_start = from;
  if (t.first_task == 0) t.first_task = from;
  t.task_issued = t.instructions;
  t.main_time = from + pe.constants().task_activation + (was_idle ? pe.constants().idle_start : 0);
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
  if (t.launch_pending && t.launch_time <= from) {
    start_launched(pe, from);
    return true;
  }
  Candidate best;
  note_heads(pe);
  consider_local(pe, best);
  consider_queues(pe, best);
  if (best.task == form::none_id || pe.refused()) return false;
  const TaskCode& code = pe.s.task.data()[pe.info.tasks + static_cast<unsigned>(best.task)];
  t.activated &= ~(std::uint64_t{1} << static_cast<unsigned>(best.task));
  t.task = best.task;
  t.last_id = code.id;
  if (code.kind != form::TaskKind::local) {
    const auto head = pe.ramp.head(pe.index, best.queue);
    pass_payload(pe, pe.s.function.data()[pe.info.functions + code.function], head.payload);
    pe.word(WordKind::data_task, head.color, head.payload);
    pe.takes_word(pe.cycle + 1);
    pe.ramp.pop(pe.index, best.queue);
    forget_head(pe, best.queue);
  }
  start(pe, code.function, from);
  return true;
}

}  // namespace weft::machine::wse
