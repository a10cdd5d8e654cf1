// SPDX-License-Identifier: Apache-2.0
// Switch positions and filters of the queued engine's routers.
#pragma once

#include "fabric/control_wavelet.hpp"
#include "fabric/queued_state.hpp"

namespace weft::fabric::queued {

/// Makes `position` the color's current one: rewrites the color's bit in the port masks.
inline void set_position(const State& s, Router& r, unsigned color, unsigned position) {
  const RoutePosition& route = route_of(s, r, color).positions[position];
  const std::uint32_t mask = 1U << color;
  const unsigned receive = (r.torn & mask) != 0 ? 0U : route.receive;
  for (unsigned p = 0; p < port_count; ++p) {
    r.receive[p] = (r.receive[p] & ~mask) | (receive >> p & 1U) << color;
    r.transmit[p] = (r.transmit[p] & ~mask) | (route.transmit >> p & 1U) << color;
  }
  const bool sink = route.transmit == 0;
  r.transmit[sink_port] = (r.transmit[sink_port] & ~mask) | std::uint32_t{sink} << color;
  r.transmit_of[color] = sink ? std::uint8_t{1U << sink_port} : route.transmit;
  r.position[color] = static_cast<std::uint8_t>(position);
}

/// Returns whether the position changed.
inline bool advance_position(const State& s, Router& r, unsigned color) {
  const ColorRoute& route = route_of(s, r, color);
  const unsigned before = r.position[color];
  const unsigned next = before + 1U;
  if (next < route.position_count) {
    set_position(s, r, color, next);
  } else if (route.ring) {
    set_position(s, r, color, 0);
  }
  return r.position[color] != before;
}

/// The color goes into teardown here: what waits stays, and what comes waits.
inline void tear_down(const State& s, std::uint32_t tile, Router& r, unsigned color) {
  r.torn |= 1U << color;
  set_position(s, r, color, r.position[color]);
  s.ends[tile].torn |= 1U << color;
  s.attention.set(tile);
}

/// What the tile wrote into registers in this cycle holds from the next on, whatever wavelets did.
inline void obey_registers(const State& s, Router& r) {
  for (std::uint32_t left = r.rewritten; left != 0; left &= left - 1) {
    const auto color = static_cast<unsigned>(__builtin_ctz(left));
    const std::uint32_t mask = 1U << color;
    OwnRoute& own = own_route(s, r, color);
    configure(own.route, own.registers);
    r.torn = teardown_of(own.registers) ? r.torn | mask : r.torn & ~mask;
    set_position(s, r, color, position_of(own.registers, own.route));
  }
  r.rewritten = 0;
}

inline FilterState& filter_state(const State& s, const Router& r, const RouteSet& set,
                                 unsigned color) {
  return *reinterpret_cast<FilterState*>(s.pool + r.queue_base + set.filter_state[color]);
}

/// Whether the color's filter lets a wavelet through, as the filter stands.
inline bool filter_passes(const State& s, const Router& r, const RouteSet& set, unsigned color,
                          std::uint32_t payload, bool control) {
  const Filter& f = set.route[color].filter;
  if (f.kind == FilterKind::range) {
    const std::uint32_t wavelet_index = payload >> 16U;
    return control || (wavelet_index >= f.minimum && wavelet_index <= f.maximum);
  }
  if (control && !f.filter_control) return true;
  return filter_state(s, r, set, color).counter <= f.maximum;
}

/// Counts a wavelet that has passed the router towards the ramp.
inline void filter_count(const State& s, const Router& r, const RouteSet& set, unsigned color,
                         bool control) {
  const Filter& f = set.route[color].filter;
  if (f.kind == FilterKind::range || !(control ? f.count_control : f.count_data)) return;
  FilterState& state = filter_state(s, r, set, color);
  const std::uint16_t limit = state.reloaded != 0 ? f.limit_2 : f.limit_1;
  if (state.counter == limit) {
    state.counter = 0;
    if (f.kind == FilterKind::sparse_counter) state.reloaded = 1;
  } else {
    ++state.counter;
  }
}

}  // namespace weft::fabric::queued
