// SPDX-License-Identifier: Apache-2.0
// The state of a slice of the toy machine: flat arrays, a tile's part side by side.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "base/kokkos.hpp"
#include "machine/machine.hpp"
#include "machine/toy/mix.hpp"
#include "machine/toy/program.hpp"
#include "machine/toy/wiring.hpp"

namespace weft::machine::toy {

inline constexpr std::uint32_t wander = 0, stream = 1, channels = 2;
inline constexpr std::uint32_t lanes = ports * channels;  ///< lane = port * channels + channel
inline constexpr std::uint32_t events_max = 16;           ///< a tile's events in one cycle
inline constexpr std::uint32_t memory_words = 8;          ///< bias[4], value[2], small[3] (16 bit)

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
  std::uint32_t slots = 2;  ///< greatest latency + 1: cycle c's arrivals are in slot c % slots
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
  Array<Wire> wire;              ///< [tile][port], where there is a link
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

State make_state(const Program& program, const Slice& slice, const Wiring& wiring);
std::uint64_t state_bytes(const Program& program, const Slice& slice, const Wiring& wiring);

/// Runs cycle `cycle` on all tiles.
void step(const State& state, Cycle cycle);
/// Least cycle >= `from` in which a tile has something to do; never when there is none.
Cycle next_due(const State& state, Cycle from);

}  // namespace weft::machine::toy
