// SPDX-License-Identifier: Apache-2.0
// A cable between links of two TSP chips, and how links are numbered.
#pragma once

#include <cstdint>

#include "program/tsp_chip.hpp"

namespace weft::program::tsp {

inline constexpr std::uint32_t links_a_chip = 2 * links_a_hemisphere;

/// Links of a chip by number: west 0..7, east 8..15.
constexpr std::uint32_t link_of(const Queue& queue) {
  return queue.index + (queue.hemisphere == Hemisphere::east ? links_a_hemisphere : 0);
}
constexpr Queue queue_of_link(std::uint32_t link) {
  const bool east = link >= links_a_hemisphere;
  return {Unit::c2c, east ? Hemisphere::east : Hemisphere::west,
          static_cast<std::uint8_t>(link % links_a_hemisphere), 0};
}

/// Joins link `a_link` of chip `a` to link `b_link` of chip `b`; vectors go both ways.
struct Cable {
  std::uint32_t a = 0;
  std::uint32_t a_link = 0;
  std::uint32_t b = 0;
  std::uint32_t b_link = 0;
  friend bool operator==(const Cable&, const Cable&) = default;
};

}  // namespace weft::program::tsp
