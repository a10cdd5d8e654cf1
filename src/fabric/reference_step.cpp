// SPDX-License-Identifier: Apache-2.0
// Streams step: at most one a tile and cycle, by priority and round robin.
#include "base/kokkos.hpp"
#include "fabric/ramp.hpp"
#include "fabric/reference_kernels.hpp"

namespace weft::fabric::reference {
namespace {

struct Step {
  State s;

  void operator()(std::size_t i) const {
    const std::uint32_t tile = s.active[i];
    TileEnd& end = s.ends[tile];
    const Cycle now = s.shared->now;
    end.due = never;
    const int winner = choose(tile, end);
    if (winner >= 0) {
      step(tile, end, static_cast<unsigned>(winner));
      note_activity(s);
      s.attention.set(tile);
      if (end.live != 0) end.due = now + 1;
    }
    if (end.due != never) s.stream_flags.set(tile);
  }

  /// Slot that steps, -1 for none. Notes what every other stream waits for, and end.due where the
  /// wait ends by itself.
  int choose(std::uint32_t tile, TileEnd& end) const {
    const Cycle now = s.shared->now;
    int best = -1;
    unsigned best_rank = 0;
    unsigned best_turn = 0;
    for (std::uint32_t left = end.live; left != 0; left &= left - 1) {
      const auto slot = static_cast<unsigned>(__builtin_ctz(left));
      Stream& stream = stream_at(tile, slot);
      const StreamWait wait = obstacle(tile, end, stream);
      if (wait != StreamWait::none) {
        note(end, stream, wait);
        continue;
      }
      const unsigned turn = (slot + slot_count - 1U - end.last_winner) % slot_count;
      if (best < 0 || stream.rank > best_rank || (stream.rank == best_rank && turn < best_turn)) {
        if (best >= 0) lose(tile, end, static_cast<unsigned>(best));
        best = static_cast<int>(slot);
        best_rank = stream.rank;
        best_turn = turn;
      } else {
        lose(tile, end, slot);
      }
    }
    if (best >= 0) end.due = now + 1;
    return best;
  }

  Stream& stream_at(std::uint32_t tile, unsigned slot) const {
    return s.streams[std::size_t{tile} * slot_count + slot];
  }

  void lose(std::uint32_t tile, TileEnd& end, unsigned slot) const {
    note(end, stream_at(tile, slot), StreamWait::issue);
  }

  StreamWait obstacle(std::uint32_t tile, TileEnd& end, const Stream& stream) const {
    const Cycle now = s.shared->now;
    if (now < stream.next_time) {
      if (stream.next_time < end.due) end.due = stream.next_time;
      return StreamWait::ready;
    }
    for (const std::uint8_t queue : stream.input) {
      if (queue != no_queue && !holds(tile, end, queue)) return StreamWait::starved;
    }
    if (stream.output != no_queue) {
      const OutputQueue& queue = end.output[stream.output];
      if (queue.count >= queue.depth) return StreamWait::blocked;
    }
    if (stream.rank < above_main_rank && now < end.main_until) {
      if (end.main_until < end.due) end.due = end.main_until;
      return StreamWait::issue;
    }
    return StreamWait::none;
  }

  bool holds(std::uint32_t tile, const TileEnd& end, std::uint8_t queue) const {
    const std::uint8_t color = color_of_queue(end, queue);
    if (color == none8) return false;
    const InputQueue* input = find_input_queue(s, tile, color);
    return input != nullptr && input->visible != 0;
  }

  void note(TileEnd& end, Stream& stream, StreamWait wait) const {
    if (stream.wait == wait) return;
    const Cycle now = s.shared->now;
    end.stalled[static_cast<unsigned>(stream.wait)] += now - stream.wait_since;
    stream.wait = wait;
    stream.wait_since = now;
  }

  void step(std::uint32_t tile, TileEnd& end, unsigned slot) const {
    Stream& stream = stream_at(tile, slot);
    note(end, stream, StreamWait::none);
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
    if (stream.output != no_queue) reserve(tile, end, stream, last);
    if (last) end.live = static_cast<std::uint16_t>(end.live & ~(1U << slot));
    // The time between steps counts as no wait.
    stream.wait_since = s.shared->now + 1;
    end.last_winner = static_cast<std::uint8_t>(slot);
    ++end.steps_taken;
  }

  /// A place in the output queue, for the word that the tile provides in this cycle.
  void reserve(std::uint32_t tile, TileEnd& end, const Stream& stream, bool last) const {
    OutputQueue& queue = end.output[stream.output];
    const std::uint32_t place = (std::uint32_t{queue.head} + queue.count) % queue.depth;
    const bool advance = last && stream.advance != 0;
    s.output_words[std::size_t{tile} * s.output_stride + s.output_base[stream.output] + place] = {
        0, static_cast<std::uint16_t>(s.shared->now + stream.latency), stream.color,
        static_cast<std::uint8_t>((stream.control != 0 ? word_control : 0U) |
                                  (advance ? word_advance : 0U))};
    ++queue.count;
    end.out_provide = stream.output;
    Router& r = s.routers[tile];
    r.out_words = static_cast<std::uint8_t>(r.out_words | 1U << stream.output);
    s.router_flags.set(tile);
  }
};

}  // namespace

void launch_step(const State& s, std::uint32_t count) {
  parallel_for("fabric_step", count, Step{s});
}

}  // namespace weft::fabric::reference
