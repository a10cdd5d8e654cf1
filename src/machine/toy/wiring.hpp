// SPDX-License-Identifier: Apache-2.0
// Where the toy machine's links lead: the mesh, the far links, and those that its program lays.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "machine/machine.hpp"
#include "machine/toy/program.hpp"

namespace weft::machine::toy {

/// Ports in order. The first four are the mesh's; `far` joins tile t and tile (tiles - 1 - t), on
/// the globally coupled flavour; `own` is no link's but where a tile's own tokens come from; those
/// from `laid` on are of the program's links.
inline constexpr std::uint32_t west = 0, east = 1, north = 2, south = 3, far = 4, own = 5, laid = 6;
inline constexpr std::uint32_t ports = laid + links_a_tile;

/// Where what leaves through a port arrives.
struct Wire {
  std::uint32_t tile = 0;  ///< region index
  std::uint32_t port = 0;
  std::uint32_t latency_cycles = 1;
};

class Wiring {
 public:
  /// Category::input for a link whose end is outside the region, that leads to its own tile, or is
  /// one too many at a tile.
  Wiring(const Program& program, const Rectangle& region, Coupling coupling);

  /// The link that leaves `tile` (region index) through `port`, if there is one.
  std::optional<Wire> across(std::uint32_t tile, std::uint32_t port) const;
  /// Ports that some tile may send through: those before this one.
  std::uint32_t used_ports() const;
  std::uint32_t greatest_latency_cycles() const;
  std::uint32_t least_latency_cycles() const;
  /// All links of the machine.
  std::vector<TileLink> links() const;

 private:
  std::optional<std::uint32_t> beside(std::uint32_t tile, std::uint32_t port) const;
  void lay(std::size_t number, const Link& link, std::map<std::uint32_t, std::uint32_t>& entering);

  Program program_;
  Rectangle region_;
  bool far_links_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Wire> laid_;  ///< by tile and port
};

}  // namespace weft::machine::toy
