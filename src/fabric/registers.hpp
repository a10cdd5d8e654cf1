// SPDX-License-Identifier: Apache-2.0
// The two 16-bit registers of a color in which a tile's code reads and rewrites its route.
//
// Color register: bits 0-4 outputs and 5-9 inputs of position 0 (west, east, south, north, ramp),
// 12-13 pop mode, 14 teardown in progress. Switch register: for position k = 1, 2, 3 four bits from
// 4 * (k - 1) on, the direction it changes to (5: no such position) and, above it, whether that is
// an input; 12 ring mode; 13-14 current position (csl-examples spmv-hypersparse and
// spcl/spatial-collectives, for the WSE-2). That the pop modes count as PopMode does is assumed.
#pragma once

#include "fabric/route.hpp"

namespace weft::fabric {

struct RouteRegisters {
  std::uint16_t color = 0;
  std::uint16_t switches = 0;
  friend bool operator==(const RouteRegisters&, const RouteRegisters&) = default;
};

namespace registers {

inline constexpr unsigned input_shift = 5;
inline constexpr unsigned pop_shift = 12;
inline constexpr std::uint16_t teardown_bit = 1U << 14U;
inline constexpr std::uint16_t ring_bit = 1U << 12U;
inline constexpr unsigned position_shift = 13;
inline constexpr unsigned no_direction = 5;
inline constexpr unsigned selects_input = 8;

constexpr unsigned lowest_port(unsigned mask) {
  unsigned port = 0;
  while (port < no_direction && (mask >> port & 1U) == 0) ++port;
  return port;
}

/// The four bits of a position: what it changes of the one before; where that is nothing, the input
/// it names again.
constexpr unsigned change(const RoutePosition& before, const RoutePosition& position) {
  const bool input = position.receive != before.receive || position.transmit == before.transmit;
  return input ? selects_input | lowest_port(position.receive) : lowest_port(position.transmit);
}

}  // namespace registers

/// Registers of a route as it stands.
constexpr RouteRegisters registers_of(const ColorRoute& route, unsigned position, bool teardown) {
  using namespace registers;
  const auto wide = [](unsigned word) { return static_cast<std::uint16_t>(word); };
  unsigned color = route.positions[0].transmit | route.positions[0].receive << input_shift;
  color |= static_cast<unsigned>(route.pop) << pop_shift;
  if (teardown) color |= teardown_bit;
  unsigned switches = position << position_shift;
  if (route.ring) switches |= ring_bit;
  for (unsigned k = 1; k < route.positions.size(); ++k) {
    const unsigned bits = k < route.position_count
                              ? change(route.positions[k - 1], route.positions[k])
                              : no_direction;
    switches |= bits << 4U * (k - 1);
  }
  return {wide(color), wide(switches)};
}

/// Puts what moves by itself into registers: the current position, and whether in teardown.
constexpr void set_state(RouteRegisters& of, unsigned position, bool teardown) {
  using namespace registers;
  const unsigned switches = of.switches & ~(3U << position_shift);
  of.switches = static_cast<std::uint16_t>(switches | position << position_shift);
  of.color = static_cast<std::uint16_t>(teardown ? of.color | teardown_bit
                                                 : of.color & ~unsigned{teardown_bit});
}

constexpr bool teardown_of(const RouteRegisters& from) {
  return (from.color & registers::teardown_bit) != 0;
}

/// Rewrites what the registers say of a route; color and filter stay.
constexpr void configure(ColorRoute& route, const RouteRegisters& from) {
  using namespace registers;
  route.positions[0].transmit = from.color & 31U;
  route.positions[0].receive = from.color >> input_shift & 31U;
  route.pop = static_cast<PopMode>(from.color >> pop_shift & 3U);
  route.ring = (from.switches & ring_bit) != 0;
  route.position_count = 1;
  for (unsigned k = 1; k < route.positions.size(); ++k) {
    const unsigned bits = from.switches >> 4U * (k - 1) & 15U;
    const unsigned direction = bits & 7U;
    if (direction >= no_direction) break;
    RoutePosition& position = route.positions[k];
    position = route.positions[k - 1];
    ((bits & selects_input) != 0 ? position.receive : position.transmit) =
        static_cast<std::uint8_t>(1U << direction);
    ++route.position_count;
  }
}

/// The current position; one that is not there is the last.
constexpr unsigned position_of(const RouteRegisters& from, const ColorRoute& configured) {
  const unsigned position = from.switches >> registers::position_shift & 3U;
  return position < configured.position_count ? position : configured.position_count - 1U;
}

}  // namespace weft::fabric
