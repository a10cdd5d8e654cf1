// SPDX-License-Identifier: Apache-2.0
// One cycle of the toy machine: queues send, arrivals are worked on, sources and host ports feed.
#include "machine/toy/state.hpp"

namespace weft::machine::toy {

namespace {

/// A tile in one cycle. Reads only its own state and the arrivals of this cycle; writes its own
/// state and slots of later cycles, each of which has one writer: tiles may run in any order.
struct StepTile {
  State s;
  Cycle cycle;

  void emit(std::uint32_t t, const Event& event) const {
    std::uint32_t& n = s.events(t);
    if (n < events_max) s.event(t * events_max + n++) = event;
  }

  void send(std::uint32_t t, std::uint32_t lane) const {
    const std::size_t q = std::size_t{t} * lanes + lane;
    if (s.count(q) == 0) return;
    Token token = s.queue(q * s.depth + s.head(q));
    s.head(q) = (s.head(q) + 1) % s.depth;
    --s.count(q);
    const std::uint32_t port = lane / channels;
    ++s.tile(t).sent[port];
    const std::int32_t to = s.target(t * ports + port);
    if (to == other_slice) {
      s.departing(q) = token;
      return;
    }
    const Wire& wire = s.wire(t * ports + port);
    const std::uint32_t lane_there = wire.port * channels + lane % channels;
    const auto slot = static_cast<std::uint32_t>((cycle + wire.latency_cycles) % s.slots);
    s.arriving((static_cast<std::size_t>(to) * lanes + lane_there) * s.slots + slot) = token;
  }

  bool push(std::uint32_t t, std::uint32_t lane, Token token) const {
    const std::size_t q = std::size_t{t} * lanes + lane;
    if (s.count(q) == s.depth) return false;
    token.valid = 1;
    s.queue(q * s.depth + (s.head(q) + s.count(q)) % s.depth) = token;
    ++s.count(q);
    return true;
  }

  /// A wandering token: it changes the tile, the tile changes it, and it goes on or is absorbed.
  void wandering(std::uint32_t t, std::uint32_t port, Token token) const {
    Tile& tile = s.tile(t);
    tile.random = mix(tile.random ^ token.word ^ cycle);
    const auto low = static_cast<std::uint32_t>(token.word);
    tile.memory[4] = tile.memory[4] * 31U + low + tile.memory[low % 4];
    tile.memory[5] ^= static_cast<std::uint32_t>(token.word >> 32U);
    token.word = mix(token.word + tile.random);
    std::uint32_t way = static_cast<std::uint32_t>(tile.random % s.used_ports);
    for (std::uint32_t tried = 0; tried < s.used_ports; ++tried) {
      if (s.target(t * ports + way) != no_link) break;
      way = (way + 1) % s.used_ports;
    }
    if (token.hops == 0 || s.target(t * ports + way) == no_link) {
      ++tile.absorbed;
      emit(t, {0, 0, port, 0, token.word});
      return;
    }
    --token.hops;
    if (push(t, way * channels + wander, token)) {
      emit(t, {1, 0, way, 0, token.word});
    } else {
      ++tile.dropped;
      emit(t, {0, 1, way, 0, token.word});
    }
  }

  /// A host word on its way east; in the last column it leaves.
  void streaming(std::uint32_t t, Token token) const {
    const std::size_t lane = std::size_t{t} * ports + east;
    if (s.target(lane) != no_link && push(t, east * channels + stream, token)) return;
    s.leaving(t * events_max + s.leaves(t)++) = static_cast<std::uint32_t>(token.word);
    emit(t, {0, 2, 0, 0, token.word});
  }

  bool work_on(std::uint32_t t, std::uint32_t lane, std::uint32_t only) const {
    const auto slot = static_cast<std::uint32_t>(cycle % s.slots);
    Token& place = s.arriving((std::size_t{t} * lanes + lane) * s.slots + slot);
    if (place.valid == 0 || (only != 0 && place.valid != only)) return false;
    const Token token = place;
    place = Token{};
    if (lane % channels == wander) {
      wandering(t, lane / channels, token);
    } else {
      streaming(t, token);
    }
    return true;
  }

  bool arrivals(std::uint32_t t) const {
    bool any = false;
    if (s.defect == Defect::cut_arrivals_first) {
      for (std::uint32_t lane = 0; lane < lanes; ++lane) any = work_on(t, lane, 2) || any;
    }
    for (std::uint32_t i = 0; i < lanes; ++i) {
      const std::uint32_t lane = s.defect == Defect::reversed_ports ? lanes - 1 - i : i;
      any = work_on(t, lane, 0) || any;
    }
    return any;
  }

  bool source(std::uint32_t t) const {
    Tile& tile = s.tile(t);
    if (tile.source_left == 0) return false;
    --tile.source_left;
    wandering(t, own, Token{mix(tile.random + cycle), tile.source_hops, 1});
    return true;
  }

  /// One host word a cycle: wanted by "await", or sent east when nothing waits to go there.
  bool host_port(std::uint32_t t) const {
    Tile& tile = s.tile(t);
    if (tile.in_count == 0) return false;
    const std::size_t q = std::size_t{t} * lanes + east * channels + stream;
    if (tile.await_left == 0 && s.count(q) > 0) return false;
    const std::uint32_t word = s.host_in(std::size_t{t} * s.in_capacity + tile.in_head);
    tile.in_head = (tile.in_head + 1) % s.in_capacity;
    --tile.in_count;
    if (tile.await_left > 0) {
      --tile.await_left;
      tile.memory[4] += word;
    } else {
      streaming(t, Token{word + tile.memory[word % 4], 0, 1});
    }
    return true;
  }

  bool timers(std::uint32_t t) const {
    Tile& tile = s.tile(t);
    bool any = false;
    if (tile.spin_next <= cycle) {
      tile.random = mix(tile.random);
      tile.spin_next = cycle + tile.spin_period;
      any = true;
    }
    if (tile.fail_cycle <= cycle) {
      tile.error = tile.fail_code;
      tile.fail_cycle = never;
      any = true;
    }
    return any;
  }

  void operator()(std::size_t index) const {
    const auto t = static_cast<std::uint32_t>(index);
    s.events(t) = 0;
    s.leaves(t) = 0;
    for (std::uint32_t lane = 0; lane < lanes; ++lane) send(t, lane);
    bool any = arrivals(t);
    any = source(t) || any;
    any = host_port(t) || any;
    any = timers(t) || any;
    if (any) ++s.tile(t).busy_cycles;
  }
};

/// When a tile next has something to do.
struct NextDue {
  State s;
  Cycle from;

  void operator()(std::size_t index, Cycle& least) const {
    const Tile& tile = s.tile(index);
    Cycle due = tile.fail_cycle < tile.spin_next ? tile.fail_cycle : tile.spin_next;
    if (tile.source_left > 0 || tile.in_count > 0) due = from;
    for (std::size_t q = index * lanes; q < (index + 1) * lanes && due > from; ++q) {
      if (s.count(q) > 0) due = from;
      for (std::uint32_t slot = 0; slot < s.slots; ++slot) {
        if (s.arriving(q * s.slots + slot).valid == 0) continue;
        const Cycle at = from + (slot + s.slots - from % s.slots) % s.slots;
        if (at < due) due = at;
      }
    }
    if (due < from) due = from;
    if (due < least) least = due;
  }
};

}  // namespace

void step(const State& state, Cycle cycle) {
  parallel_for("toy_step", state.tiles, StepTile{state, cycle});
}

Cycle next_due(const State& state, Cycle from) {
  Cycle least = never;
  Kokkos::parallel_reduce("toy_next_due", Kokkos::RangePolicy<Space>(0, state.tiles),
                          NextDue{state, from}, Kokkos::Min<Cycle>(least));
  return least;
}

}  // namespace weft::machine::toy
