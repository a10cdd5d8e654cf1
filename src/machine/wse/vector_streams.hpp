// SPDX-License-Identifier: Apache-2.0
// Vector instructions with a fabric operand: posted as streams, worked on step by step, completed.
#pragma once

#include "machine/wse/vector_values.hpp"

namespace weft::machine::wse {

/// Kinds of rows in the streams "vector_operations" and "flows".
enum class FlowKind : std::uint32_t { memory, send, receive, chain };

/// The settings of a thread's instruction, whoever gave them.
inline const Settings& settings_of(const Pe& pe, const VectorCode& v, std::uint8_t number) {
  return number == 0 ? v.own : pe.s.settings.data()[pe.info.settings + number - 1U];
}

inline bool takes_words(const Thread& th) {
  bool in = false;
  for (unsigned i = 1; i < operand_count; ++i) {
    in |= th.operands[i].kind == form::DescriptorKind::fabin;
  }
  return in;
}

inline FlowKind flow_kind(const Thread& th) {
  const bool out = th.operands[0].kind == form::DescriptorKind::fabout;
  const bool in = takes_words(th);
  if (out && in) return FlowKind::chain;
  return out ? FlowKind::send : in ? FlowKind::receive : FlowKind::memory;
}

inline fabric::StreamPost make_post(const Pe& pe, const VectorCode& v, const Thread& th,
                                    std::uint32_t slot, std::uint32_t count, Cycle ready) {
  fabric::StreamPost post;
  post.tile = pe.index;
  post.slot = static_cast<std::uint8_t>(slot);
  unsigned input = 0;
  for (unsigned i = 1; i <= v.sources; ++i) {
    const StreamOperand& o = th.operands[i];
    if (o.kind == form::DescriptorKind::fabin) post.input_queue[input++] = o.queue;
  }
  if (th.operands[0].kind == form::DescriptorKind::fabout) {
    post.output_queue = th.operands[0].queue;
    post.color = th.color;
    post.control = th.control;
    post.advance_switch = th.advance_switch && th.posted + count == th.count;
  }
  // The main thread stands between medium and low by default.
  const form::Priority priority = settings_of(pe, v, th.settings).priority;
  const bool low = slot != fabric::main_slot && priority == form::Priority::low;
  post.priority = low ? fabric::StreamPriority::below_main : fabric::StreamPriority::above_main;
  post.level = slot == fabric::main_slot          ? std::uint8_t{0}
               : priority == form::Priority::high ? std::uint8_t{2}
                                                  : std::uint8_t{1};
  post.interval_cycles = th.interval;
  post.latency_cycles = 1;
  post.count = count;
  post.ready = ready;
  return post;
}

/// Activates and unblocks what waits for the end of an operation.
inline void tell_end(const Pe& pe, const Settings& settings, Cycle end) {
  activate_if(pe, settings.activate, end);
  if (settings.unblock == form::none_id) return;
  pe.t.blocked &= ~(std::uint64_t{1} << static_cast<unsigned>(settings.unblock));
}

/// Ends a stream: hazards, rows, and whatever waits for it.
inline void complete(const Pe& pe, const VectorCode& v, Thread& th, std::uint32_t slot) {
  const Cycle end = pe.cycle + 1;
  const StreamOperand& to = th.operands[0];
  if (in_memory(to)) {
    const Span64 bytes = touched_bytes(to, th.count);
    const Cycle last = pe.cycle + pe.constants().vector_latency;
    const Cycle first = last > th.count ? last - th.count + 1 : 0;
    pe.add_hazard(static_cast<std::uint32_t>(bytes.begin), static_cast<std::uint32_t>(bytes.end),
                  first, last);
  }
  if (th.done > 0) {
    pe.row(RowStream::vectors, static_cast<std::uint32_t>(flow_kind(th)),
           static_cast<std::uint32_t>(v.name), end, end - th.issued, th.done);
  }
  save_addresses(pe, v, th.operands, th.done);
  th.state = Thread::State::free;
  --pe.t.live_threads;
  if (slot == fabric::main_slot) {
    pe.t.main = Main::running;
    pe.t.main_time = end;
    pe.t.steps_seen = pe.ramp.steps_taken(pe.index);
    if (th.result >= 0) pe.registers[th.result] = th.done == th.count ? 1 : 0;
    return;
  }
  tell_end(pe, settings_of(pe, v, th.settings), end);
}

/// Hands the next steps of a thread to the fabric; without room in its FIFOs it waits for them, or,
/// on the main thread, ends there.
inline void post_steps(const Pe& pe, const VectorCode& v, Thread& th, std::uint32_t slot,
                       Cycle ready) {
  const std::uint32_t count = fifo_room(pe, v, th.operands, th.count - th.posted);
  if (count == 0) {
    note_fifo_stops(pe, v, th.operands);
    if (slot == fabric::main_slot) {
      complete(pe, v, th, slot);
    } else {
      th.state = Thread::State::waits_for_fifo;
    }
    return;
  }
  th.state = Thread::State::streaming;
  const bool accepted = pe.ramp.post(make_post(pe, v, th, slot, count, ready));
  if (accepted) th.posted += count;
}

inline void note_received(const Pe& pe, const Thread& th, const std::uint32_t (&words)[2]) {
  if (!pe.s.record_words) return;
  unsigned input = 0;
  for (unsigned i = 1; i < operand_count && input < 2; ++i) {
    const StreamOperand& o = th.operands[i];
    if (o.kind != form::DescriptorKind::fabin) continue;
    pe.word(WordKind::received, pe.ramp.color_of(pe.index, o.queue), words[input++]);
  }
}

/// Steps of this cycle: values, then completion.
inline void take_spans(const Pe& pe) {
  const std::uint32_t spans = pe.ramp.span_count(pe.index);
  for (std::uint32_t i = 0; i < spans; ++i) {
    const fabric::Span span = pe.ramp.span(pe.index, i);
    Thread& th = *pe.thread(span.slot);
    const VectorCode& v = pe.s.vector.data()[th.vector];
    const bool output = th.operands[0].kind == form::DescriptorKind::fabout;
    for (std::uint32_t k = 0; k < span.count; ++k) {
      const std::uint32_t words[2] = {pe.ramp.word(pe.index, span.words[0] + k),
                                      pe.ramp.word(pe.index, span.words[1] + k)};
      note_received(pe, th, words);
      std::uint32_t word = run_step(pe, v, th.operands, th.done, words);
      if (output && th.operands[0].bytes == 2) {
        word = (word & 0xffffU) |
               (th.has_index ? std::uint32_t{th.wavelet_index} << 16U : std::uint32_t{0});
      }
      if (output) {
        pe.word(WordKind::sent, th.color, word);
        pe.ramp.provide(pe.index, span.slot, word);
      }
      ++th.done;
    }
    pe.t.vector_cycles += span.count;
    pe.t.last_step = pe.cycle;
    if (pe.t.first_word == 0 && takes_words(th)) pe.takes_word(pe.cycle);
    if (!span.last) continue;
    if (th.done == th.count) {
      complete(pe, v, th, span.slot);
    } else {
      post_steps(pe, v, th, span.slot, pe.cycle + 1);
    }
  }
}

/// Threads that a FIFO held up go on when it lets them.
inline void resume_fifo_threads(const Pe& pe) {
  if (pe.info.fifo_count == 0 || pe.t.live_threads == 0) return;
  for (std::uint32_t slot = 0; slot < fabric::main_slot; ++slot) {
    Thread* th = pe.thread(slot);
    if (th == nullptr || th->state != Thread::State::waits_for_fifo) continue;
    post_steps(pe, pe.s.vector.data()[th->vector], *th, slot, pe.cycle + 1);
  }
}

}  // namespace weft::machine::wse
