// SPDX-License-Identifier: Apache-2.0
// How a router is configured: the routes, switch positions and filter of each color. The same
// content and the same enum values as program/wse.hpp, which this room may not import.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace weft::fabric {

inline constexpr unsigned color_count = 24;
inline constexpr unsigned port_count = 5;

/// Router ports; the numbers are the hardware's direction codes.
enum class Port : std::uint8_t { west = 0, east = 1, south = 2, north = 3, ramp = 4 };

constexpr std::uint8_t bit(Port port) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(port));
}
/// The port at the other end of a link: west <-> east, south <-> north.
constexpr unsigned opposite(unsigned port) { return port ^ 1U; }

/// One switch position, complete: masks of bit(Port).
struct RoutePosition {
  std::uint8_t receive = 0;
  std::uint8_t transmit = 0;
  friend bool operator==(const RoutePosition&, const RoutePosition&) = default;
};

enum class PopMode : std::uint8_t { no_pop, always_pop, pop_on_advance, pop_on_advance_nop };
enum class FilterKind : std::uint8_t { none, range, counter, sparse_counter };

/// Filter on the way from the router to the PE; what it rejects is dropped.
///
/// range: data passes when minimum <= index (high half of the payload) <= maximum; control passes.
/// counter: a wavelet passes when counter <= maximum; then, if its kind is counted (count_data,
/// count_control), the counter steps: to 0 from limit_1, else by one. Control wavelets pass
/// whatever the counter says unless filter_control. sparse_counter: as counter, but once the
/// counter has stood at limit_1 the limit is limit_2 from then on (loaded once). The documentation
/// names the fields; that the comparison comes before the step is reported by programs run on
/// hardware; the use of limit_2 is assumed.
struct Filter {
  FilterKind kind = FilterKind::none;
  bool count_data = false;
  bool count_control = false;
  bool filter_control = false;
  std::uint16_t minimum = 0;
  std::uint16_t maximum = 0;
  std::uint16_t limit_1 = 0;
  std::uint16_t limit_2 = 0;
  std::uint16_t initial_counter = 0;
  friend bool operator==(const Filter&, const Filter&) = default;
};

/// Configuration of one color on one tile.
struct ColorRoute {
  std::uint8_t color = 0;
  std::uint8_t position_count = 1;  ///< 1..4
  std::uint8_t initial_position = 0;
  bool ring = false;  ///< advance past the last position wraps to 0; else it stays
  PopMode pop = PopMode::no_pop;
  bool teardown = false;        ///< starts in teardown: nothing of the color moves through here
  bool reconfigurable = false;  ///< the tile may rewrite it while it runs (registers.hpp)
  std::array<RoutePosition, 4> positions{};
  Filter filter{};
  friend bool operator==(const ColorRoute&, const ColorRoute&) = default;
};

/// Opcodes in a control wavelet's commands.
enum class SwitchCommand : std::uint8_t { nop = 0, advance = 1, reset = 2, teardown = 3 };

/// Routes of the tiles of one slice.
struct RouteTable {
  std::vector<std::vector<ColorRoute>> sets;  ///< each with a color at most once
  std::vector<std::uint32_t> set_of_tile;     ///< by tile in the slice, row-major
  /// Colors (bit c) that the host sends into a tile, and that leave a tile to the host, by tile in
  /// the slice; empty: none anywhere.
  std::vector<std::uint32_t> host_in;
  std::vector<std::uint32_t> host_out;
};

}  // namespace weft::fabric
