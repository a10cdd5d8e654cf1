// SPDX-License-Identifier: Apache-2.0
// What every model of the fabric tells of a run: what it refused, and what left the region.
#pragma once

#include <cstdint>

#include "base/ids.hpp"
#include "fabric/stream.hpp"

namespace weft::fabric {

/// What the fabric refused: the least (tile, code, color, port) of the first cycle with a refusal.
struct Fault {
  Cycle cycle = never;
  TileId tile{};
  FabricError code = FabricError::none;
  std::uint8_t color = 0;
  std::uint8_t port = 0;  ///< bit(Port) index; 4 also where no port is meant
};

/// Wavelets that left the region: how many, and the least (tile, color, port) of the first cycle in
/// which one did.
struct OverEdge {
  std::uint64_t wavelets = 0;
  Cycle first_cycle = never;
  TileId tile{};
  std::uint8_t color = 0;
  std::uint8_t port = 0;
  friend bool operator==(const OverEdge&, const OverEdge&) = default;
};

}  // namespace weft::fabric
