// SPDX-License-Identifier: Apache-2.0
// State of the queued engine as its kernels see it: flat arrays of trivially copyable structs,
// indices instead of pointers between them.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/cut_record.hpp"
#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "fabric/registers.hpp"
#include "fabric/route.hpp"
#include "fabric/stream.hpp"

namespace weft::fabric::queued {

inline constexpr std::uint8_t none8 = 0xff;
inline constexpr std::uint16_t none16 = 0xffff;
inline constexpr unsigned ramp_port = 4;
inline constexpr unsigned sink_port = 5;               ///< of positions that send nowhere
inline constexpr unsigned output_count = 6;            ///< ports and sink: grants a cycle at most
inline constexpr std::uint32_t misrouted = 1U << 31U;  ///< in Router::arrived: nothing stored
inline constexpr std::uint32_t cut_neighbour = 1U << 31U;
inline constexpr std::uint32_t no_neighbour = 0xffffffffU;
inline constexpr unsigned pipe_slots = 8;
inline constexpr unsigned out_queue_count = 8;

/// One tile's router. Masks have a bit a color; arrays run over ports. What every cycle needs comes
/// first: the engine is bound by memory traffic.
struct alignas(64) Router {
  std::uint32_t nonempty[5];  ///< in-port queue holds a word at the start of the cycle
  std::uint32_t arrived[5];   ///< came for the coming cycle; written by the neighbour alone
  std::uint32_t receive[5];   ///< current position takes from this port
  std::uint32_t transmit[6];  ///< current position sends to this port
  std::uint32_t blocked[5];   ///< no room at the other end of this port
  std::uint32_t freed;        ///< colors whose input queue lost a word in this cycle
  std::uint32_t injected;     ///< colors whose input queue got a word from the host in this cycle
  std::uint32_t filtered;     ///< colors with a filter
  std::uint32_t host_out;
  std::uint32_t queue_base;            ///< first word of the tile in the queue pool
  std::uint32_t set;                   ///< route set
  std::uint8_t run_color[8];           ///< by port, none8: no open run
  std::uint8_t up_pipe[pipe_slots];    ///< color that reaches the router in cycle = slot (mod 8)
  std::uint8_t down_pipe[pipe_slots];  ///< color that reaches the tile at the end of that cycle
  std::uint8_t off_region;             ///< ports that lead over the edge
  std::uint8_t grant_count;
  std::uint8_t out_words;    ///< output queues that hold words
  std::uint8_t out_visible;  ///< output queues whose head has been written
  std::uint8_t transmit_of[color_count];
  std::uint32_t run_start[5];  ///< low 32 bits of the first cycle of each port's open run
  std::uint32_t neighbour[4];
  std::uint32_t region_tile;
  std::uint8_t occupancy[4][color_count];  ///< words at the other end of each link, by our count
  std::uint8_t position[color_count];
  std::uint32_t torn;       ///< colors in teardown: their position receives nothing
  std::uint32_t rewritten;  ///< colors whose registers the tile wrote in this cycle
};

/// A wavelet that leaves an input queue in this cycle.
struct Grant {
  std::uint32_t payload;  ///< as the next routers see it
  std::uint8_t color;
  std::uint8_t in_port;
  std::uint8_t links;  ///< mask of ports 0..3
  std::uint8_t control;
};

/// First word of a queue of a router: then queue depth payloads, a ring.
struct LinkQueue {
  std::uint8_t head;
  std::uint8_t count;
  std::uint8_t control;  ///< a bit a place
  std::uint8_t advance;  ///< ramp only: the local switch advances after this word
};

/// First two words of an input queue of a tile, one for each color that can come down the ramp.
struct InputQueue {
  std::uint8_t head;
  std::uint8_t count;    ///< words under way on the ramp included
  std::uint8_t visible;  ///< words the tile sees
  std::uint8_t pad;
  std::uint16_t control;
  std::uint16_t size;  ///< places of the ring
};

struct FilterState {
  std::uint16_t counter;
  std::uint16_t reloaded;
};

/// When words of a color that can go from a tile's ramp to the same tile were taken: bit k of
/// `takes` is the cycle whose low 32 bits are last - k.
struct OwnRamp {
  std::uint32_t takes;
  std::uint32_t last;
};
static_assert(sizeof(LinkQueue) == 4 && sizeof(InputQueue) == 8 && sizeof(FilterState) == 4 &&
              sizeof(OwnRamp) == 8);

/// The route of a color that the tile may rewrite: in the queue pool, not shared.
struct alignas(4) OwnRoute {
  RouteRegisters registers;
  ColorRoute route;
};

/// What tiles of one route set share. Offsets are in words from Router::queue_base.
struct RouteSet {
  std::uint16_t link_queue[5][color_count];
  std::uint16_t input_queue[color_count];
  std::uint16_t filter_state[color_count];
  std::uint16_t own_ramp[color_count];   ///< none16: no position goes from the ramp to the ramp
  std::uint16_t own_route[color_count];  ///< none16: the route never changes
  std::uint32_t routed;                  ///< colors with a route
  ColorRoute route[color_count];
};

/// Streams of a rank below this one step only when the main thread does not issue.
inline constexpr unsigned above_main_rank = 128;

struct alignas(32) Stream {
  Cycle next_time;  ///< ready + steps * interval
  std::uint32_t count;
  std::uint32_t done;
  std::uint16_t interval;
  std::uint16_t latency;
  std::uint8_t input[2];
  std::uint8_t output;
  std::uint8_t color;
  std::uint8_t control;
  std::uint8_t advance;
};

struct OutputQueue {
  std::uint8_t head;
  std::uint8_t count;    ///< words in the tile's pipeline included
  std::uint8_t visible;  ///< words written
  std::uint8_t depth;
};

struct OutputWord {
  std::uint32_t payload;
  std::uint16_t ready;  ///< low 16 bits of the cycle it is written in
  std::uint8_t color;
  std::uint8_t flags;  ///< 1 control, 2 advance
};
inline constexpr std::uint8_t word_control = 1;
inline constexpr std::uint8_t word_advance = 2;

/// The tile's side of the ramp. Slot masks have a bit a slot.
struct alignas(64) TileEnd {
  Cycle span_cycle;
  Cycle due;               ///< least cycle in which a stream may step, where that is known
  Cycle mark;              ///< first cycle whose waits are not in `stalled` yet
  std::uint16_t live;      ///< slots with a stream
  std::uint16_t starved;   ///< an input queue is empty
  std::uint16_t full;      ///< the output queue is full
  std::uint16_t early;     ///< next_time may lie ahead
  std::uint16_t below;     ///< StreamPriority::below_main
  std::uint16_t noted[3];  ///< early, starved, full as they were at `mark`, a slot in one at most
  std::uint8_t span_slot;
  std::uint8_t span_last;
  std::uint8_t last_winner;
  std::uint8_t out_provide;  ///< output queue that takes the next provided word
  std::uint32_t span_words[2];
  std::uint32_t span_step;
  OutputQueue output[out_queue_count];
  std::uint8_t rank[slot_count];  ///< level and StreamPriority: higher first
  std::uint8_t one_rank;          ///< all live streams have the same
  std::uint8_t host_color;
  std::uint8_t host_flags;  ///< 1 valid, 2 control
  std::uint32_t host_payload;
  std::uint8_t slot_of_output[out_queue_count];
  std::uint8_t slot_of_color[color_count];  ///< stream that takes from the color's queue
  std::uint8_t color_queue[color_count];    ///< input queue bound to a color
  std::uint8_t queue_color[8];              ///< and back
  std::uint32_t torn;  ///< colors that went into teardown since the tile last asked
  Cycle main_until;
  std::uint64_t steps_taken;
  std::uint64_t stalled[5];  ///< stream cycles by StreamWait
};

/// A flow over one port that has ended: `length` wavelets of one color, one a cycle, the last in
/// cycle end - 1.
struct FlowRun {
  Cycle end;
  std::uint32_t tile;  ///< of the region
  std::uint32_t length;
  std::uint8_t port;  ///< the port it left by
  std::uint8_t color;
};

/// Wake flags, a byte a tile and a byte for 64 tiles: plain stores of 1 from any kernel.
struct Flags {
  std::uint8_t* tile;
  std::uint8_t* block;
  void set(std::uint32_t index) const {
    atomic_mark<std::uint8_t>(&tile[index], 1);
    atomic_mark<std::uint8_t>(&block[index >> 6U], 1);
  }
};

/// One word of the whole slice.
struct Shared {
  Cycle now;
  std::uint32_t color_shift;  ///< now modulo 24
  std::uint32_t queue_shift;  ///< now modulo 8
  Cycle last_activity;
  std::uint64_t fault;      ///< least (tile, code, color, port) refused in this cycle
  std::uint64_t over_edge;  ///< least (tile, color, port) that left the region in edge_cycle
  Cycle edge_cycle;         ///< first cycle in which a wavelet left the region; never so far
  std::uint32_t cut_count;
  std::uint32_t run_count;
};

/// Everything a kernel needs; copied by value.
struct State {
  Router* routers;
  TileEnd* ends;
  Stream* streams;  ///< slot_count a tile
  std::uint32_t* pool;
  OutputWord* output_words;  ///< output_stride a tile
  Grant* grants;             ///< output_count a tile
  std::uint64_t* wavelets;   ///< port_count a tile: of ended runs
  const RouteSet* sets;
  std::uint32_t* active;
  CutRecord* cut_records;
  FlowRun* runs;
  Shared* shared;
  Flags router_flags;
  Flags stream_flags;
  Flags attention;
  std::uint16_t output_base[out_queue_count];
  std::uint8_t input_depth[8];
  std::uint32_t output_stride;
  std::uint32_t input_ring;
  std::uint32_t direct_depth;
  std::uint32_t queue_depth;
  std::uint32_t ramp_capacity;  ///< of a color on the way up: queue and ramp
  std::uint32_t ramp_up;
  std::uint32_t ramp_down;
  std::uint32_t own_ramp_credit;
};
static_assert(std::is_trivially_copyable_v<State>);

inline OwnRoute& own_route(const State& s, const Router& r, unsigned color) {
  return *reinterpret_cast<OwnRoute*>(s.pool + r.queue_base + s.sets[r.set].own_route[color]);
}
/// The route of a color on a tile, as it stands.
inline const ColorRoute& route_of(const State& s, const Router& r, unsigned color) {
  const RouteSet& set = s.sets[r.set];
  return set.own_route[color] == none16 ? set.route[color] : own_route(s, r, color).route;
}

inline LinkQueue& link_queue(const State& s, std::uint32_t offset) {
  return *reinterpret_cast<LinkQueue*>(s.pool + offset);
}
inline InputQueue& input_queue(const State& s, std::uint32_t offset) {
  return *reinterpret_cast<InputQueue*>(s.pool + offset);
}

/// Offset of the input queue of a color, none16 + base never occurs: check the set's entry first.
inline InputQueue* find_input_queue(const State& s, std::uint32_t tile, std::uint8_t color) {
  const Router& r = s.routers[tile];
  const std::uint16_t offset = s.sets[r.set].input_queue[color];
  return offset == none16 ? nullptr : &input_queue(s, r.queue_base + offset);
}

/// Depth of the input queue of a color.
inline std::uint32_t input_depth(const State& s, const TileEnd& end, std::uint8_t color) {
  const std::uint8_t queue = end.color_queue[color];
  return queue == none8 ? s.direct_depth : s.input_depth[queue];
}

/// Words that the input queue of a color may hold, with those on the ramp.
inline std::uint32_t input_capacity(const State& s, const TileEnd& end, std::uint8_t color) {
  const std::uint32_t depth = input_depth(s, end, color);
  return depth == 0 ? 0 : depth + s.ramp_down - 1;
}

/// A word of a color was taken in this cycle.
inline void note_take(const State& s, const Router& r, unsigned color) {
  const std::uint16_t entry = s.sets[r.set].own_ramp[color];
  if (entry == none16) return;
  auto& own = *reinterpret_cast<OwnRamp*>(s.pool + r.queue_base + entry);
  const auto now = static_cast<std::uint32_t>(s.shared->now);
  const std::uint32_t passed = now - own.last;
  own.takes = (passed < 32 ? own.takes << passed : 0) | 1U;
  own.last = now;
}

/// Words taken so lately that the output queue does not know of their places yet.
inline std::uint32_t takes_under_way(const State& s, const OwnRamp& own) {
  const std::uint32_t passed = static_cast<std::uint32_t>(s.shared->now) - own.last;
  if (passed > s.own_ramp_credit) return 0;
  const std::uint32_t window = (2U << s.own_ramp_credit) - 1;
  return static_cast<std::uint32_t>(__builtin_popcount(own.takes << passed & window));
}

/// Keeps the least (tile, code, color, port) of the cycle.
inline void raise(const State& s, std::uint32_t tile, FabricError code, unsigned color,
                  unsigned port) {
  const std::uint64_t key = (std::uint64_t{s.routers[tile].region_tile} << 32U) |
                            (std::uint64_t{static_cast<std::uint32_t>(code)} << 16U) |
                            (std::uint64_t{color} << 8U) | port;
  atomic_least(&s.shared->fault, key);
}

/// Keeps the least (tile, color, port) that left the region in the first cycle in which one did.
inline void note_over_edge(const State& s, std::uint32_t tile, unsigned color, unsigned port) {
  if (s.shared->edge_cycle != never) return;
  const std::uint64_t key =
      (std::uint64_t{s.routers[tile].region_tile} << 32U) | (std::uint64_t{color} << 8U) | port;
  atomic_least(&s.shared->over_edge, key);
}

inline void note_activity(const State& s) { atomic_mark(&s.shared->last_activity, s.shared->now); }

/// Place `k` after the head of a ring of `size` places; k <= size.
constexpr std::uint32_t ring_place(std::uint32_t head, std::uint32_t k, std::uint32_t size) {
  const std::uint32_t place = head + k;
  return place >= size ? place - size : place;
}

inline void wake_streams(const State& s, std::uint32_t tile, Cycle due) {
  TileEnd& end = s.ends[tile];
  if (due < end.due) end.due = due;
  s.stream_flags.set(tile);
}

}  // namespace weft::fabric::queued
