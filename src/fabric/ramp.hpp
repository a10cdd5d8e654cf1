// SPDX-License-Identifier: Apache-2.0
// What a tile's kernel sees of the queued engine: spans, queue heads, posts. Copied by value;
// every call touches the state of its own tile only.
#pragma once

#include <algorithm>
#include <utility>

#include "fabric/queued_switch.hpp"

namespace weft::fabric {

namespace queued {

/// Color of an input queue (0..7, or 8 + color where the color is bound to none); none8: no color.
inline std::uint8_t color_of_queue(const TileEnd& end, std::uint8_t queue) {
  if (queue < direct_queue_base) return end.queue_color[queue];
  const auto color = static_cast<std::uint8_t>(queue - direct_queue_base);
  return end.color_queue[color] == none8 ? color : none8;
}

/// Takes the head of an input queue; its room is known to the router in the next cycle.
inline std::uint32_t take(const State& s, std::uint32_t tile, std::uint8_t color, InputQueue& q) {
  auto* words = reinterpret_cast<std::uint32_t*>(&q + 1);
  const std::uint32_t word = words[q.head];
  q.head = static_cast<std::uint8_t>(q.head + 1U == q.size ? 0 : q.head + 1U);
  --q.count;
  --q.visible;
  if (q.visible == 0) {
    TileEnd& end = s.ends[tile];
    const std::uint8_t slot = end.slot_of_color[color];
    if (slot != none8) end.starved = static_cast<std::uint16_t>(end.starved | 1U << slot);
  }
  note_take(s, s.routers[tile], color);
  s.routers[tile].freed |= 1U << color;
  s.router_flags.set(tile);
  return word;
}

/// Whether every input queue of a stream holds a word.
inline bool fed(const State& s, std::uint32_t tile, const Stream& stream) {
  for (const std::uint8_t queue : stream.input) {
    if (queue == no_queue) continue;
    const std::uint8_t color = color_of_queue(s.ends[tile], queue);
    if (color == none8) return false;
    const InputQueue* input = find_input_queue(s, tile, color);
    if (input == nullptr || input->visible == 0) return false;
  }
  return true;
}

/// The head of a color's input queue has come to light: a stream may be fed now.
inline void feed(const State& s, std::uint32_t tile, std::uint8_t color) {
  TileEnd& end = s.ends[tile];
  const std::uint8_t slot = end.slot_of_color[color];
  if (slot == none8 || !fed(s, tile, s.streams[std::size_t{tile} * slot_count + slot])) return;
  end.starved = static_cast<std::uint16_t>(end.starved & ~(1U << slot));
  wake_streams(s, tile, s.shared->now + 1);
}

/// Links the live streams of a tile with the colors they take from, and looks who is fed.
inline void link_streams(const State& s, std::uint32_t tile) {
  TileEnd& end = s.ends[tile];
  for (std::uint8_t& slot : end.slot_of_color) slot = none8;
  end.starved = 0;
  for (unsigned slot = 0; slot < slot_count; ++slot) {
    if ((end.live >> slot & 1U) == 0) continue;
    const Stream& stream = s.streams[std::size_t{tile} * slot_count + slot];
    for (const std::uint8_t queue : stream.input) {
      const std::uint8_t color = queue == no_queue ? none8 : color_of_queue(end, queue);
      if (color != none8) end.slot_of_color[color] = static_cast<std::uint8_t>(slot);
    }
    if (!fed(s, tile, stream)) end.starved = static_cast<std::uint16_t>(end.starved | 1U << slot);
  }
}

/// After the set of live streams has changed.
inline void compare_ranks(TileEnd& end) {
  int rank = -1;
  end.one_rank = 1;
  for (unsigned slot = 0; slot < slot_count; ++slot) {
    if ((end.live >> slot & 1U) == 0) continue;
    if (rank >= 0 && rank != end.rank[slot]) end.one_rank = 0;
    rank = end.rank[slot];
  }
}

/// Puts a word into an input queue; who calls makes it visible.
inline void put(InputQueue& q, std::uint32_t payload, bool control) {
  auto* words = reinterpret_cast<std::uint32_t*>(&q + 1);
  const std::uint32_t place = ring_place(q.head, q.count, q.size);
  words[place] = payload;
  const std::uint32_t kept = q.control & ~(1U << place);
  q.control = static_cast<std::uint16_t>(kept | (std::uint32_t{control} << place));
  ++q.count;
}

/// Why a post is refused.
inline FabricError check_post(const State& s, const StreamPost& post) {
  const TileEnd& end = s.ends[post.tile];
  const auto no_input = [&s](std::uint8_t queue) {
    return queue >= all_input_queues || (queue < direct_queue_base && s.input_depth[queue] == 0);
  };
  if (post.slot >= slot_count || post.count == 0 || post.color >= color_count || post.level > 100) {
    return FabricError::bad_post;
  }
  for (const std::uint8_t queue : post.input_queue) {
    if (queue != no_queue && no_input(queue)) return FabricError::bad_post;
  }
  if (post.output_queue != no_queue &&
      (post.output_queue >= out_queue_count || end.output[post.output_queue].depth == 0 ||
       post.latency_cycles == 0 || post.latency_cycles > 32767)) {
    return FabricError::bad_post;
  }
  if ((end.live >> post.slot & 1U) != 0) return FabricError::slot_busy;
  const std::uint8_t a = post.input_queue[0];
  const std::uint8_t b = post.input_queue[1];
  if (a != no_queue && a == b) return FabricError::queue_busy;
  for (unsigned slot = 0; slot < slot_count; ++slot) {
    if ((end.live >> slot & 1U) == 0) continue;
    const Stream& other = s.streams[std::size_t{post.tile} * slot_count + slot];
    for (const std::uint8_t queue : other.input) {
      if (queue != no_queue && (queue == a || queue == b)) return FabricError::queue_busy;
    }
    if (other.output != no_queue && other.output == post.output_queue) {
      return FabricError::queue_busy;
    }
  }
  return FabricError::none;
}

}  // namespace queued

/// State of a stream, for stall accounting and deadlock reports.
struct StreamStatus {
  bool live = false;
  StreamWait wait = StreamWait::none;
  std::uint32_t done = 0;
  std::uint32_t count = 0;
  std::uint8_t input_queue[2] = {no_queue, no_queue};
  std::uint8_t output_queue = no_queue;
  std::uint8_t color = 0;
};

class Ramp {
 public:
  explicit Ramp(const queued::State& state) : s_(state) {}

  /// Spans of this cycle: at most one, a tile has one issue slot.
  std::uint32_t span_count(std::uint32_t tile) const {
    return s_.ends[tile].span_cycle == s_.shared->now ? 1 : 0;
  }
  Span span(std::uint32_t tile, std::uint32_t) const {
    const queued::TileEnd& end = s_.ends[tile];
    Span span;
    span.slot = end.span_slot;
    span.first_step = end.span_step;
    span.count = 1;
    span.first_cycle = end.span_cycle;
    span.words[1] = 1;
    span.last = end.span_last != 0;
    return span;
  }
  std::uint32_t word(std::uint32_t tile, std::uint32_t index) const {
    return s_.ends[tile].span_words[index];
  }
  /// The output word of this cycle's span.
  void provide(std::uint32_t tile, std::uint8_t, std::uint32_t word) const {
    const queued::TileEnd& end = s_.ends[tile];
    const queued::OutputQueue& queue = end.output[end.out_provide];
    const std::uint32_t last = queued::ring_place(queue.head, queue.count - 1U, queue.depth);
    s_.output_words[std::size_t{tile} * s_.output_stride + s_.output_base[end.out_provide] + last]
        .payload = word;
  }

  /// Queue 0..7, or 8 + color for a color bound to none of them.
  bool head_available(std::uint32_t tile, std::uint8_t queue) const {
    const queued::InputQueue* q = find(tile, queue);
    return q != nullptr && q->visible > 0;
  }
  /// Color that an input queue is bound to; 0xff: none.
  std::uint8_t color_of(std::uint32_t tile, std::uint8_t queue) const;
  Wavelet head(std::uint32_t tile, std::uint8_t queue) const;
  void pop(std::uint32_t tile, std::uint8_t queue) const;

  /// Starts a stream; it may step from the next cycle on. Refuses (slot_busy, queue_busy, bad_post)
  /// through the engine's fault, and then returns false.
  bool post(const StreamPost& post) const;
  bool busy(std::uint32_t tile, std::uint8_t slot) const {
    return (s_.ends[tile].live >> slot & 1U) != 0;
  }
  StreamStatus status(std::uint32_t tile, std::uint8_t slot) const;
  StreamWait wait(std::uint32_t tile, std::uint8_t slot) const { return status(tile, slot).wait; }
  /// Stream cycles of a tile spent in a wait, up to the last cycle in which a stream could step.
  std::uint64_t stalled_cycles(std::uint32_t tile, StreamWait wait) const {
    return s_.ends[tile].stalled[static_cast<unsigned>(wait)];
  }

  /// Input queue <- color. Words that wait are not lost: those of the queue's former color are then
  /// found in its direct queue (8 + color), those of the new color's direct queue in this queue.
  void bind(std::uint32_t tile, std::uint8_t queue, std::uint8_t color) const;

  /// Registers of a color's route on the tile, as they stand; false: the route never changes.
  bool read_registers(std::uint32_t tile, std::uint8_t color, RouteRegisters& registers) const;
  /// Rewrites them; the router obeys from the next cycle on. Only where they can be read.
  void write_registers(std::uint32_t tile, std::uint8_t color,
                       const RouteRegisters& registers) const;
  /// Colors (bit c) that went into teardown on the tile since it last asked.
  std::uint32_t take_torn(std::uint32_t tile) const {
    return std::exchange(s_.ends[tile].torn, 0U);
  }

  /// The main thread issues in every cycle before `until`; streams below_main wait.
  void set_main_issue(std::uint32_t tile, Cycle until) const {
    queued::TileEnd& end = s_.ends[tile];
    if (until < end.main_until && end.live != 0) {
      queued::wake_streams(s_, tile, s_.shared->now + 1);
    }
    end.main_until = until;
  }
  std::uint64_t steps_taken(std::uint32_t tile) const { return s_.ends[tile].steps_taken; }

  /// Host port in: a word for the input queue of a color of RouteTable::host_in, visible to the
  /// tile from the next cycle on; one a tile, color and cycle.
  bool injectable(std::uint32_t tile, std::uint8_t color) const;
  void inject(std::uint32_t tile, const Wavelet& wavelet) const;
  /// Host port out: the word that left on a color of RouteTable::host_out, if there is one. One
  /// waits; the tile sends no further one before it is collected.
  bool collect(std::uint32_t tile, Wavelet& wavelet) const;

 private:
  queued::InputQueue* find(std::uint32_t tile, std::uint8_t queue) const;

  queued::State s_;
};

inline std::uint8_t Ramp::color_of(std::uint32_t tile, std::uint8_t queue) const {
  return queued::color_of_queue(s_.ends[tile], queue);
}

inline queued::InputQueue* Ramp::find(std::uint32_t tile, std::uint8_t queue) const {
  const std::uint8_t color = color_of(tile, queue);
  return color == queued::none8 ? nullptr : queued::find_input_queue(s_, tile, color);
}

inline Wavelet Ramp::head(std::uint32_t tile, std::uint8_t queue) const {
  const queued::InputQueue* q = find(tile, queue);
  const auto* words = reinterpret_cast<const std::uint32_t*>(q + 1);
  return {words[q->head], color_of(tile, queue), (q->control >> q->head & 1U) != 0};
}

inline void Ramp::pop(std::uint32_t tile, std::uint8_t queue) const {
  queued::take(s_, tile, color_of(tile, queue), *find(tile, queue));
  queued::note_activity(s_);
}

inline StreamStatus Ramp::status(std::uint32_t tile, std::uint8_t slot) const {
  StreamStatus status;
  if (!busy(tile, slot)) return status;
  const queued::TileEnd& end = s_.ends[tile];
  const queued::Stream& stream = s_.streams[std::size_t{tile} * slot_count + slot];
  status.live = true;
  status.wait = StreamWait::issue;
  if ((end.full >> slot & 1U) != 0) status.wait = StreamWait::blocked;
  if ((end.starved >> slot & 1U) != 0) status.wait = StreamWait::starved;
  if (stream.next_time > s_.shared->now + 1) status.wait = StreamWait::ready;
  status.done = stream.done;
  status.count = stream.count;
  status.input_queue[0] = stream.input[0];
  status.input_queue[1] = stream.input[1];
  status.output_queue = stream.output;
  status.color = stream.color;
  return status;
}

inline bool Ramp::post(const StreamPost& post) const {
  queued::TileEnd& end = s_.ends[post.tile];
  const FabricError refused = queued::check_post(s_, post);
  if (refused != FabricError::none) {
    queued::raise(s_, post.tile, refused, post.color, queued::ramp_port);
    return false;
  }
  queued::Stream& stream = s_.streams[std::size_t{post.tile} * slot_count + post.slot];
  stream.next_time = post.ready;
  stream.count = post.count;
  stream.done = 0;
  stream.interval = post.interval_cycles;
  stream.latency = post.latency_cycles;
  stream.input[0] = post.input_queue[0];
  stream.input[1] = post.input_queue[1];
  stream.output = post.output_queue;
  stream.color = post.color;
  stream.control = post.control ? 1 : 0;
  stream.advance = post.advance_switch ? 1 : 0;
  const bool above = post.priority == StreamPriority::above_main;
  end.rank[post.slot] =
      static_cast<std::uint8_t>((above ? queued::above_main_rank : 0U) + post.level);
  const auto with = [&post](std::uint16_t mask, bool on) {
    const unsigned bit_of_slot = 1U << post.slot;
    return static_cast<std::uint16_t>(on ? mask | bit_of_slot : mask & ~bit_of_slot);
  };
  end.live = with(end.live, true);
  end.early = with(end.early, true);
  end.below = with(end.below, !above);
  bool full = false;
  if (post.output_queue != no_queue) {
    const queued::OutputQueue& queue = end.output[post.output_queue];
    end.slot_of_output[post.output_queue] = post.slot;
    full = queue.count >= queue.depth;
  }
  end.full = with(end.full, full);
  queued::link_streams(s_, post.tile);
  queued::compare_ranks(end);
  queued::wake_streams(s_, post.tile, std::max(post.ready, s_.shared->now + 1));
  return true;
}

inline void Ramp::bind(std::uint32_t tile, std::uint8_t queue, std::uint8_t color) const {
  queued::TileEnd& end = s_.ends[tile];
  queued::Router& r = s_.routers[tile];
  const std::uint8_t former = end.queue_color[queue];
  if (former == color) return;
  if (former != queued::none8) {
    end.color_queue[former] = queued::none8;
    r.freed |= 1U << former;
  }
  if (end.color_queue[color] != queued::none8) {
    end.queue_color[end.color_queue[color]] = queued::none8;
  }
  end.queue_color[queue] = color;
  end.color_queue[color] = queue;
  r.freed |= 1U << color;  // its capacity is new
  s_.router_flags.set(tile);
  s_.attention.set(tile);  // heads may have come to light
  queued::link_streams(s_, tile);
  if (end.live != 0) queued::wake_streams(s_, tile, s_.shared->now + 1);
}

inline bool Ramp::read_registers(std::uint32_t tile, std::uint8_t color,
                                 RouteRegisters& registers) const {
  const queued::Router& r = s_.routers[tile];
  if (s_.sets[r.set].own_route[color] == queued::none16) return false;
  registers = queued::own_route(s_, r, color).registers;
  if ((r.rewritten >> color & 1U) != 0) return true;
  set_state(registers, r.position[color], (r.torn >> color & 1U) != 0);
  return true;
}

inline void Ramp::write_registers(std::uint32_t tile, std::uint8_t color,
                                  const RouteRegisters& registers) const {
  queued::Router& r = s_.routers[tile];
  queued::own_route(s_, r, color).registers = registers;
  r.rewritten |= 1U << color;
  s_.router_flags.set(tile);
}

inline bool Ramp::injectable(std::uint32_t tile, std::uint8_t color) const {
  const queued::Router& r = s_.routers[tile];
  const queued::InputQueue* queue = queued::find_input_queue(s_, tile, color);
  return queue != nullptr && (r.injected >> color & 1U) == 0 &&
         queue->count < queued::input_capacity(s_, s_.ends[tile], color);
}

inline void Ramp::inject(std::uint32_t tile, const Wavelet& wavelet) const {
  queued::put(*queued::find_input_queue(s_, tile, wavelet.color), wavelet.payload, wavelet.control);
  s_.routers[tile].injected |= 1U << wavelet.color;
  s_.router_flags.set(tile);
}

inline bool Ramp::collect(std::uint32_t tile, Wavelet& wavelet) const {
  queued::TileEnd& end = s_.ends[tile];
  if (end.host_flags == 0) return false;
  wavelet = {end.host_payload, end.host_color, (end.host_flags & 2U) != 0};
  end.host_flags = 0;
  s_.router_flags.set(tile);
  return true;
}

}  // namespace weft::fabric
