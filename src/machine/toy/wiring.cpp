// SPDX-License-Identifier: Apache-2.0
// Lays the program's links, and knows those of the mesh.
#include "machine/toy/wiring.hpp"

#include <algorithm>
#include <string>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::machine::toy {

namespace {
/// Ports of the mesh face each other across a link.
constexpr std::uint32_t opposite(std::uint32_t port) { return port == far ? port : port ^ 1U; }
}  // namespace

Wiring::Wiring(const Program& program, const Rectangle& region, Coupling coupling)
    : program_(program), region_(region), far_links_(coupling == Coupling::global) {
  std::map<std::uint32_t, std::uint32_t> entering;
  for (std::size_t n = 0; n < program_.links.size(); ++n) lay(n, program_.links[n], entering);
}

void Wiring::lay(std::size_t number, const Link& link,
                 std::map<std::uint32_t, std::uint32_t>& entering) {
  const std::string name = "toy program: link " + std::to_string(number) + " from tile " +
                           std::to_string(link.from) + " to tile " + std::to_string(link.to);
  if (std::max(link.from, link.to) >= region_.tiles()) {
    fail(Category::input, name + " leaves the region of " + counted(region_.tiles(), "tile"));
  }
  if (link.from == link.to) fail(Category::input, name + " leads nowhere");
  std::uint32_t port = laid;
  while (port < ports && laid_.count({link.from, port}) > 0) ++port;
  const std::uint32_t there = laid + entering[link.to]++;
  if (port == ports || there == ports) {
    fail(Category::input,
         name + " is one too many: " + std::to_string(links_a_tile) + " a tile and way");
  }
  laid_[{link.from, port}] = {link.to, there, link.latency_cycles};
}

std::optional<std::uint32_t> Wiring::beside(std::uint32_t tile, std::uint32_t port) const {
  const std::uint32_t x = tile % region_.width;
  const std::uint32_t y = tile / region_.width;
  switch (port) {
    case west:
      return x == 0 ? std::nullopt : std::optional(tile - 1);
    case east:
      return x + 1 == region_.width ? std::nullopt : std::optional(tile + 1);
    case north:
      return y == 0 ? std::nullopt : std::optional(tile - region_.width);
    default:
      return y + 1 == region_.height ? std::nullopt : std::optional(tile + region_.width);
  }
}

std::optional<Wire> Wiring::across(std::uint32_t tile, std::uint32_t port) const {
  if (port >= laid) {
    const auto known = laid_.find({tile, port});
    return known == laid_.end() ? std::nullopt : std::optional(known->second);
  }
  std::optional<std::uint32_t> there;
  if (port < far && program_.mesh) there = beside(tile, port);
  const auto mirrored = static_cast<std::uint32_t>(region_.tiles()) - 1 - tile;
  if (port == far && far_links_ && mirrored != tile) there = mirrored;
  if (!there) return std::nullopt;
  return Wire{*there, opposite(port), program_.link_latency_cycles};
}

std::uint32_t Wiring::used_ports() const {
  if (!program_.links.empty()) return ports;
  return far_links_ ? far + 1 : far;
}

std::uint32_t Wiring::greatest_latency_cycles() const {
  std::uint32_t cycles = program_.link_latency_cycles;
  for (const Link& link : program_.links) cycles = std::max(cycles, link.latency_cycles);
  return cycles;
}

std::uint32_t Wiring::least_latency_cycles() const {
  std::uint32_t cycles = program_.link_latency_cycles;
  for (const Link& link : program_.links) cycles = std::min(cycles, link.latency_cycles);
  return cycles;
}

std::vector<TileLink> Wiring::links() const {
  std::vector<TileLink> list;
  for (std::uint32_t tile = 0; tile < region_.tiles(); ++tile) {
    for (std::uint32_t port = 0; port < used_ports(); ++port) {
      if (const auto wire = across(tile, port)) {
        list.push_back({tile, wire->tile, wire->latency_cycles});
      }
    }
  }
  return list;
}

}  // namespace weft::machine::toy
