// SPDX-License-Identifier: Apache-2.0
// The state of a slice of the toy machine: flat arrays, a tile's part side by side.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "machine/machine.hpp"
#include "machine/toy/mix.hpp"
#include "machine/toy/program.hpp"

namespace weft::machine::toy {

/// Ports in order; `far` joins tile t and tile (tiles - 1 - t), on the globally coupled flavour.
inline constexpr std::uint32_t west = 0, east = 1, north = 2, south = 3, far = 4, ports = 5;
inline constexpr std::uint32_t wander = 0, stream = 1, channels = 2;
inline constexpr std::uint32_t lanes = ports * channels;  ///< lane = port * channels + channel
inline constexpr std::uint32_t events_max = 16;           ///< a tile's events in one cycle
inline constexpr std::uint32_t memory_words = 8;          ///< bias[4], value[2], small[3] (16 bit)

/// Ports face each other across a link.
constexpr std::uint32_t opposite(std::uint32_t port) { return port == far ? port : port ^ 1U; }

struct Token {
  std::uint64_t word = 0;
  std::uint32_t hops = 0;   ///< links it may still cross
  std::uint32_t valid = 0;  ///< 0: no token; 1: a token; 2: a token that came over a cut
};

struct Tile {
  std::uint64_t random = 0;
  Cycle fail_cycle = never;
  Cycle spin_next = never;
  std::uint64_t spin_period = 0;
  std::uint32_t fail_code = 0;
  std::uint32_t source_left = 0;  ///< tokens it will still make
  std::uint32_t source_hops = 0;
  std::uint32_t await_left = 0;  ///< words of stream "in" that function "await" still wants
  std::uint32_t await_total = 0;
  std::uint32_t error = 0;  ///< code of what it refused, 0 for nothing
  std::uint32_t memory[memory_words] = {};
  std::uint32_t in_head = 0;  ///< host words waiting at port "in"
  std::uint32_t in_count = 0;
  std::uint64_t busy_cycles = 0;
  std::uint64_t absorbed = 0;
  std::uint64_t dropped = 0;
  std::uint64_t sent[ports] = {};
};

struct Event {
  std::uint32_t stream = 0;
  std::uint32_t kind = 0;
  std::uint32_t id = 0;
  std::uint32_t pad = 0;
  std::uint64_t argument = 0;
};

/// Where a link leads: a tile of the slice, or one of these.
inline constexpr std::int32_t no_link = -1;
inline constexpr std::int32_t other_slice = -2;

/// Everything kernels touch; copies share the arrays.
struct State {
  std::uint32_t tiles = 0;
  std::uint32_t latency = 1;
  std::uint32_t slots = 2;  ///< latency + 1: cycle c's arrivals are in slot c % slots
  std::uint32_t depth = 4;
  std::uint32_t used_ports = 4;
  std::uint32_t in_capacity = 0;
  Defect defect = Defect::none;
  Rectangle region;
  Rectangle part;

  Array<Tile> tile;
  Array<Token> arriving;         ///< [tile][lane][slot]
  Array<Token> queue;            ///< [tile][lane][place], a ring
  Array<std::uint32_t> head;     ///< [tile][lane]
  Array<std::uint32_t> count;    ///< [tile][lane]
  Array<std::int32_t> target;    ///< [tile][port]
  Array<Token> departing;        ///< [tile][lane], this cycle's, to other slices
  Array<Event> event;            ///< [tile][events_max], this cycle's
  Array<std::uint32_t> events;   ///< [tile]
  Array<std::uint32_t> leaving;  ///< [tile][events_max], host words of this cycle
  Array<std::uint32_t> leaves;   ///< [tile]
  Array<std::uint32_t> host_in;  ///< [tile][in_capacity], a ring

  std::uint32_t global_tile(std::uint32_t local) const {
    return (part.y0 + local / part.width) * region.width + part.x0 + local % part.width;
  }
};

State make_state(const Program& program, const Slice& slice, bool with_far_links);
std::uint64_t state_bytes(const Program& program, const Slice& slice);

/// Tile at the other end of the link that leaves `tile` (region index) through `port`.
/// `no_link` when there is none.
std::int64_t across(const Rectangle& region, std::uint32_t tile, std::uint32_t port);

/// Runs cycle `cycle` on all tiles.
void step(const State& state, Cycle cycle);
/// Least cycle >= `from` in which a tile has something to do; never when there is none.
Cycle next_due(const State& state, Cycle from);

}  // namespace weft::machine::toy
