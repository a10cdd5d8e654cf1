// SPDX-License-Identifier: Apache-2.0
// What an engine must know of the machine and of the slice it holds.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/geometry.hpp"

namespace weft::fabric {

/// Constants of the fabric, from the topology. Latencies in cycles, depths in words.
struct Parameters {
  std::uint32_t queue_depth = 4;       ///< of one color at one input port of a router: 1..8
  std::uint32_t ramp_up_cycles = 2;    ///< output queue to router: 1..8
  std::uint32_t ramp_down_cycles = 2;  ///< router to input queue: 1..8
  std::array<std::uint8_t, 8> input_queue_depth{6, 6, 4, 4, 2, 2, 2, 2};   ///< 0: no such queue
  std::array<std::uint8_t, 8> output_queue_depth{2, 2, 6, 6, 2, 2, 0, 0};  ///< 0: no such queue
  /// From the cycle after a word that came from the tile's own ramp was taken to the output queue's
  /// knowing of its place: 0..8.
  std::uint32_t own_ramp_credit_cycles = 2;
  /// Of a color bound to no input queue (WSE-2 data tasks); 0: such a color never leaves the
  /// router.
  std::uint32_t direct_queue_depth = 2;
  friend bool operator==(const Parameters&, const Parameters&) = default;
};

/// Where a slice lies; neighbours share an edge with it.
struct Extent {
  Rectangle region;
  Rectangle tiles;
  std::vector<Rectangle> neighbours;
};

}  // namespace weft::fabric
