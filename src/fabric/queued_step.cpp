// SPDX-License-Identifier: Apache-2.0
// Streams step: at most one a tile and cycle, by priority and round robin.
#include "base/kokkos.hpp"
#include "fabric/queued_kernels.hpp"
#include "fabric/ramp.hpp"

namespace weft::fabric::queued {
namespace {

/// Set bits of every mask of slots: a table, because the oldest processors lack the instruction.
struct BitCounts {
  std::uint8_t of[1U << slot_count] = {};
  constexpr BitCounts() {
    for (unsigned mask = 1; mask < 1U << slot_count; ++mask) {
      of[mask] = static_cast<std::uint8_t>(of[mask >> 1U] + (mask & 1U));
    }
  }
};
constexpr BitCounts bit_counts;

unsigned bits(std::uint32_t mask) { return bit_counts.of[mask]; }

struct Step {
  State s;
  std::uint32_t total;  ///< tiles of this launch

  void operator()(std::size_t i) const {
    const std::uint32_t tile = s.active[i];
    if (i + prefetch_far < total) {
      const std::uint32_t soon = s.active[i + prefetch_far];
      prefetch(&s.ends[soon]);
      prefetch(&s.routers[soon]);
      const std::uint32_t next = s.active[i + prefetch_near];
      __builtin_prefetch(&stream_at(next, atomic_hint(&s.ends[next].last_winner)), 1);
      prefetch(reinterpret_cast<const QueueLines*>(s.pool + s.routers[next].queue_base));
    }
    TileEnd& end = s.ends[tile];
    const Cycle now = s.shared->now;
    end.due = never;
    if (end.early != 0) look_at_early(tile, end);
    std::uint32_t able = end.live & ~(end.early | end.starved | end.full);
    std::uint32_t held = 0;  // by the main thread
    if (now < end.main_until) {
      held = able & end.below;
      able &= ~held;
      if (held != 0) end.due = std::min(end.due, end.main_until);
    }
    account(end, able != 0 ? bits(able) - 1U + bits(held) : bits(held));
    if (able != 0) {
      step(tile, end, choose(end, able));
      note_activity(s);
      s.attention.set(tile);
    }
    note_waits(end);
    if ((end.live & ~(end.early | end.starved | end.full | held)) != 0) end.due = now + 1;
    if (end.due != never) s.stream_flags.set(tile);
  }

  Stream& stream_at(std::uint32_t tile, unsigned slot) const {
    return s.streams[std::size_t{tile} * slot_count + slot];
  }

  /// Streams whose time has come are early no longer; the others say when they are.
  void look_at_early(std::uint32_t tile, TileEnd& end) const {
    for (std::uint32_t left = end.early; left != 0; left &= left - 1) {
      const unsigned slot = lowest(left);
      const Cycle time = stream_at(tile, slot).next_time;
      if (time <= s.shared->now) {
        end.early = static_cast<std::uint16_t>(end.early & ~(1U << slot));
      } else {
        end.due = std::min(end.due, time);
      }
    }
  }

  // --- waits ---

  static void add(TileEnd& end, StreamWait wait, std::uint64_t cycles) {
    end.stalled[static_cast<unsigned>(wait)] += cycles;
  }

  /// Counts the waits since the mark, and those of this cycle.
  void account(TileEnd& end, unsigned issue) const {
    const Cycle now = s.shared->now;
    const Cycle slept = now > end.mark ? now - end.mark : 0;
    if (slept != 0) add_noted(end, slept);
    note_waits(end);
    add_noted(end, 1);
    if (issue != 0) add(end, StreamWait::issue, issue);
    end.mark = now + 1;
  }

  static void add_noted(TileEnd& end, Cycle cycles) {
    if (end.noted[0] != 0) add(end, StreamWait::ready, cycles * bits(end.noted[0]));
    if (end.noted[1] != 0) add(end, StreamWait::starved, cycles * bits(end.noted[1]));
    if (end.noted[2] != 0) add(end, StreamWait::blocked, cycles * bits(end.noted[2]));
  }

  static void note_waits(TileEnd& end) {
    const auto narrow = [](std::uint32_t mask) { return static_cast<std::uint16_t>(mask); };
    end.noted[0] = narrow(end.live & end.early);
    end.noted[1] = narrow(end.live & end.starved & ~end.early);
    end.noted[2] = narrow(end.live & end.full & ~(end.early | end.starved));
  }

  // --- the step ---

  static unsigned choose(const TileEnd& end, std::uint32_t able) {
    std::uint32_t best = able;
    if (end.one_rank == 0) {
      unsigned rank = 0;
      best = 0;
      for (std::uint32_t left = able; left != 0; left &= left - 1) {
        const unsigned slot = lowest(left);
        if (best == 0 || end.rank[slot] > rank) {
          rank = end.rank[slot];
          best = 0;
        }
        if (end.rank[slot] == rank) best |= 1U << slot;
      }
    }
    const std::uint32_t after = best & (~0U << (end.last_winner + 1U));
    return lowest(after != 0 ? after : best);
  }

  void step(std::uint32_t tile, TileEnd& end, unsigned slot) const {
    Stream& stream = stream_at(tile, slot);
    end.span_cycle = s.shared->now;
    end.span_slot = static_cast<std::uint8_t>(slot);
    end.span_step = stream.done;
    for (unsigned k = 0; k < 2; ++k) {
      if (stream.input[k] == no_queue) continue;
      const std::uint8_t color = color_of_queue(end, stream.input[k]);
      end.span_words[k] = take(s, tile, color, *find_input_queue(s, tile, color));
    }
    ++stream.done;
    stream.next_time += stream.interval;
    const bool last = stream.done == stream.count;
    end.span_last = last ? 1 : 0;
    if (stream.output != no_queue) reserve(tile, end, stream, slot, last);
    atomic_mark(&end.last_winner, static_cast<std::uint8_t>(slot));  // a hint to others
    ++end.steps_taken;
    if (last) {
      finish(end, stream, slot);
    } else if (stream.next_time > s.shared->now + 1) {
      end.early = static_cast<std::uint16_t>(end.early | 1U << slot);
      end.due = std::min(end.due, stream.next_time);
    }
  }

  /// A place in the output queue, for the word that the tile provides in this cycle.
  void reserve(std::uint32_t tile, TileEnd& end, const Stream& stream, unsigned slot,
               bool last) const {
    OutputQueue& queue = end.output[stream.output];
    const std::uint32_t place = ring_place(queue.head, queue.count, queue.depth);
    const bool advance = last && stream.advance != 0;
    s.output_words[std::size_t{tile} * s.output_stride + s.output_base[stream.output] + place] = {
        0, static_cast<std::uint16_t>(s.shared->now + stream.latency), stream.color,
        static_cast<std::uint8_t>((stream.control != 0 ? word_control : 0U) |
                                  (advance ? word_advance : 0U))};
    if (++queue.count == queue.depth) end.full = static_cast<std::uint16_t>(end.full | 1U << slot);
    end.out_provide = stream.output;
    Router& r = s.routers[tile];
    r.out_words = static_cast<std::uint8_t>(r.out_words | 1U << stream.output);
    s.router_flags.set(tile);
  }

  static void finish(TileEnd& end, const Stream& stream, unsigned slot) {
    const auto kept = static_cast<std::uint16_t>(~(1U << slot));
    end.live &= kept;
    end.early &= kept;
    if (stream.output != no_queue) end.slot_of_output[stream.output] = none8;
    for (const std::uint8_t queue : stream.input) {
      if (queue == no_queue) continue;
      const std::uint8_t color = color_of_queue(end, queue);
      if (color != none8) end.slot_of_color[color] = none8;
    }
    compare_ranks(end);
  }
};

}  // namespace

void launch_step(const State& s, std::uint32_t count) {
  parallel_for("fabric_step", count, Step{s, count});
}

}  // namespace weft::fabric::queued
